import Clinical
import Registry
import Savings
import Testing

@Suite("The books while life goes on")
struct TownLifeTests {
  private let ordered = "2025-03-02T08:00:00+08:00"
  private let answered = "2025-03-02T09:00:00+08:00"

  @Test("a later result reverses however late it comes; when it is cancelled the claim stands again")
  func reversedAndBack() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    try town.feedback(town.line("E1", try town.decide(at: ordered), at: answered))
    #expect(try town.savings(at: "2025-03-05").pendingFen == 1000)
    #expect(try town.savings(at: "2025-05-01").verifiedFen == 1000)
    town.clock("2025-06-01")
    try await town.report("R2", of: "C", at: "2025-03-04T08:00:00")
    #expect(try town.savings(at: "2025-05-01").reversedFen == 1000)
    #expect(try town.savings(at: "2025-05-01", knownAt: "2025-05-31").verifiedFen == 1000)
    town.clock("2025-07-01")
    try await town.report("R2", of: "C", at: "2025-03-04T08:00:00", status: "X", told: "2025-03-05T08:00:00")
    #expect(try town.savings(at: "2025-05-01").verifiedFen == 1000)
  }

  @Test("a correction never rewrites what was decided; it is listed")
  func corrected() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    try town.feedback(town.line("E1", try town.decide(at: ordered), at: answered))
    let scope = AuditScope(at: Books.time("2026-01-01"))
    #expect(try town.registry.auditCorrected(scope).rows.isEmpty)
    try await town.report("R1", at: "2025-03-01T08:00:00", status: "X", told: "2025-03-03T08:00:00")
    let rows = try town.registry.auditCorrected(scope).rows
    #expect(rows.map(\.now) == ["cancelled"])
    #expect(rows.map(\.accepted) == [true])
    #expect(try town.savings(at: "2026-01-01").grossFen == 1000)
  }

  @Test("each ordering institution is told what changed, by the decision and the event that adopted it")
  func correctedValues() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00", items: ["K", "NA"])
    let decision = try town.decide("O1", at: ordered)
    try town.feedback(town.line("E1", decision, at: answered))
    _ = try town.decide("O2", at: ordered, item: "NA")
    let scope = AuditScope(at: Books.time("2026-01-01"))
    try await town.report("R1", at: "2025-03-01T08:00:00", status: "C", told: "2025-03-03T08:00:00", value: "5.9")
    let rows = try town.registry.auditCorrected(scope).rows
    #expect(rows.map(\.item) == ["K", "NA"])
    #expect(rows.map(\.now) == ["corrected", "reissued"])
    #expect([rows[0].decisionId, rows[0].event] == [decision, "E1"])
    #expect([rows[1].event] == [nil])
    let change = try #require(rows[0].changes.first)
    #expect([change.before?.value, change.before?.unit, change.before?.status] == ["4.1", "mmol/L", "final"])
    #expect([change.after?.value, change.after?.unit, change.after?.status] == ["5.9", "mmol/L", "corrected"])
    #expect(rows[1].changes.isEmpty)
    try await town.report("R1", at: "2025-03-01T08:00:00", status: "X", told: "2025-03-04T08:00:00")
    let withdrawn = try town.registry.auditCorrected(scope, of: "A").rows
    #expect(withdrawn.map(\.now) == ["cancelled", "cancelled"])
    #expect(withdrawn.map { $0.changes.map(\.after?.status) } == [["cancelled"], ["cancelled"]])
    #expect(try town.registry.auditCorrected(scope, of: "C").rows.isEmpty)
    #expect(throws: RegistryError.unknownInstitution("X")) { try town.registry.auditCorrected(scope, of: "X") }
  }

  @Test("a report's versions are one report, whichever of the patient's numbers they give")
  func twoRecords() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    try await town.report(
      "R1", at: "2025-03-01T08:00:00", status: "X", told: "2025-03-01T12:00:00", givesLocalNumber: false)
    try await town.report("R2", of: "C", at: "2025-03-03T08:00:00")
    #expect(try town.repeats(asIfConnected: true).avoidable == 0)
    _ = try town.decide(at: ordered)
    var scope = AuditScope(at: Books.time("2026-01-01"))
    scope.dimensions = [.item]
    #expect(try town.registry.auditRates(scope).figures.total.outcomes == ["repeat": 1])
  }

  @Test("avoidable counts what was recorded by then; a back-loaded year shows only as if connected")
  func bothWays() async throws {
    let live = try SmallTown()
    try await live.report("R1", at: "2025-03-01T08:00:00")
    live.clock("2025-03-03")
    try await live.report("R2", of: "C", at: "2025-03-03T08:00:00")
    let later = try SmallTown(now: "2025-12-01")
    try await later.report("R2", of: "C", at: "2025-03-03T08:00:00")
    try await later.report("R1", at: "2025-03-01T08:00:00")
    for town in [live, later] {
      let connected = try town.repeats(asIfConnected: true)
      #expect([connected.examined, connected.avoidable, connected.avoidableFen] == [2, 1, 1000])
    }
    #expect(try live.repeats(asIfConnected: false).avoidable == 1)
    #expect(try later.repeats(asIfConnected: false).avoidable == 0)
  }

  @Test("each report in the state that its versions up to then give it")
  func stateThen() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    try await town.report("R1", at: "2025-03-01T08:00:00", status: "X", told: "2025-03-04T08:00:00")
    try await town.report("R2", of: "C", at: "2025-03-03T08:00:00")
    let found = try town.repeats(asIfConnected: true)
    // The cancelled report is asked nothing, but it stood when the other was ordered.
    #expect([found.examined, found.avoidable] == [1, 1])
  }

  @Test(
    "a retest reason within a day of the order justifies",
    arguments: [
      (#","retestReason":4"#, "2025-03-02T08:00:00+08:00", 1), (#","retestReason":4"#, "2025-03-02T06:59:59+08:00", 0),
      (#","retestReason":4"#, "2025-03-04T08:00:00+08:00", 1), (#","retestReason":4"#, "2025-03-04T08:00:01+08:00", 0),
      ("", "2025-03-03T07:00:00+08:00", 0),
    ])
  func justified(reason: String, at time: String, count: Int) async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    try await town.report("R2", of: "A", at: "2025-03-03T08:00:00")
    _ = try town.decide(at: time, more: reason)
    let found = try town.repeats(asIfConnected: true)
    #expect(found.justified == (count == 1 ? ["4": 1] : [:]))
    #expect(found.avoidable == 1 - count)
  }

  @Test("declined with a reason that is no refusal justifies too")
  func declined() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    try await town.report("R2", of: "A", at: "2025-03-03T08:00:00")
    let decision = try town.decide(at: "2025-03-03T07:00:00+08:00")
    try town.feedback(
      town.line("E1", decision, "declined", at: "2025-03-03T07:10:00+08:00", more: #","retestReason":99"#))
    #expect(try town.repeats(asIfConnected: true).justified == ["99": 1])
  }

  @Test(
    "what lists and certificates alone keep from standing in is lost to them",
    arguments: [
      (["lists.csv": "list,scope,item,validFrom\n"], "not-listed"),
      (["certificates.csv": "institution,item,scope,validFrom\n"], "no-quality-certificate"),
      (
        [
          "lists.csv": "list,scope,item,validFrom\n",
          "certificates.csv": "institution,item,scope,validFrom\n",
        ], "both"
      ),
    ])
  func lost(changes: [String: String], cause: String) async throws {
    let town = try SmallTown(changes)
    try await town.report("R1", at: "2025-03-01T08:00:00")
    try await town.report("R2", of: "C", at: "2025-03-03T08:00:00")
    let found = try town.repeats(asIfConnected: true)
    #expect(found.lost.filter { $0.value.n > 0 }.keys.sorted() == [cause])
    #expect(found.lost[cause]?.fen == 1000)
    #expect(found.avoidable == 0)
  }

  @Test("a panel is one question; of part of it the covered part is priced")
  func panel() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    try await town.report("R2", of: "C", at: "2025-03-03T08:00:00", items: ["K", "NA"], code: "LYTES")
    let found = try town.repeats(asIfConnected: true)
    #expect([found.examined, found.partly, found.partlyFen, found.avoidable] == [2, 1, 900, 0])
  }

  @Test("the results of one report are no candidates for each other")
  func ownReport() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00", items: ["K", "K"], code: "unmapped")
    let found = try town.repeats(asIfConnected: true)
    #expect([found.examined, found.avoidable] == [1, 0])
  }
}
