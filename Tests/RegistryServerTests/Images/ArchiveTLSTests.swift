import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NIOSSL
import Registry
import Testing

@testable import RegistryServer

@Suite("an archive and the registry show each other who they are")
struct ArchiveTLSTests {
  private static let type = "multipart/related; type=\"application/dicom\"; boundary=b"
  private static let path = "/dicom-web/studies/\(ImagesBench.study)"

  private static func context(_ own: MutualTLSTests.Pair, asking client: MutualTLSTests.Pair?) throws -> NIOSSLContext {
    var tls = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(own.certificate).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: own.key, format: .pem)))
    if let client {
      tls.certificateVerification = .noHostnameVerification
      tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(client.certificate))
    }
    return try NIOSSLContext(configuration: tls)
  }

  @Test("whoever is not signed by whom the operator trusts, or goes by another name, is not asked at all")
  func verified() async throws {
    let folder = try Binder()
    let (own, other) = (try folder.pair("archive"), try folder.pair("other"))
    let archive = try await FakeArchive.start(tls: try Self.context(own, asking: nil)) { _ in
      FakeArchive.answer([1, 2], type: Self.type)
    }
    for (authorities, host, status) in [
      (String?.some(own.certificate), "localhost", 200), (own.certificate, "127.0.0.1", 502),
      (other.certificate, "localhost", 502), (nil, "localhost", 502),
    ] {
      let root = "https://\(host):\(archive.port)/dicom-web"
      let bench = try await ImagesBench(["SYNTH-H1": root]) { $0.authorities = authorities }
      try await bench.app.test(.router) { client in
        let before = archive.asked.count
        let answer = try await client.get(Self.path, bench.headers())
        #expect(answer.status.code == status, "\(host) \(authorities ?? "")")
        #expect(archive.asked.count == before + (status == 200 ? 1 : 0))
        if status != 200 { #expect(answer.text.contains("archive-unreachable")) }
      }
    }
    try await archive.stop()
  }

  @Test("an archive that asks for it sees the registry's certificate, or its password, and no other archive does")
  func known() async throws {
    let folder = try Binder()
    let (own, registry) = (try folder.pair("archive"), try folder.pair("registry"))
    let archive = try await FakeArchive.start(tls: try Self.context(own, asking: registry)) { _ in
      FakeArchive.answer([1, 2], type: Self.type)
    }
    let other = try await FakeArchive.start { _ in FakeArchive.answer([1, 2], type: Self.type) }
    let secret = folder.url.appending(path: "secret").path
    try Data("Basic cmVnaXN0cnk6eA==\n".utf8).write(to: URL(filePath: secret))
    for isShown in [true, false] {
      let bench = try await ImagesBench(
        ["SYNTH-H1": "https://localhost:\(archive.port)/d", "SYNTH-H3": other.root],
        studies: [("SYNTH-H1", ImagesBench.study), ("SYNTH-H3", "2.999.1.3")]
      ) {
        $0.authorities = own.certificate
        $0.authorizations = ["SYNTH-H1": .file(secret)]
        if isShown { $0.tls = .init(certificate: registry.certificate, key: registry.key) }
      }
      try await bench.app.test(.router) { client in
        let answer = try await client.get(Self.path, bench.headers())
        #expect(answer.status.code == (isShown ? 200 : 502))
        let elsewhere = try await client.get("/dicom-web/studies/2.999.1.3", bench.headers())
        #expect(elsewhere.status == .ok)
      }
    }
    #expect(archive.asked.count == 1 && archive.asked[0].contains("Authorization: Basic cmVnaXN0cnk6eA=="))
    #expect(other.asked.count == 2 && !other.asked.contains { $0.contains("Authorization") })
    try await archive.stop()
    try await other.stop()
  }

  /// Keys in a folder that goes away.
  private final class Binder {
    let url = FileManager.default.temporaryDirectory.appending(path: "huren-keys-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func pair(_ name: String) throws -> MutualTLSTests.Pair { try MutualTLSTests.Pair(name, in: url) }
  }
}
