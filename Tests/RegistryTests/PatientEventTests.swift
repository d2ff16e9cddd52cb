import Clinical
import Crypto
import Feeds
import Foundation
import Messages
import RegistryStore
import Testing

@testable import Registry

/// What hospitals say of their own patients' numbers.
@Suite("patient events")
struct PatientEventTests {
  private static let reason = try! PersonActReason(actor: "reviewer-1", words: "asked the hospital")
  private static let cards = [PersonFeed.residentID("19800115", 1), PersonFeed.residentID("19930702", 3)]

  /// A step of a feed.
  fileprivate enum Step {
    case visit(PersonFeed.Visit)
    case event(PatientEvent)
  }

  private static func patient(_ number: String, name: String? = nil, birthDate: String? = nil, card: String? = nil)
    -> Patient
  {
    var patient = Patient()
    patient.identifiers = [Identifier(.local, number)] + (card.map { [Identifier(.residentID, $0)] } ?? [])
    patient.name = name
    patient.birthDate = birthDate.flatMap { CalendarDate($0) }
    return patient
  }

  /// - Parameter hour: of 2026-01-10, when the institution says that it happened.
  private static func event(
    _ kind: PatientEvent.Kind, _ patient: Patient, _ prior: Patient? = nil, of institution: String = "SYNTH-H1",
    hour: Int = 8
  ) -> PatientEvent {
    let at = Instant(milliseconds: 1_768_003_200_000).adding(hours: hour)
    return PatientEvent(
      kind, source: OrganizationReference(identifier: institution), patient: patient, prior: prior, at: at)
  }

  private static let strangers: [Step] = [
    .visit(.init(localID: "P1", name: "欧阳明霞", report: "R1")),
    .visit(.init(localID: "P2", name: "司马长风", birthDate: "19930702", report: "R2", minute: 1)),
    // Another hospital's numbers are other numbers.
    .visit(.init(institution: "SYNTH-H2", localID: "P1", name: "诸葛青云", birthDate: "19710303", report: "R3", minute: 2)),
    .visit(.init(institution: "SYNTH-H2", localID: "P2", name: "上官婉如", birthDate: "19620404", report: "R4", minute: 3)),
  ]

  private static let apart: Set<Set<String>> = [["SYNTH-H1/P1"], ["SYNTH-H1/P2"], ["SYNTH-H2/P1"], ["SYNTH-H2/P2"]]
  private static let merged: Set<Set<String>> = [["SYNTH-H1/P1", "SYNTH-H1/P2"], ["SYNTH-H2/P1"], ["SYNTH-H2/P2"]]

  private static func bench(_ steps: [Step]) async throws -> Bench {
    let bench = try Bench()
    for step in steps { try await bench.take(step) }
    return bench
  }

  @Test(
    "a merge, a change of number and a link make one of two records of their own institution; undone, all is as if they had not been",
    arguments: [.merge, .changeNumber, .link] as [PatientEvent.Kind])
  func merge(kind: PatientEvent.Kind) async throws {
    let bench = try await Self.bench(Self.strangers)
    #expect(try bench.partition() == Self.apart)
    let codes = try ["P1", "P2"].map { try bench.code("SYNTH-H1", $0) }
    let before = try bench.registry.check().contentDigest
    let event = try await bench.take(.event(Self.event(kind, Self.patient("P2"), Self.patient("P1"))))
    #expect(try bench.partition() == Self.merged)
    #expect(Set(codes).contains(try bench.code("SYNTH-H1", "P1")))
    #expect(try bench.code("SYNTH-H1", "P1") == bench.code("SYNTH-H1", "P2"))
    let chained = try #require(try bench.registry.store.read { try $0.event(event) }?.event)
    #expect(chained.kind == "patient-\(kind.rawValue)")
    #expect(!chained.body.contains("P1") && !chained.body.contains("P2"))
    #expect(try bench.registry.verifyEvents().firstDifference == nil)
    #expect(try bench.registry.check().problems.isEmpty)

    let undone = try bench.registry.undo(event, Self.reason)
    #expect(undone.moved == 1)
    #expect(try bench.partition() == Self.apart)
    #expect(try ["P1", "P2"].map { try bench.code("SYNTH-H1", $0) } == codes)
    #expect(try codes.flatMap { try bench.registry.person($0).formerCodes }.isEmpty)
    #expect(try bench.registry.check().contentDigest == before)
    #expect(throws: RegistryError.self) { try bench.registry.undo(event, Self.reason) }
    #expect(try bench.registry.verifyEvents().firstDifference == nil)
    #expect(try bench.registry.check().problems.isEmpty)
  }

