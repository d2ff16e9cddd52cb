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

@testable import RegistryServer

/// A registry with accounts and a service in front of it, in a folder of its own. Its clock stands until it is set.
final class AccessBench: Sendable {
  static let base = "https://registry.example"
  static let institution = "SYNTH-H3"
  /// What a scrypt takes in tests.
  static let cost = PasswordHash.Cost(logRounds: 4, blockSize: 8, parallelism: 1)
  /// A CDS service, whatever is behind it.
  static let service = Route(.post, "/cds-services/{id}", .roles([.orderEntry, .source]))

  /// A request's id lies with its logger, so it must be a real one.
  static var quiet: Logger {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }

  let folder: URL
  let registry: Registry
  let service: RegistryService
  private let time: StoppedClock

  var path: String { folder.appending(path: "huren.sqlite").path }
  var now: Instant { time.now }
  /// Seconds since 1970.
  var seconds: Int { Int(now.milliseconds / 1000) }

  init(seconds: Int = 1_760_000_000, publicURL: String = AccessBench.base) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "huren-access-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let time = StoppedClock(seconds)
    self.time = time
    registry = try Registry(path: folder.appending(path: "huren.sqlite").path, mayCreate: true) { time.now }
    let samples = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Samples/reference")
    _ = try registry.loadReference(directory: samples.standardizedFileURL.path)
    service = Self.service(registry, publicURL)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The service of a process that begins now on the same registry.
  func restarted() throws -> RegistryService {
    Self.service(try Registry(path: path) { [time] in time.now }, Self.base)
  }

  private static func service(_ registry: Registry, _ publicURL: String) -> RegistryService {
    var configuration = ServerConfiguration()
    configuration.publicURL = publicURL
    return RegistryService(
      registry: registry, configuration: configuration,
      logger: Self.quiet,
      authenticating: nil, cost: cost)
  }

  func wait(seconds: Int) { time.wait(seconds) }

  /// Tokens, sign-in, and the stand-in for a CDS service.
  static func router(_ service: RegistryService) -> Router<ServerContext> {
    let router = Router(context: ServerContext.self)
    router.add(middleware: ErrorMiddleware())
    service.addAccess(router)
    service.on(Self.service, router) { _, context in context.caller?.name ?? "" }
    return router
  }

  func app(_ service: RegistryService? = nil) -> some ApplicationProtocol {
    Application(
      router: Self.router(service ?? self.service),
      logger: Self.quiet)
  }

  func addClient(
    _ name: String = "ehr", _ role: Role = .orderEntry, keys: KeySet? = nil, keyAddress: String? = nil,
    certificate: [UInt8]? = nil, institutions: [String] = [AccessBench.institution]
  ) throws {
    _ = try registry.addAccount(
      Account(
        name: name, kind: .client, role: role, institutions: institutions, keys: keys?.canonical,
        keyAddress: keyAddress, certificate: certificate), by: "operator")
  }

  /// - Returns: the one-time code.
  func addUser(_ name: String = "wang", _ role: Role = .clinician) throws -> String {
    let added = try registry.addAccount(
      Account(name: name, kind: .user, role: role, institutions: [AccessBench.institution]), by: "operator")
    return added.code ?? ""
  }

  /// Claims of a good token.
  func claims(_ audience: String, _ changes: [String: Any] = [:]) -> [String: Any] {
    Forge.merged(
      [
        "iss": "ehr", "sub": "ehr", "aud": audience, "exp": seconds + 240, "iat": seconds, "jti": UUID().uuidString,
      ], changes)
  }
}

/// A clock that is set.
final class StoppedClock: Sendable {
  private let milliseconds: Mutex<Int64>

  init(_ seconds: Int) { milliseconds = Mutex(Int64(seconds) * 1000) }

  var now: Instant { milliseconds.withLock { Instant(milliseconds: $0) } }

  func wait(_ seconds: Int) { milliseconds.withLock { $0 += Int64(seconds) * 1000 } }
}

extension TestClientProtocol {
  /// `POST /oauth/token`.
  func token(_ fields: [(String, String)], headers: HTTPFields = [:]) async throws -> TestResponse {
    var headers = headers
    if headers[.contentType] == nil { headers[.contentType] = "application/x-www-form-urlencoded" }
    let allowed = CharacterSet.alphanumerics
    let body = fields.map { "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")" }
    return try await execute(
      uri: "/oauth/token", method: .post, headers: headers, body: ByteBuffer(string: body.joined(separator: "&")))
  }

  /// The same with what every good request has.
  func token(assertion: String, scope: String? = "system/*.rs", more: [(String, String)] = []) async throws
    -> TestResponse
  {
    try await token(
      [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion),
      ] + (scope.map { [("scope", $0)] } ?? []) + more)
  }

  /// The CDS service, called with a token.
  func call(_ token: String, path: String = "/cds-services/sign") async throws -> TestResponse {
    try await execute(uri: path, method: .post, headers: [.authorization: "Bearer \(token)"])
  }

  func post(_ path: String, _ json: [String: Any], headers: HTTPFields = [:]) async throws -> TestResponse {
    var headers = headers
    headers[.contentType] = "application/json"
    return try await execute(
      uri: path, method: .post, headers: headers,
      body: ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: json)))
  }
}

extension TestResponse {
  var text: String { String(buffer: body) }

  var json: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(body.readableBytesView))) as? [String: Any] ?? [:]
  }
}
