import Catalogue
import NIOPosix
import Clinical
import Hummingbird
import Registry
import RegistryStore
import Savings

/// What belongs to no report: institutions, who looked, what a person consents to.
extension RegistryService {
  // MARK: Organization

  static func organization(_ id: String, _ state: RegistryState) throws -> FHIRReading {
    let institutions = try state.reference().data.institutions.values
    guard let institution = institutions.first(where: { FHIROrganization.id(of: $0) == id }) else { return .none(nil) }
    return FHIRReading(document: FHIROrganization(institution: institution).document)
  }

  static func organizations(_ search: FHIRSearch, _ asking: FHIRAsking, _ state: RegistryState) throws -> FHIRReading {
    let reference = try state.reference().data
    var found = reference.institutions.values.map { FHIROrganization(institution: $0) }.sorted { $0.id < $1.id }
    for parameter in asking.parameters.all {
      switch parameter.name {
      case "_id": found.removeAll { !parameter.alternatives.contains($0.id) }
      case "name":
        let words = parameter.alternatives.map { $0.lowercased() }
        found.removeAll { one in !words.contains { one.institution.name.lowercased().hasPrefix($0) } }
      case "identifier":
        let tokens = FHIRParameters.split(parameter.value, at: ",").map { FHIRToken($0) }
        found.removeAll { one in !tokens.contains { token in one.identifiers.contains(where: token.holds) } }
      default: continue
      }
    }
    var bundle = FHIRBundle(
      base: asking.base, timestamp: reference.zone.rfc3339(state.knownAt), total: found.count)
    let query = search.used.query
    bundle.links.append(("self", "\(asking.base)/Organization" + (query.isEmpty ? "" : "?" + query)))
    if !search.isCountOnly {
      bundle.matches = found.prefix(FHIRSearch.mostCount).map { one in
        FHIREntry(key: .init(type: .organization, id: one.id), lastUpdated: state.knownAt) { one.document }
      }
    }
    return FHIRReading(document: bundle.document)
  }

  // MARK: Consent

  /// What a resident consents to, or does not: rows of the reference data in force.
  static func consents(_ asking: FHIRAsking, _ state: RegistryState, id: String?) throws -> FHIRReading {
    guard let own = asking.ownPerson, let person = try state.currentPerson(own) else { return .none(nil) }
    let others = asking.parameters.values(of: ["patient", "subject"])
      .map { FHIRReference.id($0.value, of: .patient) ?? "" }
    let isOthers = try others.contains { try state.currentPerson($0) != person }
    guard !isOthers, let record = try record(of: person, asking, state) else { return .none(person) }
    let consents = record.writing.consents
    if let id {
      guard let consent = consents.first(where: { $0.id == id }) else { return .none(person) }
      return FHIRReading(document: consent.write(), person: person)
    }
    var bundle = FHIRBundle(
      base: asking.base, timestamp: record.writing.zone.rfc3339(state.knownAt), total: consents.count)
    bundle.links.append(("self", "\(asking.base)/Consent?patient=\(person)"))
    bundle.matches = consents
    return FHIRReading(document: bundle.document, person: person)
  }

  // MARK: AuditEvent

  /// Who looked at a person's data: for auditors, and for whom it is about.
  func auditEvents(_ search: FHIRSearch, _ asking: FHIRAsking, _ context: ServerContext) async throws -> Response {
    var filter = AccessFilter()
    let named = asking.parameters.values(of: ["patient", "subject"]).first?.value
    filter.person = try named.map { text in
      guard let id = FHIRReference.id(text, of: .patient) else { throw FHIRProblem(.searchValue, "patient") }
      return id
    }
    if let own = asking.ownPerson {
      let isOwn = try await registry.look { [filter] state in
        try filter.person.map { try state.currentPerson($0) == state.currentPerson(own) } ?? true
      }
      // Of others a resident is told what is told of nobody.
      filter.person = isOwn ? own : "nobody"
    }
    guard filter.person != nil else { throw FHIRProblem(.patientNeeded) }
    let zone = try registry.zone()
    let asked = filter
    // Many events are read for a few: on a thread of its own.
    let reading = try await threads.runIfActive {
      var rows: [AccessRow] = []
      var person: String?
      do {
        try self.registry.auditAccess(asked) { rows.append($0) }
        person = asked.person
      } catch RegistryError.unknownPerson {}
      let entries = rows.reversed().map { FHIRAuditEvent(row: $0, zone: zone).entry }.filter(search.holds)
      var bundle = FHIRBundle(base: asking.base, timestamp: zone.rfc3339(asking.now), total: entries.count)
      var used = FHIRParameters()
      if let person { used.append("patient", person) }
      used.add(search.used)
      bundle.links.append(("self", "\(asking.base)/AuditEvent?\(used.query)"))
      if !search.isCountOnly { bundle.matches = Array(search.sorted(entries).prefix(search.count)) }
      return FHIRReading(document: bundle.document, person: person, refusal: person == nil ? .noResource : nil)
    }
    return try await answer(asking, context, as: .events) { _ in reading }
  }
}
