import Clinical
import HTTPTypes
import Hummingbird
import Messages
import NIOCore
import Recognition
import Registry
import RegistryStore

/// What is read of a state of the registry for a request, before it is told.
struct FHIRReading: Sendable {
  var document: FHIRDocument
  /// Of a Bundle that is written while it is sent.
  var entries: [FHIREntry] = []
  /// Whose data it is, as an event keeps it; nil where nobody was found.
  var person: String?
  /// Of one version; nil of what has none.
  var version: String?
  var lastUpdated: Instant?
  /// Why nothing is told, where something was asked for that is not there or not to be told.
  var refusal: ServiceError?
}

extension RegistryService {
  /// FHIR R4, read side (service.md). The one place where a record becomes resources is `FHIRRecord`.
  func addFHIR(_ router: Router<ServerContext>) {
    on(.fhirMetadata, router) { request, _ in try self.fhirMetadata(request) }
    for type in FHIRType.allCases {
      on(.fhirSearch(type), router) { request, context in
        try await self.search(type, self.fhirAsking(request, context), context, .fhirSearch(type))
      }
      on(.fhirPostedSearch(type), router) { request, context in
        try await self.search(type, self.fhirAsking(request, context, isForm: true), context, .fhirPostedSearch(type))
      }
      if let route = Route.fhirRead(type) {
        on(route, router) { request, context in
          let id = context.parameters.get("id") ?? ""
          return try await self.read(type, id, self.fhirAsking(request, context), request, context, route)
        }
      }
    }
    on(.fhirHistory, router) { request, context in
      try await self.history(self.fhirAsking(request, context), request, context)
    }
    on(.fhirVersion, router) { request, context in
      try await self.version(self.fhirAsking(request, context), request, context)
    }
    on(.fhirEverything, router) { request, context in
      let id = context.parameters.get("id") ?? ""
      return try await self.everything(id, self.fhirAsking(request, context), context)
    }
    on(.fhirLast, router) { request, context in try await self.last(self.fhirAsking(request, context), context) }
    on(.fhirMatch, router) { request, context in try await self.match(request, context) }
  }

  // MARK: What every answer about a person goes through

  /// Reads a state of the registry, keeps who asked for whose data, on disk before it is told, and tells it.
  func answer(
    _ asking: FHIRAsking, _ context: ServerContext, as what: AccessEvent.Kind?, _ request: Request? = nil,
    _ read: @escaping @Sendable (RegistryState) throws -> FHIRReading
  ) async throws -> Response {
    let reading = try await registry.look { try read($0) }
    if let what {
      var event = AccessEvent(
        what, by: asking.by, institution: asking.institution, purpose: asking.purpose,
        outcome: reading.refusal == nil ? .answered : .refused, at: asking.now)
      event.person = reading.person
      event.error = reading.refusal.map { ErrorTable.row(of: $0).code }
      try await registry.submit(access: event)
    }
    if let refusal = reading.refusal, reading.document == .nothing { throw FHIRProblem(refusal) }
    var headers: HTTPFields = [.contentType: asking.notation.mediaType]
    if let version = reading.version {
      headers[.eTag] = "W/\"\(version)\""
      let known = request?.headers[.ifNoneMatch]?.split(separator: ",").map { $0.drop { $0 == " " } } ?? []
      if known.contains("W/\"\(version)\"") || known.contains("\"\(version)\"") {
        return Response(status: .notModified, headers: headers)
      }
    }
    headers[.lastModified] = reading.lastUpdated.map(\.httpDate)
    if !reading.entries.isEmpty {
      let stream = FHIRBundleStream(
        bundle: reading.document, entries: reading.entries, base: asking.base, notation: asking.notation)
      return Response(status: .ok, headers: headers, body: stream.body)
    }
    return Response(
      status: .ok, headers: headers,
      body: .init(byteBuffer: ByteBuffer(string: reading.document.written(as: asking.notation))))
  }

  // MARK: Reading

  private func read(
    _ type: FHIRType, _ id: String, _ asking: FHIRAsking, _ request: Request, _ context: ServerContext, _ route: Route
  ) async throws -> Response {
    try await answer(asking, context, as: route.access, request) { state in
      if type == .organization { return try Self.organization(id, state) }
      if type == .consent {
        return try Self.consents(asking, state, id: id)
      }
      guard let found = try Self.record(of: type, id, asking, state) else { return .none(nil) }
      guard let record = found.record else { return .none(found.person) }
      if type == .patient {
        let document = record.writing.patient(as: id)
        return FHIRReading(document: document, person: found.person, version: document.version)
      }
      guard let entry = record.entry(type, id) else { return .none(found.person) }
      let document = entry.write()
      return FHIRReading(
        document: document, person: found.person, version: document.version, lastUpdated: entry.lastUpdated)
    }
  }

  /// The record that an id leads to, as the asker may see it.
  ///
  /// - Returns: nil where the id leads to nobody; no record where there is nothing that the asker may hear of.
  static func record(
    of type: FHIRType, _ id: String, _ asking: FHIRAsking, _ state: RegistryState
  ) throws -> (person: String, record: FHIRRecord?)? {
    let code = type.isOfReport ? try state.person(ofReport: id) : id
    guard let code, let person = try state.currentPerson(code) else { return nil }
    return (person, try record(of: person, asking, state, hasOrigins: type == .provenance))
  }

