import Registry
import Savings
import Testing

@Suite("Recognition marks and the certificates behind them")
struct MarksAuditTests {
  private static let certificates = """
    institution,item,scope,validFrom,validTo
    B,K,agreement:川渝,2025-01-01,2025-06-30
    C,*,region:51,2025-01-01,
    """

  @Test(
    "a mark needs a certificate that reaches as far as it says, on the day of the result",
    arguments: [
      ("川渝HR", "B", "2025-03-01", 0, 0), ("HR", "B", "2025-03-01", 0, 0), ("四川HR", "B", "2025-03-01", 0, 0),
      ("重庆市HR", "B", "2025-03-01", 0, 0), ("全国HR", "B", "2025-03-01", 1, 0), ("川渝HR", "B", "2025-07-01", 1, 0),
      ("川渝HR", "C", "2025-03-01", 1, 0), ("四川省HR", "C", "2025-03-01", 0, 0), ("HR", "A", "2025-03-01", 1, 0),
      ("某地HR", "B", "2025-03-01", 0, 1),
    ])
  func uncertified(mark: String, institution: String, day: String, count: Int, unknown: Int) async throws {
    let town = try SmallTown(["agreements.csv": "name,regions\n川渝,50;51", "certificates.csv": Self.certificates])
    try await town.report("R1", of: institution, at: "\(day)T08:00:00", mark: mark)
    let audit = try town.registry.auditMarks(AuditScope(at: Books.time("2026-01-01")), listsFindings: true)
    #expect([audit.total.results, audit.total.marked, audit.total.uncertified] == [1, 1, count])
    #expect([audit.total.unmarked, audit.total.unknownScope] == [0, unknown])
    #expect(audit.total.marks == [mark: 1])
    #expect(audit.findings?.map(\.missing) == (count == 1 ? [[institution]] : []))
  }

  @Test("certified results without a mark are counted by institution and item, cancelled ones are not")
  func unmarked() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00", items: ["K", "NA"])
    try await town.report("R2", at: "2025-03-02T08:00:00")
    try await town.report("R3", of: "A", at: "2025-03-02T08:00:00")
    try await town.report("R4", at: "2025-03-02T08:00:00", status: "X")
    var scope = AuditScope(at: Books.time("2026-01-01"))
    let audit = try town.registry.auditMarks(scope)
    #expect(audit.rows.map { [$0.institution, $0.item] } == [["A", "K"], ["B", "K"], ["B", "NA"]])
    #expect(audit.rows.map(\.figures.unmarked) == [0, 2, 1])
    #expect([audit.total.results, audit.total.unmarked, audit.total.uncertified] == [4, 3, 0])
    scope.from = Books.time("2025-03-02")
    #expect(try town.registry.auditMarks(scope).total.unmarked == 1)
  }
}
