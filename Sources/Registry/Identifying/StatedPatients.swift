import Clinical
import PersonIndex
import RegistryStore

/// Whom a statement of an institution about its numbers means.
struct StatedPatients {
  /// One of the two.
  struct Side {
    /// By which the institution's record is found.
    let numbers: [Identifier]
    /// What is told of the patient beside the institution's own numbers; nil where that is nothing. A number of its own is never said
    /// of a record: what comes under it later has a record of its own, so that the statement can be undone exactly.
    let told: Patient?
    /// As the index compares it.
    fileprivate let compared: PersonIndex.PersonRecord

    fileprivate init(_ patient: Patient, except others: [Identifier] = []) {
      let usable = PersonNumbers.usable(of: patient).filter { PersonNumbers.identifiesPerson($0.kind) }
      let own = usable.filter(\.kind.isWithinInstitution)
      numbers = (own.isEmpty ? usable : own).filter { !others.contains($0) }
      var told = patient
      told.identifiers.removeAll(where: \.kind.isWithinInstitution)
      self.told = told == Patient() ? nil : told
      compared = PersonIndex.PersonRecord(key: "", patient: told)
    }
  }

  let patient: Side
  let prior: Side?

  init(_ statement: StoredPatientEvent) {
    prior = statement.prior.map { Side($0) }
    patient = Side(statement.patient, except: prior?.numbers ?? [])
  }

  /// By which records that it may be about are found.
  var numbers: Set<Identifier> { Set(patient.numbers + (prior?.numbers ?? [])) }
}

/// What institutions say of their own patients' numbers (HL7 v2 ADT, PRPA_IN201304, FHIR `Patient.link`). It is a function of what was
/// said and of the records there are: it makes no difference which of them came first.
extension Identifying {
  /// The institution's record that is meant: by the number that it knows the patient by best. A number under which lie several
  /// patients of whom what is told fits more than one means nobody for sure.
  func holder(of side: StatedPatients.Side, at institution: String) throws -> Int64? {
    var numbers = side.numbers
    while let number = PersonNumbers.recordKey(of: numbers) {
      let scope = number.kind.isWithinInstitution ? institution : nil
      let carriers = try transaction.records(number, institution: scope).filter {
        try transaction.recordKey($0).map { $0.institution == institution && $0.mayBe(number) } ?? false
      }
      if !carriers.isEmpty {
        let fitting = try carriers.filter { try matching.record($0, transaction).mayBeOnePatient(with: side.compared) }
        return fitting.count == 1 ? fitting[0] : nil
      }
      numbers.removeAll { $0 == number }
    }
    return nil
  }

  /// Has statements hold of the records there are, and groups anew what that changes.
  func hold(_ statements: [StoredPatientEvent], created: inout Int) throws {
    for statement in statements {
      let changed = try apply(statement)
      if changed.isEmpty { continue }
      var regrouping = Regrouping(
        transaction: transaction, recordedAt: recordedAt, matching: matching, actor: statement.institution,
        event: statement.event)
      try regrouping.regroup(around: changed)
      created += regrouping.created
    }
  }

  /// What institutions say of a patient's numbers holds of a record that is new, or of which something new was said.
  func hold(about patient: IncomingPatient, created: inout Int) throws {
    guard try transaction.hasPatientEvents() else { return }
    let institution = patient.key.institution
    try hold(try transaction.patientEvents(institution: institution, about: patient.numbers), created: &created)
  }

  /// Takes a statement back; what others say of the same numbers holds without it.
  ///
  /// - Returns: the records of which something else holds now.
  func unsay(_ statement: StoredPatientEvent) throws -> [Int64] {
    _ = try transaction.endPatientEvent(statement.event, recordedAt: recordedAt)
    var changed = Set(try endTold(by: statement, of: nil))
    let numbers = StatedPatients(statement).numbers
    for other in try transaction.patientEvents(institution: statement.institution, about: numbers) {
      changed.formUnion(try apply(other))
    }
    return changed.sorted()
  }

  /// Brings into step what of a statement holds of which record.
  ///
  /// - Returns: the records of which something else holds now.
  private func apply(_ statement: StoredPatientEvent) throws -> [Int64] {
    let stated = StatedPatients(statement)
    let patient = try holder(of: stated.patient, at: statement.institution)
    let prior = try stated.prior.flatMap { try holder(of: $0, at: statement.institution) }
    var changed: Set<Int64> = []
    for record in try transaction.statedRecords(event: statement.event) where record != patient && record != prior {
      changed.formUnion(try endTold(by: statement, of: record))
    }
    for (record, told) in [(patient, stated.patient.told), (prior, stated.prior?.told)] {
      if let record, let told, try tell(told, of: record, by: statement) { changed.insert(record) }
    }
    var wanted: [RecordPair] = []
    if statement.kind != .update, let patient, let prior, patient != prior { wanted = [RecordPair(patient, prior)] }
    let held = try transaction.verdicts(event: statement.event).map(\.records)
    if held != wanted {
      changed.formUnion(try transaction.endVerdicts(event: statement.event, recordedAt: recordedAt))
      for pair in wanted {
        try transaction.insertVerdict(
          pair, isSame: statement.kind != .unlink, event: statement.event, statedAt: statement.at,
          recordedAt: recordedAt)
        changed.formUnion([pair.a, pair.b])
      }
    }
    return changed.sorted()
  }

  /// - Returns: whether it was not said before.
  private func tell(_ told: Patient, of record: Int64, by statement: StoredPatientEvent) throws -> Bool {
    let incoming = IncomingPatient(told, institution: statement.institution, reportNumber: "")
    guard try transaction.saying(record: record, digest: incoming.digest) == .unsaid else { return false }
    try transaction.insertIdentity(
      record: record, message: statement.message, toldAt: statement.at, recordedAt: recordedAt,
      digest: incoming.digest, body: incoming.packed, event: statement.event)
    for number in incoming.numbers {
      try transaction.insertIdentifier(number, institution: nil, record: record, recordedAt: recordedAt)
    }
    try matching.keep(try transaction.personRecord(record), record, transaction)
    return true
  }

  /// Takes back what a statement alone tells of a record; nil: of any.
  private func endTold(by statement: StoredPatientEvent, of record: Int64?) throws -> [Int64] {
    let ended = try transaction.endIdentities(event: statement.event, record: record, recordedAt: recordedAt)
    let told = [statement.patient, statement.prior].compactMap { $0 }.flatMap { PersonNumbers.usable(of: $0) }
    for record in ended {
      let left = PersonNumbers.usable(of: try transaction.identities(record: record))
      for number in told where !number.kind.isWithinInstitution && !left.contains(number) {
        guard try transaction.records(number, institution: nil).contains(record) else { continue }
        try transaction.endIdentifier(number, institution: nil, record: record, recordedAt: recordedAt)
      }
      try matching.keep(try transaction.personRecord(record), record, transaction)
    }
    return ended
  }
}
