import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Registry
import RegistryStore
import Synchronization

@testable import Messages
@testable import RegistryServer

/// The samples' registry and a service on it, whose clock stands where the test puts it.
final class CDSBench: Sendable {
  /// `Bearer NAME@INSTITUTION;INSTITUTION` is an order-entry system, `Bearer ROLE:NAME@…` an account of that role.
  struct StubToken: Authenticating {
    func caller(of request: Request, _ context: ServerContext) async throws -> Caller? {
      guard let header = request.headers[.authorization], header.hasPrefix("Bearer ") else { return nil }
      let parts = header.dropFirst(7).split(separator: "@", maxSplits: 1)
      let names = parts[0].split(separator: ":")
      guard parts.count == 2, let name = names.last else { throw ServiceError.notAuthenticated }
      let role = names.count == 2 ? Role(rawValue: String(names[0])) ?? .orderEntry : .orderEntry
      return Caller(
        name: String(name), kind: .client, role: role,
        institutions: Set(parts[1].split(separator: ";").map(String.init)))
    }
  }

  private final class Clock: Sendable {
    let now = Mutex(Instant(milliseconds: 0))
  }

  let directory: URL
  private let clock = Clock()
  let registry: Registry
  let service: RegistryService

  /// What the service says of every request is not what tests are read for.
  static let quiet: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }()

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let samples = root.appending(path: "Samples")

  /// - Parameters:
  ///   - feeds: whether the samples' messages are in it.
  ///   - within: how long a question may take: a slow machine is not what most tests are about.
  init(
    feeds: Bool = true, configuration: ServerConfiguration = ServerConfiguration(), within: Duration = .seconds(60)
  ) async throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "huren-cds-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let clock = clock
    registry = try Registry(path: directory.appending(path: "huren.sqlite").path, mayCreate: true) {
      clock.now.withLock { $0 }
    }
    var configuration = configuration
    configuration.publicURL = "https://huren.example"
    configuration.answersWithin = within
    service = RegistryService(
      registry: registry, configuration: configuration, logger: CDSBench.quiet, authenticating: [StubToken()])
    set("2026-07-01T00:00:00+08:00")
    _ = try registry.loadReference(directory: CDSBench.samples.appending(path: "reference").path)
    if feeds { _ = try await registry.receive([CDSBench.samples.appending(path: "feeds").path]) }
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  func set(_ time: String) {
    guard let instant = RegistryZone.shanghai.instant(time) else { return }
    clock.now.withLock { $0 = instant }
  }

  /// The same registry, opened anew as after a restart.
  func restarted() throws -> RegistryService {
    let clock = clock
    let registry = try Registry(path: directory.appending(path: "huren.sqlite").path) { clock.now.withLock { $0 } }
    return RegistryService(
      registry: registry, configuration: service.configuration, logger: CDSBench.quiet,
      authenticating: [StubToken()])
  }

  struct Answer {
    var status: Int
    var headers: HTTPFields
    var body: String
    var json: JSONValue { (try? JSONValue(Array(body.utf8))) ?? .null }
    var cards: [JSONValue] { json["cards"]?.elements ?? [] }
  }

  func call(
    _ method: HTTPRequest.Method = .post, _ path: String, _ body: String? = nil, as token: String? = "ehr@SYNTH-H4",
    _ headers: HTTPFields = [:], of service: RegistryService? = nil
  ) async throws -> Answer {
    var headers = headers
    headers[.contentType] = "application/json"
    if let token { headers[.authorization] = "Bearer " + token }
    let app = Application(router: (service ?? self.service).router(), logger: CDSBench.quiet)
    let sent = headers
    return try await app.test(.router) { client in
      let response = try await client.execute(
        uri: path, method: method, headers: sent, body: body.map { ByteBuffer(string: $0) })
      return Answer(
        status: response.status.code, headers: response.headers, body: String(buffer: response.body))
    }
  }

  // MARK: Requests

  /// A draft order as JSON.
  static func draft(_ id: String, _ item: String, system: String = "urn:huren:item", _ more: String = "") -> String {
    """
    {"resource":{"resourceType":"ServiceRequest","id":"\(id)","status":"draft","intent":"order",\
    "code":{"coding":[{"system":"\(system)","code":"\(item)"}]},"subject":{"reference":"Patient/1"}\(more)}}
    """
  }

  /// A Patient with a resident ID.
  static func patient(_ residentID: String) -> String {
    """
    {"resourceType":"Patient","id":"1","identifier":[{"system":"urn:oid:2.16.156.10011.1.3","value":"\(residentID)"}]}
    """
  }

  static func request(
    _ hook: CDSHook, _ drafts: [String], patient: String = "1", select: [String]? = nil, residentID: String? = nil,
    prefetch: String? = nil, context: String = ""
  ) -> String {
    let selections = hook == .orderSelect ? #","selections":[\#((select ?? []).joined(separator: ","))]"# : ""
    let orders =
      hook.hasOrders
      ? #","draftOrders":{"resourceType":"Bundle","type":"collection","entry":[\#(drafts.joined(separator: ","))]}"#
      : ""
    let fetched = prefetch ?? residentID.map { #"{"patient":\#(CDSBench.patient($0))}"# }
    return """
      {"hook":"\(hook.rawValue)","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","fhirServer":"https://ehr.example/fhir",\
      "context":{"userId":"Practitioner/7","patientId":"\(patient)"\(selections)\(orders)\(context)}\
      \(fetched.map { ",\"prefetch\":" + $0 } ?? "")}
      """
  }
}
