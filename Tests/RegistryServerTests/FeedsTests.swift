import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Registry
import Testing

@testable import RegistryServer

@Suite("feeds over HTTP")
struct FeedsTests {
  private func post(
    _ bench: ServerBench, _ bytes: [UInt8], as caller: String? = "lis-1", headers: HTTPFields = [:]
  ) async throws -> TestResponse {
    let headers =
      caller.map { name in
        var all = headers
        all[.testCaller] = name
        return all
      } ?? headers
    return try await bench.app().test(.router) { client in
      try await client.execute(uri: "/feeds", method: .post, headers: headers, body: ByteBuffer(bytes: bytes))
    }
  }

  private func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-9c"]
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    let writing = input.fileHandleForWriting
    DispatchQueue.global().async {
      writing.write(Data(bytes))
      try? writing.close()
    }
    let packed = Array(output.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    return packed
  }

  @Test("who is not known, or is no source, is refused before a byte is read")
  func callers() async throws {
    let bench = try ServerBench()
    let message = Array(ServerBench.message("1").utf8)
    #expect(try await post(bench, message, as: nil).status == .unauthorized)
    #expect(try await post(bench, message, as: "his").status == .forbidden)
    #expect(try bench.registry.quarantined().isEmpty && bench.registry.check().messages == 0)
  }

  @Test(
    "each dialect has its acknowledgement in its media type, the first time and again",
    arguments: [
      ("er7/h1-potassium-critical.hl7", "application/hl7-v2; charset=utf-8", "MSA|AA|"),
      ("v2xml/h1-tsh.xml", "application/hl7-v2+xml; charset=utf-8", "<MSA.1>AA</MSA.1>"),
      ("rcmr/h8-rcmr-c0007-lipids.xml", "application/xml; charset=utf-8", "typeCode=\"AA\""),
      ("cda-cn/h4-c0007-gb18030.xml", "application/xml; charset=utf-8", "typeCode=\"AA\""),
      ("v3/h5-organizer-hba1c.xml", "application/xml; charset=utf-8", "typeCode=\"AA\""),
      ("fhir/h6-cbc-bundle.json", "application/fhir+json; charset=utf-8", "was taken"),
      ("fhir/h6-cbc-bundle.xml", "application/fhir+xml; charset=utf-8", "was taken"),
      ("vendor/lis-report.xml", "application/xml; charset=utf-8", "<success>AA</success>"),
    ])
  func dialects(sample: String, type: String, said: String) async throws {
    let bench = try ServerBench()
    let bytes = try ServerBench.sample(sample)
    for _ in 0..<2 {
      let answer = try await post(bench, bytes, as: "platform")
      #expect(answer.status == .ok)
      #expect(answer.headers[.contentType] == type)
      #expect(String(buffer: answer.body).contains(said), "\(String(buffer: answer.body))")
    }
    #expect(try bench.registry.check().messages == 1)
  }

  @Test("a refused message of HL7 is answered with 200 and AR, one of FHIR with its status; both lie in quarantine")
  func refused() async throws {
    let bench = try ServerBench()
    let other = try await post(bench, Array(ServerBench.message("1", institution: "SYNTH-H2").utf8))
    #expect(other.status == .ok)
    #expect(String(buffer: other.body).contains("MSA|AR|M-1|not-your-institution\r"))
    let bundle = #"{"resourceType":"Bundle","type":"transaction","identifier":{"value":"B1"},"entry":[]}"#
    let fhir = try await post(bench, Array(bundle.utf8))
    #expect(fhir.status == .unprocessableContent)
    #expect(fhir.headers[.contentType] == "application/fhir+json; charset=utf-8")
    let unknown = try await post(bench, Array("<note><to/></note>".utf8))
    #expect(unknown.status.code >= 400 && String(buffer: unknown.body).hasPrefix("{\"error\":{\"code\":"))
    #expect(try await post(bench, []).status == .badRequest)
    #expect(try bench.registry.quarantined().count == 3)
    #expect(try bench.registry.check().messages == 0)
  }

