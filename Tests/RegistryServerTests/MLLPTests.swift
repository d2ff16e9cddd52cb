import Clinical
import Foundation
import Messages
import NIOCore
import NIOSSL
import RegistryStore
import ServiceLifecycle
import Testing
import XMLReading

@testable import Registry
@testable import RegistryServer

@Suite("MLLP over a socket", .serialized)
struct MLLPTests {
  private func framed(_ text: String) -> [UInt8] { MLLPBench.framed(text) }

  @Test("messages of one connection are answered in order, each with its id; the same again has the same answer")
  func order() async throws {
    let bench = try ServerBench()
    let answers = try await MLLPBench.serving(bench) { port in
      let messages = (1...20).map { MLLPBench.framed(ServerBench.message("\($0)")) }
      return try await MLLPBench.exchange(port, [Array((messages + messages).joined())], answers: 40)
    }
    #expect(answers.count == 40)
    for (place, answer) in answers.enumerated() { #expect(answer.contains("\rMSA|AA|M-\(place % 20 + 1)\r")) }
    #expect(try bench.registry.check().messages == 20)
  }

  struct Broken: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var pieces = 1
    /// What each answer holds.
    var answers: [String]
    var halfCloses = false
    var messages = 0
    var quarantined = 0
    var testDescription: String { name }
  }

  static let broken: [Broken] = {
    let good = ServerBench.message("1")
    let gbk = TextEncoding(label: "GBK").flatMap { $0.bytes(of: ServerBench.message("1", header: "|||CHN|GBK")) } ?? []
    let wide = ServerBench.message("1", header: "|||CHN|UNICODE UTF-16").utf16.flatMap {
      [UInt8($0 & 0xFF), UInt8($0 >> 8)]
    }
    let frame = MLLPBench.framed
    return [
      Broken(
        name: "no end: given up, and asked for again", bytes: [0x0B] + Array(good.utf8),
        answers: ["MSA|AE|M-1|unfinished"]),
      Broken(
        name: "slow-loris", bytes: [0x0B] + Array(good.utf8), pieces: 20, answers: ["MSA|AE|M-1|unfinished"]),
      Broken(
        name: "0x0B within a message: begun anew", bytes: [0x0B] + Array(good.utf8.prefix(60)) + frame(good),
        answers: ["MSA|AA|M-1\r"], messages: 1),
      Broken(
        name: "0x1C without CR", bytes: [0x0B] + Array(good.utf8) + [0x1C], answers: ["MSA|AA|M-1\r"], messages: 1),
      Broken(
        name: "bytes before 0x0B", bytes: Array("hello\r\n".utf8) + frame(good), answers: ["MSA|AA|M-1\r"], messages: 1),
      Broken(
        name: "LF between frames", bytes: frame(good) + [0x0A] + frame(good) + [0x0A],
        answers: ["MSA|AA|M-1\r", "MSA|AA|M-1\r"], messages: 1),
      Broken(
        name: "half-closed socket", bytes: frame(good), answers: ["MSA|AA|M-1\r"], halfCloses: true, messages: 1),
      Broken(
        name: "half-closed within a message: nothing is taken, nothing is said", bytes: [0x0B] + Array(good.utf8),
        answers: [], halfCloses: true),
      Broken(
        name: "two messages in one segment", bytes: frame(good) + frame(ServerBench.message("2")),
        answers: ["MSA|AA|M-1\r", "MSA|AA|M-2\r"], messages: 2),
      Broken(
        name: "one message in segments of a byte", bytes: frame(good), pieces: 10_000, answers: ["MSA|AA|M-1\r"],
        messages: 1),
      Broken(name: "empty frame", bytes: [0x0B, 0x1C, 0x0D], answers: ["MSA|AR||unreadable\r"]),
      Broken(
        name: "message without MSH", bytes: frame("PID|1||A1\rOBR|1||R1\r"), answers: ["MSA|AR||unreadable\r"],
        quarantined: 1),
      Broken(
        name: "MSH without control id", bytes: frame(good.replacing("|M-1|", with: "||")), answers: ["MSA|AA|\r"],
        messages: 1),
      Broken(
        name: "several messages in one frame", bytes: frame(good + ServerBench.message("2")),
        answers: ["MSA|AR|M-1|unreadable\r"], quarantined: 1),
      Broken(
        name: "bytes of no encoding, with an id", bytes: frame(good).map { $0 == 0x4B ? 0xFF : $0 },
        answers: ["MSA|AR|M-1|unreadable\r"], quarantined: 1),
      Broken(name: "GBK", bytes: [0x0B] + gbk + [0x1C, 0x0D], answers: ["MSA|AA|M-1\r"], messages: 1),
      Broken(
        name: "UTF-16", bytes: [0x0B] + wide + [0x1C, 0x0D], answers: ["M\0S\0A\0|\0A\0A\0|\0M\0-\u{0}1\0"], messages: 1
      ),
      Broken(
        name: "v2.xml",
        bytes: frame(
          try! String(contentsOf: ServerBench.samples.appending(path: "feeds/v2xml/h1-tsh.xml"), encoding: .utf8)),
        answers: ["<MSA.1>AA</MSA.1>"], messages: 1),
      Broken(
        name: "truncated v2.xml keeps its id",
        bytes: frame(
          "<ORU_R01 xmlns=\"urn:hl7-org:v2xml\"><MSH><MSH.1>|</MSH.1><MSH.9><MSG.1>ORU</MSG.1></MSH.9><MSH.10>X9</MSH.10></MSH><PID"
        ),
        answers: ["<MSA.1>AR</MSA.1><MSA.2>X9</MSA.2>"], quarantined: 1),
      Broken(
        name: "an acknowledgement is not answered",
        bytes: frame("MSH|^~\\&|LIS|SYNTH-H1|||20260310120000||ACK|9|P|2.5.1\rMSA|CA|ACK-1\r") + frame(good),
        answers: ["MSA|AA|M-1\r"], messages: 1),
      Broken(
        name: "a training message", bytes: frame(good.replacing("|P|2.5.1", with: "|T|2.5.1")),
        answers: ["MSA|AR|M-1|test-message\rERR|||202^Unsupported processing id^HL70357|E|test-message|"],
        quarantined: 1),
      Broken(
        name: "another institution's", bytes: frame(ServerBench.message("1", institution: "SYNTH-H2")),
        answers: ["MSA|AR|M-1|not-your-institution\r"], quarantined: 1),
    ]
  }()

