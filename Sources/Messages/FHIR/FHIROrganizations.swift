import Clinical
import XMLReading

/// The institutions that references lead to.
extension FHIRMessageReader {
  /// The first of some references that leads to an organization.
  mutating func firstOrganization(_ references: [XMLElement], from index: Int) -> OrganizationReference? {
    for reference in references {
      if let organization = organization(reference, from: index) { return organization }
    }
    return nil
  }

  /// The institution a reference leads to: an Organization, or that for which a person, a device or a place stands. A reference to what
  /// is not in the message counts by its identifier, its name or its address, unless it may name something else.
  ///
  /// - Parameter isOrganization: whether nothing else can stand there.
  mutating func organization(
    _ reference: XMLElement?, from index: Int, isOrganization: Bool = false, hops: Int = 0
  ) -> OrganizationReference? {
    // A chain longer than this is no hospital's, and may be a circle.
    guard let reference, hops < 8 else { return nil }
    let found =
      reference.first("identifier") == nil
      ? follow(reference, from: index) : find(reference, FHIRMessageReader.performerTypes, from: index)
    if let found { return organization(at: found, hops: hops) }
    return isOrganization ? outside(reference, "Organization") : outside(reference, nil)
  }

  private static let performerTypes = [
    "Organization", "PractitionerRole", "Practitioner", "CareTeam", "Device", "HealthcareService", "Location",
  ]

  private mutating func organization(at index: Int, hops: Int) -> OrganizationReference? {
    if let known = organizations[index] { return known }
    let element = resources.all[index].element
    let organization: OrganizationReference? =
      switch resources.all[index].type {
      case "Organization": institution(index, hops: hops)
      case "PractitionerRole", "HealthcareService", "CareTeam", "Device", "Location":
        self.organization(
          FHIRMessageReader.holders.lazy.compactMap { element.first($0) }.first, from: index, isOrganization: true,
          hops: hops + 1)
      case "Practitioner": workplace(of: index, hops: hops)
      default: nil
      }
    if hops == 0 { organizations[index] = .some(organization) }
    return organization
  }

  /// Whose a role, a service, a team, a device or a place is.
  private static let holders = ["organization", "providedBy", "managingOrganization", "owner"]

  /// Where a practitioner works, where all roles of the message agree.
  private mutating func workplace(of practitioner: Int, hops: Int) -> OrganizationReference? {
    var places = workplaces ?? [:]
    if workplaces == nil {
      for (index, resource) in resources.all.enumerated() where resource.type == "PractitionerRole" {
        guard let person = find(resource.element.first("practitioner"), ["Practitioner"], from: index) else { continue }
        places[person, default: []].append(resource.element)
      }
      workplaces = places
    }
    var common: OrganizationReference?
    for role in places[practitioner] ?? [] {
      guard
        let here = organization(role.first("organization"), from: practitioner, isOrganization: true, hops: hops + 1)
      else { continue }
      if let common, common != here { return nil }
      common = here
    }
    return common
  }

  /// What a reference itself says of an organization that is not in the message.
  private func outside(_ reference: XMLElement, _ certain: String?) -> OrganizationReference? {
    let address = reference.value("reference")
    let type = certain ?? reference.value("type") ?? address.flatMap(FHIRAddress.type)
    if let type, type != "Organization" { return nil }
    let name = reference.value("display")
    if let query = address.flatMap({ FHIRQuery($0) }) { return named(query.value, query.system, name) }
    if let identifier = reference.first("identifier"), let value = identifier.value("value") {
      let isOther =
        type == nil && (address != nil || objectIdentifier(identifier.value("system")) == "2.16.156.10011.1.4")
      return isOther ? nil : named(value, identifier.value("system"), name)
    }
    guard type != nil else { return nil }
    if let name { return OrganizationReference(name: name) }
    // Its address on the server that has it; one that only this message could lead to names nobody.
    return address.flatMap(FHIRAddress.local) == nil
      ? nil : address.map { OrganizationReference(identifier: FHIRAddress.normalized($0)) }
  }

  /// A department is taken for the institution it is part of.
  private mutating func institution(_ index: Int, hops: Int) -> OrganizationReference? {
    let element = resources.all[index].element
    let identifier = institutionIdentifier(element)
    let isPart = element.has("dept", in: "type") || element.has("team", in: "type")
    if identifier == nil || isPart,
      let whole = organization(element.first("partOf"), from: index, isOrganization: true, hops: hops + 1)
    {
      return whole
    }
    let name = element.value("name")
    if let identifier, let value = identifier.value("value") { return named(value, identifier.value("system"), name) }
    return name.map { OrganizationReference(name: $0) }
  }

  /// The identifier in China's register of institutions, else the official one, else the first.
  private func institutionIdentifier(_ element: XMLElement) -> XMLElement? {
    let usable = element.all("identifier").filter { $0.value("value") != nil && $0.value("use") != "old" }
    return usable.first { objectIdentifier($0.value("system")) == "2.16.156.10011.1.5" }
      ?? usable.first { $0.value("use") == "official" } ?? usable.first
  }

  /// The system is kept where it may tell the organization from others of that number: not where it is a register of many.
  private func named(_ value: String, _ system: String?, _ name: String?) -> OrganizationReference {
    if value.hasPrefix("urn:oid:") || system == "urn:ietf:rfc:3986", let oid = objectIdentifier(value) {
      return OrganizationReference(oid: oid, name: name)
    }
    guard let oid = objectIdentifier(system) else {
      return OrganizationReference(identifier: value, oid: system, name: name)
    }
    return OrganizationReference(
      identifier: value, oid: FHIRCodes.isOrganizationRegistry(oid) ? nil : oid, name: name)
  }
}
