import Clinical
import XMLReading

/// The Chinese shared documents 检验报告 (C0007, WS/T 500.7-2016) and 检查报告 (C0006, WS/T 500.6-2016).
enum ChineseDocument {
  enum Kind {
    case laboratory
    case examination

    /// The kind by templateId or code, whichever is there.
    init?(_ document: XMLElement) {
      let code = document.first("code")?.stated("code")
      if document.hasTemplate(["2.16.156.10011.2.1.1.27"]) || code == "C0007" {
        self = .laboratory
      } else if document.hasTemplate(["2.16.156.10011.2.1.1.26"]) || code == "C0006" {
        self = .examination
      } else {
        return nil
      }
    }
  }

  static func read(_ document: XMLElement, kind: Kind, notes: inout ReadingNotes) throws(Refusal) -> Report {
    let role = document.first("recordTarget", "patientRole")
    let number = role?.identifier(under: ChineseRoot.labReport) ?? role?.identifier(under: ChineseRoot.examReport)
    var report = try CDAHeader.report(document, number: number, mode: .snapshot, notes: &notes)
    report.orderNumber = role?.identifier(under: ChineseRoot.order) ?? report.orderNumber
    report.setting = role.flatMap(setting)
    readOrderer(document, into: &report, notes: &notes)

    var entries = ChineseEntries(specimenNumber: role?.identifier(under: ChineseRoot.specimen))
    for section in CDAHeader.sections(of: document) { entries.read(section, notes: &notes) }
    entries.fill(&report, kind: kind)
    report.numberRepetitions()
    noteReporter(entries.reporter, of: document, source: report.source, notes: &notes)
    if report.observations.isEmpty {
      notes.note(.noResults, "a report without an item (DE04.30.019.00)", at: document)
    }
    return report
  }

  /// 申请机构及科室: the participant PRF.
  private static func readOrderer(_ document: XMLElement, into report: inout Report, notes: inout ReadingNotes) {
    guard let participant = document.all("participant").first(where: { $0.attribute("typeCode") == "PRF" }) else {
      return
    }
    report.ordered = notes.start(of: participant.first("time")) ?? report.ordered
    guard let entity = participant.first("associatedEntity") else { return }
    report.clinician = entity.first("associatedPerson")?.items("name").lazy.compactMap { PersonName($0)?.text }.first
    guard let department = entity.first("scopingOrganization") else { return }
    report.department = department.first("name")?.words ?? department.identifier(under: ChineseRoot.department)
    let whole = department.first("asOrganizationPartOf", "wholeOrganization")
    report.orderingInstitution =
      whole?.organization()
      ?? department.identifier(under: ChineseRoot.institution).map { OrganizationReference(identifier: $0) }
  }

  /// 患者类型代码表 (2.16.156.10011.2.3.1.271).
  private static func setting(_ role: XMLElement) -> Setting? {
    guard let code = role.first("patientType")?.first("patienttypeCode") else { return nil }
    switch code.displayName ?? code.stated("code") {
    case "门诊", "1": return .outpatient
    case "急诊", "2": return .emergency
    case "住院", "3": return .inpatient
    case "体检", "健康体检": return .checkup
    default: return nil
    }
  }

  /// 报告机构名称 names the reporter, who is the custodian: never a performer. Another name is worth a look.
  private static func noteReporter(
    _ reporter: XMLElement?, of document: XMLElement, source: OrganizationReference, notes: inout ReadingNotes
  ) {
    guard let reporter, let name = reporter.first("value")?.words, let custodian = source.name, name != custodian else {
      return
    }
    notes.note(
      .leftAside,
      "the reporting institution (DE08.10.013.00) has another name than the custodian, who is taken as the source",
      at: reporter)
  }
}
