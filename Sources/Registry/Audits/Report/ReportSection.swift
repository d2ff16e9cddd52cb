import Catalogue
import Savings

/// What the report is made of: the audits of one period, as known at one moment.
struct ReportContents: Sendable {
  let language: ReportLanguage
  let reference: ReferenceData
  /// By month.
  let savings: SavingsAudit
  let rates: RatesAudit
  let settlement: SettlementAudit
  /// By item, as if all had been connected.
  let repeats: RepeatsAudit
  let monitoring: MonitoringAudit
  let alerts: AlertsAudit
  let coverage: CoverageAudit
  let events: Int
  /// Of the chain of events, in hexadecimal.
  let head: String
}

/// A part of the report: what is printed, and the tables that are written in full.
struct ReportSection: Sendable {
  let title: Words
  var body = ""
  var tables: [ReportTable] = []

  /// Adds a table, printed here.
  mutating func add(_ table: ReportTable, _ language: ReportLanguage) {
    body += table.html(language)
    tables.append(table)
  }

  mutating func add(figure svg: String, _ caption: Words, _ language: ReportLanguage) {
    body += "<figure>\(svg)<figcaption>\(language.lines(caption))</figcaption></figure>"
  }

  mutating func add(note words: Words, _ language: ReportLanguage) {
    body += "<p class=\"note\">\(language.lines(words))</p>"
  }
}

extension ReportContents {
  func institution(_ code: String) -> String {
    let name = reference.institutions[code]?.name
    return language.name(code, name, name)
  }

  func item(_ code: String) -> String {
    language.name(code, reference.items[code]?.nameZh, reference.items[code]?.nameEn)
  }

  var sections: [ReportSection] {
    [savingsSection, flowsSection, refusalsSection, lostSection, monitoringSection, coverageSection]
  }
}
