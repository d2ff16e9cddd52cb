import Clinical
import Foundation
import Recognition
import Registry
import RegistryStore
import SQLiteStore
import Savings
import Testing

@Suite("orders and feedback submitted one by one")
struct SubmittedUnitsTests {
  private func order(_ number: Int) -> [UInt8] {
    Array(
      """
      {"orderId":"S\(number)","patient":{"identifiers":[{"type":"resident-id","value":"11010519491231002X"}]},\
      "orderingInstitution":"A","setting":"outpatient","orderedAt":"2025-03-02T08:00:00+08:00","items":[{"item":"K"}]}
      """.utf8)
  }

  @Test("each is on disk when it is answered; what comes together is one commit; a refused one takes no other with it")
  func together() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    let registry = town.registry
    let store = try SQLiteStore(path: town.path.path)
    let before = try store.read { $0.commit.number }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in 0..<16 {
        group.addTask {
          for place in 0..<8 {
            let number = lane * 8 + place
            let decision = try await registry.submit(order: order(number))
            #expect(try store.read { try $0.decisionBody(decision.id) } != nil)
            let isKnown = number % 4 == 0
            let line = town.line(
              "E\(number)", isKnown ? "no such decision" : decision.id, at: "2025-03-02T09:00:00+08:00")
            let outcome = try await registry.submit(feedback: Array(line.utf8))
            #expect(outcome == (isKnown ? .quarantined : .taken))
            #expect(try store.read { try $0.eventBody("feedback:E\(number)") } != nil)
            // The same id for other content.
            let other = town.line("E\(number)", decision.id, at: "2025-03-02T10:00:00+08:00")
            await #expect(throws: FeedbackProblem.self) {
              try await registry.submit(feedback: Array(other.utf8))
            }
            #expect(try await registry.submit(feedback: Array(line.utf8)) == (isKnown ? .quarantined : .known))
          }
        }
      }
      try await group.waitForAll()
    }
    let commits = try store.read { $0.commit.number } - before
    #expect(commits < 256, "units that come together are one commit")
    let savings = try registry.recomputeSavings(AuditScope(at: Books.time("2026-01-01")))
    #expect(savings.recompute?.difference == nil)
    #expect(savings.figures.total.responses.prompts == 128)
    #expect(savings.figures.total.responses.accepted == 96)
    #expect(try registry.verifyEvents().firstDifference == nil)
    await #expect(throws: OrderProblem.self) { try await registry.submit(order: Array("{}".utf8)) }
  }
}
