import Clinical
import Messages

/// A draft order for a service: a ServiceRequest with status `draft`, as it was sent and as it is read.
struct DraftOrder: Sendable {
  let resource: JSONValue
  /// Where it can be found: `ServiceRequest/1`, `1`, its full URL.
  let addresses: Set<String>
  /// What an action calls it; nil where nothing names it.
  let reference: String?
  let codes: [Code]
  /// What is said of the specimen, each as it is coded; empty where nothing is.
  let specimens: [[Code]]
  let sites: [[Code]]
  let lateralities: [[Code]]
  /// Whether it is to be done at once (`stat`, `asap`).
  let isUrgent: Bool

  /// - Parameters:
  ///   - entry: of the Bundle of draft orders.
  ///   - beside: the resources that it may refer to.
  /// - Returns: nil for anything but a draft order for a service.
  init?(_ entry: JSONValue, beside: [JSONValue]) {
    guard let resource = entry["resource"], resource["resourceType"]?.text == "ServiceRequest",
      resource["status"]?.text == "draft"
    else { return nil }
    self.resource = resource
    let id = resource["id"]?.text
    let url = entry["fullUrl"]?.text
    var addresses: Set<String> = []
    if let id { addresses.formUnion(["ServiceRequest/" + id, id, "urn:uuid:" + id.lowercased()]) }
    if let url { addresses.formUnion(DraftOrder.addresses(url)) }
    self.addresses = addresses
    reference = id.map { "ServiceRequest/" + $0 } ?? url.map { FHIRWords.localReference($0) ?? $0 }
    codes = DraftOrder.codes(resource["code"])
    specimens = (resource["specimen"]?.each ?? []).map { DraftOrder.specimen($0, of: resource, beside) }
    let said = (resource["bodySite"]?.each ?? []).map(DraftOrder.codes)
    let structures = DraftOrder.structures(of: resource, beside)
    sites = said.filter { !$0.contains(where: DraftOrder.isSide) } + structures.compactMap(\.site)
    lateralities = said.filter { $0.contains(where: DraftOrder.isSide) } + structures.compactMap(\.side)
    isUrgent = ["stat", "asap"].contains(resource["priority"]?.text)
  }

  /// The forms in which a reference means the same: as written, and as `ServiceRequest/1`.
  static func addresses(_ reference: String) -> [String] {
    [FHIRWords.normalized(reference)] + [FHIRWords.localReference(reference)].compactMap { $0 }
  }

  /// The codings of a CodeableConcept (R5: of a CodeableReference), or its words where it has none.
  static func codes(_ concept: JSONValue?) -> [Code] {
    guard let concept = concept?["concept"] ?? concept else { return [] }
    let codes = (concept["coding"]?.each ?? []).compactMap { coding -> Code? in
      guard let code = coding["code"]?.text else { return nil }
      return Code(code, display: coding["display"]?.text, system: coding["system"]?.text)
    }
    if codes.isEmpty, let text = concept["text"]?.text { return [Code(text)] }
    return codes
  }

  /// Of what a specimen is: as it says itself, or as the reference calls it.
  private static func specimen(_ reference: JSONValue, of order: JSONValue, _ beside: [JSONValue]) -> [Code] {
    if let specimen = resource(reference, "Specimen", of: order, beside) { return codes(specimen["type"]) }
    // What is said and cannot be read is said all the same.
    return [Code(reference["display"]?.text ?? reference["reference"]?.text ?? "?")]
  }

  private static func resource(
    _ reference: JSONValue, _ type: String, of order: JSONValue, _ beside: [JSONValue]
  ) -> JSONValue? {
    guard let address = reference["reference"]?.text else { return nil }
    if address.hasPrefix("#") {
      return (order["contained"]?.each ?? []).first { $0["id"]?.text == String(address.dropFirst()) }
    }
    let local = FHIRWords.localReference(address) ?? address
    return beside.first { other in
      guard other["resourceType"]?.text == type, let id = other["id"]?.text else { return false }
      return local == "\(type)/\(id)" || local.lowercased() == "urn:uuid:" + id.lowercased()
    }
  }

  private struct Structure {
    var site: [Code]?
    var side: [Code]?
  }

  /// The BodyStructures that an order names: R5's own element, R4's extension of it.
  private static func structures(of order: JSONValue, _ beside: [JSONValue]) -> [Structure] {
    let extended = ([order] + (order["bodySite"]?.each ?? [])).flatMap { $0["extension"]?.each ?? [] }
      .filter { $0["url"]?.text.map { $0.hasSuffix("bodySite") || $0.hasSuffix("targetBodyStructure") } ?? false }
      .compactMap { $0["valueReference"] }
    return ((order["bodyStructure"]?.each ?? []) + extended).map { reference in
      guard let structure = resource(reference, "BodyStructure", of: order, beside) else {
        return Structure(site: [Code(reference["reference"]?.text ?? "?")])
      }
      let included = structure["includedStructure"]?.each.first
      let site = codes(included?["structure"] ?? structure["location"])
      let side = codes(included?["laterality"] ?? structure["locationQualifier"]?.each.first)
      return Structure(site: site.isEmpty ? nil : site, side: side.isEmpty ? nil : side)
    }
  }

  /// Left, right, or both, as SNOMED CT and DICOM say it.
  private static func isSide(_ code: Code) -> Bool {
    ["7771000", "24028007", "51440002", "L", "R", "B"].contains(code.identifier)
  }
}
