import Savings
import Catalogue
import Clinical
import Crypto
import Hummingbird
import Messages
import Recognition
import Registry
import RegistryStore

extension RegistryService {
  /// A search of a type. Whose resources they are is always said: nobody looks through everybody's.
  func search(
    _ type: FHIRType, _ asking: FHIRAsking, _ context: ServerContext, _ route: Route
  ) async throws -> Response {
    let zone = try registry.zone()
    let search = try FHIRSearch(type, asking.parameters, isStrict: asking.isStrict, zone: zone)
    switch type {
    case .organization:
      return try await answer(asking, context, as: nil) { try Self.organizations(search, asking, $0) }
    case .consent:
      return try await answer(asking, context, as: route.access) { try Self.consents(asking, $0, id: nil) }
    case .auditEvent: return try await auditEvents(search, asking, context)
    default: break
    }
    let key = fhirPageKey
    return try await answer(asking, context, as: route.access) { state in
      var asked = try Self.person(of: type, asking, state)
      // Nobody's is as good as nobody who may be heard of.
      var page: FHIRPage?
      let question = Self.question(type, search, asked.code ?? "", asking)
      if let token = asking.parameters["_page"] {
        page = FHIRPage(token, question, key, now: asking.now)
        if page == nil { throw FHIRProblem(.pageOver, "_page") }
      }
      let record = try asked.code.flatMap {
        try Self.record(of: $0, asking, state, knownAt: page?.knownAt, hasOrigins: type == .provenance)
      }
      if record == nil, asked.refusal == nil { asked.refusal = .noResource }
      let result = FHIRResult(type: type, search: search, record: record, page: page)
      let first = FHIRPage(
        offset: 0, total: result.found.count, knownAt: page?.knownAt ?? state.knownAt,
        madeAt: page?.madeAt ?? asking.now)
      if let page, page.total != first.total { throw FHIRProblem(.pageOver, "_page") }
      let bundle = result.bundle(asking, zone: zone, first: first, person: record == nil ? asked.named : asked.code) {
        $0.token(question, key)
      }
      return FHIRReading(document: bundle, person: asked.code, refusal: record == nil ? asked.refusal : nil)
    }
  }

  /// What a page was given out for.
  static func question(_ type: FHIRType, _ search: FHIRSearch, _ person: String, _ asking: FHIRAsking) -> String {
    [type.rawValue, person, asking.by.account, asking.institution ?? "", search.used.query]
      .joined(separator: "\n")
  }

  private struct AskedPerson {
    /// The current code; nil where nobody was found.
    var code: String?
    var refusal: ServiceError?
    /// As the search names them; nil where it does so by a number, or names nobody.
    var named: String?
  }

  /// Whose resources are searched for.
  private static func person(
    of type: FHIRType, _ asking: FHIRAsking, _ state: RegistryState
  ) throws -> AskedPerson {
    let parameters = asking.parameters
    let named = parameters.values(of: ["patient", "subject"])
    let described = parameters.all.filter { parameter in
      parameter.name == "identifier" ? type == .patient : parameter.name.hasSuffix(".identifier")
    }
    if type == .patient, let told = parameters.values(of: ["name", "birthdate"]).first {
      // Alone they are many people's; with a number they tell whose it is.
      if !asking.isPosted { throw FHIRProblem(.numbersInQuery, told.name) }
      if described.isEmpty { throw FHIRProblem(.patientNeeded) }
    }
    var codes: [String?] = []
    for parameter in named {
      // Of several persons nobody is looked through.
      guard parameter.modifier == nil || parameter.modifier == "Patient",
        let id = FHIRReference.id(parameter.value, of: .patient), !parameter.value.contains(",")
      else { throw FHIRProblem(.searchValue, parameter.name) }
      codes.append(try state.currentPerson(id))
    }
    for parameter in described {
      let patient = try asking.described(by: parameter, of: type)
      codes.append(try state.person(patient, askedBy: asking.institution, at: asking.now))
    }
    if type == .patient {
      for parameter in parameters.values(of: ["_id"]) { codes.append(try state.currentPerson(parameter.value)) }
    } else if codes.isEmpty, let id = parameters["_id"] ?? parameters["target"] {
      // Ids of one person's lead to them.
      let ids = id.split(separator: ",").map { FHIRReference.id(String($0)) }
      let persons = Set(try ids.compactMap { try state.person(ofReport: $0) })
      if persons.count > 1 { throw FHIRProblem(.searchValue, "_id") }
      return AskedPerson(code: try persons.first.flatMap { try state.currentPerson($0) })
    }
    if codes.isEmpty, let own = asking.ownPerson { codes.append(try state.currentPerson(own)) }
    guard let first = codes.first else { throw FHIRProblem(.patientNeeded) }
    // All that is said must be of one.
    let name = named.first.flatMap { FHIRReference.id($0.value, of: .patient) }
    guard let code = first, codes.allSatisfy({ $0 == code }) else {
      return AskedPerson(refusal: .noResource, named: name)
    }
    return AskedPerson(code: code, named: name)
  }
}

/// What a search found, as pages of a Bundle.
struct FHIRResult {
  let type: FHIRType
  let search: FHIRSearch
  let record: FHIRRecord?
  let page: FHIRPage?
  let found: [FHIREntry]

  init(type: FHIRType, search: FHIRSearch, record: FHIRRecord?, page: FHIRPage?) {
    (self.type, self.search, self.record, self.page) = (type, search, record, page)
    found = record.map { search.sorted($0.entries(type).filter(search.holds)) } ?? []
  }

  /// - Parameter person: the code in use; of who may not be heard of what was asked, and nothing that was found.
  func bundle(
    _ asking: FHIRAsking, zone: RegistryZone, first: FHIRPage, person: String?, token: (FHIRPage) -> String
  ) -> FHIRDocument {
    var bundle = FHIRBundle(base: asking.base, timestamp: zone.rfc3339(first.knownAt), total: found.count)
    var used = FHIRParameters()
    // A number stands in no address: the code that it led to does.
    if type != .patient, let person { used.append("patient", person) }
    used.add(search.used)
    if type == .patient, let person, search.used["_id"] == nil { used.append("_id", person) }
    func url(_ parameters: FHIRParameters) -> String {
      let query = parameters.query
      return "\(asking.base)/\(type.rawValue)" + (query.isEmpty ? "" : "?" + query)
    }
    bundle.links.append(("self", url(used)))
    if search.isCountOnly { return bundle.document }
    let offset = page?.offset ?? 0
    bundle.matches = Array(found.dropFirst(offset).prefix(search.count))
    if let record { bundle.included = search.included(with: bundle.matches, of: record) }
    if offset + search.count < found.count {
      var next = used
      var after = first
      after.offset = offset + search.count
      next.append("_page", token(after))
      bundle.links.append(("next", url(next)))
    }
    return bundle.document
  }
}
