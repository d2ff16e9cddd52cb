import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Registry
import Testing

@testable import RegistryServer

@Suite("the envelope of recognition platforms")
struct PlatformTests {
  private static func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  @Test("SM3 of GB/T 32905-2016, annex A")
  func sm3() {
    #expect(SM3.hash(Array("abc".utf8)).hex == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")
    #expect(
      SM3.hash(Array(String(repeating: "abcd", count: 16).utf8)).hex
        == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732")
  }

  @Test("SM4 of GB/T 32907-2016, annex A, and chained")
  func sm4() throws {
    let key = Self.bytes("0123456789abcdeffedcba9876543210")
    let first = try #require(SM4.encrypt(key, key: key, .ecb))
    #expect(first.prefix(16).elementsEqual(Self.bytes("681edf34d206965e86b3e94f536e4246")))
    #expect(SM4.decrypt(first, key: key, .ecb) == key)
    // Annex A's second example, a million times: chained, of zeros, each block is the encryption of the one before.
    let zeros = [UInt8](repeating: 0, count: 16 * 1_000_000)
    let millions = try #require(SM4.encrypt(zeros, key: key, .cbc(vector: key)))
    let block = Array(millions[(zeros.count - 16)..<zeros.count])
    #expect(block == Self.bytes("595298c7c6fd271f0402f804c33d3f66"))
    let vector = [UInt8](0..<16)
    let text = Array("十六个字节以上的一段文字".utf8)
    let chained = try #require(SM4.encrypt(text, key: key, .cbc(vector: vector)))
    #expect(SM4.decrypt(chained, key: key, .cbc(vector: vector)) == text)
    #expect(chained != SM4.encrypt(text, key: key, .ecb))
    #expect(SM4.decrypt(Array(chained.dropLast()), key: key, .cbc(vector: vector)) == nil)
    #expect(SM4.encrypt(text, key: [1, 2, 3], .ecb) == nil)
  }

  private struct Sender {
    let bench: ServerBench
    let platform: ServerConfiguration.Platform
    let signing = "a secret of two"
    let cipher = "0123456789abcdeffedcba9876543210"

