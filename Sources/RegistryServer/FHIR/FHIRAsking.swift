import Clinical
import HTTPTypes
import Hummingbird
import Messages
import Recognition
import Registry
import RegistryStore
import Savings

/// A request for resources: who asks, for whose eyes, and how it is answered.
struct FHIRAsking: Sendable {
  let by: AskedBy
  let reader: RecordReader
  /// nil: a resident's own.
  let institution: String?
  /// Of a resident, the own code.
  let ownPerson: String?
  let purpose: AccessEvent.Purpose
  let now: Instant
  let parameters: FHIRParameters
  /// Whether they came in a body: then a number of a person may be among them.
  let isPosted: Bool
  let isStrict: Bool
  let notation: FHIRNotation
  /// The address of the resources.
  let base: String

  /// Whether who asks is a person who is told whom they open by more than a number: cards are lent (service.md, "Who may").
  let isClinician: Bool

  /// A person as an institution describes them: by what a search gives.
  func described(by parameter: FHIRParameters.Parameter, of type: FHIRType) throws(FHIRProblem) -> OrderPatient {
    // Paths and queries go to logs (service.md).
    guard isPosted else { throw FHIRProblem(.numbersInQuery, parameter.name) }
    guard parameter.modifier == nil else { throw FHIRProblem(.searchValue, parameter.name) }
    var patient = try numbered(by: parameter)
    let said = type == .patient ? parameters : FHIRParameters()
    patient.name = said["name"]
    if let text = said["birthdate"] {
      guard let date = CalendarDate(text), date.isPlausible else { throw FHIRProblem(.searchValue, "birthdate") }
      patient.birthDate = date
    }
    if isClinician, patient.name == nil, patient.birthDate == nil { throw FHIRProblem(.descriptionNeeded) }
    return patient
  }

  private func numbered(by parameter: FHIRParameters.Parameter) throws(FHIRProblem) -> OrderPatient {
    let token = FHIRToken(parameter.value)
    guard let value = token.code else { throw FHIRProblem(.searchValue, parameter.name) }
    if token.system == FHIRIdentifierSystem.person { return OrderPatient(person: value) }
    let kind = FHIRIdentifierSystem.kind(token.system)
    return OrderPatient(identifiers: [OrderIdentifier(Identifier(kind, value))])
  }
}

extension RegistryService {
  /// - Throws: `FHIRProblem`, `ServiceError`.
  func fhirAsking(_ request: Request, _ context: ServerContext, isForm: Bool = false) async throws -> FHIRAsking {
    guard let caller = context.caller else { throw ServiceError.notAuthenticated }
    var parameters = try FHIRParameters(request.uri.query ?? "")
    if isForm {
      guard request.isForm else { throw ServiceError.unsupportedMedia }
      let body = try await request.body.collect(upTo: 1 << 16)
      let posted = try FHIRParameters(String(buffer: body))
      // What stands in the address as well as in the body is both.
      let inAddress = parameters.all.first { FHIRSearch.namesPerson($0.name) }
      if let inAddress { throw FHIRProblem(.numbersInQuery, inAddress.name) }
      parameters.add(posted)
    }
    guard let notation = FHIRNotation(format: parameters["_format"], accept: request.headers[.accept]) else {
      throw ServiceError.notAcceptable
    }
    let isResident = caller.role == .resident
    if isResident, caller.person == nil { throw ServiceError.notAllowed }
    let isInstitutional = caller.role == .orderEntry || caller.role == .clinician
    let institution = isInstitutional ? try institution(of: caller, request) : nil
    return FHIRAsking(
      by: try askedBy(context, request), reader: institution.map { .institution($0) } ?? .person,
      institution: institution, ownPerson: caller.person, purpose: isResident ? .ownRecord : .order,
      now: registry.now, parameters: parameters, isPosted: isForm,
      isStrict: (request.headers[.prefer] ?? "").replacing(" ", with: "").lowercased().contains("handling=strict"),
      notation: notation, base: base(of: request) + "/fhir", isClinician: caller.role == .clinician)
  }

  /// The address under which the service is known; without one that is configured, under which it was asked.
  func base(of request: Request) -> String {
    if let known = configuration.publicURL { return known.hasSuffix("/") ? String(known.dropLast()) : known }
    let host = request.head.authority ?? "\(configuration.listen.host):\(configuration.listen.port)"
    return (configuration.tls == nil ? "http" : "https") + "://" + host
  }
}

extension FHIRSearch {
  /// Whether a parameter holds a number by which a person is known, or what tells them from others.
  static func namesPerson(_ name: String) -> Bool {
    ["identifier", "patient.identifier", "subject.identifier", "birthdate"].contains(name)
  }
}

extension HTTPField.Name {
  static let prefer = HTTPField.Name("Prefer")!
}
