import Crypto
import Foundation
import HTTPTypes
import HummingbirdTesting
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Registry
import RegistryStore
import Testing

@testable import RegistryServer

@Suite("mutual TLS")
struct MutualTLSTests {
  /// A key and its own certificate, made by `openssl`.
  struct Pair {
    let key: String
    let certificate: String

    init(_ name: String, in folder: URL) throws {
      key = folder.appending(path: "\(name)-key.pem").path
      certificate = folder.appending(path: "\(name).pem").path
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
        key,
        "-out", certificate, "-days", "30", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:localhost",
      ]
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }

    var digest: [UInt8] {
      get throws { try ClientCertificate(file: Array(Data(contentsOf: URL(filePath: certificate)))).digest }
    }
  }

  private static func configuration(_ server: Pair) -> ServerConfiguration {
    var configuration = ServerConfiguration()
    configuration.listen.port = 0
    configuration.tls = .init(certificate: server.certificate, key: server.key)
    return configuration
  }

  /// Asks a running service over a connection of its own.
  private static func ask(
    _ path: String = "/launch", port: Int, trusting server: Pair, showing client: Pair?,
    versions: (lowest: TLSVersion, highest: TLSVersion) = (.tlsv12, .tlsv13)
  ) async throws -> HTTPResponse.Status {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(server.certificate))
    tls.minimumTLSVersion = versions.lowest
    tls.maximumTLSVersion = versions.highest
    if let client {
      tls.certificateChain = try NIOSSLCertificate.fromPEMFile(client.certificate).map { .certificate($0) }
      tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: client.key, format: .pem))
    }
    let connection = TestClient(
      host: "127.0.0.1", port: port,
      configuration: .init(tlsConfiguration: tls, timeout: .seconds(10), serverName: "localhost"))
    connection.connect()
    let body = ByteBuffer(string: #"{"practitioner":"D1","patient":{"identifiers":[{"type":"local","value":"1"}]}}"#)
    do {
      let answer = try await connection.execute(
        TestClient.Request(
          path, method: path == "/launch" ? .post : .get, authority: "localhost",
          headers: [.contentType: "application/json"], body: path == "/launch" ? body : nil))
      try await connection.shutdown()
      return answer.status
    } catch {
      try? await connection.shutdown()
      throw error
    }
  }

  @Test(
    "a registered certificate stands for a token while it is valid and its client enabled; another, or none, does not")
  func certificates() async throws {
    // Later than the certificates that are made below, however long that takes.
    let bench = try AccessBench(seconds: Int(Date().timeIntervalSince1970) + 3600)
    let server = try Pair("server", in: bench.folder)
    let (known, unknown) = (try Pair("known", in: bench.folder), try Pair("unknown", in: bench.folder))
    try bench.addClient(certificate: known.digest)
    let watching = try Pair("prometheus", in: bench.folder)
    try bench.addClient("prometheus", .auditor, certificate: watching.digest)
    let configuration = Self.configuration(server)
    let service = RegistryService(
      registry: bench.registry, configuration: configuration,
      logger: AccessBench.quiet)
    let (ports, ready) = AsyncStream.makeStream(of: Int.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await service.run(reload: { configuration }, ready: { ready.yield($0) }) }
      var iterator = ports.makeAsyncIterator()
      let port = try #require(await iterator.next())
      for versions: (TLSVersion, TLSVersion) in [(.tlsv12, .tlsv12), (.tlsv13, .tlsv13)] {
        func status(_ pair: Pair?) async throws -> HTTPResponse.Status {
          try await Self.ask(port: port, trusting: server, showing: pair, versions: versions)
        }
        #expect(try await status(known) == .ok)
        #expect(try await status(nil) == .unauthorized)
        #expect(try await status(unknown) == .unauthorized)
        _ = try bench.registry.setAccount("ehr", .client, enabled: false, by: "operator")
        #expect(try await status(known) == .unauthorized)
        _ = try bench.registry.setAccount("ehr", .client, enabled: true, by: "operator")
      }
      let scraped = try await Self.ask("/metrics", port: port, trusting: server, showing: watching)
      #expect(scraped == .ok, "as docs/operating.md has Prometheus do")
      let refused = try await Self.ask("/metrics", port: port, trusting: server, showing: known)
      #expect(refused == .forbidden)
      bench.wait(seconds: 31 * 86_400)
      #expect(try await Self.ask(port: port, trusting: server, showing: known) == .unauthorized, "it has expired")
      await #expect(throws: (any Error).self) {
        try await Self.ask(port: port, trusting: server, showing: known, versions: (.tlsv1, .tlsv11))
      }
      group.cancelAll()
      do { try await group.waitForAll() } catch is CancellationError {}
    }
  }

  @Test("a file that is no certificate of one client is refused")
  func files() throws {
    let bench = try AccessBench()
    let (one, other) = (try Pair("one", in: bench.folder), try Pair("other", in: bench.folder))
    let (first, second) = (try bytes(one.certificate), try bytes(other.certificate))
    let der = try NIOSSLCertificate.fromPEMBytes(first)[0].toDERBytes()
    #expect(try ClientCertificate(file: der).digest == one.digest)
    #expect(try Array(SHA256.hash(data: der)) == one.digest)
    for file in [
      [], Array("text".utf8), first + second, try bytes(one.key), first + (try bytes(one.key)), Array(der.dropLast(3)),
    ] {
      #expect(throws: RegistryError.self) { try ClientCertificate(file: file) }
    }
  }

  private func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }
}
