import Clinical
import Foundation
import Recognition
import Synchronization
import Testing

@testable import Registry
@testable import RegistryStore
@testable import SQLiteStore

@Suite("commit clock")
struct CommitClockTests {
  @Test("commits have numbers and times that only rise, whatever the clock does; what writes nothing is none")
  func rises() throws {
    let bench = try Bench(reference: nil)
    let hour = Shared(Int64(100))
    let store = try SQLiteStore(path: bench.path, clock: { Instant(milliseconds: hour.with { $0 } * 3_600_000) })
    #expect(try store.read { $0.commit } == Commit(number: 0, at: Instant(milliseconds: 0)))
    func write() throws -> Commit {
      try store.write { transaction in
        _ = try transaction.insertPerson("P\(transaction.commit.number)", recordedAt: transaction.recordedAt)
        return transaction.commit
      }
    }
    let first = try write()
    #expect(first == Commit(number: 1, at: Instant(milliseconds: 360_000_000)))
    #expect(try store.read { $0.commit } == first)
    hour.with { $0 = 50 }
    #expect(try write() == Commit(number: 2, at: Instant(milliseconds: 360_000_001)))
    hour.with { $0 = 101 }
    #expect(try store.write { $0.commit.number } == 3)
    #expect(try store.read { $0.commit.number } == 2)
    #expect(throws: StoreError.self) {
      try store.write { transaction in
        _ = try transaction.insertPerson("P", recordedAt: transaction.recordedAt)
        throw StoreError.engine("taken back")
      }
    }
    #expect(try write() == Commit(number: 3, at: Instant(milliseconds: 363_600_000)))
  }

  @Test("a unit that is taken back leaves the others of its commit, and a commit that its digest holds")
  func units() throws {
    let bench = try Bench()
    struct TakenBack: Error {}
    try bench.registry.store.write { transaction in
      func insert(_ report: String) throws {
        try transaction.insertDispute(
          institution: "SYNTH-H1", number: report, event: "E", recordedAt: transaction.recordedAt)
      }
      try transaction.unit { try insert("R1") }
      #expect(throws: TakenBack.self) {
        try transaction.unit {
          try insert("R2")
          throw TakenBack()
        }
      }
      try transaction.unit { try insert("R3") }
    }
    #expect(try bench.registry.store.read { try $0.openDisputes().map(\.number) } == ["R1", "R3"])
    #expect(try bench.registry.store.read { try $0.verifyCommits().problem } == nil)
  }

  @Test("an answer tells the commit it was given of; what the clock hid before hides no more")
  func aheadOfItsTime() async throws {
    let clock = TestClock()
    let bench = try Bench(clock: { clock.now })
    let card = PersonFeed.residentID("19800115", 1)
    let visit = PersonFeed.Visit(institution: "SYNTH-H3", localID: "A1", name: "欧阳明霞", residentID: card, report: "R1")
    try await bench.receive([visit])
    let orderedAt = try #require(RegistryZone.shanghai.instant("2026-01-02T08:00:00+08:00"))
    func ask(knownAt: Instant? = nil) throws -> Decision {
      try bench.registry.query(
        OrderPatient(identifiers: [OrderIdentifier(Identifier(.residentID, card))]), institution: "SYNTH-H8",
        items: ["K"], setting: .outpatient, orderedAt: orderedAt, knownAt: knownAt)
    }
    let before = try ask()
    #expect(try before.knownAt == bench.registry.store.read { $0.knownAt })
    // Taken back while the clock is a day ahead, and asked when it is right again.
    clock.advance(seconds: 86_400)
    try await bench.receive(text: visit.cancelling)
    clock.advance(seconds: -86_400)
    let after = try ask()
    #expect(try bench.registry.check().problems == [])
    #expect(try bench.registry.check().notes.contains { $0.contains("1440 minutes ahead") })
    #expect(before.items[0].outcome == .recognise)
    #expect(after.items[0].outcome == .repeat)
    #expect(try ask(knownAt: before.knownAt).json == before.json)
    #expect(try ask(knownAt: after.knownAt).json == after.json)
  }

  @Test("what a hospital said of its patient, took back and said again was unsaid in between")
  func saidAgain() async throws {
    let bench = try Bench()
    let card = PersonFeed.residentID("19800115", 1)
    try await bench.receive([.init(institution: "SYNTH-H3", localID: "A1", name: "欧阳明霞", report: "R1")])
    func update(_ id: String) -> String {
      [
        "MSH|^~\\&|ADT|SYNTH-H3|||20260110080000||ADT^A31|\(id)|P|2.5.1|||||CHN|UNICODE UTF-8",
        "EVN|A31|20260110080000",
        "PID|1||A1^^^SYNTH-H3^MR~\(card)^^^CN^NI||欧阳明霞||19800115|M", "",
      ].joined(separator: "\r")
    }
    func said() throws -> (knownAt: Instant, identities: Int, records: Int) {
      try bench.registry.store.read { transaction in
        let record = try #require(try transaction.recordIDs().first)
        return (
          transaction.knownAt, try transaction.identities(record: record, knownAt: transaction.knownAt).count,
          try transaction.records(Identifier(.residentID, card), institution: nil, knownAt: transaction.knownAt).count
        )
      }
    }
    var states = [try said()]
    try await bench.receive(text: update("U1"))
    states.append(try said())
    let event = try bench.registry.store.read { transaction in
      var last = ""
      try transaction.eachChainedEvent { last = $0.event.id }
      return last
    }
    _ = try bench.registry.undo(event, Self.reason)
    states.append(try said())
    try await bench.receive(text: update("U2"))
    states.append(try said())
    #expect(states.map(\.identities) == [1, 2, 1, 2])
    #expect(states.map(\.records) == [0, 1, 0, 1])
    try bench.registry.store.read { transaction in
      let record = try #require(try transaction.recordIDs().first)
      for state in states {
        #expect(try transaction.identities(record: record, knownAt: state.knownAt).count == state.identities)
        let records = try transaction.records(Identifier(.residentID, card), institution: nil, knownAt: state.knownAt)
        #expect(records.count == state.records)
      }
    }
  }

  private static let reason = try! PersonActReason(actor: "reviewer-1", words: "looked at both files")

  /// People of whom everything changes: reports corrected and taken back, numbers merged by their hospital, records by humans, and undone.
  private struct Life {
    var generator: Numbers
    let people: Int

    mutating func pick(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }

    func card(_ person: Int) -> String { PersonFeed.residentID("19800115", 2 * person + 1) }

    /// A message about somebody.
    mutating func message(_ number: Int) -> String {
      let (person, hospital) = (pick(people), 2 + pick(2))
      var visit = PersonFeed.Visit(
        institution: "SYNTH-H\(hospital)", localID: "A\(person)", name: "欧阳明霞",
        residentID: pick(4) == 0 ? nil : card(person), phone: pick(3) == 0 ? "1361234567\(pick(9))" : nil,
        report: "R\(person)-\(pick(3))", minute: number % 1400)
      switch pick(8) {
      case 0: return visit.cancelling
      case 1:
        let merged = "A\((person + 1) % people)"
        return [
          "MSH|^~\\&|ADT|\(visit.institution)|||20260110080000||ADT^A40|M\(number)|P|2.5.1|||||CHN|UNICODE UTF-8",
          "EVN|A40|202601100\(pick(9))0000", "PID|1||\(visit.localID)^^^\(visit.institution)^MR||欧阳明霞||19800115|M",
          "MRG|\(merged)^^^\(visit.institution)^MR", "",
        ].joined(separator: "\r")
      case 2:
        return [
          "MSH|^~\\&|ADT|\(visit.institution)|||20260110080000||ADT^A31|U\(number)|P|2.5.1|||||CHN|UNICODE UTF-8",
          "EVN|A31|202601100\(pick(9))0000",
          "PID|1||\(visit.localID)^^^\(visit.institution)^MR~\(card(person))^^^CN^NI||欧阳明霞||198\(pick(2))0115|M", "",
        ].joined(separator: "\r")
      default:
        if pick(5) == 0 { visit.birthDate = "19800116" }
        return visit.message
      }
    }
  }

  @Test(
    "what was answered is answered again byte for byte, whatever was written since, by whom, and whatever the clock did",
    arguments: [1, 2] as [UInt64])
  func replay(seed: UInt64) async throws {
    let jumps = Shared(Numbers(seed: seed))
    let clock: @Sendable () -> Instant = {
      let day = jumps.with { Int64($0.next() % 5) } - 2
      return Instant(milliseconds: Registry.systemClock().milliseconds + day * 86_400_000)
    }
    let bench = try Bench(clock: clock)
    let (registry, path) = (bench.registry, bench.path)
    let people = 6
    let directory = bench.directory
    let other = try bench.copyOfReference()
    try Data("institution,localCode,localName,specimen,unit,item\n".utf8).write(
      to: other.appending(path: "codemaps.csv"))
    let otherPath = other.path
    let isDone = Shared(0)

    @Sendable func importing(_ part: UInt64) -> Task<Void, any Error> {
      Task.detached {
        // As another process would.
        let own = try Registry(path: path, clock: clock)
        var life = Life(generator: Numbers(seed: seed * 100 + part), people: people)
        for piece in 0..<25 {
          let file = directory.appending(path: "feed-\(part)-\(piece).hl7")
          let text = (0..<(1 + life.pick(4))).map { life.message(piece * 10 + $0 + Int(part) * 1000) }.joined()
          try Data(text.utf8).write(to: file)
          _ = try await own.receive([file.path])
        }
        isDone.with { $0 += 1 }
      }
    }
    let acting = Task.detached {
      var life = Life(generator: Numbers(seed: seed * 100 + 9), people: people)
      var events: [String] = []
      for step in 0..<40 {
        let codes = try registry.persons(
          with: Identifier(.local, "A\(life.pick(people))"), institution: "SYNTH-H\(2 + life.pick(2))")
        let more = try registry.persons(
          with: Identifier(.residentID, life.card(life.pick(people))), institution: nil)
        // Much of it is refused, as it would be of two reviewers.
        switch life.pick(6) {
        case 0: try? events.append(registry.merge(codes + more, overridesNumbers: true, Self.reason).event)
        case 1:
          let records = try codes.first.flatMap { try registry.person($0) }?.records ?? []
          if let record = records.first?.name { try? events.append(registry.unlink(record, Self.reason).event) }
        case 2: if !events.isEmpty { _ = try? registry.undo(events[life.pick(events.count)], Self.reason) }
        case 3: _ = try? registry.dispute(institution: "SYNTH-H3", report: "R\(life.pick(people))-0", Self.reason)
        case 4:
          _ = try? registry.settle(
            institution: "SYNTH-H3", report: "R\(life.pick(people))-0", areTheirs: life.pick(2) == 0, Self.reason)
        default:
          let folder = step % 2 == 0 ? otherPath : Bench.samples.appending(path: "reference").path
          _ = try registry.loadReference(directory: folder)
        }
        var undone: [String] = []
        try registry.store.read { transaction in
          try transaction.eachChainedEvent { if $0.event.kind != PersonAct.eventKind { undone.append($0.event.id) } }
        }
        if !undone.isEmpty, life.pick(4) == 0 { _ = try? registry.undo(undone[life.pick(undone.count)], Self.reason) }
        try await Task.sleep(for: .milliseconds(5))
      }
      isDone.with { $0 += 1 }
    }
    let orderedAt = try #require(RegistryZone.shanghai.instant("2026-01-02T08:00:00+08:00"))
    @Sendable func ask(_ number: Identifier, knownAt: Instant? = nil) -> (
      text: String, outcome: String, knownAt: Instant?
    ) {
      do {
        let decision = try registry.query(
          OrderPatient(identifiers: [OrderIdentifier(number, institution: "SYNTH-H3")]), institution: "SYNTH-H8",
          items: ["K"], setting: .outpatient, orderedAt: orderedAt, knownAt: knownAt)
        return (decision.json, decision.items[0].outcome.rawValue, decision.knownAt)
      } catch {
        return ("\(error)", "none", nil)
      }
    }
    let writers = [importing(1), importing(2), acting]
    var answers: [(number: Identifier, text: String, knownAt: Instant)] = []
    var life = Life(generator: Numbers(seed: seed * 100 + 50), people: people)
    var outcomes: Set<String> = []
    while isDone.with({ $0 }) < writers.count || answers.count < 1500 {
      let person = life.pick(people)
      let number =
        life.pick(2) == 0 ? Identifier(.residentID, life.card(person)) : Identifier(.local, "A\(person)")
      let answer = ask(number)
      if let knownAt = answer.knownAt { answers.append((number, answer.text, knownAt)) }
      outcomes.insert(answer.outcome)
      if life.pick(20) == 0 { await Task.yield() }
    }
    for writer in writers { try await writer.value }
    #expect(answers.map(\.knownAt) == answers.map(\.knownAt).sorted(), "a later answer knows no less")
    for answer in answers {
      let again = ask(answer.number, knownAt: answer.knownAt)
      guard again.text == answer.text else {
        Issue.record("another answer as known at \(answer.knownAt): \(answer.text) \(again.text)")
        return
      }
    }
    #expect(outcomes.count > 1, "the answers differ with time")
    #expect(try bench.registry.check().problems == [])
  }
}

/// A value that several threads change.
private final class Shared<Value: Sendable>: Sendable {
  private let value: Mutex<Value>
  init(_ value: Value) { self.value = Mutex(value) }
  func with<T: Sendable>(_ body: (inout Value) -> T) -> T { value.withLock { body(&$0) } }
}

extension PersonFeed.Visit {
  /// The same report, taken back.
  fileprivate var cancelling: String {
    var later = self
    later.minute += 1
    return later.message.replacing("|LAB|F", with: "|LAB|X").replacing("|N|||F", with: "|N|||X")
  }
}

extension Bench {
  fileprivate func receive(text: String) async throws {
    let outcome = try await registry.receive([try file("message-\(UUID().uuidString).hl7", text)])
    if let problem = outcome.problems.first { throw Unexpected(description: problem.reason) }
  }
}
