import HTTPTypes
import Registry
import RegistryStore

/// FHIR's read side (service.md). What needs a number of a person is asked by POST alone.
extension Route {
  static let fhirMetadata = Route(.get, "/fhir/metadata", .anybody)
  static let fhirMatch = Route(
    .post, "/fhir/Patient/$match", .roles([.orderEntry, .clinician]), scope: fhirScope(.patient), access: .record)
  static let fhirEverything = Route(
    .get, "/fhir/Patient/{id}/$everything", readers(of: .patient), scope: fhirScope(.patient), access: .record)
  static let fhirLast = Route(
    .get, "/fhir/Observation/$lastn", readers(of: .observation), scope: fhirScope(.observation), access: .record)
  static let fhirHistory = Route(
    .get, "/fhir/DiagnosticReport/{id}/_history", readers(of: .diagnosticReport), scope: fhirScope(.diagnosticReport),
    access: .report)
  static let fhirVersion = Route(
    .get, "/fhir/DiagnosticReport/{id}/_history/{version}", readers(of: .diagnosticReport),
    scope: fhirScope(.diagnosticReport), access: .report)

  static func fhirSearch(_ type: FHIRType) -> Route {
    Route(.get, "/fhir/\(type.rawValue)", readers(of: type), scope: fhirScope(type), access: kind(of: type))
  }

  static func fhirPostedSearch(_ type: FHIRType) -> Route {
    Route(.post, "/fhir/\(type.rawValue)/_search", readers(of: type), scope: fhirScope(type), access: kind(of: type))
  }

  /// nil for what is not read by its id.
  static func fhirRead(_ type: FHIRType) -> Route? {
    if type == .auditEvent { return nil }
    return Route(.get, "/fhir/\(type.rawValue)/{id}", readers(of: type), scope: fhirScope(type), access: kind(of: type))
  }

  /// A resident has a session, and no token.
  private static func fhirScope(_ type: FHIRType) -> Scope? { type == .consent ? nil : Scope(type.rawValue, "rs") }

  private static func kind(of type: FHIRType) -> AccessEvent.Kind? {
    switch type {
    case .organization: nil
    case .auditEvent: .events
    case .diagnosticReport, .observation, .imagingStudy, .specimen, .provenance: .report
    case .patient, .consent: .record
    }
  }

  private static func readers(of type: FHIRType) -> Callers {
    switch type {
    case .organization: .roles([.orderEntry, .clinician, .resident, .auditor])
    // Who looked is for auditors, and for whom it is about.
    case .auditEvent: .roles([.auditor, .resident])
    // What somebody consents to concerns themselves; others see what it leaves.
    case .consent: .roles([.resident])
    default: .roles([.orderEntry, .clinician, .resident])
    }
  }

  /// Whether what goes wrong there is told as an OperationOutcome.
  var isOfFHIR: Bool { path.hasPrefix("/fhir/") && !path.hasPrefix("/fhir/.well-known") }

  static let ofFHIR =
    [fhirMetadata, fhirMatch, fhirEverything, fhirLast, fhirHistory, fhirVersion]
    + FHIRType.allCases.flatMap { [fhirSearch($0), fhirPostedSearch($0), fhirRead($0)].compactMap { $0 } }
}
