import Clinical
import XMLReading

/// Who reports.
extension FHIRMessageReader {
  /// DiagnosticReport.performer, else resultsInterpreter, else the one performer of all results, else the document's custodian or its
  /// author's organization, else who sends the message, else who answers for it (Provenance), else the institution of the encounter;
  /// else whose feed it is said to be.
  mutating func source(of index: Int) throws(FHIRUnfit) -> OrganizationReference {
    let resource = resources.all[index]
    let header = messageHeader(ofBundle: resource.bundle)
    guard var source = try namedSource(of: index, header) else {
      throw FHIRUnfit(
        .missingSource,
        "no performer, custodian, author or sender leads to an Organization with identifier or name: say which institution "
          + "reports, or import with --from", at: resource.element)
    }
    if let header {
      let software = resources.all[header].element.first("source")
      source.application = software?.value("name") ?? software?.value("software") ?? software?.value("endpoint")
    }
    return source
  }

  private mutating func namedSource(of index: Int, _ header: Int?) throws(FHIRUnfit) -> OrganizationReference? {
    let resource = resources.all[index]
    var named: [OrganizationReference] = []
    for name in ["performer", "resultsInterpreter"] where named.isEmpty {
      for performer in performers(resource.element, name) {
        guard let organization = organization(performer, from: index), !named.contains(organization) else { continue }
        named.append(organization)
        if named.count > 1 { break }
      }
    }
    if named.count > 1 {
      note(.leftAside, "several organizations report this: the first is taken for the source", at: resource.element)
    }
    if let source = named.first ?? commonPerformer(of: index) { return source }
    if let source = composition(of: resource.bundle).flatMap({ author(of: $0) }) { return source }
    if let source = header.flatMap({ sender(header: $0) }) ?? answering(for: index) { return source }
    if let from = notes.context.from { return from }
    if let source = provider(of: index) {
      note(
        .missingSource, "nobody is said to report this: the institution of the encounter is taken", at: resource.element
      )
      return source
    }
    // Words may be a person's name as well: they count only where a row of senders.csv says that they are an institution's.
    return performers(resource.element, "performer").lazy.compactMap { performer in
      performer.value("reference") == nil && performer.value("type") == nil
        ? performer.value("display").map { OrganizationReference(name: $0) } : nil
    }.first
  }

  /// STU3 writes a performer's reference as its actor.
  private func performers(_ element: XMLElement, _ name: String) -> [XMLElement] {
    element.all(name).map { $0.first("actor") ?? $0 }
  }

  /// Who sends the message that a Bundle is in.
  mutating func sender(ofBundle index: Int) -> OrganizationReference? {
    messageHeader(ofBundle: index).flatMap { sender(header: $0) }
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
    for name in ["sender", "responsible", "author"] {
      if let sender = organization(element.first(name), from: header) { return sender }
    }
    guard let software = element.first("source") else { return nil }
    let reference = OrganizationReference(identifier: software.value("endpoint"), name: software.value("name"))
    return reference.isEmpty ? nil : reference
  }

  /// Composition.custodian, else the organization of its author.
  private mutating func author(of composition: Int) -> OrganizationReference? {
    let element = resources.all[composition].element
    return organization(element.first("custodian"), from: composition, isOrganization: true)
      ?? firstOrganization(element.all("author"), from: composition)
  }

  /// The organization that every result names as its performer.
  private mutating func commonPerformer(of index: Int) -> OrganizationReference? {
    var common: OrganizationReference?
    for result in resources.all[index].element.all("result") {
      guard let found = find(result, ["Observation"], from: index) else { continue }
      guard let performer = firstOrganization(resources.all[found].element.all("performer"), from: found) else {
        return nil
      }
      if let common, common != performer { return nil }
      common = performer
    }
    return common
  }

  /// The organization that a Provenance says wrote, performed or keeps a resource, or for which somebody did.
  private mutating func answering(for index: Int) -> OrganizationReference? {
    if let provenances { return provenances[index] }
    var gathered: [Int: OrganizationReference] = [:]
    for (index, resource) in resources.all.enumerated() where resource.type == "Provenance" {
      guard let organization = agent(of: index) else { continue }
      for target in resource.element.all("target") {
        guard let found = find(target, from: index), gathered[found] == nil else { continue }
        gathered[found] = organization
      }
    }
    provenances = gathered
    return gathered[index]
  }

  private mutating func agent(of provenance: Int) -> OrganizationReference? {
    for agent in resources.all[provenance].element.all("agent") {
      let roles = (agent.all("type") + agent.all("role")).flatMap(\.codes).map(\.identifier)
      guard roles.isEmpty || roles.contains(where: ["author", "performer", "custodian", "AUT", "CST", "PRF"].contains)
      else { continue }
      for name in ["onBehalfOf", "onBehalfOfReference", "who", "whoReference"] {
        if let organization = organization(agent.first(name), from: provenance) { return organization }
      }
    }
    return nil
  }

  /// Encounter.serviceProvider.
  private mutating func provider(of index: Int) -> OrganizationReference? {
    let element = resources.all[index].element
    guard let encounter = find(element.first("encounter") ?? element.first("context"), ["Encounter"], from: index)
    else {
      return nil
    }
    return organization(
      resources.all[encounter].element.first("serviceProvider"), from: encounter, isOrganization: true)
  }
}
