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
    // The evidence names both people and says in words why a human is asked.
    #expect(Set(task.evidence.persons).count == 2)
    #expect(task.evidence.reasons.contains { $0.contains("lent card") })
    #expect(task.evidence.text.description.contains(task.evidence.persons.joined(separator: " and ")))
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
    clock.advance(seconds: 60)
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

  @Test("of two tasks the one that is likelier to find one person is asked first, guards counted")
  func value() async throws {
    let bench = try Bench()
    let card = PersonFeed.residentID("19800115", 1)
    // A lent card, with all else alike that a household shares; and a name and birth date that are one person's or a double's.
    try await bench.receive([
      .init(localID: "A1", name: "欧阳明霞", residentID: card, phone: "13612345678", report: "R1"),
      .init(localID: "A2", name: "欧阳长风", residentID: card, phone: "13612345678", report: "R2", minute: 1),
      .init(localID: "B1", name: "司马景澄", birthDate: "19930702", report: "R3", minute: 2),
      .init(institution: "SYNTH-H2", localID: "B2", name: "司马景澄", birthDate: "19930702", report: "R4", minute: 3),
    ])
    let tasks = try bench.registry.reviews(limit: 10).tasks
    #expect(tasks.map(\.evidence.guards) == [["coincidence"], ["same-number-other-person"]])
    let values = tasks.map(\.value)
    #expect(values.count == 2 && values[0] > values[1])
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

/// What a command presumed, another may have changed meanwhile: the second is told, and nothing happens twice.
@Suite("two reviewers")
struct TwoReviewersTests {
  private static let reason = try! PersonActReason(actor: "reviewer-2", words: "looked at both files")

  private static func bench() async throws -> (Bench, a: String, b: String) {
    let bench = try Bench()
    try await bench.receive([
      .init(localID: "A1", name: "欧阳明霞", report: "R1"),
      .init(localID: "B1", name: "司马长风", birthDate: "19930702", report: "R3"),
    ])
    return (bench, try bench.code("SYNTH-H1", "A1"), try bench.code("SYNTH-H1", "B1"))
  }

  @Test("codes that another has merged meanwhile are one person's: that is said, and no event is made of it")
  func merged() async throws {
    let (bench, a, b) = try await Self.bench()
    let other = try Registry(path: bench.path)
    let merged = try bench.registry.merge([a, b], Self.reason)
    for registry in [other, bench.registry] {
      #expect(throws: RegistryError.onePersonAlready) {
        try registry.merge([a, b], Self.reason)
      }
    }
    #expect(try bench.registry.personActs().count == 1)
    #expect(try bench.registry.person(merged.persons[0]).formerCodes == [a, b].filter { $0 != merged.persons[0] })
    // Undone, no code stands for another; as known before, it did.
    let then = bench.registry.now
    try await Task.sleep(for: .milliseconds(10))
    _ = try other.undo(merged.event, Self.reason)
    for code in [a, b] { #expect(try bench.registry.person(code).formerCodes.isEmpty) }
    #expect(try bench.registry.person(a, knownAt: then).formerCodes.count == 1)
    #expect(throws: RegistryError.self) { try bench.registry.undo(merged.event, Self.reason) }
  }

  @Test("codes that stand for a person through others are former codes of it too")
  func chained() async throws {
    let (bench, a, b) = try await Self.bench()
    try await bench.receive([.init(localID: "C1", name: "诸葛青云", birthDate: "19710303", report: "R5")])
    let c = try bench.code("SYNTH-H1", "C1")
    let first = try bench.registry.merge([b, c], Self.reason)
    let second = try bench.registry.merge([a, c], Self.reason)
    let code = second.persons[0]
    #expect(try Set(bench.registry.person(code).formerCodes) == Set([a, b, c]).subtracting([code]))
    _ = try bench.registry.undo(second.event, Self.reason)
    #expect(try bench.registry.person(b).formerCodes.count + bench.registry.person(c).formerCodes.count == 2)
    #expect(try bench.registry.person(a).formerCodes.isEmpty)
    _ = try bench.registry.undo(first.event, Self.reason)
    for code in [a, b, c] { #expect(try bench.registry.person(code).formerCodes.isEmpty) }
  }

  @Test("a task, a dispute, a split and an undo are answered once", arguments: [true, false])
  func once(isSame: Bool) async throws {
    let bench = try Bench()
    let card = PersonFeed.residentID("19800115", 1)
    try await bench.receive([
      .init(localID: "A1", name: "欧阳明霞", residentID: card, report: "R1"),
      .init(
        institution: "SYNTH-H2", localID: "B1", name: "司马长风", birthDate: "19930702", residentID: card, report: "R2"),
    ])
    let other = try Registry(path: bench.path)
    let task = try #require(try other.reviews(limit: 1).tasks.first?.task)
    _ = try bench.registry.answer(review: task, isSame: isSame, Self.reason)
    for answer in [true, false] {
      #expect(throws: RegistryError.self) { try other.answer(review: task, isSame: answer, Self.reason) }
    }
    _ = try bench.registry.dispute(institution: "SYNTH-H1", report: "R1", Self.reason)
    #expect(throws: RegistryError.self) {
      try other.dispute(institution: "SYNTH-H1", report: "R1", Self.reason)
    }
    _ = try bench.registry.settle(institution: "SYNTH-H1", report: "R1", areTheirs: true, Self.reason)
    #expect(throws: RegistryError.settledAlready(areTheirs: true)) {
      try other.settle(institution: "SYNTH-H1", report: "R1", areTheirs: false, Self.reason)
    }
    #expect(try bench.registry.personActs().count == 3)
    #expect(try bench.registry.verifyEvents().firstDifference == nil)
  }

  @Test("an undone merge gives no code back that others have by now")
  func codesTaken() async throws {
    let (bench, a, b) = try await Self.bench()
    try await bench.receive([.init(localID: "C1", name: "诸葛青云", birthDate: "19710303", report: "R5")])
    let c = try bench.code("SYNTH-H1", "C1")
    let apart = try bench.partition()
    let events = [
      try bench.registry.merge([a, b], Self.reason), try bench.registry.merge([a, c], Self.reason),
    ].map(\.event)
    for event in events { _ = try bench.registry.undo(event, Self.reason) }
    #expect(try bench.partition() == apart)
    #expect(try bench.registry.check().problems.isEmpty)
  }
}
