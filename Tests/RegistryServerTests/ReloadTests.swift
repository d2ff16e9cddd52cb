import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import NIOPosix
import NIOSSL
import Registry
import Testing

@testable import RegistryServer

@Suite("the configuration read again")
struct ReloadTests {
  private typealias Pair = MutualTLSTests.Pair

  /// Puts the files of one where those of another are.
  private static func put(_ new: Pair, over old: Pair) throws {
    for (from, to) in [(new.certificate, old.certificate), (new.key, old.key)] {
      try Data(contentsOf: URL(filePath: from)).write(to: URL(filePath: to))
    }
  }

  private static func client(_ port: Int, trusting certificate: NIOSSLCertificate) -> TestClient {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.trustRoots = .certificates([certificate])
    let client = TestClient(
      host: "127.0.0.1", port: port,
      configuration: .init(tlsConfiguration: tls, timeout: .seconds(20), serverName: "localhost"))
    client.connect()
    return client
  }

  private static func isAnswered(_ client: TestClient) async throws -> Bool {
    let answer = try await client.execute(TestClient.Request("/health", method: .get, authority: "localhost"))
    return answer.status == .ok
  }

  private static func certificate(_ pair: Pair) throws -> NIOSSLCertificate {
    try NIOSSLCertificate.fromPEMFile(pair.certificate)[0]
  }

  @Test(
    "a new certificate is shown to those who connect from now on; who is connected goes on; a wrong one changes nothing"
  )
  func certificates() async throws {
    let bench = try AccessBench(seconds: Int(Date().timeIntervalSince1970))
    let (served, next) = (try Pair("first", in: bench.folder), try Pair("second", in: bench.folder))
    let (first, second) = (try Self.certificate(served), try Self.certificate(next))
    var configuration = ServerConfiguration()
    configuration.listen.port = 0
    configuration.tls = .init(certificate: served.certificate, key: served.key)
    let read = { @Sendable [configuration] in configuration }
    let service = RegistryService(registry: bench.registry, configuration: configuration, logger: AccessBench.quiet)
    let reloading = Reloading(service: service, listeners: [], read: read)
    let (ports, ready) = AsyncStream.makeStream(of: Int.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await service.run(reload: read, ready: { ready.yield($0) }) }
      var iterator = ports.makeAsyncIterator()
      let port = try #require(await iterator.next())
      let old = Self.client(port, trusting: first)
      #expect(try await Self.isAnswered(old))

      // The key of another is no key of it.
      try Data(contentsOf: URL(filePath: next.key)).write(to: URL(filePath: served.key))
      await reloading.reload()
      let still = Self.client(port, trusting: first)
      #expect(try await Self.isAnswered(still))
      try await still.shutdown()

      try Self.put(next, over: served)
      await reloading.reload()
      let new = Self.client(port, trusting: second)
      #expect(try await Self.isAnswered(new))
      try await new.shutdown()
      #expect(try await Self.isAnswered(old), "who was connected goes on")
      try await old.shutdown()
      let late = Self.client(port, trusting: first)
      await #expect(throws: (any Error).self) { try await Self.isAnswered(late) }
      try? await late.shutdown()
      group.cancelAll()
    }
  }

  @Test("so for MLLP, with who may connect; where it listens waits for a restart")
  func peers() async throws {
    let bench = try ServerBench()
    let (served, next) = (try Pair("first", in: bench.directory), try Pair("second", in: bench.directory))
    let listen = ServerConfiguration.Address(host: "127.0.0.1", port: 0)
    let everybody = [ServerConfiguration.MLLP.Peer(network: Network("127.0.0.1"), institutions: ["SYNTH-H1"])]
    let own = ServerConfiguration.MLLP(
      listen: listen, tls: .init(certificate: served.certificate, key: served.key), peers: everybody)
    let first = try Self.certificate(served)
    let second = try Self.certificate(next)
    func context(_ certificate: NIOSSLCertificate) throws -> NIOSSLContext {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.trustRoots = .certificates([certificate])
      tls.certificateVerification = .noHostnameVerification
      return try NIOSSLContext(configuration: tls)
    }
    let (old, new) = (try context(first), try context(second))
    try await MLLPBench.serving(bench, own) { port, listener in
      func isTaken(_ number: String, _ tls: NIOSSLContext) async throws -> Bool {
        let message = MLLPBench.framed(ServerBench.message(number))
        let answers = try? await MLLPBench.exchange(port, [message], answers: 1, tls: tls)
        return answers?.first?.contains("MSA|AA|M-\(number)") ?? false
      }
      #expect(try await isTaken("1", old))
      try Self.put(next, over: served)
      let take = try listener.prepared(own)
      #expect(try await isTaken("2", old), "nothing changes before all is read")
      take()
      #expect(try await isTaken("3", new))
      #expect(try await !isTaken("4", old))
      var others = own
      others.peers = [.init(network: Network("10.0.0.0/8"), institutions: ["SYNTH-H1"])]
      try listener.prepared(others)()
      #expect(try await !isTaken("5", new))
      try Data("no key".utf8).write(to: URL(filePath: served.key))
      #expect(throws: ConfigurationProblem.self) { try listener.prepared(own) }
    }
    var (before, after) = (ServerConfiguration(), ServerConfiguration())
    (before.mllp, after.mllp) = ([own], [own])
    after.mllp[0].peers = []
    #expect(Reloading.needingRestart(from: before, to: after) == [])
    after.mllp[0].listen.port = 1
    (after.listen.port, after.database) = (1, "elsewhere")
    after.tls = own.tls
    #expect(Reloading.needingRestart(from: before, to: after) == ["listen", "database", "tls", "mllp"])
  }
}
