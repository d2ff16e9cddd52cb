import Clinical
import XMLReading

/// Who reports, performs and orders.
extension FHIRMessageReader {
  /// DiagnosticReport.performer, else resultsInterpreter, else the one performer of all results, else who sends the message.
  mutating func source(of index: Int) throws(Refusal) -> OrganizationReference {
    let element = resources.all[index].element
    var named: [OrganizationReference] = []
    for name in ["performer", "resultsInterpreter"] where named.isEmpty {
      for performer in element.all(name) {
        guard let organization = organization(performer, from: index), !named.contains(organization) else { continue }
        named.append(organization)
      }
    }
    if named.count > 1 {
      note(.leftAside, "several organizations report this: the first is taken for the source", at: element)
    }
    let header = messageHeader(ofBundle: resources.all[index].bundle)
    guard
      var source = named.first ?? commonPerformer(of: index) ?? header.flatMap({ sender(header: $0) })
    else {
      throw Refusal(
        .missingSource,
        "no performer leads to an Organization with identifier or name: say which institution reports", at: element)
    }
    if let header {
      let software = resources.all[header].element.first("source")
      source.application = software?.value("name") ?? software?.value("software") ?? software?.value("endpoint")
    }
    return source
  }

  private func messageHeader(ofBundle index: Int) -> Int? {
    var next: Int? = index
    while let bundle = next {
      if let header = resources.bundles[bundle].messageHeader { return header }
      next = resources.bundles[bundle].parent
    }
    return nil
  }

  private mutating func sender(header: Int) -> OrganizationReference? {
    let element = resources.all[header].element
    if let sender = organization(element.first("sender"), from: header) { return sender }
    guard let software = element.first("source") else { return nil }
    let reference = OrganizationReference(identifier: software.value("endpoint"), name: software.value("name"))
    return reference.isEmpty ? nil : reference
  }

  /// The organization that every result names as its performer.
  private mutating func commonPerformer(of index: Int) -> OrganizationReference? {
    var common: OrganizationReference?
    for result in resources.all[index].element.all("result") {
      guard let address = result.value("reference"), let found = resources.resolve(address, from: index) else {
        continue
      }
      guard let performer = firstOrganization(resources.all[found].element.all("performer"), from: found) else {
        return nil
      }
      if let common, common != performer { return nil }
      common = performer
    }
    return common
  }

  /// The first of some references that leads to an organization.
  mutating func firstOrganization(_ references: [XMLElement], from index: Int) -> OrganizationReference? {
    for reference in references {
      if let organization = organization(reference, from: index) { return organization }
    }
    return nil
  }

  /// The institution a reference leads to: an Organization, or that of a PractitionerRole. A department is taken for the
  /// institution it is part of. A reference by identifier alone counts unless it says that it names something else.
  mutating func organization(
    _ reference: XMLElement?, from index: Int, hops: Int = 0
  ) -> OrganizationReference? {
    // A chain longer than this is no hospital's, and may be a circle.
    guard let reference, hops < 8 else { return nil }
    if let found = follow(reference, from: index) {
      switch resources.all[found].type {
      case "Organization": return institution(found, hops: hops)
      case "PractitionerRole":
        return organization(resources.all[found].element.first("organization"), from: found, hops: hops + 1)
      default: return nil
      }
    }
    let address = reference.value("reference")
    let type = reference.value("type") ?? address.flatMap { $0.contains("Organization/") ? "Organization" : nil }
    if let type, type != "Organization" { return nil }
    if let identifier = reference.first("identifier"), identifier.value("value") != nil {
      let isOther =
        type == nil && (address != nil || objectIdentifier(identifier.value("system")) == "2.16.156.10011.1.4")
      return isOther ? nil : named(identifier, reference.value("display"))
    }
    return type == nil ? nil : reference.value("display").map { OrganizationReference(name: $0) }
  }

  private mutating func institution(_ index: Int, hops: Int) -> OrganizationReference? {
    let element = resources.all[index].element
    let identifier = institutionIdentifier(element)
    let isPart = element.has("dept", in: "type") || element.has("team", in: "type")
    if identifier == nil || isPart, let whole = organization(element.first("partOf"), from: index, hops: hops + 1) {
      return whole
    }
    let name = element.value("name")
    return identifier.flatMap { named($0, name) } ?? name.map { OrganizationReference(name: $0) }
  }

  /// The identifier in China's register of institutions, else the official one, else the first.
  private func institutionIdentifier(_ element: XMLElement) -> XMLElement? {
    let usable = element.all("identifier").filter { $0.value("value") != nil && $0.value("use") != "old" }
    return usable.first { objectIdentifier($0.value("system")) == "2.16.156.10011.1.5" }
      ?? usable.first { $0.value("use") == "official" } ?? usable.first
  }

  /// The OID is kept where it is the organization's own: the value itself, or a system that is no register of many.
  private func named(_ identifier: XMLElement, _ name: String?) -> OrganizationReference? {
    guard let value = identifier.value("value") else { return nil }
    let system = identifier.value("system")
    if value.hasPrefix("urn:oid:") || system == "urn:ietf:rfc:3986", let oid = objectIdentifier(value) {
      return OrganizationReference(oid: oid, name: name)
    }
    let oid = objectIdentifier(system).flatMap { FHIRCodes.isOrganizationRegistry($0) ? nil : $0 }
    return OrganizationReference(identifier: value, oid: oid, name: name)
  }
}
