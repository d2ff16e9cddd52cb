import Clinical
import Registry
import Savings
import Testing

@Suite("The statement between institutions")
struct SettlementTests {
  private func town(_ changes: [String: String] = [:]) async throws -> SmallTown {
    let town = try SmallTown(changes)
    try await town.report("R1", at: "2025-03-01T08:00:00")
    try await town.report("R2", of: "C", at: "2025-03-01T09:00:00", items: ["NA"])
    let panel = try town.decide("O1", at: "2025-03-02T08:00:00+08:00", item: "LYTES")
    let single = try town.decide("O2", at: "2025-03-02T08:00:00+08:00")
    try town.feedback(
      town.line("E1", panel, at: "2025-03-02T09:00:00+08:00", item: "LYTES"),
      town.line("E2", single, at: "2025-03-02T09:00:00+08:00"))
    return town
  }

  private let scope = AuditScope(at: Books.time("2026-01-01"))

  @Test("a claim on results of several institutions is divided among them; nothing is lost")
  func pairs() async throws {
    let town = try await town()
    let books = try town.registry.auditSettlement(scope).books
    #expect(books.figures.rows.map { $0.key.map(\.value) } == [["B", "A"], ["C", "A"]])
    #expect(books.figures.rows.map(\.figures.claims) == [2, 1])
    #expect(books.figures.rows.map(\.figures.grossFen) == [1750, 750])
    #expect(books.figures.total.grossFen == (try town.savings(at: "2026-01-01").grossFen))
    #expect(books.figures.total.claims == 2, "a claim on two institutions' results is one claim")
    // B and C lie in one region.
    let regions = try town.registry.auditSettlement(scope, between: .region).books.figures
    #expect(regions.rows.map { $0.key.map(\.value) } == [["510104", "500101"]])
    #expect(regions.rows.map { [$0.figures.claims, $0.figures.grossFen] } == [[2, 2500]])
  }

  @Test("one institution's statement has its own pairs; the claims are listed, reversed ones apart")
  func statement() async throws {
    let town = try await town()
    try await town.report("R3", of: "C", at: "2025-03-03T08:00:00", items: ["NA"])
    let audit = try town.registry.auditSettlement(scope, of: "B", listsClaims: true)
    let total = audit.books.figures.total
    #expect(
      [total.claims, total.grossFen, total.reversed, total.reversedFen, total.netFen] == [2, 1750, 1, 750, 1000])
    #expect(audit.standingClaims?.map(\.event) == ["E2"])
    #expect(audit.reversedClaims?.map(\.event) == ["E1"])
    #expect(throws: RegistryError.unknownInstitution("X")) { try town.registry.auditSettlement(scope, of: "X") }
  }

  @Test("own results within a claim are owed to nobody")
  func own() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    try await town.report("R2", of: "A", at: "2025-03-01T09:00:00", items: ["NA"])
    let panel = try town.decide(at: "2025-03-02T08:00:00+08:00", item: "LYTES")
    try town.feedback(town.line("E1", panel, at: "2025-03-02T09:00:00+08:00", item: "LYTES"))
    let books = try town.registry.auditSettlement(scope).books
    #expect([books.figures.total.grossFen, books.ownResults.grossFen] == [750, 750])
  }

  @Test("both sides of a pair find the same digest of the same lines; a claim reversed is another statement")
  func digest() async throws {
    let town = try await town()
    func row(_ institution: String?) throws -> SettlementAudit.Row {
      try #require(
        try town.registry.auditSettlement(scope, of: institution).rows.first { $0.row.key[0].value == "B" })
    }
    let lines = try town.registry.auditSettlement(scope, of: "B").lines
    let told: [[String]] = lines.map { line in
      let parts = line.split(separator: "\t").map(String.init)
      return [parts[0], parts[2], parts[3], parts[4], parts[5], parts[7], parts[8]]
    }
    #expect(
      told == [["E1", "O1", "LYTES", "B", "A", "750", "stands"], ["E2", "O2", "K", "B", "A", "1000", "stands"]])
    let expected = SmallTown.sha256(lines.map { $0 + "\n" }.joined())
    #expect(try [row(nil), row("A"), row("B")].map(\.digest) == [expected, expected, expected])
    try await town.report("R3", of: "C", at: "2025-03-03T08:00:00", items: ["NA"])
    #expect(try row("A").digest != expected)
  }

  @Test("between groups of institutions, month by month")
  func groups() async throws {
    let institutions = """
      code,name,region,level,grade,ownership,alliances
      A,Hospital A,500101,3,甲等,public,X
      B,Hospital B,510104,2,乙等,public,Y;X
      C,Hospital C,510104,2,,private,
      """
    let town = try await town(["institutions.csv": institutions])
    var monthly = scope
    monthly.dimensions = [.month]
    let pairs: [(Savings.Dimension, [[String?]])] = [
      (.alliance, [[nil, "X", "2025-03"], ["X+Y", "X", "2025-03"]]),
      (.ownership, [["private", "public", "2025-03"], ["public", "public", "2025-03"]]),
      (.region, [["510104", "500101", "2025-03"]]), (.grade, [[nil, "甲等", "2025-03"], ["乙等", "甲等", "2025-03"]]),
    ]
    for (grouping, expected) in pairs {
      let audit = try town.registry.auditSettlement(monthly, between: grouping)
      #expect(audit.rows.map { $0.row.key.map(\.value) } == expected)
      #expect(audit.books.figures.total.grossFen == 2500)
    }
  }
}
