/// What an institution says of its own patients' numbers (HL7 v2 ADT A08, A18, A24, A31, A37, A40, A47; PRPA_IN201302 and 304;
/// FHIR Patient.link). It is evidence about that institution's records alone.
public struct PatientEvent: Hashable, Sendable {
  public enum Kind: String, Sendable, CaseIterable, Codable {
    /// What is known of a patient (A08, A31, PRPA_IN201302).
    case update
    /// Two numbers were one person's all along, and the prior one goes out of use (A18, A40, PRPA_IN201304, `replaced-by`).
    case merge
    /// A patient has another number from now on (A47).
    case changeNumber = "change-number"
    /// Two numbers are one person's, and both stay in use (A24, `seealso`).
    case link
    /// Two numbers that were linked are two people's (A37).
    case unlink
  }

  public var kind: Kind
  public var source: OrganizationReference
  /// The patient whose number stays in use.
  public var patient: Patient
  /// The other one, of whom often no more than the number is told; nil for an update.
  public var prior: Patient?
  /// When the institution says that it happened (EVN-2, EVN-6), else the message's own time.
  public var at: Instant

  public init(_ kind: Kind, source: OrganizationReference, patient: Patient, prior: Patient? = nil, at: Instant) {
    self.kind = kind
    self.source = source
    self.patient = patient
    self.prior = prior
    self.at = at
  }
}
