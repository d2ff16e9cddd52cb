import Clinical
import Messages
import XMLReading

/// A call of one of the services (CDS Hooks 2.0, "Calling a CDS Service"), as far as it is needed: what `context` carries, and whatever
/// `prefetch` brings. What nobody expected is passed over; what must be there and is not is a problem.
struct CDSRequest: Sendable {
  let hook: CDSHook
  let hookInstance: String
  /// `Practitioner/abc`.
  var user: String?
  /// The id of the patient in the caller's system: a local number there.
  let patient: String
  var encounter: String?
  /// The resources that came with it, those of Bundles among them.
  var prefetched: [JSONValue] = []
  /// What is asked about: draft orders for services, of `order-select` those that were selected.
  var drafts: [DraftOrder] = []
  /// All draft orders for services of the session, selected or not.
  var session: [DraftOrder] = []

  /// Orders of one call beyond which it is none of one patient.
  static let orderLimit = 200
  /// No request is nested deeper; what is, is no FHIR.
  private static let limits: XMLLimits = {
    var limits = XMLLimits()
    limits.depth = 50
    limits.elements = 400_000
    return limits
  }()

  /// Reads a body.
  ///
  /// - Throws: for what is not JSON, lacks what every call must have, or is of another hook than the service's.
  init(_ bytes: [UInt8], for hook: CDSHook) throws(CDSProblem) {
    let root = try CDSRequest.document(bytes)
    self.hook = hook
    guard let named = root["hook"]?.text, named == hook.rawValue else { throw CDSProblem("hook") }
    guard let instance = root["hookInstance"]?.text else { throw CDSProblem("hookInstance") }
    hookInstance = instance
    guard let context = root["context"], context.isObject else { throw CDSProblem("context") }
    guard let patient = CDSRequest.id(context["patientId"], of: "Patient") else {
      throw CDSProblem("context.patientId")
    }
    self.patient = patient
    encounter = CDSRequest.id(context["encounterId"], of: "Encounter")
    user = context["userId"]?.text
    if case .object(let members) = root["prefetch"] {
      prefetched = members.flatMap { CDSRequest.resources($0.value) }
    }
    if hook.hasOrders { try readOrders(context) }
  }

  /// - Throws: for what is no JSON object.
  static func document(_ bytes: [UInt8]) throws(CDSProblem) -> JSONValue {
    guard let root = try? JSONValue(bytes, limits: limits), root.isObject else { throw CDSProblem(nil) }
    return root
  }

  private mutating func readOrders(_ context: JSONValue) throws(CDSProblem) {
    guard let bundle = context["draftOrders"], bundle.isObject else { throw CDSProblem("context.draftOrders") }
    let entries = bundle["entry"]?.each ?? []
    let beside = entries.compactMap { $0["resource"] } + prefetched
    session = entries.compactMap { DraftOrder($0, beside: beside) }
    drafts = session
    if hook == .orderSelect {
      guard let selections = context["selections"]?.elements else { throw CDSProblem("context.selections") }
      let selected = Set(selections.compactMap(\.text).flatMap(DraftOrder.addresses))
      drafts = session.filter { !$0.addresses.isDisjoint(with: selected) }
    }
    if drafts.count > CDSRequest.orderLimit { throw CDSProblem("context.draftOrders") }
  }

  /// An id of the caller's system, written as such, as a number, or as a reference.
  private static func id(_ value: JSONValue?, of type: String) -> String? {
    if case .number(let literal) = value { return literal }
    guard let text = value?.text else { return nil }
    return text.hasPrefix(type + "/") ? String(text.dropFirst(type.utf8.count + 1)).nonBlank : text
  }

  /// The resources of one prefetched value: of a search those of its Bundle, of an earlier form of the specification what stands in
  /// `resource`. A failure is none, and neither is null or a text.
  private static func resources(_ value: JSONValue, depth: Int = 0) -> [JSONValue] {
    guard depth < 3 else { return [] }
    guard let type = value["resourceType"]?.text else {
      return value["resource"].map { resources($0, depth: depth + 1) } ?? []
    }
    if type == "Bundle" {
      return (value["entry"]?.each ?? []).compactMap { $0["resource"] }.flatMap { resources($0, depth: depth + 1) }
    }
    return type == "OperationOutcome" ? [] : [value]
  }
}

/// What cannot be read as a call, and where: nothing of what was sent.
struct CDSProblem: Error, Hashable {
  /// The request's own key, e.g. `context.patientId`; nil where it is no JSON object at all.
  var field: String?

  init(_ field: String?) { self.field = field }
}
