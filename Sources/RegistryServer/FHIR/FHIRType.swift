/// The resources of FHIR R4 that are read here.
enum FHIRType: String, Sendable, CaseIterable {
  case patient = "Patient"
  case diagnosticReport = "DiagnosticReport"
  case observation = "Observation"
  case imagingStudy = "ImagingStudy"
  case specimen = "Specimen"
  case organization = "Organization"
  case provenance = "Provenance"
  case auditEvent = "AuditEvent"
  case consent = "Consent"

  /// Whether it belongs to a person, and is searched for by them.
  var isOfPerson: Bool { self != .organization }

  /// In which a resource lies among others of its report: `3f-0123456789abcdef.s…`; nil where it has a code of its own.
  var isOfReport: Bool {
    switch self {
    case .diagnosticReport, .observation, .imagingStudy, .specimen, .provenance: true
    case .patient, .organization, .auditEvent, .consent: false
    }
  }
}
