import Clinical
import RegistryStore

extension SQLiteTransaction {
  func insert(_ event: StoredPatientEvent, numbers: Set<Identifier>, told: [UInt8]) throws {
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

  func hasPatientEvents() throws -> Bool {
    try one(Int64.self, "SELECT 1 FROM patient_event LIMIT 1", []) != nil
  }

  func patientEvents(
    institution: String, about numbers: some Sequence<Identifier>, knownAt: Instant?
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

  func tellingPatientEvents(
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

  func patientEvent(_ event: String) throws -> StoredPatientEvent? {
    try first(SQLText(Self.patientEventColumns + " WHERE event = ?"), [event], Self.patientEvent)
  }

  func endPatientEvent(_ event: StoredPatientEvent, numbers: Set<Identifier>, recordedAt: Instant) throws {
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
