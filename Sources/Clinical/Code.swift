/// A code as a sender wrote it: identifier, display and the system it says it is from. Interpreted only when read, so that
/// mapping a code counts for everything already stored.
public struct Code: Hashable, Sendable {
  public var identifier: String
  public var display: String?
  /// A URI, OID or table name, verbatim.
  public var system: String?

  public init(_ identifier: String, display: String? = nil, system: String? = nil) {
    self.identifier = identifier
    self.display = display
    self.system = system
  }
}

/// An organization as a message names it. Which institution of the registry that is, the catalogue says.
public struct OrganizationReference: Hashable, Sendable {
  /// MSH-3, or what stands for the sending application.
  public var application: String?
  /// MSH-4 HD.1, an XON.10, an extension of the institution root, a FHIR identifier value.
  public var identifier: String?
  /// MSH-4 HD.2, the root or system of the identifier when it names the organization itself.
  public var oid: String?
  public var name: String?

  public init(application: String? = nil, identifier: String? = nil, oid: String? = nil, name: String? = nil) {
    self.application = application
    self.identifier = identifier
    self.oid = oid
    self.name = name
  }

  /// Whether nothing names it.
  public var isEmpty: Bool { identifier == nil && oid == nil && name == nil }
}

/// The kinds of work a report can be of, as the catalogue's items name them.
public enum Category: String, Sendable, CaseIterable, Codable {
  case lab, imaging, ecg, ultrasound, endoscopy, pathology, function
}

/// Where the patient was when the test was ordered.
public enum Setting: String, Sendable, CaseIterable, Codable {
  case outpatient, inpatient, emergency, checkup
}
