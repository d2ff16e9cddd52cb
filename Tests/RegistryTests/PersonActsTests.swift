import Clinical
import Foundation
import Recognition
import Registry
import Savings
import Testing

/// What humans say of who is who.
@Suite("merge, split, review, undo")
struct PersonActsTests {
  private static let reason = try! PersonActReason(actor: "reviewer-1", words: "looked at both files")

  /// Two people with two records each.
  private static func bench() async throws -> Bench {
    let bench = try Bench()
    let numbers = [PersonFeed.residentID("19800115", 1), PersonFeed.residentID("19930702", 3)]
    try await bench.receive([
      .init(localID: "A1", name: "欧阳明霞", residentID: numbers[0], report: "R1"),
      .init(institution: "SYNTH-H2", localID: "A2", name: "欧阳明霞", residentID: numbers[0], report: "R2"),
      .init(localID: "B1", name: "司马长风", birthDate: "19930702", residentID: numbers[1], report: "R3"),
      .init(
        institution: "SYNTH-H2", localID: "B2", name: "司马长风", birthDate: "19930702", residentID: numbers[1],
        report: "R4"
      ),
    ])
    return bench
  }

  private static let apart: Set<Set<String>> = [["SYNTH-H1/A1", "SYNTH-H2/A2"], ["SYNTH-H1/B1", "SYNTH-H2/B2"]]

  @Test(
    "people with different valid numbers are only merged on purpose; the younger code redirects; undone, all is as before"
  )
  func mergeAndUndo() async throws {
    let bench = try await Self.bench()
    #expect(try bench.partition() == Self.apart)
    let (a, b) = (try bench.code("SYNTH-H1", "A1"), try bench.code("SYNTH-H1", "B1"))
    #expect(throws: RegistryError.self) { try bench.registry.merge([a, b], Self.reason) }
    #expect(try bench.registry.personActs().isEmpty, "what was refused is not an event")
    let merged = try bench.registry.merge([a, b], overridesNumbers: true, Self.reason)
    #expect(merged.moved == 2)
    #expect(try bench.partition().count == 1)
    let target = try #require(merged.persons.first)
    let source = target == a ? b : a
    #expect(try bench.registry.person(source).code == target)
    #expect(try bench.registry.timeline(ofPerson: source).reports.count == 4)
    let undone = try bench.registry.undo(merged.event, Self.reason)
    #expect(undone.moved == 2)
    #expect(try bench.partition() == Self.apart)
    #expect(try bench.code("SYNTH-H1", "A1") == a)
    #expect(try bench.code("SYNTH-H1", "B1") == b)
    #expect(try bench.registry.person(source).code == source, "the code is in use again")
    #expect(throws: RegistryError.self) { try bench.registry.undo(merged.event, Self.reason) }
    #expect(try bench.registry.verifyEvents().firstDifference == nil)
    #expect(try bench.registry.check().problems.isEmpty)
  }

  @Test("a split holds against the evidence, also when more arrives, until it is undone")
  func split() async throws {
    let bench = try await Self.bench()
    let code = try bench.code("SYNTH-H1", "A1")
    let record = try #require(try bench.registry.person(code).records.first { $0.institution == "SYNTH-H2" }?.name)
    let split = try bench.registry.split(code, [record], Self.reason)
    #expect(split.persons.count == 2)
    #expect(try bench.partition().count == 3)
    try await bench.receive([
      .init(
        institution: "SYNTH-H2", localID: "A2", name: "欧阳明霞", residentID: PersonFeed.residentID("19800115", 1),
        phone: "13612345678", report: "R9", minute: 10)
    ])
    #expect(try bench.partition().count == 3, "the veto stands")
    _ = try bench.registry.undo(split.event, Self.reason)
    #expect(try bench.partition() == Self.apart)
  }

  @Test("a record is moved by hand to another person and back")
  func link() async throws {
    let bench = try await Self.bench()
    let (a, b) = (try bench.code("SYNTH-H1", "A1"), try bench.code("SYNTH-H1", "B1"))
    let record = try #require(try bench.registry.person(a).records.first { $0.institution == "SYNTH-H2" }?.name)
    let linked = try bench.registry.link(record, to: b, Self.reason)
    #expect(try bench.code("SYNTH-H2", "A2") == b)
    #expect(try bench.code("SYNTH-H1", "A1") == a)
    _ = try bench.registry.undo(linked.event, Self.reason)
    #expect(try bench.partition() == Self.apart)
  }

