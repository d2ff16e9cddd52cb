import Clinical
import XMLReading

/// Patient.identifier → the numbers by which a person is known.
///
/// The system's OID decides before the type. A number of an institution (MR, PI; outpatient, inpatient) counts only where it is
/// the source's own:
/// - an assigner that is another organization, or a system that spells another organization of the message, says it is not;
/// - of several record numbers of different systems those that the source is known to have assigned count, and where none is,
///   those of the first system: at most one of them is the source's, and a stranger's number would link to a stranger.
extension FHIRMessageReader {
  private enum Assigner {
    case source, another, unknown
  }

  mutating func readIdentifiers(
    _ elements: [XMLElement], of index: Int, _ source: OrganizationReference, into patient: inout Patient
  ) {
    let usable = elements.filter { $0.value("value") != nil && $0.value("use") != "old" }
    var candidates: [(identifier: Identifier, element: XMLElement, assigner: Assigner)] = []
    for element in usable {
      guard let value = element.value("value") else { continue }
      let assigner = assigner(of: element, index, source)
      if let kind = kind(of: element) {
        candidates.append((Identifier(kind, value), element, kind.isWithinInstitution ? assigner : .unknown))
      } else if usable.count == 1, assigner == .source {
        candidates.append((Identifier(.local, value), element, assigner))
      } else {
        note(.leftAside, "an identifier whose type and system name none that a person is known by", at: element)
      }
    }
    let records = candidates.filter { $0.identifier.kind == .local && $0.assigner != .another }
    let isCertain = records.contains { $0.assigner == .source }
    let system = records.first?.element.value("system")
    for candidate in candidates {
      let isOthers =
        candidate.assigner == .another
        || candidate.identifier.kind == .local
          && (isCertain ? candidate.assigner != .source : candidate.element.value("system") != system)
      if isOthers {
        note(.leftAside, "a record number of another institution than the one that reports", at: candidate.element)
      } else if !patient.identifiers.contains(candidate.identifier) {
        patient.identifiers.append(candidate.identifier)
      }
    }
  }

  private func kind(of identifier: XMLElement) -> Identifier.Kind? {
    if let oid = objectIdentifier(identifier.value("system")), let kind = FHIRCodes.identifierKind(oid: oid) {
      return kind
    }
    let types = identifier.first("type")?.codes ?? []
    return types.lazy.compactMap { FHIRCodes.identifierKind(type: $0.identifier) }.first
  }

  private mutating func assigner(of identifier: XMLElement, _ index: Int, _ source: OrganizationReference) -> Assigner {
    if let assigner = identifier.first("assigner") {
      if let organization = organization(assigner, from: index) {
        if let a = organization.identifier, let b = source.identifier { return a == b ? .source : .another }
        if let a = organization.oid, let b = source.oid { return a == b ? .source : .another }
        if let a = organization.name, let b = source.name { return a == b ? .source : .another }
      } else if let name = assigner.value("display"), let known = source.name {
        return name == known ? .source : .another
      }
    }
    guard let system = identifier.value("system") else { return .unknown }
    if let oid = objectIdentifier(system) { return oid == source.oid ? .source : .unknown }
    let words = Set(system.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }.map(String.init))
    if let own = source.identifier, words.contains(own) { return .source }
    return words.isDisjoint(with: namesOfOrganizations()) ? .unknown : .another
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
