import Registry
import Savings
import Testing

@Suite("Feedback taken in")
struct FeedbackImportTests {
  private let ordered = "2025-03-02T08:00:00+08:00"
  private let answered = "2025-03-02T09:00:00+08:00"

  private func town() async throws -> (SmallTown, decision: String) {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    return (town, try town.decide(at: ordered))
  }

  @Test("refused lines are told by number and reason, the rest is taken")
  func refused() async throws {
    let (town, decision) = try await town()
    let none = try town.decide("O2", at: "2025-06-02T08:00:00+08:00")
    let found = try town.feedback(
      town.line("E1", decision, at: answered), "", "nonsense",
      town.line("E2", decision, "declined", at: answered, more: #","retestReason":6"#),
      town.line("E3", none, at: answered), town.line("E4", decision, at: answered, item: "NA"),
      town.line("E1", decision, at: answered, more: #","by":"another""#),
      town.line("E5", decision, "declined", at: answered, more: #","retestReason":6,"text":"words""#))
    #expect([found.lines, found.taken, found.refused] == [7, 2, 5])
    #expect(
      found.problems.map { "\($0.line) \($0.code)" } == [
        "3 not-json", "4 missing-field", "5 nothing-to-accept", "6 unknown-item", "7 conflicting-event",
      ])
  }

  @Test("the same events again change nothing")
  func again() async throws {
    let (town, decision) = try await town()
    let line = town.line("E1", decision, at: answered)
    #expect(try town.feedback(line, line).known == 1)
    let head = try town.registry.verifyEvents().head
    #expect(try town.feedback(line).known == 1)
    #expect(try town.registry.verifyEvents().head == head)
  }

  @Test("feedback waits for its decision, and counts when it appears")
  func waits() async throws {
    let (town, decision) = try await town()
    let other = try SmallTown()
    try await other.report("R1", at: "2025-03-01T08:00:00")
    #expect(try other.feedback(town.line("E1", decision, at: answered)).quarantined == 1)
    #expect(try other.registry.waitingFeedback().map(\.event) == ["E1"])
    #expect(try other.savings(at: "2026-01-01").grossFen == 0)
    #expect(try other.decide(at: ordered) == decision)
    #expect(try other.registry.waitingFeedback().isEmpty)
    #expect(try other.savings(at: "2026-01-01").grossFen == 1000)
  }

  @Test("CSV is taken as NDJSON is")
  func csv() async throws {
    let (town, decision) = try await town()
    let file = "kind,event,decisionId,item,at,consultationFeeFen\r\naccepted,E1,\(decision),K,\(answered),\r\nx,E2,,,,"
    let found = try town.registry.importFeedback(Array(file.utf8))
    #expect(found.problems.map(\.line) == [3])
    let json = try town.feedback(town.line("E1", decision, at: answered))
    #expect([found.taken, found.refused, json.known] == [1, 1, 1])
  }

  @Test("a day's worth of lines about one decision, known or not, takes time in proportion", .timeLimit(.minutes(10)))
  func manyLines() async throws {
    let (town, decision) = try await town()
    for (named, taken) in [("unknown", 0), (decision, 12_000)] {
      let lines = (0..<12_000).map { number in
        town.line(
          "\(named)-\(number)", named, number % 2 == 0 ? "accepted" : "undone",
          at: "2025-03-02T\(9 + number / 1200):\(10 + number / 200 % 50):\(10 + number % 50)+08:00")
      }
      let begun = ContinuousClock.now
      let summary = try town.registry.importFeedback(Array(lines.joined(separator: "\n").utf8))
      let elapsed = ContinuousClock.now - begun
      #expect(summary.taken == taken)
      // A thousandth of what it took when every line read all that were there before.
      #expect(elapsed < .seconds(60))
    }
    let scope = AuditScope(at: Books.time("2026-01-01"))
    #expect(try town.registry.recomputeSavings(scope).recompute?.difference == nil)
    #expect(try town.registry.waitingFeedback().count == 12_000)
  }

  @Test("an order's number is told in whichever of Unicode's forms, with whatever is in it: one order")
  func oddNumbers() async throws {
    let (town, _) = try await town()
    for (place, order) in ["caf\u{E9}", "cafe\u{301}", "a\u{0}b", "a\\u0000b"].enumerated() {
      let written = order.replacing("\u{0}", with: "\\u0000")
      let decision = try town.decide(written, at: "2025-03-02T08:0\(place):00+08:00")
      try town.feedback(town.line("E\(place)", decision, at: answered))
    }
    let scope = AuditScope(at: Books.time("2026-01-01"))
    let audit = try town.registry.recomputeSavings(scope)
    #expect(audit.recompute?.difference == nil)
    #expect(audit.figures.total.claims == 2)
    #expect(try town.registry.verifyEvents().firstDifference == nil)
  }
}
