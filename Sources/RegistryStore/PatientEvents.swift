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

/// What a snapshot tells of what institutions say of their own patients' numbers.
public protocol PatientEventsReading {
  /// Whether any institution ever said anything of its numbers.
  func hasPatientEvents() throws -> Bool

  /// What an institution says of some of its numbers and was not undone, as known at a moment, in the order of recording.
  func patientEvents(
    institution: String, about numbers: some Sequence<Identifier>, knownAt: Instant?
  ) throws -> [StoredPatientEvent]

  /// Those of them that tell something of a patient beside numbers: of each that tells the same the newest, and of all the newest that
  /// can be one patient's history.
  func tellingPatientEvents(
    institution: String, about numbers: some Sequence<Identifier>
  ) throws -> [StoredPatientEvent]

  /// By the event of the chain, undone or not.
  func patientEvent(_ event: String) throws -> StoredPatientEvent?
}

/// What a writer does to what institutions say of their own patients' numbers.
public protocol PatientEventsWriting {
  /// - Parameters:
  ///   - numbers: those it is about, as records are found by them.
  ///   - told: digest of what it tells of patients beside their numbers; empty for nothing.
  func insert(_ event: StoredPatientEvent, numbers: Set<Identifier>, told: [UInt8]) throws

  /// Marks it as undone.
  ///
  /// - Parameter numbers: those it is about.
  func endPatientEvent(_ event: StoredPatientEvent, numbers: Set<Identifier>, recordedAt: Instant) throws
}

extension PatientEventsReading {
  public func patientEvents(institution: String, about numbers: some Sequence<Identifier>) throws
    -> [StoredPatientEvent]
  {
    try patientEvents(institution: institution, about: numbers, knownAt: nil)
  }
}
