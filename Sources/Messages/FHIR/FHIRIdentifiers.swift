import Clinical
import XMLReading

/// Patient.identifier → the numbers by which a person is known.
///
/// The system's OID decides before the type. A number that means something only within an institution (MR, PI; outpatient, inpatient;
/// and whatever names no type) carries who assigned it: the assigner, else the system. nil is the source itself: its own number, or
/// one of which nothing is said.
extension FHIRMessageReader {
  mutating func readIdentifiers(
    _ elements: [XMLElement], of index: Int, _ source: OrganizationReference, into patient: inout Patient
  ) {
    var seen = Set(patient.identifiers)
    let isOnly = elements.count == 1
    for element in elements {
      guard let value = element.value("value") else { continue }
      guard let kind = kind(of: element, isOnly: isOnly) else {
        note(.leftAside, "an identifier whose type and system name none that a person is known by", at: element)
        continue
      }
      if element.value("use") == "old" || kind != .residentID && isOver(element.first("period")) {
        note(.leftAside, "an identifier that is out of use", at: element)
        continue
      }
      let assigner = kind.isWithinInstitution ? assigner(of: element, index, source) : nil
      let identifier = Identifier(kind, value, assigner: assigner)
      if seen.insert(identifier).inserted { patient.identifiers.append(identifier) }
    }
  }

  /// The number of a patient whom a condition names.
  mutating func identifier(of query: FHIRQuery, _ source: OrganizationReference) -> Identifier {
    if let oid = objectIdentifier(query.system), let kind = FHIRCodes.identifierKind(oid: oid) {
      return Identifier(kind, query.value)
    }
    return Identifier(.local, query.value, assigner: query.system.flatMap { assigner(ofSystem: $0, source) })
  }

  /// - Parameter isOnly: whether it is the patient's only identifier: then it says nothing of what it is and is a record number all the same.
  func kind(of identifier: XMLElement, isOnly: Bool) -> Identifier.Kind? {
    let system = identifier.value("system")
    let oid = objectIdentifier(system)
    if let kind = oid.flatMap({ FHIRCodes.identifierKind(oid: $0) }) { return kind }
    let types = identifier.first("type")?.codes.map(\.identifier) ?? []
    if let kind = types.lazy.compactMap({ FHIRCodes.identifierKind(type: $0) }).first {
      // The national number of another country is none of China's: it means something within its own system.
      let isForeign = kind == .residentID && system != nil && !isShapedAsResidentID(identifier.value("value") ?? "")
      return isForeign ? .local : kind
    }
    if types.contains(where: FHIRCodes.isNoPersons) { return nil }
    return system != nil || isOnly ? .local : nil
  }

  /// 15 or 18 digits (GB 11643), the last perhaps an X.
  private func isShapedAsResidentID(_ value: String) -> Bool {
    let digits = value.utf8
    return (digits.count == 15 || digits.count == 18) && digits.dropLast().allSatisfy { $0 >= 48 && $0 <= 57 }
  }

  /// `namespace&oid` of who assigned a number; nil for the source.
  private mutating func assigner(
    of identifier: XMLElement, _ index: Int, _ source: OrganizationReference
  ) -> String? {
    if let reference = identifier.first("assigner") {
      if let assigner = organization(reference, from: index, isOrganization: true) {
        if isOne(assigner, source) { return nil }
        let name = assigner.identifier ?? assigner.name ?? ""
        return assigner.oid.map { name + "&" + $0 } ?? name
      }
    }
    return identifier.value("system").flatMap { assigner(ofSystem: $0, source) }
  }

  private func isOne(_ a: OrganizationReference, _ b: OrganizationReference) -> Bool {
    if let first = a.identifier, let second = b.identifier { return first == second }
    if let first = a.oid, let second = b.oid { return first == second }
    return a.name != nil && a.name == b.name
  }

  /// A system that is spelt with the source's own identifier is its own; one that is spelt with another organization's of the message
  /// is that one's.
  private mutating func assigner(ofSystem system: String, _ source: OrganizationReference) -> String? {
    if let oid = objectIdentifier(system) {
      let isOwn = oid == source.oid || FHIRCodes.identifierKind(oid: oid) != nil
      return isOwn ? nil : "&" + oid
    }
    let words = system.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }.map(String.init)
    if let own = source.identifier, words.contains(own) { return nil }
    let names = namesOfOrganizations()
    return words.first(where: names.contains) ?? system
  }

  /// The identifiers of all organizations of the message.
  private mutating func namesOfOrganizations() -> Set<String> {
    if let organizationNames { return organizationNames }
    let names = resources.all.lazy.filter { $0.type == "Organization" }.flatMap { organization in
      organization.element.all("identifier").compactMap { $0.value("value") }.filter { $0.utf8.count > 2 }
    }
    let gathered = Set(names)
    organizationNames = gathered
    return gathered
  }
}