  @Test("what is broken has an outcome, bounded in time", .timeLimit(.minutes(1)), arguments: broken)
  func outcome(of given: Broken) async throws {
    let bench = try ServerBench()
    let timing = MLLPTiming(
      silence: .milliseconds(400), block: .seconds(20), end: .milliseconds(20), handshake: .seconds(5))
    let size = max(1, given.bytes.count / given.pieces)
    let pieces = stride(from: 0, to: given.bytes.count, by: size).map {
      Array(given.bytes[$0..<min($0 + size, given.bytes.count)])
    }
    let answers = try await MLLPBench.serving(bench, timing: timing) { port in
      try await MLLPBench.exchange(port, pieces, answers: given.answers.count, halfCloses: given.halfCloses)
    }
    #expect(answers.count == given.answers.count, "\(answers)")
    for (answer, part) in zip(answers, given.answers) { #expect(answer.contains(part), "\(answer.debugDescription)") }
    #expect(try bench.registry.check().messages == given.messages)
    #expect(try bench.registry.quarantined().count == given.quarantined)
  }

  @Test(
    "100 MB without an end are cut at the limit: refused, closed, and only their head is kept", .timeLimit(.minutes(1)))
  func endless() async throws {
    let bench = try ServerBench()
    var configuration = ServerConfiguration.MLLP(
      listen: .init(host: "127.0.0.1", port: 0), peers: [.init(institutions: ["SYNTH-H1"])])
    configuration.maxMessage = 1 << 20
    let head = [0x0B] + Array((ServerBench.message("1") + "NTE|1||").utf8)
    let pieces = [head] + [[UInt8]](repeating: [UInt8](repeating: 0x41, count: 1 << 20), count: 100)
    let answers = try await MLLPBench.serving(bench, configuration) { port in
      try await MLLPBench.exchange(port, pieces, answers: 1)
    }
    // Whoever still writes when it is closed may be told by a reset before it reads.
    #expect(answers.isEmpty || answers[0].contains("MSA|AR|M-1|limit-exceeded\r"))
    let kept = try bench.registry.quarantined()
    #expect(kept.map(\.code) == ["limit-exceeded"])
    #expect(try bench.registry.quarantined(kept[0].id).bytes.count <= MLLPDecoder.head)
  }

  @Test(
    "enhanced mode answers as MSH-15 and MSH-16 ask",
    arguments: [
      ("||", false, ["AA"]), ("AL|NE|", false, ["CA"]), ("AL|AL|", false, ["CA", "AA"]), ("NE|AL|", false, ["AA"]),
      ("|AL|", false, ["AA"]), ("AL||", false, ["CA"]), ("ER|ER|", false, []), ("SU|SU|", false, ["CA", "AA"]),
      ("NE|NE|", false, []), ("al|al|", false, ["CA", "AA"]),
      ("||", true, ["AR"]), ("AL|NE|", true, ["CR"]), ("AL|AL|", true, ["CA", "AR"]), ("NE|ER|", true, ["AR"]),
      ("ER|NE|", true, ["CR"]), ("SU|SU|", true, []), ("SU|AL|", true, ["CA", "AR"]),
    ])
  func enhanced(fields: String, isRefused: Bool, codes: [String]) async throws {
    let bench = try ServerBench()
    let first = ServerBench.message("1", institution: isRefused ? "SYNTH-H2" : "SYNTH-H1", header: fields + "CHN|UTF-8")
    let answers = try await MLLPBench.serving(bench) { port in
      try await MLLPBench.exchange(
        port, [MLLPBench.framed(first), MLLPBench.framed(ServerBench.message("2"))], answers: codes.count + 1)
    }
    #expect(answers.dropLast().map { String($0.split(separator: "\r")[1].prefix(10)) } == codes.map { "MSA|\($0)|M-1" })
    #expect(answers.last?.contains("MSA|AA|M-2") == true)
  }

  @Test("an answer with many findings is one write under 4 KB, and says first what it is refused for")
  func bounded() throws {
    let start = Location(line: 1, column: 1, path: "/ORU_R01/OBX")
    var findings = (0..<200).map { Finding(.unknownCode, "a code nobody knows, number \($0)", at: start) }
    findings.append(Finding(.conflictingPatient, "the same number, another patient", at: start))
    let answer = Acknowledgement(
      outcome: .rejected, messageID: "M1", findings: findings, acknowledgedAt: "2026-05-01T08:00:00+08:00")
    let frame = MLLPAnswers.frame(answer, as: .hl7v2ER7, in: .utf8)
    #expect(frame.count <= 4096 && frame.count > 2000)
    let text = String(decoding: frame, as: UTF8.self)
    #expect(
      text.contains("MSA|AR|M1|conflicting-patient\rERR|||205^Duplicate key identifier^HL70357|E|conflicting-patient|"))
    #expect(text.hasSuffix("\r\u{1C}\r"))
  }

