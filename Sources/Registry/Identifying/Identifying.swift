import Clinical
import PersonIndex
import RegistryStore

/// Finds whose a report is, within the transaction that takes it in: its source record, and the person that record belongs to.
struct Identifying {
  let transaction: StoreTransaction
  let recordedAt: Instant
  let matching: PersonMatching

  func feed(_ label: String) throws -> Int64 {
    if let id = matching.feeds[label] { return id }
    let id = try transaction.feed(label)
    matching.remember(feed: id, for: label)
    return id
  }

  /// Whether a patient is the one a record is about: the same record, a record of the same person, or one that would be linked.
  func isSamePatient(_ patient: IncomingPatient, as record: Int64) throws -> Bool {
    if let own = try existingRecord(patient, among: holders(of: patient))?.record {
      if own == record {
        // A record that has nothing but its report's number is told apart by name.
        guard patient.key.kind == Identifying.reportKey else { return true }
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
    try matching.judge.decide(patient.record, matching.record(record, transaction)).outcome == .link
  }

  /// Whether a patient of whom the institution has no record can be a record's, when both are a report's.
  private func mayCorrect(_ record: Int64, by patient: IncomingPatient) throws -> Bool {
    let known = try matching.record(record, transaction)
    let isTied = try known.sharesAnyNumber(with: patient.record) || transaction.recordKey(record) == patient.key
    return isTied && known.mayBeOnePatient(with: patient.record)
  }

  /// The record of a report's patient, linked to its person.
  ///
  /// - Parameter told: the record that an earlier version of the report belongs to.
  func record(
    of patient: IncomingPatient, told: Int64? = nil, message: Int64, toldAt: Instant, created: inout Int
  ) throws -> Int64 {
    if let known = matching.known[patient.fingerprint] { return known }
    let holders = try holders(of: patient)
    var existing = try existingRecord(patient, among: holders)
    if let existing, existing.hasSaidIt {
      matching.remember(existing.record, for: patient.fingerprint)
      return existing.record
    }
    if existing == nil, let told, try mayCorrect(told, by: patient) { existing = (told, false) }
    let record = try existing?.record ?? transaction.insertRecord(freeKey(for: patient), recordedAt: recordedAt)
    try transaction.insertIdentity(
      record: record, message: message, toldAt: toldAt, recordedAt: recordedAt, digest: patient.digest,
      body: patient.packed)
    for number in patient.numbers {
      try transaction.insertIdentifier(
        number, institution: number.kind.isWithinInstitution ? patient.key.institution : nil, record: record,
        recordedAt: recordedAt)
    }
    let said = existing == nil ? patient.record : try transaction.personRecord(record)
    try matching.keep(said, record, transaction)
    var regrouping = Regrouping(transaction: transaction, recordedAt: recordedAt, matching: matching)
    try regrouping.regroup(around: record, isNew: existing == nil, underOneNumber: holders)
    created += regrouping.created
    matching.remember(record, for: patient.fingerprint)
    return record
  }

  /// What stands for a patient without any number: their report, so that they get a record of their own.
  static let reportKey = "report"

  /// The institution's records under a patient's own numbers, the one that has the key first.
  private func holders(of patient: IncomingPatient) throws -> [Int64] {
    var found: [Int64] = []
    if let holder = try transaction.record(patient.key) { found.append(holder) }
    for number in patient.numbers where number.kind.isWithinInstitution || number.kind.rawValue == patient.key.kind {
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
    for holder in holders where try transaction.hasIdentity(record: holder, digest: patient.digest) {
      return (holder, true)
    }
    return try holders.first { try matching.record($0, transaction).isOfOneIdentity(as: patient.record) }
      .map { ($0, false) }
  }

  /// The patient's key; with the count of those who had it before, when it is somebody else's already: `local/2`.
  private func freeKey(for patient: IncomingPatient) throws -> RecordKey {
    var key = patient.key
    var count = 1
    while try transaction.record(key) != nil {
      count += 1
      key.kind = "\(patient.key.kind)/\(count)"
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
