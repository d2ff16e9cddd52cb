import Clinical
import Registry
import Savings
import Testing

@Suite("Monitoring and its alerts")
struct MonitoringTests {
  private let alert = "B/tests/2024-09"

  /// Nine months of five and six tests, and one of twenty.
  private func town() async throws -> SmallTown {
    let town = try SmallTown(now: "2025-01-01")
    var paths: [String] = []
    for (month, count) in zip(1..., [5, 6, 5, 6, 5, 6, 5, 6, 20, 5]) {
      for day in 1...count {
        let date = try #require(CalendarDate(year: 2024, month: month, day: day))
        paths.append(try town.write("R\(month)-\(day)", at: "\(date.iso)T08:00:00"))
      }
    }
    try await town.receive(paths)
    return town
  }

  private var scope: AuditScope { AuditScope(at: Books.time("2025-02-01")) }

  @Test(
    "months of an institution: tests, their cost, positive and repeat rate; what was asked counts where it was ordered")
  func figures() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00", items: ["K", "NA"], code: "LYTES")
    try await town.report("R2", at: "2025-03-03T08:00:00")
    try town.feedback(
      town.line("E1", try town.decide(at: "2025-03-04T08:00:00+08:00"), at: "2025-03-04T09:00:00+08:00"))
    let rows = try town.registry.auditMonitoring(scope).rows + town.registry.auditMonitoring(scope, of: "B").rows
    #expect(rows.isEmpty, "nothing had happened yet")
    let now = AuditScope(at: Books.time("2025-05-01"))
    let audit = try town.registry.auditMonitoring(now)
    #expect(audit.rows.map { "\($0.institution) \($0.month)" } == ["A 2025-03", "B 2025-03"])
    let (asked, did) = (audit.rows[0].figures, audit.rows[1].figures)
    #expect([asked.prompts, asked.accepted, asked.tests] == [1, 1, 0])
    #expect([did.tests, did.costFen, did.flagged, did.positive, did.repeats] == [2, 2500, 3, 0, 1])
    #expect(audit.rows[1].measures[.repeatRate]?.value == 0.5)
    #expect(audit.rows[0].measures[.repeatRate]?.value == nil)
    #expect(try town.registry.auditMonitoring(now, of: "B").rows.map(\.institution) == ["B"])
    #expect(throws: RegistryError.unknownInstitution("X")) { try town.registry.auditMonitoring(now, of: "X") }
  }

  @Test("an alert is found by the charts, and goes its steps in order, each an event of the chain")
  func steps() async throws {
    let town = try await town()
    let registry = town.registry
    #expect(try registry.auditAlerts(scope).alerts.map(\.alert) == ["B/cost/2024-09", alert])
    func take(_ step: AlertStep, _ id: String? = nil) throws {
      try registry.takeAlertStep(step, of: id ?? alert, by: "commission", note: "a word about \(step.rawValue)", scope)
    }
    #expect(throws: RegistryError.self) { try take(.handled) }
    #expect(throws: RegistryError.self) { try take(.warned, "B/tests/2024-08") }
    #expect(throws: RegistryError.self) {
      try registry.takeAlertStep(.warned, of: alert, by: " ", note: "words", scope)
    }
    #expect(try registry.verifyEvents().events == 0)
    for step in [AlertStep.warned, .handled, .answered] {
      town.clock("2025-01-0\(step == .warned ? 2 : step == .handled ? 3 : 4)")
      try take(step)
      #expect(throws: RegistryError.self) { try take(step) }
      #expect(try registry.auditAlerts(scope).alerts.map(\.state) == [.found, step])
    }
    let verified = try registry.verifyEvents()
    #expect([verified.events, verified.firstDifference] == [3, nil])
    let steps = try registry.auditAlerts(scope).alerts[1].steps
    #expect(steps.map(\.note) == ["warned", "handled", "answered"].map { "a word about \($0)" })
    var earlier = scope
    earlier.knownAt = Books.time("2025-01-03T12:00:00")
    #expect(try registry.auditAlerts(earlier).alerts.map(\.state) == [.found, .handled])
  }

  @Test("what was warned of stays, with what was found then, also when the charts do not find it any more")
  func stays() async throws {
    let town = try await town()
    let note = "tell us why"
    try town.registry.takeAlertStep(.warned, of: alert, by: "commission", note: note, scope)
    var month = scope
    month.from = Books.time("2024-09-01")
    let listed = try town.registry.auditAlerts(month).alerts
    #expect(listed.map(\.alert) == [alert])
    #expect(listed.map(\.isFound) == [false])
    #expect(listed.map(\.finding.count) == [20])
    month.from = Books.time("2024-10-01T00:00:00")
    #expect(try town.registry.auditAlerts(month).alerts.isEmpty)
  }
}
