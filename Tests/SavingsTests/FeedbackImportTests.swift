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
}