  /// A person's record as the asker may see it; nil where they may not hear that there is one.
  ///
  /// - Parameter hasOrigins: whether Provenance is asked for: it reads every message.
  static func record(
    of person: String, _ asking: FHIRAsking, _ state: RegistryState, knownAt: Instant? = nil, hasOrigins: Bool = false
  ) throws -> FHIRRecord? {
    // A resident reads the own record alone.
    if let own = asking.ownPerson {
      guard try state.currentPerson(own, knownAt: knownAt) == person else { return nil }
    } else if asking.institution == nil {
      return nil
    }
    do {
      let record = try state.healthRecord(of: person, for: asking.reader, at: asking.now, knownAt: knownAt)
      var fhir = FHIRRecord(writing: FHIRWriting(record: record))
      if hasOrigins { fhir.origins = try state.origins(of: record) }
      return fhir
    } catch RegistryError.unknownPerson {
      return nil
    }
  }

  // MARK: Versions

  private func version(_ asking: FHIRAsking, _ request: Request, _ context: ServerContext) async throws -> Response {
    let id = context.parameters.get("id") ?? ""
    let wanted = context.parameters.get("version") ?? ""
    return try await answer(asking, context, as: .report, request) { state in
      guard let found = try Self.record(of: .diagnosticReport, id, asking, state) else { return .none(nil) }
      guard let record = found.record, let report = record.writing.record.report(id: id),
        let version = report.versions.first(where: { $0.digest == wanted }), report.state(after: version) != nil
      else { return .none(found.person) }
      let document = FHIRDiagnosticReport(writing: record.writing, report: report, version: version).document
      return FHIRReading(
        document: document, person: found.person, version: version.digest, lastUpdated: version.recordedAt)
    }
  }

  private func history(_ asking: FHIRAsking, _ request: Request, _ context: ServerContext) async throws -> Response {
    let id = context.parameters.get("id") ?? ""
    return try await answer(asking, context, as: .report) { state in
      guard let found = try Self.record(of: .diagnosticReport, id, asking, state) else { return .none(nil) }
      guard let record = found.record, let report = record.writing.record.report(id: id) else {
        return .none(found.person)
      }
      let zone = record.writing.zone
      let entries = report.versions.reversed().compactMap { version -> FHIRDocument? in
        guard report.state(after: version) != nil else { return nil }
        let document = FHIRDiagnosticReport(writing: record.writing, report: report, version: version).document
        let isFirst = version.digest == report.versions.first?.digest
        let response: [(String, FHIRDocument)] = [
          ("status", .text(isFirst ? "201" : "200")), ("etag", .text("W/\"\(version.digest)\"")),
          ("lastModified", .text(zone.rfc3339(version.recordedAt))),
        ]
        return .element([
          ("fullUrl", .text("\(asking.base)/DiagnosticReport/\(report.id)")), ("resource", document),
          (
            "request",
            .element([
              ("method", .text(isFirst ? "POST" : "PUT")),
              ("url", .text(isFirst ? "DiagnosticReport" : "DiagnosticReport/\(report.id)")),
            ])
          ), ("response", .element(response)),
        ])
      }
      let bundle = FHIRDocument.resource("Bundle") { bundle in
        bundle.add("meta", .element([("lastUpdated", .text(zone.rfc3339(asking.now)))]))
        bundle.add("type", "history")
        bundle.add("total", entries.count)
        bundle.add(
          "link",
          each: [
            .element([
              ("relation", .text("self")), ("url", .text("\(asking.base)/DiagnosticReport/\(report.id)/_history")),
            ])
          ])
        bundle.add("entry", each: entries)
      }
      return FHIRReading(document: bundle, person: found.person)
    }
  }
}

extension FHIRReading {
  /// The same whether there is nothing or it is not to be told.
  static func none(_ person: String?) -> FHIRReading {
    FHIRReading(document: .nothing, person: person, refusal: .noResource)
  }
}

extension FHIRDocument {
  static let nothing = FHIRDocument.element([Member]())

  /// `meta.versionId`.
  var version: String? {
    guard case .resource(_, let members) = self,
      case .element(let meta)? = members.first(where: { $0.name == "meta" })?.value,
      case .text(let version)? = meta.first(where: { $0.name == "versionId" })?.value
    else { return nil }
    return version
  }
}

extension FHIRRecord {
  /// One resource of the record.
  func entry(_ type: FHIRType, _ id: String) -> FHIREntry? {
    // An id of another version of a report leads to the report.
    if type == .diagnosticReport { return writing.record.report(id: id).map(report) }
    return entries(type).first { $0.id == id }
  }
}

extension Instant {
  /// RFC 9110, section 5.6.7.
  fileprivate var httpDate: String {
    let milliseconds = max(0, milliseconds)
    let (days, seconds) = (milliseconds / 86_400_000, milliseconds / 1000 % 86_400)
    let date = CalendarDate(epochDay: Int(days))
    let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let time = "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    return
      "\(names[Int(days % 7)]), \(two(Int64(date.day ?? 1))) \(months[(date.month ?? 1) - 1]) \(date.year) \(time) GMT"
  }
}
