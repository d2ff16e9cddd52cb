import Foundation
import NIOSSL
import Registry
import Testing

@testable import RegistryServer

@Suite("MLLP: TLS, and senders that others wrote", .serialized)
struct MLLPPeersTests {
  static let hasHL7 = Command.hasPython("hl7")

  private func certificate(_ name: String, in bench: ServerBench) async throws -> (
    path: String, key: String, digest: String
  ) {
    let path = bench.directory.appending(path: name + ".pem").path
    let key = bench.directory.appending(path: name + ".key").path
    let made = try await Command.run([
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
      "-subj",
      "/CN=\(name)", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", path,
    ])
    try #require(made.status == 0, "\(made.output)")
    let digest = try MLLPSecurity.digest(of: try #require(NIOSSLCertificate.fromPEMFile(path).first))
    return (path, key, digest)
  }

  private func client(_ own: (path: String, key: String, digest: String)?) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .none
    if let own {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(own.path).map { .certificate($0) }
      configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: own.key, format: .pem))
    }
    return try NIOSSLContext(configuration: configuration)
  }

  @Test("by certificate: whoever holds its key is who it stands for; another, and none, are not let in")
  func certificates() async throws {
    let bench = try ServerBench()
    let server = try await certificate("server", in: bench)
    let known = try await certificate("known", in: bench)
    let other = try await certificate("other", in: bench)
    let configuration = ServerConfiguration.MLLP(
      listen: .init(host: "127.0.0.1", port: 0), tls: .init(certificate: server.path, key: server.key),
      peers: [.init(certificate: known.digest, institutions: ["SYNTH-H1"])])
    let message = MLLPBench.framed(ServerBench.message("1"))
    for (own, answers) in [(known, 1), (other, 0), (nil, 0)] {
      let context = try client(own)
      let got = try await MLLPBench.serving(bench, configuration) { port in
        (try? await MLLPBench.exchange(port, [message], answers: 1, tls: context)) ?? []
      }
      #expect(got.count == answers)
    }
    #expect(try bench.registry.check().messages == 1)
  }

  @Test("mllp_send of python-hl7 has its answer in one read", .enabled(if: hasHL7, "the package hl7 is not installed"))
  func pythonClient() async throws {
    let bench = try ServerBench()
    let path = bench.directory.appending(path: "feed.hl7").path
    let messages = (1...3).map { ServerBench.message("\($0)") }
    try Data(messages.flatMap(MLLPBench.framed)).write(to: URL(filePath: path))
    let sent = try await MLLPBench.serving(bench) { port in
      try await Command.run([
        "python3", "-c", "from hl7.client import mllp_send; mllp_send()", "-p", "\(port)", "-f", path, "127.0.0.1",
      ])
    }
    #expect(sent.status == 0, "\(sent.output)")
    for number in 1...3 { #expect(sent.output.contains("MSA|AA|M-\(number)")) }
  }

  @Test("python-hl7's asynchronous client over TLS", .enabled(if: hasHL7, "the package hl7 is not installed"))
  func pythonTLS() async throws {
    let bench = try ServerBench()
    let server = try await certificate("server", in: bench)
    let own = try await certificate("known", in: bench)
    let configuration = ServerConfiguration.MLLP(
      listen: .init(host: "127.0.0.1", port: 0), tls: .init(certificate: server.path, key: server.key),
      peers: [.init(network: Network("127.0.0.1"), certificate: own.digest, institutions: ["SYNTH-H1"])])
    let program = """
      import asyncio, ssl, sys, hl7
      from hl7.mllp import open_hl7_connection
      async def main():
          context = ssl.create_default_context(cafile=sys.argv[2])
          context.load_cert_chain(sys.argv[3], sys.argv[4])
          reader, writer = await open_hl7_connection('127.0.0.1', int(sys.argv[1]), ssl=context, encoding='utf-8')
          for number in (1, 2, 1):
              writer.writemessage(hl7.parse(sys.stdin_text.replace('NUMBER', str(number))))
              await writer.drain()
              answer = await reader.readmessage()
              print(answer.segment('MSA')[1], answer.segment('MSA')[2])
          writer.close()
      sys.stdin_text = sys.stdin.buffer.read().decode('utf-8')
      asyncio.run(main())
      """
    let sent = try await MLLPBench.serving(bench, configuration) { port in
      try await Command.run(
        ["python3", "-c", program, "\(port)", server.path, own.path, own.key], input: ServerBench.message("NUMBER"))
    }
    #expect(sent.output == "AA M-1\nAA M-2\nAA M-1\n")
  }
}