    init(_ signature: ServerConfiguration.Platform.Signature, _ form: ServerConfiguration.Platform.Cipher) throws {
      let folder = FileManager.default.temporaryDirectory.appending(path: "huren-keys-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let (one, two) = (folder.appending(path: "signing").path, folder.appending(path: "cipher").path)
      try Data((signing + "\n").utf8).write(to: URL(filePath: one))
      try Data((cipher + "\n").utf8).write(to: URL(filePath: two))
      platform = .init(
        signature: signature, cipher: form,
        hospitals: [.init(code: "H0001", institution: "SYNTH-H1", signingKey: .file(one), cipherKey: .file(two))])
      var configuration = ServerConfiguration()
      configuration.platform = platform
      // It stands still: how long a test takes says nothing.
      bench = try ServerBench(configuration, clock: { Instant(milliseconds: 1_790_000_000_000) })
    }

    func envelope(
      _ message: String, id: String, at time: Instant? = nil, hospital: String = "H0001", key: String? = nil
    ) -> PlatformEnvelope {
      var envelope = PlatformEnvelope(
        requestID: id, hospital: hospital, timestamp: time ?? bench.registry.now, ["version": "1.0", "empty": ""])
      _ = envelope.encrypt(Array(message.utf8), platform.cipher, key: cipher)
      envelope.sign(platform.signature, key: key ?? signing)
      return envelope
    }

    func post(_ text: String) async throws -> TestResponse {
      try await bench.app().test(.router) { client in
        try await client.execute(uri: "/platform/v1/messages", method: .post, body: ByteBuffer(string: text))
      }
    }

    /// The code and the acknowledgement of an answer, which is signed as it should be.
    func read(_ response: TestResponse) throws -> (code: String?, id: String, said: String) {
      let bytes = Array(response.body.readableBytesView)
      let object = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: String])
      if object["data"] == nil {
        return (object["code"], object["request_id"] ?? "", "")
      }
      let envelope = try PlatformEnvelope(bytes)
      #expect(envelope.isSigned(platform.signature, key: signing))
      return (
        object["code"], envelope.requestID,
        String(decoding: envelope.body(platform.cipher, key: cipher) ?? [], as: UTF8.self)
      )
    }
  }

  @Test(
    "a message is taken, and again under another id; refused is told; the answer is in the same envelope",
    arguments: ServerConfiguration.Platform.Signature.allCases, ServerConfiguration.Platform.Cipher.allCases)
  func forms(signature: ServerConfiguration.Platform.Signature, cipher: ServerConfiguration.Platform.Cipher)
    async throws
  {
    let sender = try Sender(signature, cipher)
    for id in ["r1", "r2"] {
      let response = try await sender.post(sender.envelope(ServerBench.message("1"), id: id).json)
      #expect(response.status == .ok)
      let answer = try sender.read(response)
      #expect(answer.code == "0" && answer.id == id && answer.said.contains("MSA|AA|M-1"))
      #expect(!String(buffer: response.body).contains("MSA"))
    }
    let other = try await sender.post(sender.envelope(ServerBench.message("2", institution: "SYNTH-H2"), id: "r3").json)
    let refused = try sender.read(other)
    #expect(other.status == .ok && refused.code == "not-your-institution" && refused.said.contains("MSA|AR|M-2"))
    #expect(try sender.bench.registry.check().messages == 1)
  }

  @Test(
    "a request id twice, or 5 minutes off, is refused; a signature, a hospital or a body that is not good says nothing")
  func refused() async throws {
    let sender = try Sender(.sm3, .cbc)
    let now = sender.bench.registry.now.milliseconds
    let good = sender.envelope(ServerBench.message("1"), id: "r1").json
    #expect(try await sender.post(good).status == .ok)
    let again = try await sender.post(good)
    #expect(again.status == .conflict)
    #expect(try sender.read(again).code == "replayed")
    let restarted = RegistryService(
      registry: sender.bench.registry, configuration: sender.bench.service.configuration,
      logger: sender.bench.service.logger)
    let later = try await Application(router: restarted.router()).test(.router) { client in
      try await client.execute(uri: "/platform/v1/messages", method: .post, body: ByteBuffer(string: good))
    }
    #expect(later.status == .conflict, "also by a service that was started since")
    // The clock is the machine's, and goes on meanwhile.
    for offset: Int64 in [-301_000, 900_000] {
      let late = sender.envelope(
        ServerBench.message("2"), id: "off\(offset)", at: Instant(milliseconds: now + offset))
      #expect(try sender.read(try await sender.post(late.json)).code == "timestamp-off")
    }
    let near = sender.envelope(ServerBench.message("1"), id: "near", at: Instant(milliseconds: now - 150_000))
    #expect(try await sender.post(near.json).status == .ok)
    #expect(try await sender.post(sender.envelope("x", id: "r4", key: "another").json).status == .unauthorized)
    #expect(try await sender.post(sender.envelope("x", id: "r5", hospital: "H0002").json).status == .unauthorized)
    let changed = sender.envelope(ServerBench.message("2"), id: "r6").json.replacing("\"r6\"", with: "\"r7\"")
    #expect(try await sender.post(changed).status == .unauthorized)
    for text in ["", "{}", "[1]", "{\"request_id\":{}}"] {
      #expect(try await sender.post(text).status == .badRequest, "\(text)")
    }
    #expect(try sender.bench.registry.check().messages == 1)
  }

  @Test("times are read as they are written, in the zone of the registry")
  func times() throws {
    for (text, isNumber) in [
      ("1767225600000", true), ("1767225600", true), ("20260101080000", false), ("2026-01-01 08:00:00", false),
      ("2026-01-01T00:00:00Z", false),
    ] {
      let value = isNumber ? text : "\"\(text)\""
      let envelope = try PlatformEnvelope(
        Array(
          "{\"request_id\":\"1\",\"hospital_code\":\"H\",\"timestamp\":\(value),\"data\":\"x\",\"sign\":\"y\"}".utf8))
      #expect(envelope.time(in: .shanghai)?.milliseconds == 1_767_225_600_000, "\(text)")
    }
  }

  @Test(
    "what is wrong in the configuration is told with its key",
    arguments: [
      ("signature: md5", "platform.signature"), ("cipher: aes", "platform.cipher"),
      ("signature: sm3", "platform.hospitals"),
      ("hospitals: [{hospital: H1}]", "platform.hospitals[0].signingKey"),
      ("hospitals: [{hospital: H1, signingKey: {file: a}}]", "platform.hospitals[0].cipherKey"),
      ("hospitals: [{hospital: H1, signingKey: secret}]", "platform.hospitals[0].signingKey"),
      (
        "hospitals: [{hospital: H1, signingKey: {value: a}, cipherKey: {file: a}}]",
        "platform.hospitals[0].signingKey.file"
      ),
      ("hospitals: [{hospital: H1, signingKey: {file: a}, cipherKey: {file: a}, iv: 0}]", "platform.hospitals[0].iv"),
    ])
  func configuration(yaml: String, key: String) {
    let error = #expect(throws: ConfigurationProblem.self) { try ServerConfiguration(yaml: "platform:\n  " + yaml) }
    #expect(error?.key == key)
  }
}
