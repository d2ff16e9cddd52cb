import Clinical
import Foundation
import Registry
import RegistryStore
import SQLiteStore
import Savings
import Testing

@testable import Registry

/// Times and amounts that nobody can mean: refused at the door, and no audit ends for those that an earlier version took.
@Suite("What cannot be meant")
struct PoisonedChainTests {
  @Test(
    "an order's or a feedback's time outside 1900-01-02 … 9998-12-31 is refused, and nothing is recorded",
    arguments: [
      "9999-12-31T23:00:00Z", "1900-01-01", "0001-01-01T00:00:00Z", "1900-01-01T08:00:00+08:00", "9999-01-01",
    ])
  func times(time: String) async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    #expect(throws: (any Error).self) { try town.decide(at: time) }
    let decision = try town.decide(at: "2025-03-02T08:00:00+08:00")
    let summary = try town.feedback(town.line("E1", decision, at: time))
    #expect(summary.refused == 1)
    #expect(summary.problems.map(\.field) == ["at"])
    #expect(try town.registry.verifyEvents().events == 1)
  }

  @Test(
    "a fee that nobody pays, or that is no whole number, names its field",
    arguments: ["9000000000000000000", "10000001", "-1", "1.5", "\"150\"", "99999999999999999999"])
  func fees(fee: String) async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    let decision = try town.decide(at: "2025-03-02T08:00:00+08:00")
    let line = town.line(
      "E1", decision, at: "2025-03-02T09:00:00+08:00", more: #","consultationFeeFen":\#(fee)"#)
    let summary = try town.feedback(line)
    #expect(summary.refused == 1)
    #expect(summary.problems.map(\.field) == ["consultationFeeFen"])
    #expect(summary.problems.map(\.code) == ["invalid-value"])
    try town.feedback(
      town.line("E2", decision, at: "2025-03-02T09:00:00+08:00", more: #","consultationFeeFen":10000000"#))
    #expect(try town.savings(at: "2026-01-01").consultationFen == 10_000_000)
  }

  @Test("what would not be read back as itself is not appended")
  func readBack() throws {
    let year10000 = EventTime(Instant(milliseconds: 253_402_297_200_000))
    let event = FeedbackEvent(event: "E1", kind: .accepted, decisionId: "D1", item: "K", at: year10000)
    #expect(throws: RegistryError.notRepeatable(kind: "event")) { try Registry.eventBody(event) }
    // Before 1901 the offset of Shanghai is no whole minute.
    for text in ["1900-01-02T00:00:00+08:00", "1900-12-31T12:34:56.789+08:00", "9998-12-31T23:59:59+08:00"] {
      let event = FeedbackEvent(
        event: "E1", kind: .accepted, decisionId: "D1", item: "K", at: EventTime(Books.time(text)))
      let body = Data(try Registry.eventBody(event).utf8)
      #expect(try JSONDecoder().decode(FeedbackEvent.self, from: body) == event)
    }
  }

  @Test("every audit names the events of an earlier version that cannot be read, and counts the others")
  func poisoned() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    let decision = try town.decide(at: "2025-03-02T08:00:00+08:00")
    try town.feedback(town.line("E1", decision, at: "2025-03-02T09:00:00+08:00"))
    let other = try town.decide("O2", at: "2025-03-02T08:00:00+08:00")
    let late = "10000-01-01T07:00:00+08:00"
    let recorded = try #require(
      try SQLiteStore(path: town.path.path).read { try $0.decisionBody(other) })
    try town.append([
      .init(
        id: "feedback:E2", kind: "accepted", decisionID: other, at: Books.time("9999-12-31T23:00:00Z"),
        body: #"{"at":"\#(late)","decisionId":"\#(other)","event":"E2","item":"K","kind":"accepted"}"#),
      .init(
        id: "feedback:E3", kind: "accepted", decisionID: other, at: Books.time("2025-03-02T09:00:00+08:00"),
        body: """
          {"at":"2025-03-02T09:00:00+08:00","consultationFeeFen":9000000000000000000,"decisionId":"\(other)","event":"E3",\
          "item":"K","kind":"accepted"}
          """),
      .init(
        id: "feedback:E4", kind: "accepted", decisionID: "unknown", at: Books.time("9999-12-31T23:00:00Z"),
        body: #"{"at":"\#(late)","decisionId":"unknown","event":"E4","item":"K","kind":"accepted"}"#),
      .init(
        id: "decision:A:O9:D9", kind: "decision", decisionID: "D9", at: Books.time("2025-03-02T08:00:00+08:00"),
        body: recorded.replacing(#""orderId":"O2""#, with: #""orderId":"O9""#)
          .replacing(#""decisionId":"\#(other)""#, with: #""decisionId":"D9""#)
          .replacing(#""knownAt":"\#(try knownAt(recorded))""#, with: #""knownAt":"\#(late)""#)),
    ])
    let bad = ["feedback:E2", "feedback:E3", "feedback:E4", "decision:A:O9:D9"]
    let scope = AuditScope(at: Books.time("2026-01-01"))
    for audit in [
      try town.registry.auditSavings(scope), try town.registry.auditSavings(scope, listsClaims: true),
      try town.registry.recomputeSavings(scope),
    ] {
      #expect(audit.period.unreadable == bad)
      #expect(audit.figures.total.grossFen == 1000)
      #expect(audit.text.description.contains("feedback:E3"))
    }
    #expect(try town.registry.recomputeSavings(scope).recompute?.difference == nil)
    #expect(try town.registry.auditRates(scope).period.unreadable == bad)
    #expect(try town.registry.auditSettlement(scope).period.unreadable == bad)
    #expect(try town.registry.auditRepeats(scope, asIfConnected: true).period.unreadable == bad)
    #expect(try town.registry.auditMonitoring(scope).period.unreadable == bad)
    #expect(try town.registry.auditReturn(scope).period.unreadable == bad)
    #expect(try town.registry.auditCoverage(scope).period.unreadable == bad)
    #expect(try town.registry.auditCorrected(scope).period.unreadable == bad)
    #expect(try town.registry.auditReassigned(scope).period.unreadable == bad)
    town.clock("2026-01-01")
    let verified = try town.registry.verifyEvents()
    #expect(verified.firstDifference == nil)
    #expect(verified.unreadable.map(\.id) == bad)
    #expect(verified.unreadable.map(\.place) == [4, 5, 6, 7])
    #expect(verified.totals?.grossFen == 1000)
    #expect(try town.registry.check().problems.isEmpty)
    #expect(throws: RegistryError.self) { try town.registry.eventTrail("E2") }
    // What is recorded since counts as ever.
    try town.feedback(town.line("E5", other, at: "2025-03-02T10:00:00+08:00"))
    #expect(try town.savings(at: "2026-01-01").grossFen == 2000)
  }

  private func knownAt(_ body: String) throws -> String {
    let start = try #require(body.firstRange(of: #""knownAt":""#)).upperBound
    return String(body[start...].prefix { $0 != "\"" })
  }

  @Test("no sum traps, whatever stands in it")
  func sums() throws {
    var sum = Int.max - 1
    sum.add(5)
    #expect(sum == .max)
    sum = .min
    sum.add(-1)
    #expect(sum == .min)
    var item = Books.item(fen: .max)
    item.chosen.append(item.chosen[0])
    item.chosen[1].institution = "C"
    let decisions = (1...3).map { Books.decision("D\($0)", order: "O\($0)", items: [item]) }
    let events = (1...3).map { number in
      var event = Books.feedback("E\(number)", decision: "D\(number)")
      event.consultationFeeFen = .max
      return event
    }
    let prompts = try Books.prompts(decisions, events)
    let figures = try Books.figures(prompts, splits: "*,*,*,*,*,9999,1,test").total
    #expect(figures.grossFen == .max)
    #expect(figures.netFen <= 0)
    #expect(figures.split.fundFen > 0)
    var settlement = SettlementBooks(AuditScope(at: Books.time("2026-01-01")), reference: try Books.reference())
    for prompt in prompts {
      if let claim = Claim(prompt, later: [], at: Books.time("2026-01-01")) { settlement.add(claim) }
    }
    #expect(settlement.figures.total.grossFen == .max)
  }
}

extension SmallTown {
  /// Appends events as they are, as an earlier version did.
  func append(_ events: [Event]) throws {
    try SQLiteStore(path: path.path, clock: { [registry] in registry.now }).write { transaction in
      for event in events {
        let previous = try transaction.lastEventDigest() ?? Registry.chainStart
        try transaction.insertEvent(
          event, recordedAt: transaction.recordedAt, previous: previous,
          digest: Registry.chainDigest(event, recordedAt: transaction.recordedAt, previous: previous))
        // As the migration did to what was there.
        if let person = event.body.firstMatch(of: /"person":"([^"]+)"/)?.1 {
          try transaction.indexLastEvent(person: String(person))
        }
      }
    }
  }
}
