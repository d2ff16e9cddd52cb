import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import RegistryStore
import Synchronization
import Testing

@testable import Registry
@testable import RegistryServer

/// A registry that holds some of a population's results, and the service in front of it.
final class World: Sendable {
  let sample: SampleRegistry
  let service: RegistryService
  let counting: CountingStore

  static let callers: [Caller] =
    Population.askers.map { Caller(name: "orders-\($0)", kind: .client, role: .orderEntry, institutions: [$0]) }
    + Population.askers.map { Caller(name: "clinician-\($0)", kind: .user, role: .clinician, institutions: [$0]) }
    + ["SYNTH-H1", "SYNTH-H2"].map { Caller(name: "source-\($0)", kind: .client, role: .source, institutions: [$0]) }
    + [
      Caller(name: "several", kind: .client, role: .orderEntry, institutions: ["SYNTH-H1", "SYNTH-H4"]),
      Caller(name: "auditor", kind: .user, role: .auditor, institutions: []),
      Caller(name: "resident", kind: .user, role: .resident, institutions: []),
      Caller(name: "reviewer", kind: .user, role: .reviewer, institutions: []),
      Caller(name: "operator", kind: .user, role: .operator, institutions: []),
    ]

  /// - Parameter holds: which results were ever sent to it.
  init(_ population: Population, holding holds: (Population.Result) -> Bool) async throws {
    let made = Mutex<CountingStore?>(nil)
    sample = try SampleRegistry { store in
      let store = CountingStore(store)
      made.withLock { $0 = store }
      return store
    }
    counting = try #require(made.withLock { $0 })
    let folder = sample.folder.appending(path: "reference")
    try FileManager.default.copyItem(at: SampleRegistry.root.appending(path: "Samples/reference"), to: folder)
    let consents = folder.appending(path: "consents.csv")
    let rows = try String(contentsOf: consents, encoding: .utf8) + population.consentRows
    try rows.write(to: consents, atomically: true, encoding: .utf8)
    _ = try sample.registry.loadReference(directory: folder.path)
    for result in population.results where holds(result) {
      let submission = try await sample.registry.submit(
        Array(Population.message(result).utf8), of: FeedOwner(result.institution), label: "test")
      try #require(submission.refusal == nil, "\(submission.written)")
      if result.isDisputed {
        _ = try sample.registry.dispute(
          institution: result.institution, report: result.reportID, try PersonActReason(actor: "test", words: "test"))
      }
    }
    var configuration = ServerConfiguration()
    configuration.answersWithin = .seconds(60)
    service = RegistryService(
      registry: sample.registry, configuration: configuration, logger: AccessBench.quiet,
      authenticating: [NamedCallers(Self.callers)], cost: AccessBench.cost)
  }

  struct Answer: Equatable {
    var status: Int
    var headers: [String]
    var body: String
    /// How often the store was asked: what is withheld is not even looked for in another way.
    var looks: Int
  }

  /// What a request is answered with, but for what is random, and the time of the last commit.
  func answer(_ asked: Asked, _ client: any TestClientProtocol) async throws -> Answer {
    let uri = try named(asked.uri)
    let sent = asked.uri == uri ? asked.body : Array(try named(String(decoding: asked.body, as: UTF8.self)).utf8)
    let before = counting.looks
    let response = try await client.execute(
      uri: uri, method: asked.method, headers: asked.headers, body: ByteBuffer(bytes: sent))
    var body = String(buffer: response.body)
    if let code = try code(in: asked.uri) { body = body.replacing(code, with: "CODE") }
    // The length is that of the body, which is compared; the time of the last commit is written in one of two lengths.
    let length = response.headers[.contentLength].flatMap { Int($0) }
    #expect(length ?? response.body.readableBytes == response.body.readableBytes, "\(asked.uri)")
    for (pattern, word) in Self.random { body = body.replacing(pattern, with: word) }
    // Versions are told by codes, and times of change by commits.
    let varied = ["etag", "last-modified"]
    let headers = response.headers.filter { !["x-request-id", "content-length"].contains($0.name.canonicalName) }
      .map { "\($0.name.canonicalName): \(varied.contains($0.name.canonicalName) ? "" : $0.value)" }.sorted()
    return Answer(
      status: response.status.code, headers: headers, body: body, looks: counting.looks - before)
  }

