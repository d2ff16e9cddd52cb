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
    if let own = try existingRecord(patient, holder: try transaction.record(patient.key))?.record {
      if own == record {
        // A record that has nothing but its report's number is told apart by name.
        guard patient.key.kind == Identifying.reportKey else { return true }
        return try transaction.identities(record: record).contains { $0.name == patient.patient.name }
      }
      if let person = try transaction.link(record: own)?.person, try transaction.link(record: record)?.person == person
      {
        return true
      }
    }
    return try matching.judge.decide(patient.record, matching.record(record, transaction)).outcome == .link
  }

  /// The record that a patient has already.
  func knownRecord(of patient: IncomingPatient) throws -> Int64? {
    try existingRecord(patient, holder: try transaction.record(patient.key))?.record
  }

  /// The record of a report's patient, linked to its person.
  func record(
    of patient: IncomingPatient, message: Int64, toldAt: Instant, created: inout Int
  ) throws -> Int64 {
    if let known = matching.known[patient.fingerprint] { return known }
    let holder = try transaction.record(patient.key)
    let existing = try existingRecord(patient, holder: holder)
    if let existing, existing.hasSaidIt {
      matching.remember(existing.record, for: patient.fingerprint)
      return existing.record
    }
    let record =
      try existing?.record
      ?? transaction.insertRecord(holder == nil ? patient.key : freeKey(for: patient), recordedAt: recordedAt)
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
    try regrouping.regroup(around: record, isNew: existing == nil)
    created += regrouping.created
    try hold(about: patient, created: &created)
    matching.remember(record, for: patient.fingerprint)
    return record
  }

  /// What stands for a patient without any number: their report, so that they get a record of their own.
  static let reportKey = "report"

  /// The institution's record of a patient: by its number, or another of its own numbers it used for them before; but not when
  /// what it says now is of somebody else, though it gives the number (an overlay: person-index.md 3.2, T0).
  ///
  /// - Parameter holder: the record that has the patient's key.
  /// - Returns: the record, and whether the institution said just this of it before.
  private func existingRecord(
    _ patient: IncomingPatient, holder: Int64?
  ) throws -> (record: Int64, hasSaidIt: Bool)? {
    var seen: Set<Int64> = []
    func found(_ record: Int64) throws -> (record: Int64, hasSaidIt: Bool)? {
      guard seen.insert(record).inserted else { return nil }
      switch try transaction.saying(record: record, digest: patient.digest) {
      case .forGood: return (record, true)
      case .stated: return (record, false)
      case .unsaid: break
      }
      return try matching.record(record, transaction).mayBeOnePatient(with: patient.record) ? (record, false) : nil
    }
    if let holder, let found = try found(holder) { return found }
    for number in patient.numbers where number.kind.isWithinInstitution || number.kind.rawValue == patient.key.kind {
      let scope = number.kind.isWithinInstitution ? patient.key.institution : nil
      for record in try transaction.records(number, institution: scope)
      where try transaction.recordKey(record).map({ $0.institution == patient.key.institution && $0.mayBe(number) })
        ?? false
      {
        if let found = try found(record) { return found }
      }
    }
    return nil
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

extension PersonIndex.PersonRecord {
  /// Whether what an institution says under one number of its own can be of one patient: a name that changes is a correction or a
  /// marriage when the birth date or a number stays; when nothing stays, another patient lies under the number.
  func mayBeOnePatient(with other: PersonIndex.PersonRecord) -> Bool {
    let levels = RecordComparison(self, other)
    if levels[.residentID] == .differs { return false }
    switch levels[.name] {
    case .similar, .surnameOnly, .differs:
      switch levels[.birthDate] {
      case .equal: return true
      case .missing: return sharesNumber(with: other)
      default: return false
      }
    default: return true
    }
  }
}
