import Clinical
import Registry
import Savings
import Testing

@Suite("The statement between institutions")
struct SettlementTests {
  private func town() async throws -> SmallTown {
    let town = try SmallTown()
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
}