  /// The code here of whom an address names by `(RESIDENT-ID)`: each registry has its own. Nobody's where nothing was ever sent.
  private func code(in uri: String) throws -> String? {
    guard let match = uri.firstMatch(of: /\(([0-9X]{18})\)/) else { return nil }
    let number = Identifier(.residentID, String(match.1))
    return try sample.registry.persons(with: number, institution: nil).first ?? "ZZZZZZZZZZZZZ"
  }

  private func named(_ text: String) throws -> String {
    guard let code = try code(in: text) else { return text }
    return text.replacing(/\([0-9X]{18}\)/, with: code)
  }

  nonisolated(unsafe) private static let random: [(Regex<Substring>, String)] = [
    (/"person":"[0-9A-Z]+"/, "PERSON"), (/"knownAt":"[^"]+"/, "KNOWN"), (/"lastModified":"[^"]+"/, "MODIFIED"),
    (/"timestamp":"[^"]+"/, "TIME"), (/"(?:lastUpdated|recorded|versionId)":"[^"]+"/, "WHEN"),
    (/<(?:lastUpdated|recorded|versionId) value="[^"]+"/, "WHEN"),
    (/[0-9a-f]{5,16}-[0-9a-f]{16}/, "REPORT"), (/_page=[0-9a-f.]+/, "_page=PAGE"),
    (/"system":"urn:huren:person","value":"[0-9A-Z]+"/, "CODE"), (/Patient[\/?](?:_id=)?[0-9A-Z]{13}/, "PATIENT"),
    (/(?:patient|_id)=[0-9A-Z]{13}/, "CODE"), (/"id":"[0-9A-Z]{13}"/, "ID"), (/<id value="[0-9A-Z]{13}"/, "ID"),
    (/<system value="urn:huren:person"\/><value value="[0-9A-Z]+"/, "CODE"), (/\/launch\/[0-9A-Za-z_-]+/, "LAUNCH"),
    (/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/, "UUID"),
    (/\|202[0-9]{11}(?:\.[0-9]+)?(?:[+-][0-9]{4})?\|/, "|TIME|"),
  ]
}

/// Counts how often a store is read or written.
final class CountingStore: Store {
  private let store: any Store
  private let count = Atomic(0)

  init(_ store: any Store) { self.store = store }

  var looks: Int { count.load(ordering: .relaxed) }
  private func look() { count.add(1, ordering: .relaxed) }

  var isLarge: Bool { store.isLarge }

  func read<T>(_ body: (any StoreSnapshot) throws -> T) throws -> T {
    look()
    return try store.read(body)
  }

  func write<T>(_ body: (any StoreTransaction) throws -> T) throws -> T {
    look()
    return try store.write(body)
  }

  func writeInBackground<T: Sendable>(
    isUrgent: Bool, _ body: @Sendable (any StoreTransaction) throws -> T
  ) async throws -> T {
    look()
    return try await store.writeInBackground(isUrgent: isUrgent, body)
  }

  func writeDerived<T>(waits: Bool, _ body: (any StoreTransaction) throws -> T) throws -> T {
    try store.writeDerived(waits: waits, body)
  }

  func writeDerived<T>(
    waits: Bool, _ body: (any StoreTransaction) throws -> Void, thenRead read: (any StoreSnapshot) throws -> T
  ) throws -> T { try store.writeDerived(waits: waits, body, thenRead: read) }

  func backup(to path: String) throws { try store.backup(to: path) }
  func status() throws -> StoreStatus { try store.status() }
  func foldLog() throws { try store.foldLog() }
  func checkpoint() throws { try store.checkpoint() }
}