  @Test("any order of the merge and the reports gives the same people, and any order is undone", arguments: 0..<24)
  func anyOrder(number: Int) async throws {
    var steps = Self.strangers.prefix(3) + [.event(Self.event(.merge, Self.patient("P2"), Self.patient("P1")))]
    var order: [Step] = []
    var rest = number
    for size in (1...4).reversed() {
      order.append(steps.remove(at: steps.startIndex + rest % size))
      rest /= size
    }
    let bench = try Bench()
    var event = ""
    for step in order {
      let told = try await bench.take(step)
      if case .event = step { event = told }
    }
    #expect(try bench.partition() == [["SYNTH-H1/P1", "SYNTH-H1/P2"], ["SYNTH-H2/P1"]])
    #expect(try bench.registry.check().problems.isEmpty)
    _ = try bench.registry.undo(event, Self.reason)
    #expect(try bench.partition() == [["SYNTH-H1/P1"], ["SYNTH-H1/P2"], ["SYNTH-H2/P1"]])
    #expect(try bench.registry.check().problems.isEmpty)
  }

  @Test("a merge of numbers that nobody has reported makes nobody, and holds when they come")
  func unreported() async throws {
    let bench = try await Self.bench([.event(Self.event(.merge, Self.patient("P2"), Self.patient("P1")))])
    #expect(try bench.partition().isEmpty)
    try await bench.take(Self.strangers[0])
    #expect(try bench.partition().count == 1)
    try await bench.take(Self.strangers[1])
    #expect(try bench.partition() == [["SYNTH-H1/P1", "SYNTH-H1/P2"]])
  }

  @Test(
    "of statements that contradict each other the later holds, whichever came first; of one time that they are two",
    arguments: [(8, 9, 9, 2), (9, 8, 7, 1), (8, 8, 8, 2), (8, 9, 10, 1)], [false, true])
  func unlink(hours: (link: Int, unlink: Int, merge: Int, people: Int), isReversed: Bool) async throws {
    let pair = (Self.patient("P2"), Self.patient("P1"))
    let events: [Step] = [
      .event(Self.event(.link, pair.0, pair.1, hour: hours.link)),
      .event(Self.event(.unlink, pair.1, pair.0, hour: hours.unlink)),
      .event(Self.event(.merge, pair.0, pair.1, hour: hours.merge)),
    ]
    let bench = try await Self.bench(Self.strangers.prefix(2) + (isReversed ? events.reversed() : events))
    #expect(try bench.partition().count == hours.people)
  }

  @Test(
    "two different valid resident IDs are two people, whatever their hospital says: a human is asked", arguments: 0..<6)
  func contradiction(number: Int) async throws {
    var steps: [Step] = [
      .visit(.init(localID: "P1", name: "欧阳明霞", residentID: Self.cards[0], report: "R1")),
      .visit(.init(localID: "P2", name: "司马长风", birthDate: "19930702", residentID: Self.cards[1], report: "R2")),
      .event(Self.event(.merge, Self.patient("P2"), Self.patient("P1"))),
    ]
    steps.swapAt(number % 3, number / 3)
    let bench = try await Self.bench(steps)
    #expect(try bench.partition() == [["SYNTH-H1/P1"], ["SYNTH-H1/P2"]])
    let task = try #require(try bench.registry.reviews(limit: 1).tasks.first)
    #expect(task.evidence.guards.contains("contradiction"))
    #expect(throws: RegistryError.self) { try bench.registry.answer(review: task.task, isSame: true, Self.reason) }
    _ = try bench.registry.answer(review: task.task, isSame: false, Self.reason)
    #expect(try bench.registry.reviews(limit: 1).open == 0)
    #expect(try bench.partition().count == 2)
  }