  @Test(
    "a platform sends for its institutions; the one it names is the only one, and one that is not its own is refused")
  func institutions() async throws {
    let bench = try ServerBench()
    let (one, two) = (
      Array(ServerBench.message("1").utf8), Array(ServerBench.message("2", institution: "SYNTH-H2").utf8)
    )
    #expect(String(buffer: try await post(bench, one, as: "platform").body).contains("MSA|AA|"))
    let named: HTTPFields = [.hurenInstitution: "SYNTH-H1"]
    #expect(
      String(buffer: try await post(bench, two, as: "platform", headers: named).body).contains("not-your-institution"))
    #expect(String(buffer: try await post(bench, two, as: "platform").body).contains("MSA|AA|"))
    let foreign = try await post(bench, one, headers: [.hurenInstitution: "SYNTH-H2"])
    #expect(foreign.status == .forbidden)
  }

  @Test("a batch has the summary of an import and what was not taken, packed or not; again it is known")
  func batch() async throws {
    let bench = try ServerBench()
    let good = (1...300).map { ServerBench.message("\($0)") }
    let bytes = Array(
      (good + [ServerBench.message("X", institution: "SYNTH-H2")]).joined().replacing("\r", with: "\n").utf8)
    let first = try await post(bench, try gzip(bytes), headers: [.contentEncoding: "gzip"])
    #expect(first.status == .ok && first.headers[.contentType] == "application/json")
    let summary = try #require(JSONSerialization.jsonObject(with: Data(first.body.readableBytesView)) as? [String: Any])
    #expect(summary["accepted"] as? Int == 300 && summary["quarantined"] as? Int == 1)
    let notTaken = try #require(summary["notTaken"] as? [[String: Any]])
    #expect(notTaken.map { $0["code"] as? String } == ["not-your-institution"])
    #expect(notTaken[0]["line"] as? Int == 1201)
    #expect(!String(buffer: first.body).contains("样"))
    let again = try await post(bench, bytes)
    #expect(String(buffer: again.body).contains("\"duplicate\":300"))
    #expect(try bench.registry.check().messages == 300)
  }

  @Test("a body larger than what is held in memory is spooled, and taken whole")
  func spooled() async throws {
    let bench = try ServerBench()
    let note = String(repeating: "x", count: 2000)
    let bytes = Array((1...700).map { ServerBench.message("\($0)") + "NTE|1||\(note)\r" }.joined().utf8)
    #expect(bytes.count > 1 << 20)
    let answer = try await post(bench, bytes)
    #expect(String(buffer: answer.body).contains("\"accepted\":700"))
    let single = try await post(bench, Array((ServerBench.message("S") + "NTE|1||" + note + "\r").utf8))
    #expect(String(buffer: single.body).contains("MSA|AA|M-S"))
  }

  @Test("archives are batches too; what an entry is called is not told")
  func archive() async throws {
    let bench = try ServerBench()
    let answer = try await post(bench, try ServerBench.sample("batches/three-messages.zip"), as: "platform")
    #expect(String(buffer: answer.body).contains("\"messages\":3"))
    #expect(!String(buffer: answer.body).contains(".xml"))
  }

  @Test("what unpacks beyond all measure is cut, whatever stands before it")
  func bomb() async throws {
    let bench = try ServerBench()
    var bytes = Array((ServerBench.message("1") + ServerBench.message("2")).utf8)
    bytes += [UInt8](repeating: 0x20, count: 80 << 20)
    let packed = try gzip(bytes)
    #expect(packed.count < 200_000)
    let answer = try await post(bench, packed, headers: [.contentEncoding: "gzip"])
    #expect(String(buffer: answer.body).contains("limit-exceeded"))
    #expect(String(buffer: answer.body).contains("\"accepted\":2"))
  }

  @Test("an encoding that is not read here, or is not what it says, is refused")
  func encodings() async throws {
    let bench = try ServerBench()
    let message = Array(ServerBench.message("1").utf8)
    #expect(try await post(bench, message, headers: [.contentEncoding: "br"]).status == .unsupportedMediaType)
    #expect(try await post(bench, message, headers: [.contentEncoding: "gzip"]).status == .badRequest)
    let cut = Array(try gzip(message).dropLast(30))
    let answer = try await post(bench, cut, headers: [.contentEncoding: "gzip"])
    #expect(!String(buffer: answer.body).contains("MSA|AA"))
    #expect(try bench.registry.check().messages == 0)
  }

  @Test("a full queue lets nobody in: who waits too long is told to come again, and nothing of theirs is taken")
  func full() async throws {
    let gate = FeedGate(places: 1, patience: .milliseconds(20))
    let (inside, enter) = AsyncStream.makeStream(of: Void.self)
    let (hold, release) = AsyncStream.makeStream(of: Void.self)
    let first = Task {
      try await gate.through {
        enter.yield()
        for await _ in hold { break }
        return 1
      }
    }
    for await _ in inside { break }
    await #expect(throws: ServiceError.busy) { try await gate.through { 2 } }
    release.yield()
    #expect(try await first.value == 1)
    #expect(try await gate.through { 3 } == 3)
  }
}
