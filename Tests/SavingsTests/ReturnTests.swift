import Catalogue
import Clinical
import Registry
import Savings
import Testing

@Suite("The provincial return")
struct ReturnTests {
  private static let changes = [
    "institutions.csv": """
    code,name,region,level,grade,ownership
    A,Hospital A,500101,3,甲等,public
    B,"Hospital B, West",510104,2,,private
    C,Hospital C,510104,3,甲等,public
    """,
    "certificates.csv": """
    institution,item,scope,validFrom,validTo,issuer
    B,K,national,2020-01-01,,NCCL
    B,NA,region:51,2020-01-01,2025-03-01,SCCL
    B,*,region:51,2025-12-31,,SCCL
    C,*,national,2020-01-01,2024-12-31,NCCL
    """,
    "lists.csv": "list,scope,item,validFrom\nL,national,*,2020-01-01",
  ]

  private func audit() async throws -> ReturnAudit {
    let town = try SmallTown(Self.changes)
    try await town.report("R1", at: "2025-03-01T08:00:00")
    let decision = try town.decide(at: "2025-03-02T08:00:00+08:00")
    _ = try town.decide("O2", at: "2025-03-20T08:00:00+08:00")
    _ = try town.decide("O3", at: "2025-04-02T08:00:00+08:00")
    try town.feedback(town.line("E1", decision, at: "2025-03-02T09:00:00+08:00"))
    var scope = AuditScope(at: Books.time("2026-01-01"))
    (scope.from, scope.to) = (Books.time("2025-03-01"), Books.time("2025-04-01"))
    return try town.registry.auditReturn(scope)
  }

  @Test("certificates of the period, claims and retrievals by institution; by grade and ownership they add up")
  func figures() async throws {
    let rows = try await audit().rows
    #expect(
      rows.map(\.level) == [
        "institution", "institution", "institution", "grade", "grade", "ownership", "ownership", "all",
      ])
    #expect(rows.map(\.value) == ["A", "B", "C", "三级甲等", "二级", "private", "public", nil])
    #expect(rows.map(\.figures.retrievals) == [2, 0, 0, 2, 0, 0, 2, 2])
    #expect(rows.map(\.figures.total.savedFen) == [1000, 0, 0, 1000, 0, 0, 1000, 1000])
    #expect(rows.map(\.figures.recognised[.lab]?.items) == [1, 0, 0, 1, 0, 0, 1, 1])
    #expect(rows.map(\.figures.nationalItems) == [0, 1, 0, 0, 1, 1, 0, 1])
    #expect(rows.map(\.figures.regionalItems) == [0, 1, 0, 0, 1, 1, 0, 1])
    #expect(rows[1].certificates.map(\.issuer) == ["NCCL", "SCCL"])
    #expect(rows[7].figures.institutions == 3)
  }

  @Test("the form has its headings, and a field with a comma in quotes")
  func csv() async throws {
    let lines = try await audit().csv.split(separator: "\r\n")
    #expect(lines[0].hasPrefix("汇总层级,代码,名称,行政区划,等级,所有制,机构数,"))
    #expect(lines[1] == "机构,A,Hospital A,500101,三级甲等,公立,1,0,0,0,0,2,1,10.00,0,0.00,0,0.00,0,0.00,0,0.00,1,10.00")
    #expect(lines[2].hasPrefix(#"机构,B,"Hospital B, West",510104,二级,民营,1,1,1,1,1,0,"#))
    #expect(lines.last?.hasPrefix("合计,,,,,,3,1,1,1,1,2,1,10.00,") == true)
  }

  @Test(
    "examinations are told apart by their apparatus",
    arguments: [("DX", ReturnKind.dr), ("CR", .dr), ("CT", .ct), ("MR", .mr), ("US", .other)])
  func kinds(modality: String, kind: ReturnKind) throws {
    let town = try SmallTown(["items.csv": "item,category,modality\nK,imaging,\(modality)\nNA,lab,\nLYTES,lab,"])
    let items = try town.registry.reference().data.items
    #expect([ReturnKind(items["K"]), ReturnKind(items["NA"])] == [kind, .lab])
  }
}
