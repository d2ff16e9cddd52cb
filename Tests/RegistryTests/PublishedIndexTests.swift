import Clinical
import Dispatch
import Feeds
import Foundation
import Messages
import PersonIndex
import Synchronization
import Testing

@testable import Registry
@testable import RegistryStore
@testable import SQLiteStore

/// The index of people in memory is what the commits make of it, whatever was refused on the way and whoever else wrote.
@Suite("the index of people, published by commits")
struct PublishedIndexTests {
  private struct Refused: Error {}

  private final class Done: Sendable {
    let isDone = Mutex(false)
  }

  /// Some visits of few people, under names and numbers that are near one another.
  private static func visit(_ number: Int, _ random: inout Numbers) -> PersonFeed.Visit {
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    let person = below(14)
    let date = ["19800115", "19800116", "19750308", "19620430"][person % 4]
    var visit = PersonFeed.Visit(
      institution: "SYNTH-H\(1 + below(3))", localID: "L\(person)-\(below(3))",
      name: ["欧阳明霞", "欧阳明夏", "司马文远", "诸葛静"][person % 3 + (below(5) == 0 ? 1 : 0)], birthDate: date,
      report: "R\(number)", minute: number)
    if below(3) > 0 { visit.residentID = PersonFeed.residentID(date, person) }
    // One telephone is the reception's.
    if below(2) == 0 { visit.phone = below(3) == 0 ? "13800000000" : "1390000\(1000 + person)" }
    return visit
  }

  private static func parsed(_ visits: [PersonFeed.Visit], _ registry: Registry) throws -> ParsedMessages {
    let reference = try registry.reference()
    let parser = MessageParser(reference: reference, of: nil, clock: registry.clock)
    return ParsedMessages(
      visits.flatMap { visit in
        let splitter = MessageSplitter(
          Array(visit.message.utf8), label: "test", roots: reference.roots, limits: .init())
        var outcomes: [MessageParser.Outcome] = []
        while let frame = splitter.next() { outcomes.append(parser.parse(frame)) }
        return outcomes
      })
  }

  /// Whom each patient is found to be, by what the records of them are called.
  private static func found(_ asked: [Patient], in registry: Registry) throws -> [[String]] {
    var names: [String: String] = [:]
    try registry.eachPerson { person in
      names[person.code] = person.records.map { "\($0.name.id)" }.joined(separator: "+")
    }
    return try asked.map { patient in
      try registry.find(patient, institution: "SYNTH-H1").map {
        "\(names[$0.person] ?? "?") \($0.grade) \($0.bits ?? 0)"
      }.sorted()
    }
  }

  private static func links(_ registry: Registry) throws -> [String] {
    try registry.store.read { snapshot in
      var groups: [String] = []
      try snapshot.eachPerson { code in
        groups.append(
          try snapshot.links(person: code).map { "\($0.record) \($0.grade) \($0.rule)" }.joined(separator: ", "))
      }
      return groups.sorted()
    }
  }

  @Test("commits, refused units, refused transactions and other processes: as though loaded anew", arguments: 0..<10)
  func anyOrder(seed: UInt64) async throws {
    var random = Numbers(seed: seed + 1)
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    let (bench, twin) = (try Bench(), try Bench())
    // A process that goes on, another that writes now and then, and one that is new for each commit.
    let (own, other) = (bench.registry, try Registry(path: bench.path))
    var asked: [Patient] = []
    for step in 0..<30 {
      let visits = (0..<(1 + below(3))).map { Self.visit(step * 4 + $0, &random) }
      let writer = below(4) == 0 ? other : own
      let messages = try Self.parsed(visits, own)
      let writing = ImportWriter(registry: writer)
      let isKept = below(3) > 0
      do {
        switch below(3) {
        case 0:
          // A transaction that is kept or refused as a whole.
          try writer.store.write { transaction in
            _ = try writing.writing(messages, in: transaction)
            if !isKept { throw Refused() }
          }
        case 1:
          // A unit that is refused between others of one commit.
          try writer.store.write { transaction in
            do {
              try transaction.unit {
                _ = try writing.writing(try Self.parsed([Self.visit(1000 + step, &random)], own), in: transaction)
                try transaction.unit { _ = try writing.writing(messages, in: transaction) }
                throw Refused()
              }
            } catch is Refused {}
            if isKept { try transaction.unit { _ = try writing.writing(messages, in: transaction) } }
          }
        default:
          _ = try await writer.writing.submit(to: writer.store) { transaction in
            _ = try writing.writing(messages, in: transaction)
            if !isKept { throw Refused() }
          }
        }
      } catch is Refused {}
      if isKept {
        let fresh = try Registry(path: twin.path)
        try fresh.store.write { _ = try ImportWriter(registry: fresh).writing(messages, in: $0) }
      }
      for visit in visits {
        var patient = Patient()
        (patient.name, patient.birthDate) = (visit.name, CalendarDate(visit.birthDate))
        patient.phones = visit.phone.map { [$0] } ?? []
        asked.append(patient)
      }
      if step % 3 == 2 {
        let some = Array(asked.suffix(8))
        let expected = try Self.found(some, in: Registry(path: bench.path))
        #expect(try Self.found(some, in: own) == expected, "step \(step)")
        #expect(try Self.found(some, in: other) == expected, "step \(step)")
        #expect(try Self.found(some, in: Registry(path: twin.path)) == expected, "step \(step)")
      }
    }
    #expect(try Self.links(own) == Self.links(twin.registry))
    #expect(try !Self.links(own).isEmpty)
    #expect(try own.check().problems == [])
  }

