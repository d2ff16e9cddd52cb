import Clinical
import PersonIndex
import RegistryStore

/// A source record as people name it: its shard and its place there, `563.1`.
public struct RecordName: Hashable, Sendable, CustomStringConvertible {
  let id: Int64

  init(id: Int64) { self.id = id }

  /// - Returns: nil for what is no such name.
  public init?(_ text: String) {
    let parts = text.split(separator: ".").compactMap { Int64($0) }
    guard parts.count == 2, text.filter({ $0 == "." }).count == 1, (0..<1024).contains(parts[0]),
      (1..<(1 << 40)).contains(parts[1])
    else { return nil }
    id = parts[0] << 40 | parts[1]
  }

  public var description: String { "\(id >> 40).\(id & ((1 << 40) - 1))" }
}

extension Registry {
  /// Says that people are one. The oldest code stays; the others redirect to it for ever.
  ///
  /// - Parameter overridesNumbers: whether they may be one although they have different valid resident IDs.
  /// - Throws: `RegistryError.unknownPerson`, `.usage`.
  public func merge(
    _ codes: [String], overridesNumbers: Bool = false, _ reason: PersonActReason
  ) throws -> PersonActOutcome {
    let people = try currentPeople(codes)
    guard people.count > 1 else {
      throw RegistryError.usage("these codes are one person's already: nothing was changed")
    }
    return try act(PersonAct(.merge, persons: people, for: reason), reason) { event, identifying in
      let records = try people.flatMap { try identifying.transaction.links(person: $0).map(\.record) }.sorted()
      if !overridesNumbers {
        let numbers = Set(
          try records.compactMap {
            try identifying.matching.record($0, identifying.transaction).number(.residentID)
          })
        guard numbers.count < 2 else {
          throw RegistryError.usage(
            "they have different valid resident IDs, so they are two people: if one of the numbers is known to be wrong, add --override-numbers"
          )
        }
      }
      try identifying.sayOne(records, event: event)
      return (records, [:])
    }
  }

  /// Says that some records of a person are another's.
  ///
  /// - Throws: `RegistryError.unknownPerson`, `.usage`.
  public func split(_ code: String, _ names: [RecordName], _ reason: PersonActReason) throws -> PersonActOutcome {
    let person = try currentPeople([code])[0]
    let moved = names.map(\.id).sorted()
    return try act(PersonAct(.split, persons: [person], records: moved, for: reason), reason) { event, identifying in
      let all = try identifying.transaction.links(person: person).map(\.record)
      if let stranger = moved.first(where: { !all.contains($0) }) {
        throw RegistryError.usage(
          "record \(RecordName(id: stranger)) is not one of this person's: see `huren person show CODE`")
      }
      let rest = all.filter { !moved.contains($0) }
      if rest.isEmpty { throw RegistryError.usage("these are all records of the person: leave at least one") }
      let wasPinned = try all.contains {
        try identifying.transaction.verdicts(record: $0).contains { $0.isSame }
      }
      // What only a human holds together must not fall apart for the loss of the record in its middle.
      if wasPinned { try identifying.sayOne(rest, event: event) }
      try identifying.sayOne(moved, event: event)
      for record in moved {
        for other in rest {
          try identifying.transaction.insertVerdict(
            RecordPair(record, other), isSame: false, event: event, recordedAt: identifying.recordedAt)
        }
      }
      return (all, [:])
    }
  }

  /// Says that a record is not the person's it is with.
  public func unlink(_ name: RecordName, _ reason: PersonActReason) throws -> PersonActOutcome {
    let current = try store.read { try $0.link(record: name.id)?.person }
    guard let current else { throw RegistryError.usage("there is no record \(name): see `huren person show CODE`") }
    return try split(current, [name], reason)
  }

  /// Moves a record to a person: it is none of the one it was with, if that has others.
  public func link(_ name: RecordName, to code: String, _ reason: PersonActReason) throws -> PersonActOutcome {
    let person = try currentPeople([code])[0]
    return try act(PersonAct(.merge, persons: [person], records: [name.id], for: reason), reason) {
      event, identifying in
      guard let current = try identifying.transaction.link(record: name.id) else {
        throw RegistryError.usage("there is no record \(name): see `huren person show CODE`")
      }
      if current.person == person {
        throw RegistryError.usage("record \(name) is this person's already: nothing was changed")
      }
      let left = try identifying.transaction.links(person: current.person).map(\.record).filter { $0 != name.id }
      for other in left {
        try identifying.transaction.insertVerdict(
          RecordPair(name.id, other), isSame: false, event: event, recordedAt: identifying.recordedAt)
      }
      let joined = try identifying.transaction.links(person: person).map(\.record)
      try identifying.sayOne([name.id] + joined, event: event)
      return (left + joined + [name.id], [:])
    }
  }

  /// Takes back what an act said. Records go back to the codes they had, as far as nothing learnt since says otherwise.
  ///
  /// - Throws: `RegistryError.usage` when there is no such act or it cannot be undone.
  public func undo(_ event: String, _ reason: PersonActReason) throws -> PersonActOutcome {
    var act = PersonAct(.undo, for: reason)
    act.undoes = event
    return try self.act(act, reason) { _, identifying in
      let transaction = identifying.transaction
      guard let records = try transaction.endVerdicts(event: event, recordedAt: identifying.recordedAt) else {
        throw RegistryError.usage(
          "no merge, split or review that is still in force has the event \(event): see `huren person review --done`")
      }
      let moved = try transaction.links(event: event)
      let former = Dictionary(moved.compactMap { link in link.before.map { (link.record, $0) } }) { first, _ in first }
      return (records + moved.map(\.record), former)
    }
  }

  func currentPeople(_ codes: [String]) throws -> [String] {
    try store.read { transaction in
      var people: [String] = []
      for code in codes {
        guard let person = try transaction.currentPerson(code) else { throw RegistryError.unknownPerson }
        if !people.contains(person) { people.append(person) }
      }
      return people
    }
  }
}

extension Identifying {
  /// Keeps that records are one person's: each with the first, and with each of which the contrary was said before.
  func sayOne(_ records: [Int64], event: String) throws {
    let sorted = Set(records).sorted()
    var pairs = Set(sorted.dropFirst().map { RecordPair(sorted[0], $0) })
    for record in sorted {
      for verdict in try transaction.verdicts(record: record) where !verdict.isSame {
        if sorted.contains(verdict.records.a), sorted.contains(verdict.records.b) { pairs.insert(verdict.records) }
      }
    }
    for pair in pairs.sorted() {
      try transaction.insertVerdict(pair, isSame: true, event: event, recordedAt: recordedAt)
    }
  }
}
