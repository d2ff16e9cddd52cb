import Clinical
import Crypto
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

  /// Digest of what is told of the two beside their numbers; empty for nothing.
  var told: [UInt8] {
    if patient.told == nil, prior?.told == nil { return [] }
    let sides = [patient, prior].map { $0?.told.map(PatientPacking.pack) ?? [] }
    return Array(SHA256.hash(data: sides[0] + [0] + sides[1]).prefix(8))
  }

  /// By which records that it may be about are found.
  var numbers: Set<Identifier> { Set(patient.numbers + (prior?.numbers ?? [])) }
}

/// What institutions say of their own patients' numbers (HL7 v2 ADT, PRPA_IN201304, FHIR `Patient.link`). It is a function of what was
/// said and of what reports told of the records there are: it makes no difference which of them came first.
extension Identifying {
  /// What a statement, or the lack of one, changes.
  struct Changed {
    /// Records of which something else is told: others may be like them now.
    var retold: Set<Int64> = []
    /// Records that are said to be one with another, or two, or are not any more.
    var paired: Set<Int64> = []
  }

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
        let fitting = try carriers.filter { try reported($0).mayBeOnePatient(with: side.compared) }
        return fitting.count == 1 ? fitting[0] : nil
      }
      numbers.removeAll { $0 == number }
    }
    return nil
  }

  /// The record of which a side of a statement is told: where there is none of the number that stays in use yet, the other's, for the
  /// two are one patient's.
  private func holder(
    of side: StatedPatients.Side, in event: StoredPatientEvent, _ stated: StatedPatients
  ) throws -> Int64? {
    if let own = try holder(of: side, at: event.institution) { return own }
    guard event.kind.saysSame, let prior = stated.prior, side.numbers == stated.patient.numbers else { return nil }
    let isReported = try side.numbers.contains { number in
      try !transaction.records(number, institution: number.kind.isWithinInstitution ? event.institution : nil).isEmpty
    }
    return isReported ? nil : try holder(of: prior, at: event.institution)
  }

  /// A record as its reports alone tell it.
  private func reported(_ record: Int64, and more: [Patient] = []) throws -> PersonIndex.PersonRecord {
    let key = try transaction.recordKey(record) ?? RecordKey(institution: "", kind: "", value: "")
    return PersonIndex.PersonRecord(key: key, identities: try transaction.reportedIdentities(record: record) + more)
  }

  /// Has statements hold of the records there are, and groups anew what that changes.
  func hold(_ statements: [StoredPatientEvent], created: inout Int) throws {
    for statement in statements {
      let changed = try apply(statement)
      if changed.retold.isEmpty, changed.paired.isEmpty { continue }
      var linker = RecordLinker(
        transaction: transaction, recordedAt: recordedAt, matching: matching, actor: statement.institution,
        event: statement.event)
      for record in changed.retold.sorted() { try linker.relink(around: record) }
      if !changed.paired.isEmpty { try linker.relink(around: changed.paired.sorted()) }
      created += linker.created
    }
  }

  /// What institutions say of a patient's numbers holds of a record that is new, or of which something new was said.
  func hold(about patient: IncomingPatient, created: inout Int) throws {
    guard try transaction.hasPatientEvents() else { return }
    let institution = patient.key.institution
    try hold(try transaction.patientEvents(institution: institution, about: patient.numbers), created: &created)
  }

  /// Takes a statement back; what others say of the same numbers holds without it.
  func unsay(_ statement: StoredPatientEvent) throws -> Changed {
    try transaction.endPatientEvent(
      statement, numbers: StatedPatients(statement).numbers, recordedAt: recordedAt)
    var changed = Changed()
    changed.paired.formUnion(try transaction.endVerdicts(event: statement.event, recordedAt: recordedAt))
    for record in try transaction.statedRecords(event: statement.event) where try retell(record) {
      changed.retold.insert(record)
    }
    return changed
  }

  /// Brings into step what of a statement holds of which record.
  private func apply(_ statement: StoredPatientEvent) throws -> Changed {
    let stated = StatedPatients(statement)
    let patient = try holder(of: stated.patient, at: statement.institution)
    let prior = try stated.prior.flatMap { try holder(of: $0, at: statement.institution) }
    var changed = Changed()
    for record in try Set([patient, prior].compactMap { $0 } + transaction.statedRecords(event: statement.event))
    where try retell(record) {
      changed.retold.insert(record)
    }
    var wanted: [RecordPair] = []
    if statement.kind != .update, let patient, let prior, patient != prior { wanted = [RecordPair(patient, prior)] }
    let held = try transaction.verdicts(event: statement.event).map(\.records)
    if held != wanted {
      changed.paired.formUnion(try transaction.endVerdicts(event: statement.event, recordedAt: recordedAt))
      for pair in wanted {
        try transaction.insertVerdict(
          pair, isSame: statement.kind != .unlink, event: statement.event, statedAt: statement.at,
          recordedAt: recordedAt)
        changed.paired.formUnion([pair.a, pair.b])
      }
    }
    return changed
  }

  /// Brings into step what statements tell of a record beside its reports: the newest first, and none that is of another patient than
  /// those before it.
  ///
  /// - Returns: whether anything else is told of it now.
  private func retell(_ record: Int64) throws -> Bool {
    guard let key = try transaction.recordKey(record) else { return false }
    let numbers = PersonNumbers.usable(of: try transaction.reportedIdentities(record: record))
    let statements = try transaction.tellingPatientEvents(institution: key.institution, about: numbers)
      .map { (event: $0, stated: StatedPatients($0)) }
    var told: [(event: StoredPatientEvent, patient: IncomingPatient)] = []
    for (event, stated) in statements.sorted(by: { Self.isNewer($0, $1) }) {
      for side in [stated.patient, stated.prior] {
        guard let side, let patient = side.told, try holder(of: side, in: event, stated) == record else { continue }
        let known = try reported(record, and: told.reversed().map(\.patient.patient))
        guard known.mayBeOnePatient(with: side.compared) else { continue }
        told.append((event, IncomingPatient(patient, institution: key.institution, reportNumber: "")))
      }
    }
    var isChanged = false
    let held = try transaction.statedIdentities(record: record)
    for identity in held where !told.contains(where: { $0.patient.digest == identity.digest }) {
      try transaction.endIdentity(identity.id, recordedAt: recordedAt)
      isChanged = true
    }
    // The oldest first: what several tell is told by the newest of them.
    for (event, patient) in told.reversed() {
      switch try transaction.saying(record: record, digest: patient.digest) {
      case .forGood: continue
      case .unsaid: isChanged = true
      // By an event that is undone since, perhaps.
      case .stated: break
      }
      try transaction.insertIdentity(
        record: record, message: event.message, toldAt: event.at, recordedAt: recordedAt, digest: patient.digest,
        body: patient.packed, event: event.event)
    }
    if isChanged { try reindex(record, told.map(\.patient), before: held.map(\.patient)) }
    return isChanged
  }

  /// By when the institution says that it happened; of one time by what is told, whichever came first.
  private static func isNewer(
    _ x: (event: StoredPatientEvent, stated: StatedPatients), _ y: (event: StoredPatientEvent, stated: StatedPatients)
  ) -> Bool {
    x.event.at != y.event.at ? x.event.at > y.event.at : x.stated.told.lexicographicallyPrecedes(y.stated.told)
  }

  /// Has a record found by the numbers that are told of it, and no more by those that are not.
  private func reindex(_ record: Int64, _ told: [IncomingPatient], before: [Patient]) throws {
    for number in told.flatMap(\.numbers) {
      try transaction.insertIdentifier(number, institution: nil, record: record, recordedAt: recordedAt)
    }
    let left = PersonNumbers.usable(of: try transaction.identities(record: record))
    for number in before.flatMap(PersonNumbers.usable) where !left.contains(number) {
      try transaction.endIdentifier(number, institution: nil, record: record, recordedAt: recordedAt)
    }
    try matching.keep(SaidRecord(try transaction.personRecord(record)), record, transaction)
  }
}