  @Test(
    "a task is answered once; the same is one person, not the same stays two whatever comes", arguments: [true, false])
  func review(isSame: Bool) async throws {
    let bench = try Bench()
    let card = PersonFeed.residentID("19800115", 1)
    try await bench.receive([
      .init(localID: "A1", name: "欧阳明霞", residentID: card, report: "R1"),
      .init(
        institution: "SYNTH-H2", localID: "B1", name: "司马长风", birthDate: "19930702", residentID: card, report: "R2"),
    ])
    let task = try #require(try bench.registry.reviews(limit: 1).tasks.first)
    #expect(task.sides.count == 2)
    #expect(task.evidence.fields.contains { $0.field == "residentID" && $0.level == "equal" })
    _ = try bench.registry.answer(review: task.task, isSame: isSame, Self.reason)
    #expect(try bench.partition().count == (isSame ? 1 : 2))
    #expect(try bench.registry.reviews(limit: 1).open == 0)
    #expect(throws: RegistryError.self) {
      try bench.registry.answer(review: task.task, isSame: isSame, Self.reason)
    }
    try await bench.receive([
      .init(
        institution: "SYNTH-H2", localID: "B1", name: "司马长风", birthDate: "19930702", residentID: card,
        phone: "13612345678", report: "R3", minute: 4)
    ])
    #expect(try bench.partition().count == (isSame ? 1 : 2))
    #expect(try bench.registry.reviews(limit: 1).open == 0)
  }

  @Test("a report that is not mine stands in for nothing at once, and again when it is found to be mine")
  func dispute() async throws {
    let clock = TestClock()
    let bench = try Bench(clock: { clock.now })
    let card = PersonFeed.residentID("19800115", 1)
    try await bench.receive([
      .init(institution: "SYNTH-H3", localID: "A1", name: "欧阳明霞", residentID: card, report: "R1")
    ])
    let patient = OrderPatient(identifiers: [OrderIdentifier(Identifier(.residentID, card))])
    let orderedAt = try #require(RegistryZone.shanghai.instant("2026-01-02T08:00:00+08:00"))
    func outcome(knownAt: Instant? = nil) throws -> ItemDecision.Outcome? {
      try bench.registry.query(
        patient, institution: "SYNTH-H8", items: ["K"], setting: .outpatient, orderedAt: orderedAt, knownAt: knownAt
      ).items.first?.outcome
    }
    #expect(try outcome() != .noPrior)
    let before = clock.now
    clock.advance(seconds: 60)
    _ = try bench.registry.dispute(institution: "SYNTH-H3", report: "R1", Self.reason)
    #expect(try outcome() == .noPrior)
    #expect(try outcome(knownAt: before) != .noPrior, "what was known then is still known")
    #expect(try bench.registry.reviews(limit: 1).disputes.count == 1)
    #expect(try bench.registry.timeline(ofPerson: bench.code("SYNTH-H3", "A1")).reports.first?.disputed == true)
    clock.advance(seconds: 60)
    _ = try bench.registry.settle(institution: "SYNTH-H3", report: "R1", areTheirs: true, Self.reason)
    #expect(try outcome() != .noPrior)
    #expect(throws: RegistryError.self) {
      try bench.registry.settle(institution: "SYNTH-H3", report: "R1", areTheirs: false, Self.reason)
    }
    #expect(throws: RegistryError.self) {
      try bench.registry.dispute(institution: "SYNTH-H3", report: "none", Self.reason)
    }
  }

  @Test("decisions on a result that belongs to somebody else now are listed")
  func reassigned() async throws {
    let bench = try Bench()
    let card = PersonFeed.residentID("19800115", 1)
    try await bench.receive([
      .init(institution: "SYNTH-H3", localID: "A3", name: "欧阳明霞", residentID: card, report: "R3", minute: 30),
      .init(institution: "SYNTH-H2", localID: "A2", name: "欧阳明霞", residentID: card, report: "R2"),
      .init(institution: "SYNTH-H1", localID: "A1", name: "欧阳明霞", residentID: card, report: "R1"),
    ])
    let order = """
      {"orderId":"O1","patient":{"identifiers":[{"type":"resident-id","value":"\(card)"}]},"orderingInstitution":"SYNTH-H8",\
      "setting":"outpatient","orderedAt":"2026-01-02T08:00:00+08:00","items":[{"item":"K"}]}
      """
    let decision = try bench.registry.decide(line: Array(order.utf8), record: true)
    #expect(decision.items.first?.chosen.first?.candidate.institution == "SYNTH-H3")
    let scope = AuditScope(at: bench.registry.now)
    #expect(try bench.registry.auditReassigned(scope).rows.isEmpty)
    let record = try #require(
      try bench.registry.person(decision.person).records.first { $0.institution == "SYNTH-H3" }?.name)
    _ = try bench.registry.unlink(record, Self.reason)
    let row = try #require(try bench.registry.auditReassigned(scope).rows.first)
    #expect(row.belongsTo == (try bench.code("SYNTH-H3", "A3")))
    #expect(row.reportId == "R3")
  }
}
