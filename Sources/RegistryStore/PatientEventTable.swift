public import Clinical

/// What an institution says of its own patients' numbers, as it is kept.
public struct StoredPatientEvent: Sendable {
  /// Of the chain.
  public var event: String
  public var institution: String
  public var kind: PatientEvent.Kind
  public var message: Int64
  /// When the institution says that it happened.
  public var at: Instant
  public var recordedAt: Instant
  /// When it was undone.
  public var endedAt: Instant?
  public var patient: Patient
  public var prior: Patient?

  public init(
    event: String, institution: String, kind: PatientEvent.Kind, message: Int64, at: Instant, recordedAt: Instant,
    patient: Patient, prior: Patient?
  ) {
    self.event = event
    self.institution = institution
    self.kind = kind
    self.message = message
    self.at = at
    self.recordedAt = recordedAt
    self.patient = patient
    self.prior = prior
  }
}

extension StoreTransaction {
  /// - Parameters:
  ///   - numbers: those it is about, as records are found by them.
  ///   - told: digest of what it tells of patients beside their numbers; empty for nothing.
  public func insert(_ event: StoredPatientEvent, numbers: Set<Identifier>, told: [UInt8]) throws {
    try run(
      """
      INSERT INTO patient_event (event, institution, kind, message, at, recorded_at, patient, prior)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        event.event, event.institution, event.kind.rawValue, event.message, event.at.milliseconds,
        event.recordedAt.milliseconds, PatientPacking.pack(event.patient), event.prior.map(PatientPacking.pack),
      ])
    let id = lastID
    for number in numbers {
      try run(
        """
        INSERT INTO patient_event_number (institution, kind, value, told, at, patient_event, recorded_at)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """,
        [
          event.institution, number.kind.rawValue, number.value, told, event.at.milliseconds, id,
          event.recordedAt.milliseconds,
        ])
    }
  }

  /// Whether any institution ever said anything of its numbers.
  public func hasPatientEvents() throws -> Bool {
    try one(Int64.self, "SELECT 1 FROM patient_event LIMIT 1", []) != nil
  }

  /// What an institution says of some of its numbers and was not undone, as known at a moment, in the order of recording.
  public func patientEvents(
    institution: String, about numbers: some Sequence<Identifier>, knownAt: Instant? = nil
  ) throws -> [StoredPatientEvent] {
    let moment = knownAt?.milliseconds ?? .max
    return try patientEvents(institution, numbers) {
      try rows(
        """
        SELECT patient_event FROM patient_event_number WHERE institution = ? AND kind = ? AND value = ?
          AND recorded_at <= ? AND (ended_at IS NULL OR ended_at > ?)
        """, $0 + [moment, moment])
    }
  }

  /// Those of them that tell something of a patient beside numbers: of each that tells the same the newest, and of all the newest that
  /// can be one patient's history.
  public func tellingPatientEvents(
    institution: String, about numbers: some Sequence<Identifier>
  ) throws -> [StoredPatientEvent] {
    try patientEvents(institution, numbers) {
      try rows(
        """
        SELECT patient_event, max(at) FROM patient_event_number
        WHERE institution = ? AND kind = ? AND value = ? AND told <> x'' AND ended_at IS NULL GROUP BY told ORDER BY 2 DESC LIMIT 64
        """, $0)
    }
  }

  private func patientEvents(
    _ institution: String, _ numbers: some Sequence<Identifier>, _ rows: ([any SQLBindable]) throws -> SQLRows
  ) throws -> [StoredPatientEvent] {
    var ids: Set<Int64> = []
    for number in numbers {
      let rows = try rows([institution, number.kind.rawValue, number.value])
      while let row = try rows.next() { ids.insert(row[0]) }
    }
    return try ids.sorted().compactMap { id in
      try first(SQLText(Self.patientEventColumns + " WHERE id = ?"), [id], Self.patientEvent)
    }
  }

  /// By the event of the chain, undone or not.
  public func patientEvent(_ event: String) throws -> StoredPatientEvent? {
    try first(SQLText(Self.patientEventColumns + " WHERE event = ?"), [event], Self.patientEvent)
  }

  /// Marks it as undone.
  ///
  /// - Parameter numbers: those it is about.
  public func endPatientEvent(_ event: StoredPatientEvent, numbers: Set<Identifier>, recordedAt: Instant) throws {
    try run("UPDATE patient_event SET ended_at = ? WHERE event = ?", [recordedAt.milliseconds, event.event])
    for number in numbers {
      try run(
        """
        UPDATE patient_event_number SET ended_at = ? WHERE institution = ? AND kind = ? AND value = ?
          AND patient_event = (SELECT id FROM patient_event WHERE event = ?)
        """, [recordedAt.milliseconds, event.institution, number.kind.rawValue, number.value, event.event])
    }
  }

  private static let patientEventColumns =
    "SELECT event, institution, kind, message, at, recorded_at, ended_at, patient, prior FROM patient_event"

  private static func patientEvent(_ row: SQLRow) throws -> StoredPatientEvent {
    guard let kind = PatientEvent.Kind(rawValue: row[2]) else { throw StoreError.damaged("a patient event of no kind") }
    // A packed patient begins with its format.
    let hasPrior = row.withBytes(8) { $0.count } > 0
    var event = StoredPatientEvent(
      event: row[0], institution: row[1], kind: kind, message: row[3], at: Instant(milliseconds: row[4]),
      recordedAt: Instant(milliseconds: row[5]),
      patient: try row.withBytes(7) { (bytes) throws(StoreError) in try PatientPacking.unpack(bytes) },
      prior: hasPrior ? try row.withBytes(8) { (bytes) throws(StoreError) in try PatientPacking.unpack(bytes) } : nil)
    event.endedAt = (row[6] as Int64?).map { Instant(milliseconds: $0) }
    return event
  }
}
