import NIOPosix
import Clinical
import Foundation
import Hummingbird
import Messages
import Recognition
import Registry
import RegistryStore

extension RegistryService {
  /// `Patient/{id}/$everything`: the whole record, in pages where that is asked for.
  func everything(_ id: String, _ asking: FHIRAsking, _ context: ServerContext) async throws -> Response {
    let zone = try registry.zone()
    let search = try FHIRSearch(.patient, asking.parameters, isStrict: false, zone: zone)
    let isPaged = asking.parameters["_count"] != nil
    let types = try asking.parameters["_type"].map { text in
      try text.split(separator: ",").map { name in
        guard let type = FHIRType(rawValue: String(name)) else { throw FHIRProblem(.searchValue, "_type") }
        return type
      }
    }
    let key = fhirPageKey
    return try await answer(asking, context, as: .record) { state in
      guard let person = try state.currentPerson(id) else { return .none(nil) }
      var page: FHIRPage?
      let question =
        "everything\n" + Self.question(.patient, search, person, asking) + (asking.parameters["_type"] ?? "")
      if let token = asking.parameters["_page"] {
        page = FHIRPage(token, question, key, now: asking.now)
        if page == nil { throw FHIRProblem(.pageOver, "_page") }
      }
      let hasOrigins = types?.contains(.provenance) ?? true
      guard
        let record = try Self.record(of: person, asking, state, knownAt: page?.knownAt, hasOrigins: hasOrigins)
      else { return .none(person) }
      let all = record.all.filter { types?.contains($0.type) ?? true }
      if let page, page.total != all.count { throw FHIRProblem(.pageOver, "_page") }
      let offset = page?.offset ?? 0
      let count = isPaged ? max(search.count, 1) : all.count
      let knownAt = page?.knownAt ?? state.knownAt
      var bundle = FHIRBundle(base: asking.base, timestamp: zone.rfc3339(knownAt), total: all.count)
      let told = Array(all.dropFirst(offset).prefix(count))
      let address = "\(asking.base)/Patient/\(person)/$everything"
      var used = FHIRParameters()
      if isPaged { used.append("_count", "\(count)") }
      if let types { used.append("_type", types.map(\.rawValue).joined(separator: ",")) }
      let query = used.query
      bundle.links.append(("self", address + (query.isEmpty ? "" : "?" + query)))
      if offset + count < all.count {
        let after = FHIRPage(
          offset: offset + count, total: all.count, knownAt: knownAt, madeAt: page?.madeAt ?? asking.now)
        used.append("_page", after.token(question, key))
        bundle.links.append(("next", address + "?" + used.query))
      }
      return FHIRReading(document: bundle.document, entries: told, person: person)
    }
  }

  /// `Observation/$lastn`: of each code the newest results, one unless `max` says how many.
  func last(_ asking: FHIRAsking, _ context: ServerContext) async throws -> Response {
    let zone = try registry.zone()
    var parameters = asking.parameters
    var most = 1
    if let text = parameters["max"] {
      guard let number = Int(text), number > 0 else { throw FHIRProblem(.searchValue, "max") }
      most = number
      parameters.removeAll { $0.name == "max" }
    }
    let search = try FHIRSearch(.observation, parameters, isStrict: asking.isStrict, zone: zone)
    guard let named = asking.parameters.values(of: ["patient", "subject"]).first?.value ?? asking.ownPerson,
      let id = FHIRReference.id(named, of: .patient)
    else { throw FHIRProblem(.patientNeeded) }
    return try await answer(asking, context, as: .record) { [most] state in
      let person = try state.currentPerson(id)
      let record = try person.flatMap { try Self.record(of: $0, asking, state) }
      let found = record?.entries(.observation).filter(search.holds) ?? []
      let newest = FHIRSearch.newestFirst.sorted(found)
      var counts: [String: Int] = [:]
      let last = newest.filter { entry in
        // What the catalogue calls one is one, whoever measured it.
        let codings = entry.codings
        let name = (codings.first { $0.system == FHIRSystem.item } ?? codings.first).map {
          "\($0.system ?? "")|\($0.code)"
        }
        counts[name ?? entry.id, default: 0] += 1
        return counts[name ?? entry.id, default: 0] <= most
      }
      var bundle = FHIRBundle(base: asking.base, timestamp: zone.rfc3339(state.knownAt), total: last.count)
      bundle.matches = last
      var used = FHIRParameters()
      used.append("patient", record?.writing.record.person ?? id)
      used.add(search.used)
      used.append("max", "\(most)")
      bundle.links.append(("self", "\(asking.base)/Observation/$lastn?\(used.query)"))
      return FHIRReading(
        document: bundle.document, person: person, refusal: record == nil ? .noResource : nil)
    }
  }

  // MARK: $match

  private static let longestMatch = 1 << 20

  /// `Patient/$match`: who may be a described patient, the surest first, with FHIR's grades.
  func match(_ request: Request, _ context: ServerContext) async throws -> Response {
    let asking = try await fhirAsking(request, context)
    let body = try await request.body.collect(upTo: Self.longestMatch)
    let asked = try FHIRMatchRequest(Array(body.readableBytesView))
    let isDescribed = asked.patient.name != nil || asked.patient.birthDate != nil
    if asking.isClinician, asked.patient.identifiers.isEmpty || !isDescribed { throw FHIRProblem(.descriptionNeeded) }
    let matches = try await threads.runIfActive {
      try self.registry.find(asked.patient, institution: asking.institution)
    }
    let zone = try registry.zone()
    return try await answer(asking, context, as: .record) { state in
      var bundle = FHIRBundle(base: asking.base, timestamp: zone.rfc3339(state.knownAt), total: 0)
      var people: [String] = []
      for match in matches where people.count < asked.count {
        if asked.onlyCertain, match.grade != .certain { continue }
        guard let record = try Self.record(of: match.person, asking, state) else { continue }
        people.append(match.person)
        bundle.matches += record.entries(.patient)
        // The odds as a probability; one that shows a number of the asker's own is as sure as one can be.
        let score = match.bits.map { 1 / (1 + pow(2, -$0)) } ?? (match.grade == .certain ? 1 : 0.5)
        bundle.scores[match.person] = (match.grade.rawValue, (score * 10_000).rounded() / 10_000)
      }
      // One alone is certain.
      if asked.onlyCertain, people.count > 1 { (bundle.matches, people) = ([], []) }
      bundle.total = people.count
      let isNone = people.isEmpty
      return FHIRReading(
        document: bundle.document, person: people.count == 1 ? people[0] : nil, refusal: isNone ? .noResource : nil)
    }
  }
}
