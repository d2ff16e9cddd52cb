import Clinical
import PersonIndex
import RegistryStore

/// Finds whose a report is, within the transaction that takes it in: its source record, and the person that record belongs to.
struct Identifying {
  let transaction: any StoreTransaction
  let recordedAt: Instant
  let matching: PersonMatching

  func feed(_ label: String) throws -> Int64 {
    if let id = matching.feed(label) { return id }
    let id = try transaction.feed(label)
    matching.remember(feed: id, for: label)
    return id
  }

  /// Whether a patient is the one a record is about: the same record, a record of the same person, or one that would be linked.
  func isSamePatient(_ patient: IncomingPatient, as record: Int64) throws -> Bool {
    if let own = try existingRecord(patient, among: holders(of: patient))?.record {
      if own == record {
        // A record that has nothing but its report's number is told apart by name.
        guard key(of: patient).kind == Identifying.reportKey else { return true }
        return try transaction.identities(record: record).contains { $0.name == patient.patient.name }
      }
      if let person = try transaction.link(record: own)?.person, try transaction.link(record: record)?.person == person
      {
        return true
      }
      return try isLinked(patient, to: record)
    }
    return try isLinked(patient, to: record) || mayCorrect(record, by: patient)
  }

  private func isLinked(_ patient: IncomingPatient, to record: Int64) throws -> Bool {
    let stated = patient.record.without(matching.common)
    return try matching.judge.decide(stated, matching.record(record, transaction)).outcome == .link
  }

  /// Whether a patient of whom the institution has no record can be a record's, when both are a report's.
  private func mayCorrect(_ record: Int64, by patient: IncomingPatient) throws -> Bool {
    let known = try matching.record(record, transaction)
    let stated = patient.record.without(matching.common)
    let isTied = try known.sharesAnyNumber(with: stated) || transaction.recordKey(record) == key(of: patient)
    return isTied && known.mayBeOnePatient(with: stated)
  }

  /// The record that a patient has already.
  func knownRecord(of patient: IncomingPatient) throws -> Int64? {
    try existingRecord(patient, among: holders(of: patient))?.record
  }

  /// The record of a report's patient, linked to its person.
  ///
  /// - Parameter told: the record that an earlier version of the report belongs to.
  func record(
    of patient: IncomingPatient, told: Int64? = nil, message: Int64, toldAt: Instant, created: inout Int
  ) throws -> Int64 {
    if let known = matching.known(patient.fingerprint) { return known }
    let numbers = usableNumbers(of: patient)
    let holders = try holders(of: patient)
    var existing = try existingRecord(patient, among: holders)
    if let existing, existing.hasSaidIt {
      if numbers.count == patient.numbers.count { matching.remember(existing.record, for: patient.fingerprint) }
      return existing.record
    }
    if existing == nil, let told, try mayCorrect(told, by: patient) { existing = (told, false) }
    let record =
      try existing?.record
      // Who has the key would be among the holders.
      ?? transaction.insertRecord(holders.isEmpty ? key(of: patient) : freeKey(for: patient), recordedAt: recordedAt)
    try transaction.insertIdentity(
      record: record, message: message, toldAt: toldAt, recordedAt: recordedAt, digest: patient.digest,
      body: patient.packed)
    for number in numbers {
      try transaction.insertIdentifier(
        number, institution: number.kind.isWithinInstitution ? patient.key.institution : nil, record: record,
        recordedAt: recordedAt)
    }
    let said = SaidRecord(existing == nil ? patient.record : try transaction.personRecord(record))
    try matching.keep(said, record, transaction)
    let crowd = try Crowding(transaction: transaction, recordedAt: recordedAt, matching: matching).found(
      around: record, said, underOneNumber: holders)
    var linker = RecordLinker(transaction: transaction, recordedAt: recordedAt, matching: matching)
    try linker.relink(
      around: record, said: existing == nil ? said : nil, underOneNumber: holders, parting: crowd)
    created += linker.created
    try hold(about: patient, created: &created)
    if numbers.count == patient.numbers.count { matching.remember(record, for: patient.fingerprint) }
    return record
  }

  /// A patient's numbers without those that are of crowds.
  private func usableNumbers(of patient: IncomingPatient) -> [Identifier] {
    if matching.common.isEmpty { return patient.numbers }
    return patient.numbers.filter { !matching.common.contains(CommonValue($0, of: patient.key.institution)) }
  }

  /// What an institution knows a patient by. Whoever has a crowd's number alone has none.
  private func key(of patient: IncomingPatient) -> RecordKey {
    let numbers = usableNumbers(of: patient)
    if numbers.count == patient.numbers.count { return patient.key }
    let institution = patient.key.institution
    return PersonNumbers.recordKey(of: numbers).map { RecordKey(institution: institution, $0) }
      ?? RecordKey(institution: institution, kind: Identifying.reportKey, value: patient.reportNumber)
  }

  /// What is said of a record in more ways than this is of another one: each is read whenever one more is said.
  private static let mostIdentities = 128

  /// What stands for a patient without any number: their report, so that they get a record of their own.
  static let reportKey = "report"

  /// The institution's records under a patient's own numbers, the one that has the key first.
  private func holders(of patient: IncomingPatient) throws -> [Int64] {
    let own = key(of: patient)
    var found: [Int64] = []
    if let holder = try transaction.record(own) { found.append(holder) }
    for number in usableNumbers(of: patient)
    where number.kind.isWithinInstitution || number.kind.rawValue == own.kind {
      let scope = number.kind.isWithinInstitution ? patient.key.institution : nil
      for record in try transaction.records(number, institution: scope) where !found.contains(record) {
        let key = try transaction.recordKey(record)
        if let key, key.institution == patient.key.institution, key.mayBe(number) { found.append(record) }
      }
    }
    return found
  }

  /// The record of the institution that says just this of its patient, or the same name and birth date under one of its numbers; whatever
  /// else is said under them has a record of its own, for it may be another patient's (person-index.md 3.2, T0).
  ///
  /// - Returns: the record, and whether the institution said just this of it before.
  private func existingRecord(
    _ patient: IncomingPatient, among holders: [Int64]
  ) throws -> (record: Int64, hasSaidIt: Bool)? {
    var stating: Int64?
    for holder in holders {
      switch try transaction.saying(record: holder, digest: patient.digest) {
      case .forGood: return (holder, true)
      case .stated: stating = stating ?? holder
      case .unsaid: break
      }
    }
    if let stating { return (stating, false) }
    let stated = patient.record.without(matching.common)
    return try holders.first { holder in
      try matching.record(holder, transaction).isOfOneIdentity(as: stated)
        && transaction.identityCount(record: holder) < Identifying.mostIdentities
    }.map { ($0, false) }
  }

  /// The patient's key; with the count of those who had it before, when it is somebody else's already: `local/2`.
  private func freeKey(for patient: IncomingPatient) throws -> RecordKey { try freeKey(key(of: patient)) }

  func freeKey(_ own: RecordKey) throws -> RecordKey {
    var key = own
    var count = 1
    while try transaction.record(key) != nil {
      count += 1
      key.kind = "\(own.kind)/\(count)"
    }
    return key
  }
}

extension IncomingPatient {
  /// Whether two patients of one message are one: under one number of the institution, or with one of an authority's.
  func isOnePatient(with other: IncomingPatient) -> Bool {
    (key == other.key || record.sharesNumber(with: other.record)) && record.mayBeOnePatient(with: other.record)
  }
}
