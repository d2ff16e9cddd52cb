import Clinical
import PersonIndex
import RegistryStore

/// One record that is two patients': an institution may send two under one number, name and birth date, and only their reports tell.
extension Registry {
  /// Says that some reports of a record are another patient's, who gets a record of their own: with what was said of the patient by the
  /// messages of those reports, and not of the person the record is of. Later versions of these reports go with them.
  ///
  /// - Parameter numbers: of the reports, as their institution gives them; any by which a report is known.
  /// - Throws: `RegistryError.unknownRecord`, `.unknownReportOfRecord`, `.wholeRecord`.
  public func splitRecord(
    _ name: RecordName, reports numbers: [String], _ reason: PersonActReason
  ) throws -> PersonActOutcome {
    try act(reason) { try plannedSplit(of: name, reports: numbers, reason, $0) }
  }

  func plannedSplit(
    of name: RecordName, reports numbers: [String], _ reason: PersonActReason, _ identifying: Identifying
  ) throws -> PlannedAct {
    let transaction = identifying.transaction
    guard let key = try transaction.recordKey(name.id), let link = try transaction.link(record: name.id) else {
      throw RegistryError.unknownRecord(name)
    }
    let all = try transaction.reportVersions(record: name.id)
    var moved: Set<String> = []
    for number in numbers {
      let known = try Set([number] + transaction.reportNumbers(institution: key.institution, of: [number]))
      let own = Set(all.map(\.number)).intersection(known)
      if own.isEmpty {
        throw RegistryError.unknownReportOfRecord(name, report: number)
      }
      moved.formUnion(own)
    }
    if all.allSatisfy({ moved.contains($0.number) }) {
      throw RegistryError.wholeRecord(name)
    }
    var act = PersonAct(.splitRecord, persons: [link.person], records: [name.id], for: reason)
    act.reportDigests = try moved.sorted().map { try transaction.keyedDigest("\(key.institution)\u{1F}\($0)") }
    return PlannedAct(act) { event in
      let versions = all.filter { moved.contains($0.number) }
      let other = try identifying.insertRecord(beside: key)
      try identifying.divide(name.id, other, messages: Set(versions.map(\.message)), event: event)
      let moves = Set(
        versions.map {
          ReportMove(institution: $0.institution, number: $0.number, stored: $0.stored, record: other)
        })
      for move in moves { try transaction.insert(move, event: event, recordedAt: identifying.recordedAt) }
      try transaction.insertVerdict(
        RecordPair(name.id, other), isSame: false, event: event, recordedAt: identifying.recordedAt)
      try identifying.touch(name.id, event: event)
      return .init(records: [name.id, other], retold: [name.id, other])
    }
  }
}

extension Identifying {
  /// A record for another patient whom an institution knows by the same number.
  fileprivate func insertRecord(beside key: RecordKey) throws -> Int64 {
    let kind = key.kind.split(separator: "/", maxSplits: 1).first.map(String.init) ?? key.kind
    return try transaction.insertRecord(
      freeKey(RecordKey(institution: key.institution, kind: kind, value: key.value)), recordedAt: recordedAt)
  }

  /// Gives to a new record what some messages were the first to say of an old one; where that is all that is said of it, both have it, for
  /// nothing tells them apart.
  fileprivate func divide(_ old: Int64, _ new: Int64, messages: Set<Int64>, event: String) throws {
    let told = try transaction.toldIdentities(record: old)
    let first = told.filter { messages.contains($0.message) }
    let given = first.isEmpty ? told : first
    for identity in given {
      try transaction.insertIdentity(
        record: new, message: identity.message, toldAt: identity.toldAt, recordedAt: recordedAt,
        digest: identity.digest, body: identity.body)
    }
    if given.count < told.count {
      for identity in given { try transaction.takeIdentity(identity.id, event: event, recordedAt: recordedAt) }
    }
    for record in [old, new] { try index(record) }
  }

  /// Takes back a division: both records are one person's again.
  func undivide(_ moves: [ReportMove], of event: String, by undoing: String) throws -> Set<Int64> {
    try transaction.returnIdentities(takenBy: event)
    let pairs = Set(moves.flatMap { move in [move.stored, move.record] })
    for move in Set(moves.map { RecordPair($0.stored, $0.record) }) {
      try transaction.insertVerdict(move, isSame: true, event: undoing, recordedAt: recordedAt)
    }
    for record in pairs {
      try index(record)
      try touch(record, event: undoing)
    }
    return pairs
  }

  /// Has a record found by the numbers that are said of it, and no more by others.
  private func index(_ record: Int64) throws {
    let institution = try transaction.recordKey(record)?.institution
    let said = PersonNumbers.usable(of: try transaction.identities(record: record))
    for number in said where !matching.common.contains(CommonValue(number, of: institution ?? "")) {
      try transaction.insertIdentifier(
        number, institution: number.kind.isWithinInstitution ? institution : nil, record: record,
        recordedAt: recordedAt)
    }
    for number in PersonNumbers.usable(of: try transaction.everyIdentity(record: record)) where !said.contains(number) {
      try transaction.endIdentifier(
        number, institution: number.kind.isWithinInstitution ? institution : nil, record: record,
        recordedAt: recordedAt)
    }
    try matching.keep(SaidRecord(try transaction.personRecord(record)), record, transaction)
    matching.forgetFingerprints()
  }

  /// Has the books look at a record's person again, whose reports are others now.
  fileprivate func touch(_ record: Int64, event: String) throws {
    guard let link = try transaction.link(record: record) else { return }
    try transaction.insertLink(link, actor: "split-record", event: event, recordedAt: recordedAt)
  }
}
