import Foundation
import Registry
import Savings
import Testing

@Suite("The printed report")
struct ReportTests {
  private let scope = AuditScope(at: Books.time("2026-01-01"))

  /// - Parameter name: of institution B.
  private func town(named name: String = "Hospital B") async throws -> SmallTown {
    let quoted = name.replacing("\"", with: "\"\"")
    let town = try SmallTown([
      "institutions.csv":
        "code,name,region,level\nA,Hospital A,500101,3\nB,\"\(quoted)\",510104,2\nC,Hospital C,510104,2",
      "items.csv":
        "item,nameEn,category,unit,specimen,needsImages\nK,K,lab,mmol/L,serum,false\nNA,NA,lab,mmol/L,serum,false\nLYTES,LYTES,lab,,,false",
    ])
    try await town.report("R1", at: "2025-03-01T08:00:00")
    let accepted = try town.decide("O1", at: "2025-03-02T08:00:00+08:00")
    let declined = try town.decide("O2", at: "2025-03-03T08:00:00+08:00")
    try town.feedback(
      town.line("E1", accepted, at: "2025-03-02T09:00:00+08:00"),
      town.line("E2", declined, "declined", at: "2025-03-03T09:00:00+08:00", more: #","retestReason":4"#))
    return town
  }

  private func table(_ name: String, of report: PrintedReport) throws -> [[String]] {
    let csv = try #require(report.tables.first { $0.name == name }).csv
    return csv.split(separator: "\r\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test("the tables say what the audits say")
  func tables() async throws {
    let town = try await town()
    let report = try town.registry.auditReport(scope, language: .both)
    let savings = try table("savings-by-month", of: report)
    #expect(savings.map(\.count) == [13, 13])
    #expect(Array(savings[1][...6]) == ["2025-03", "2", "1.0", "1", "0.5", "1", "1000"])
    #expect(try table("flows", of: report)[1] == ["B", "A", "1", "0", "1000", "1000", "1.0", "0"])
    let refusals = try table("refusals-by-reason", of: report)
    #expect(refusals.first { $0[0] == "4" } == ["4", "1", "1.0", "0.5", "0", ""])
    #expect(try table("coverage", of: report).map { $0[0] } == ["institution", "A", "B", "C"])
    #expect(report.page.contains("¥10.00"))
    let chain = try town.registry.verifyEvents()
    #expect(report.page.contains("\(chain.events) events, head SHA-256 \(chain.head)"))
  }

  @Test("nothing comes from elsewhere, and nothing runs", arguments: ReportLanguage.allCases)
  func alone(language: ReportLanguage) async throws {
    let page = try await town().registry.auditReport(scope, language: language).page
    for word in ["<script", "http:", "https:", "src=", "href=", "@import", "<link", "<iframe"] {
      #expect(!page.contains(word), "\(word)")
    }
    #expect(page.matches(of: /url\([^#]/).isEmpty)
    #expect(!page.contains("nan") && !page.contains("inf\""))
    for element in ["svg", "table", "section", "figure"] {
      #expect(page.components(separatedBy: "<\(element)").count == page.components(separatedBy: "</\(element)>").count)
    }
  }

  @Test("values are escaped, and a spreadsheet does not run them")
  func escaping() async throws {
    let town = try await town(named: #"=1+<img x="1">&"#)
    let report = try town.registry.auditReport(scope, language: .en)
    #expect(report.page.contains("B =1+&lt;img x=&quot;1&quot;&gt;&amp;"))
    #expect(!report.page.contains("<img"))
    let formula = try SmallTown([
      "institutions.csv": "code,name,region,level\nA,A,500101,3\n=B,B,510104,2\nC,C,510104,2",
      "certificates.csv": "institution,item,scope,validFrom\n",
    ])
    let coverage = try table("coverage", of: try formula.registry.auditReport(scope, language: .en))
    #expect(coverage.map { $0[0] } == ["institution", "'=B", "A", "C"])
  }

  @Test("each language alone; where there is nothing to divide by it says so")
  func languages() async throws {
    let town = try await town()
    let english = try town.registry.auditReport(scope, language: .en).page
    #expect(!english.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) })
    let chinese = try town.registry.auditReport(scope, language: .zh).page
    #expect(english.contains("No month could be held against limits: no-denominator:"))
    #expect(chinese.contains("已核实") && !chinese.contains("Verified"))
    let empty = try SmallTown().registry.auditReport(scope, language: .en).page
    #expect(empty.contains("<dt>Recognition rate</dt><dd>not computed<small>of 0 prompts"))
  }
}