  @Test("evidence of other institutions goes before: records that they hold apart stay apart")
  func evidenceElsewhere() async throws {
    let bench = try await Self.bench([
      .event(Self.event(.merge, Self.patient("P2"), Self.patient("P1"))),
      .visit(.init(localID: "P1", name: "欧阳明霞", phone: "13612345678", report: "R1")),
      .visit(.init(localID: "P2", name: "司马长风", birthDate: "19930702", phone: "13812345679", report: "R2")),
      .visit(
        .init(
          institution: "SYNTH-H2", localID: "A", name: "欧阳明霞", residentID: Self.cards[0], phone: "13612345678",
          report: "R3")),
      .visit(
        .init(
          institution: "SYNTH-H2", localID: "B", name: "司马长风", birthDate: "19930702", residentID: Self.cards[1],
          phone: "13812345679", report: "R4")),
    ])
    #expect(
      try bench.partition() == [["SYNTH-H1/P1", "SYNTH-H2/A"], ["SYNTH-H1/P2", "SYNTH-H2/B"]])
    #expect(try bench.registry.reviews(limit: 1).open == 1)
  }

  @Test("an update is said of the record whenever it comes, and unsaid when it is undone", arguments: [false, true])
  func update(comesFirst: Bool) async throws {
    let told = Self.patient("P1", name: "欧阳明霞", birthDate: "19800115", card: Self.cards[0])
    let visits: [Step] = [
      .visit(.init(localID: "P1", name: "欧阳明霞", report: "R1")),
      .visit(.init(institution: "SYNTH-H2", localID: "A", name: "欧阳明霞", residentID: Self.cards[0], report: "R2")),
    ]
    let update = Step.event(Self.event(.update, told))
    let bench = try Bench()
    var event = ""
    for step in comesFirst ? [update] + visits : visits + [update] {
      let said = try await bench.take(step)
      if case .event = step { event = said }
    }
    let together: Set<Set<String>> = [["SYNTH-H1/P1", "SYNTH-H2/A"]]
    #expect(try bench.partition() == together)
    let card = Identifier(.residentID, Self.cards[0])
    _ = try bench.registry.undo(event, Self.reason)
    #expect(try bench.partition() == [["SYNTH-H1/P1"], ["SYNTH-H2/A"]])
    #expect(try bench.registry.persons(with: card, institution: nil) == [bench.code("SYNTH-H2", "A")])
    #expect(try bench.registry.check().problems.isEmpty)
    // Said again, it holds again; said with a report, it holds for good.
    let again = try await bench.take(.event(Self.event(.update, told, hour: 9)))
    #expect(try bench.partition() == together)
    try await bench.take(
      .visit(.init(localID: "P1", name: "欧阳明霞", residentID: Self.cards[0], report: "R9", minute: 5)))
    _ = try bench.registry.undo(again, Self.reason)
    #expect(try bench.partition() == together)
    #expect(try bench.registry.check().problems.isEmpty)
    #expect(try bench.registry.verifyEvents().firstDifference == nil)
  }

  @Test("what two updates tell is told until both are undone")
  func twice() async throws {
    let told = Self.patient("P1", name: "欧阳明霞", birthDate: "19800115", card: Self.cards[0])
    let bench = try await Self.bench([
      .visit(.init(localID: "P1", name: "欧阳明霞", report: "R1")),
      .visit(.init(institution: "SYNTH-H2", localID: "A", name: "欧阳明霞", residentID: Self.cards[0], report: "R2")),
    ])
    let events = [
      try await bench.take(.event(Self.event(.update, told))),
      try await bench.take(.event(Self.event(.update, told, hour: 9))),
    ]
    for (event, people) in zip(events, [1, 2]) {
      _ = try bench.registry.undo(event, Self.reason)
      #expect(try bench.partition().count == people)
      #expect(try bench.registry.check().problems.isEmpty)
    }
  }

  @Test("a new number is the patient's from then on, and the old one still finds them")
  func changeNumber() async throws {
    let bench = try await Self.bench([
      .visit(.init(localID: "P1", name: "欧阳明霞", report: "R1")),
      .event(Self.event(.changeNumber, Self.patient("P9"), Self.patient("P1"))),
      .visit(.init(localID: "P9", name: "欧阳明夏", birthDate: "19800116", report: "R2", minute: 9)),
    ])
    #expect(try bench.partition() == [["SYNTH-H1/P1", "SYNTH-H1/P9"]])
    #expect(try bench.code("SYNTH-H1", "P1") == bench.code("SYNTH-H1", "P9"))
  }

  @Test(
    "a number that nobody reported under yet leads to whom its institution says it is, as known then; until that is undone"
  )
  func alias() async throws {
    let clock = TestClock()
    let bench = try Bench(clock: { clock.now })
    try await bench.take(Self.strangers[0])
    func people(_ number: String, knownAt: Instant? = nil) throws -> [String] {
      try bench.registry.persons(with: Identifier(.local, number), institution: "SYNTH-H1", knownAt: knownAt)
    }
    let code = try bench.code("SYNTH-H1", "P1")
    clock.advance(seconds: 60)
    let first = try await bench.take(
      .event(Self.event(.changeNumber, Self.patient("P8"), Self.patient("P1"))))
    let second = try await bench.take(.event(Self.event(.merge, Self.patient("P9"), Self.patient("P8"), hour: 9)))
    #expect(try [people("P1"), people("P8"), people("P9")] == [[code], [code], [code]])
    #expect(try bench.registry.persons(with: Identifier(.local, "P9"), institution: "SYNTH-H2").isEmpty)
    #expect(
      try bench.registry.find(Self.patient("P9"), institution: "SYNTH-H1").map(\.person) == [code])
    try await bench.take(.event(Self.event(.unlink, Self.patient("P8"), Self.patient("P9"), hour: 10)))
    #expect(try people("P9").isEmpty)
    let before = clock.now
    clock.advance(seconds: 60)
    _ = try bench.registry.undo(first, Self.reason)
    _ = try bench.registry.undo(second, Self.reason)
    #expect(try people("P8").isEmpty)
    #expect(try people("P8", knownAt: before) == [code])
  }

  @Test(
    "who came without a name, and was known under another number later, is found by what is told of that one",
    arguments: [false, true])
  func unknownPatient(comesFirst: Bool) async throws {
    let visits: [Step] = [
      .visit(.init(localID: "T1", name: "无名氏", birthDate: "", report: "R1")),
      .visit(.init(institution: "SYNTH-H2", localID: "A", name: "欧阳明霞", residentID: Self.cards[0], report: "R2")),
    ]
    let named = Self.patient("P1", name: "欧阳明霞", birthDate: "19800115", card: Self.cards[0])
    let merge = Step.event(Self.event(.merge, named, Self.patient("T1")))
    let bench = try Bench()
    var event = ""
    for step in comesFirst ? [merge] + visits : visits + [merge] {
      let said = try await bench.take(step)
      if case .event = step { event = said }
    }
    #expect(try bench.partition() == [["SYNTH-H1/T1", "SYNTH-H2/A"]])
    try await bench.take(.visit(.init(localID: "P1", name: "欧阳明霞", report: "R3", minute: 4)))
    #expect(try bench.partition() == [["SYNTH-H1/T1", "SYNTH-H1/P1", "SYNTH-H2/A"]])
    #expect(try bench.registry.check().problems.isEmpty)
    _ = try bench.registry.undo(event, Self.reason)
    #expect(try bench.partition().contains(["SYNTH-H1/T1"]))
    #expect(try bench.registry.check().problems.isEmpty)
  }

  @Test("under a number of two patients nobody is meant, but by whom is told")
  func twoPatients() async throws {
    let visits: [Step] = [
      .visit(.init(localID: "P1", name: "欧阳明霞", report: "R1")),
      .visit(.init(localID: "P1", name: "诸葛青云", birthDate: "19710303", report: "R2", minute: 1)),
      .visit(.init(localID: "P2", name: "司马长风", birthDate: "19930702", report: "R3", minute: 2)),
    ]
    let vague = try await Self.bench(visits + [.event(Self.event(.merge, Self.patient("P2"), Self.patient("P1")))])
    #expect(try vague.partition().count == 2, "of three people two have the same number")
    #expect(try vague.registry.persons(with: Identifier(.local, "P2"), institution: "SYNTH-H1").count == 1)
    let codes = try Set(vague.registry.persons(with: Identifier(.local, "P1"), institution: "SYNTH-H1"))
    #expect(codes.count == 2)
    #expect(try !codes.contains(vague.code("SYNTH-H1", "P2")))

    let named = Self.event(
      .merge, Self.patient("P2"), Self.patient("P1", name: "诸葛青云", birthDate: "19710303"))
    for steps in [visits + [.event(named)], [.event(named)] + visits] {
      let told = try await Self.bench(steps)
      let own = try told.code("SYNTH-H1", "P2")
      #expect(try told.registry.person(own).records.flatMap(\.identities).contains { $0.name == "诸葛青云" })
      #expect(try !told.registry.person(own).records.flatMap(\.identities).contains { $0.name == "欧阳明霞" })
    }
  }

  @Test("a human's word goes before an institution's, whichever came first")
  func humans() async throws {
    let bench = try await Self.bench(Self.strangers)
    let event = try await bench.take(.event(Self.event(.merge, Self.patient("P2"), Self.patient("P1"))))
    let code = try bench.code("SYNTH-H1", "P1")
    let records = try bench.registry.person(code).records.map(\.name)
    let split = try bench.registry.split(code, [records[0]], Self.reason)
    #expect(try bench.partition() == Self.apart)
    try await bench.take(.event(Self.event(.merge, Self.patient("P1"), Self.patient("P2"), hour: 20)))
    #expect(try bench.partition() == Self.apart)
    _ = try bench.registry.undo(split.event, Self.reason)
    #expect(try bench.partition() == Self.merged)
    _ = try bench.registry.undo(event, Self.reason)
    #expect(try bench.partition() == Self.merged, "the other statement still holds")
  }

  @Test("who said it is shown with the people and with the event")
  func shown() async throws {
    let bench = try await Self.bench(Self.strangers)
    let event = try await bench.take(.event(Self.event(.merge, Self.patient("P2"), Self.patient("P1"))))
    let code = try bench.code("SYNTH-H1", "P1")
    let said = try bench.registry.explain(person: code).compactMap(\.said).flatMap { $0 }
    #expect(said.map(\.event) == [event])
    #expect(said.map(\.by) == ["SYNTH-H1 (patient-merge)"])
    #expect(try bench.registry.person(code).records.map(\.link) == [.certain, .certain])
    let trail = try #require(try bench.registry.actTrail(event))
    #expect([trail.kind, trail.by, trail.source] == ["patient-merge", "SYNTH-H1", "adt:1"])
    #expect(trail.persons == [code])
    #expect(trail.records.count == 2)
    let undone = try bench.registry.undo(event, Self.reason)
    #expect(try bench.registry.actTrail(event)?.undoneBy == undone.event)
    #expect(try bench.registry.actTrail(undone.event)?.undoes == event)
  }

  @Test(
    "who nobody knows, and who is not the feed's, is refused; an event without a number is left aside, and one ahead of its message"
  )
  func refused() async throws {
    let bench = try await Self.bench(Self.strangers)
    let stranger = Self.event(.merge, Self.patient("P2"), Self.patient("P1"), of: "NOBODY")
    #expect(throws: Refusal.self) { try bench.incoming([stranger]) }
    let other = Self.event(.merge, Self.patient("P2"), Self.patient("P1"), of: "SYNTH-H2")
    #expect(throws: Refusal.self) { try bench.incoming([other], feedOf: "SYNTH-H1") }
    let nobody = try bench.incoming([Self.event(.merge, Self.patient("P2"), Patient())])
    #expect(nobody.patientEvents.isEmpty)
    #expect(nobody.findings.map(\.code) == [.leftAside])
    let ahead = try bench.incoming([Self.event(.update, Self.patient("P2"), hour: 999)])
    #expect(ahead.patientEvents.map(\.event.at) == [ahead.messageTime])
    #expect(ahead.findings.map(\.code) == [.implausibleTime])
    // Other hospitals' numbers in it are left with them.
    var foreign = Self.patient("P2")
    foreign.identifiers.append(Identifier(.local, "P1", assigner: "SYNTH-H2"))
    #expect(try bench.incoming([Self.event(.update, foreign)]).patientEvents[0].event.patient.identifiers.count == 1)
  }

  @Test(
    "law: whatever comes in whatever order, the people are the same, and with all of it undone those of the reports alone",
    arguments: 1...16)
  func law(seed: UInt64) async throws {
    var draws = Draws(state: seed)
    let names = [("欧阳明霞", "19800115"), ("司马长风", "19930702"), ("诸葛青云", "19710303")]
    var visits: [Step] = []
    for (place, number) in ["P1", "P2", "P3", "P4"].enumerated() {
      let (name, birthDate) = names[draws.below(3)]
      let card = draws.below(3) == 0 ? Self.cards[draws.below(2)] : nil
      visits.append(
        .visit(
          .init(
            localID: number, name: name, birthDate: birthDate, residentID: card, report: "R\(number)", minute: place)))
      visits.append(
        .visit(
          .init(
            institution: "SYNTH-H2", localID: number, name: names[place % 3].0, birthDate: names[place % 3].1,
            residentID: place < 2 ? Self.cards[place] : nil, report: "S\(number)", minute: place)))
    }
    var events: [Step] = []
    for hour in 0..<5 {
      let kind = PatientEvent.Kind.allCases[draws.below(5)]
      let pair = ["P1", "P2", "P3", "P4"].shuffled(using: &draws).prefix(2).map { Self.patient($0) }
      var told = pair[0]
      if kind == .update { told.identifiers.append(Identifier(.residentID, Self.cards[draws.below(2)])) }
      events.append(.event(Self.event(kind, told, kind == .update ? nil : pair[1], hour: hour)))
    }
    let alone = try await Self.bench(visits).partition()
    var found: Set<Set<Set<String>>> = []
    for _ in 0..<3 {
      let bench = try Bench()
      var said: [String] = []
      for step in (visits + events).shuffled(using: &draws) {
        let event = try await bench.take(step)
        if case .event = step { said.append(event) }
      }
      found.insert(try bench.partition())
      #expect(try bench.registry.check().problems.isEmpty)
      for event in said.shuffled(using: &draws) { _ = try bench.registry.undo(event, Self.reason) }
      #expect(try bench.partition() == alone)
      #expect(try bench.registry.check().problems.isEmpty)
      #expect(try bench.registry.verifyEvents().firstDifference == nil)
    }
    #expect(found.count == 1)
  }

  private struct Draws: RandomNumberGenerator {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  @Test("the same message again changes nothing")
  func again() async throws {
    let bench = try await Self.bench(Self.strangers)
    let message = try bench.incoming([Self.event(.merge, Self.patient("P2"), Self.patient("P1"))])
    #expect(try bench.accept(message).patientEvents == 1)
    let head = try bench.registry.verifyEvents().head
    let summary = try bench.accept(message)
    #expect(summary.duplicate == 1)
    #expect(summary.patientEvents == nil)
    #expect(try bench.registry.verifyEvents().head == head)
  }
}