  @Test("who asks is answered while the writer of the same process is in the midst of a transaction")
  func long() async throws {
    let bench = try Bench()
    let registry = bench.registry
    let card = PersonFeed.residentID("19800115", 1)
    let first = PersonFeed.Visit(
      institution: "SYNTH-H3", localID: "A1", name: "欧阳明霞", residentID: card, phone: "13900000001", report: "R1")
    try await bench.receive([first])
    var patient = Patient()
    (patient.name, patient.birthDate, patient.phones) = (first.name, CalendarDate("19800115"), ["13900000001"])
    let before = try registry.find(patient, institution: nil)
    #expect(before.count == 1)
    // Another of the same name, who would be found too.
    let second = PersonFeed.Visit(
      institution: "SYNTH-H2", localID: "B1", name: "欧阳明霞", birthDate: "19800115", phone: "13900000001", report: "R2",
      minute: 1)
    let messages = try Self.parsed([second], registry)
    let (isWithin, isAnswered) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let outcome = Mutex<String?>(nil)
    let writer = Thread {
      do {
        try registry.store.write { transaction in
          _ = try ImportWriter(registry: registry).writing(messages, in: transaction)
          isWithin.signal()
          // Ends by itself only where the reader waits for it.
          if isAnswered.wait(timeout: .now() + 120) != .success { outcome.withLock { $0 = "the reader waited" } }
        }
      } catch { outcome.withLock { $0 = "\(error)" } }
      isWithin.signal()
    }
    writer.start()
    isWithin.wait()
    #expect(try registry.find(patient, institution: nil).map(\.person) == before.map(\.person))
    _ = try registry.reviews(limit: 10)
    _ = try registry.explain(person: before[0].person)
    // A process that has loaded nothing yet, too.
    #expect(try Registry(path: bench.path).find(patient, institution: nil).map(\.person) == before.map(\.person))
    isAnswered.signal()
    isWithin.wait()
    #expect(outcome.withLock { $0 } == nil)
    let records = try registry.find(patient, institution: nil).map { try registry.person($0.person).records.count }
    #expect(records.reduce(0, +) == 2, "what was committed is found")
  }

  @Test("while two processes write, who asks has an index and a snapshot of one commit")
  func together() async throws {
    let bench = try Bench()
    let registries = [bench.registry, try Registry(path: bench.path)]
    let card = PersonFeed.residentID("19800115", 1)
    var patient = Patient()
    patient.identifiers = [Identifier(.residentID, card)]
    let asked = PersonIndex.PersonRecord(key: "", patient: patient)
    let done = Done()
    try await withThrowingTaskGroup(of: Int.self) { group in
      group.addTask {
        try await withThrowingTaskGroup(of: Void.self) { writers in
          for (place, registry) in registries.enumerated() {
            writers.addTask {
              for number in 0..<30 {
                // Each visit is a record of its own; of each other one nothing is kept.
                let visit = PersonFeed.Visit(
                  localID: "P\(place)-\(number)", name: "欧阳明霞", residentID: card, report: "R\(place)-\(number)")
                let messages = try Self.parsed([visit], registry)
                do {
                  try await registry.writing.submit(to: registry.store) { transaction in
                    _ = try ImportWriter(registry: registry).writing(messages, in: transaction)
                    if number % 2 == 1 { throw Refused() }
                  }
                } catch is Refused {}
              }
            }
          }
          try await writers.waitForAll()
        }
        done.isDone.withLock { $0 = true }
        return 0
      }
      for registry in registries + [bench.registry] {
        group.addTask {
          var (found, commit, changes) = (Set<Int64>(), Int64(0), 0)
          while true {
            let isLast = done.isDone.withLock { $0 }
            let (now, expected, known) = try registry.readMatching { snapshot, matching in
              (
                snapshot.commit.number, Set(try snapshot.records(Identifier(.residentID, card), institution: nil)),
                Set(matching.candidates(of: asked))
              )
            }
            #expect(known == expected, "as of commit \(now)")
            #expect(now >= commit)
            if known != found { changes += 1 }
            (found, commit) = (known, now)
            if isLast { break }
            await Task.yield()
          }
          #expect(found.count == 30)
          return changes
        }
      }
      try await group.waitForAll()
    }
  }

  @Test("a refused unit costs no reading of what was there")
  func refused() async throws {
    let bench = try Bench()
    let registry = bench.registry
    var random = Numbers(seed: 3)
    try await bench.receive((0..<40).map { Self.visit($0, &random) })
    let own = try Registry(path: bench.path)
    try own.prepare()
    let loaded = own.index.recordsRead.load(ordering: .relaxed)
    #expect(loaded >= 10)
    for round in 0..<20 {
      let messages = try Self.parsed([Self.visit(100 + round, &random)], registry)
      try? await own.writing.submit(to: own.store) { transaction in
        _ = try ImportWriter(registry: own).writing(messages, in: transaction)
        throw Refused()
      }
      var patient = Patient()
      patient.name = "欧阳明霞"
      _ = try own.find(patient, institution: nil)
    }
    #expect(own.index.recordsRead.load(ordering: .relaxed) == loaded)
    // What another process commits is read, and nothing else.
    let count = try registry.store.read { try $0.signatureCount() }
    try await bench.receive([Self.visit(500, &random), Self.visit(501, &random)])
    let added = try registry.store.read { try $0.signatureCount() } - count
    try own.prepare()
    #expect(added > 0)
    #expect(own.index.recordsRead.load(ordering: .relaxed) == loaded + added)
  }
}
