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
  /// - Throws: `RegistryError.unknownPerson`, `.onePersonAlready`, `.differentResidentIDs`.
  public func merge(
    _ codes: [String], overridesNumbers: Bool = false, _ reason: PersonActReason
  ) throws -> PersonActOutcome {
    try act(reason) { try plannedMerge(codes, overridesNumbers: overridesNumbers, reason, $0) }
  }

  func plannedMerge(
    _ codes: [String], overridesNumbers: Bool = false, _ reason: PersonActReason, _ identifying: Identifying
  ) throws -> PlannedAct {
    let transaction = identifying.transaction
    let people = try transaction.currentPeople(codes)
    guard people.count > 1 else {
      throw RegistryError.onePersonAlready
    }
    let records = try people.flatMap { try transaction.links(person: $0).map(\.record) }.sorted()
    if !overridesNumbers {
      let numbers = Set(
        try records.compactMap { try identifying.matching.record($0, transaction).number(.residentID) })
      guard numbers.count < 2 else {
        throw RegistryError.differentResidentIDs
      }
    }
    return PlannedAct(PersonAct(.merge, persons: people, for: reason)) { event in
      try identifying.recordSamePerson(records, event: event)
      return .init(records: records)
    }
  }

  /// Says that some records of a person are another's.
  ///
  /// - Throws: `RegistryError.unknownPerson`, `.recordOfAnother`, `.wholePerson`.
  public func split(_ code: String, _ names: [RecordName], _ reason: PersonActReason) throws -> PersonActOutcome {
    try act(reason) { try plannedSplit(code, names, reason, $0) }
  }

  func plannedSplit(
    _ code: String, _ names: [RecordName], _ reason: PersonActReason, _ identifying: Identifying
  ) throws -> PlannedAct {
    let transaction = identifying.transaction
    let person = try transaction.currentPeople([code])[0]
    let moved = Set(names.map(\.id)).sorted()
    let all = try transaction.links(person: person).map(\.record)
    if let stranger = moved.first(where: { !all.contains($0) }) {
      throw RegistryError.recordOfAnother(RecordName(id: stranger))
    }
    let rest = all.filter { !moved.contains($0) }
    if rest.isEmpty { throw RegistryError.wholePerson }
    let wasPinned = try all.contains { try transaction.verdicts(record: $0).contains { $0.isSame } }
    return PlannedAct(PersonAct(.split, persons: [person], records: moved, for: reason)) { event in
      // What only a human holds together must not fall apart for the loss of the record in its middle.
      if wasPinned { try identifying.recordSamePerson(rest, event: event) }
      try identifying.recordSamePerson(moved, event: event)
      for record in moved {
        for other in rest {
          try transaction.insertVerdict(
            RecordPair(record, other), isSame: false, event: event, recordedAt: identifying.recordedAt)
        }
      }
      return .init(records: all)
    }
  }

  /// Says that a record is not the person's it is with.
  public func unlink(_ name: RecordName, _ reason: PersonActReason) throws -> PersonActOutcome {
    try act(reason) { try plannedUnlink(name, reason, $0) }
  }

  func plannedUnlink(
    _ name: RecordName, _ reason: PersonActReason, _ identifying: Identifying
  ) throws -> PlannedAct {
    guard let current = try identifying.transaction.link(record: name.id)?.person else {
      throw RegistryError.unknownRecord(name)
    }
    return try plannedSplit(current, [name], reason, identifying)
  }

  /// Moves a record to a person: it is none of the one it was with, if that has others.
  public func link(_ name: RecordName, to code: String, _ reason: PersonActReason) throws -> PersonActOutcome {
    try act(reason) { try plannedLink(name, to: code, reason, $0) }
  }

  func plannedLink(
    _ name: RecordName, to code: String, _ reason: PersonActReason, _ identifying: Identifying
  ) throws -> PlannedAct {
    let transaction = identifying.transaction
    let person = try transaction.currentPeople([code])[0]
    guard let current = try transaction.link(record: name.id) else {
      throw RegistryError.unknownRecord(name)
    }
    if current.person == person {
      throw RegistryError.recordJoinedAlready(name)
    }
    let left = try transaction.links(person: current.person).map(\.record).filter { $0 != name.id }
    let joined = try transaction.links(person: person).map(\.record)
    return PlannedAct(PersonAct(.merge, persons: [person], records: [name.id], for: reason)) { event in
      for other in left {
        try transaction.insertVerdict(
          RecordPair(name.id, other), isSame: false, event: event, recordedAt: identifying.recordedAt)
      }
      try identifying.recordSamePerson([name.id] + joined, event: event)
      return .init(records: left + joined + [name.id])
    }
  }

  /// Takes back what an act said, or what an institution said of its numbers. Records go back to the codes they had, as far as nothing
  /// learnt since says otherwise.
  ///
  /// - Throws: `RegistryError.nothingToUndo` when there is no such act or it cannot be undone.
  public func undo(_ event: String, _ reason: PersonActReason) throws -> PersonActOutcome {
    try act(reason) { try plannedUndo(event, reason, $0) }
  }

  func plannedUndo(
    _ event: String, _ reason: PersonActReason, _ identifying: Identifying
  ) throws -> PlannedAct {
    let transaction = identifying.transaction
    let stated = try transaction.patientEvent(event)
    guard try stated.map({ $0.endedAt == nil }) ?? !transaction.verdicts(event: event).isEmpty else {
      throw RegistryError.nothingToUndo(event: event)
    }
    var act = PersonAct(.undo, for: reason)
    act.undoes = event
    return PlannedAct(act) { undoing in
      let moved = try transaction.links(event: event)
      let former = Dictionary(moved.compactMap { link in link.before.map { (link.record, $0) } }) { first, _ in first
      }
      var records = Set(moved.map(\.record))
      guard let stated else {
        records.formUnion(try transaction.endVerdicts(event: event, recordedAt: identifying.recordedAt))
        let reports = try transaction.endReportMoves(event: event, recordedAt: identifying.recordedAt)
        let divided = try identifying.undivide(reports, of: event, by: undoing)
        return .init(records: records.union(divided).sorted(), former: former, retold: divided)
      }
      let changed = try identifying.unsay(stated)
      records.formUnion(changed.paired.union(changed.retold))
      return .init(records: records.sorted(), former: former, retold: changed.retold)
    }
  }
}

extension StoreSnapshot {
  /// The people that codes stand for, each once.
  ///
  /// - Throws: `RegistryError.unknownPerson`.
  func currentPeople(_ codes: [String]) throws -> [String] {
    var people: [String] = []
    for code in codes {
      guard let person = try currentPerson(code) else { throw RegistryError.unknownPerson }
      if !people.contains(person) { people.append(person) }
    }
    return people
  }
}

extension Identifying {
  /// Keeps that records are one person's: each with the first, and with each of which the contrary was said before.
  func recordSamePerson(_ records: [Int64], event: String) throws {
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