extension Bench {
  /// Takes a step, and gives the event's id, empty for a visit.
  @discardableResult
  fileprivate func take(_ step: PatientEventTests.Step) async throws -> String {
    switch step {
    case .visit(let visit):
      try await receive([visit])
      return ""
    case .event(let event):
      #expect(try accept(incoming([event])).patientEvents == 1)
      return try registry.store.read { transaction in
        var last = ""
        try transaction.eachChainedEvent { last = $0.event.id }
        return last
      }
    }
  }

  fileprivate func incoming(_ events: [PatientEvent], feedOf: String? = nil) throws -> IncomingMessage {
    let message = Message(
      dialect: .hl7v2ER7, messageID: UUID().uuidString,
      messageTime: Instant(milliseconds: 1_768_003_200_000).adding(hours: 30), reports: [], patientEvents: events)
    let frame = MessageFrame(
      kind: .er7, bytes: Array(UUID().uuidString.utf8), prologue: [], label: "adt", offset: 0, line: 1, column: 1)
    let parser = MessageParser(
      reference: try registry.reference(), of: feedOf.map { FeedOwner($0) }, clock: registry.clock)
    return try parser.resolve(message, frame, SHA256.hash(data: frame.bytes).bytes(), findings: [])
  }

  fileprivate func accept(_ message: IncomingMessage) throws -> ImportSummary {
    try registry.store.write { transaction in
      try ImportWriter(registry: registry).writing(ParsedMessages([.ready(message)]), in: transaction).writer.summary
    }
  }
}