extension PatientEvent.Kind {
  /// Whether it says of two numbers that they are one patient's.
  var saysSame: Bool { self == .merge || self == .changeNumber || self == .link }
}

extension Registry {
  /// The records that a number leads to: those that carry it, and where nobody reported under it yet, those of numbers that its
  /// institution says to be the same patient's.
  func records(
    _ number: Identifier, institution: String?, _ transaction: any StoreSnapshot, knownAt: Instant? = nil
  ) throws -> [Int64] {
    let carriers = try transaction.records(number, institution: institution, knownAt: knownAt)
    guard carriers.isEmpty, let institution, try transaction.hasPatientEvents() else { return carriers }
    var seen: Set<Identifier> = [number]
    var queue = [number]
    var found: Set<Int64> = []
    while let next = queue.popLast() {
      for other in try statedSame(as: next, at: institution, transaction, knownAt) where seen.insert(other).inserted {
        let own = try transaction.records(other, institution: institution, knownAt: knownAt)
        found.formUnion(own)
        if own.isEmpty { queue.append(other) }
      }
    }
    return found.sorted()
  }

  /// The numbers that an institution says to be the same patient's as one, by what it says last of the two.
  private func statedSame(
    as number: Identifier, at institution: String, _ transaction: any StoreSnapshot, _ knownAt: Instant?
  ) throws -> [Identifier] {
    var last: [Identifier: (at: Instant, isSame: Bool)] = [:]
    for event in try transaction.patientEvents(institution: institution, about: [number], knownAt: knownAt) {
      let stated = StatedPatients(event)
      guard event.kind != .update, let prior = stated.prior else { continue }
      let isSame = event.kind.saysSame
      for (own, others) in [(stated.patient.numbers, prior.numbers), (prior.numbers, stated.patient.numbers)]
      where own.contains(number) {
        for other in others {
          if let known = last[other], (event.at, known.isSame ? 0 : 1) < (known.at, isSame ? 0 : 1) { continue }
          last[other] = (event.at, isSame)
        }
      }
    }
    return last.filter(\.value.isSame).keys.sorted { ($0.kind.rawValue, $0.value) < ($1.kind.rawValue, $1.value) }
  }
}