  @Test("an answer is in the character set of its message")
  func characterSet() throws {
    let gbk = try #require(TextEncoding(label: "GBK"))
    let answer = Acknowledgement(
      outcome: .accepted, messageID: "样1", findings: [], acknowledgedAt: "2026-05-01T08:00:00+08:00")
    let frame = MLLPAnswers.frame(answer, as: .hl7v2ER7, in: gbk)
    #expect(frame.firstRange(of: [0xD1, 0xF9, 0x31]) != nil)
    var header = V2Header()
    header.characterSet = "GBK"
    #expect(MLLPAnswers.encoding(of: [0x4D, 0xD1, 0xF9], header).bytes(of: "样") == [0xD1, 0xF9])
    #expect(MLLPAnswers.encoding(of: Array("MSH样".utf8), header) == .utf8)
  }

  @Test("who is no peer is closed without a word; who is, is of its institutions")
  func peers() async throws {
    let bench = try ServerBench()
    let listen = ServerConfiguration.Address(host: "127.0.0.1", port: 0)
    let other = ServerConfiguration.MLLP(
      listen: listen, peers: [.init(network: Network("10.0.0.0/8"), institutions: ["SYNTH-H1"])])
    let message = MLLPBench.framed(ServerBench.message("1"))
    #expect(try await MLLPBench.serving(bench, other) { try await MLLPBench.exchange($0, [message], answers: 1) } == [])
    let here = ServerConfiguration.MLLP(
      listen: listen,
      peers: [
        .init(network: Network("10.0.0.0/8"), institutions: ["SYNTH-H1"]),
        .init(network: Network("127.0.0.0/8"), institutions: ["SYNTH-H2", "SYNTH-H3"]),
      ])
    let answers = try await MLLPBench.serving(bench, here) { port in
      try await MLLPBench.exchange(
        port, [message, MLLPBench.framed(ServerBench.message("2", institution: "SYNTH-H3"))], answers: 2)
    }
    #expect(answers.map { $0.contains("MSA|AA|") } == [false, true])
  }

  @Test("a graceful shutdown answers what was read, closes connections that wait, and ends")
  func shutdown() async throws {
    let bench = try ServerBench()
    let (ports, told) = AsyncStream.makeStream(of: Int.self)
    let configuration = ServerConfiguration.MLLP(
      listen: .init(host: "127.0.0.1", port: 0), peers: [.init(institutions: ["SYNTH-H1"])])
    let listener = MLLPListener(service: bench.service, configuration: configuration, ready: { told.yield($0) })
    let group = ServiceGroup(
      configuration: .init(services: [.init(service: listener)], logger: bench.service.logger))
    let running = Task { try await group.run() }
    var iterator = ports.makeAsyncIterator()
    let port = try #require(await iterator.next())
    let client = Task { try await MLLPBench.exchange(port, [MLLPBench.framed(ServerBench.message("1"))], answers: 2) }
    while try bench.registry.check().messages == 0 { try await Task.sleep(for: .milliseconds(5)) }
    await group.triggerGracefulShutdown()
    let answers = try await client.value
    #expect(answers.count == 1 && answers[0].contains("MSA|AA|M-1"))
    try await running.value
  }

  @Test(
    "a hundred connections at once: each message is there once, each answered with its own id", .timeLimit(.minutes(1)))
  func together() async throws {
    let bench = try ServerBench()
    let wrong = try await MLLPBench.serving(bench) { port in
      try await withThrowingTaskGroup(of: Int.self) { group in
        for lane in 0..<100 {
          group.addTask {
            let numbers = (0..<5).map { "\(lane)x\($0)" }
            let answers = try await MLLPBench.exchange(
              port, numbers.map { MLLPBench.framed(ServerBench.message($0)) }, answers: 5)
            return zip(numbers, answers).count { !$1.contains("MSA|AA|M-\($0)\r") } + 5 - answers.count
          }
        }
        return try await group.reduce(0, +)
      }
    }
    #expect(wrong == 0)
    #expect(try bench.registry.check().messages == 500)
  }
}
