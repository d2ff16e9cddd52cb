import Foundation
import NIOCore
import Testing

@testable import Registry
@testable import RegistryServer

/// What others' listeners were reported to do wrong, tried here. Those of Bundles (LinuxForHealth/FHIR#748), of SOAP (vpulim/node-soap#531)
/// and of HL7 over HTTP (an AR that is 400) are with their own tests.
@Suite("feeds: what was reported elsewhere", .serialized)
struct FeedReportedFaultTests {
  private func answer(
    _ message: String, in bench: ServerBench, pieces: [[UInt8]]? = nil, timing: MLLPTiming = MLLPTiming()
  ) async throws -> String {
    let sent = pieces ?? [MLLPBench.framed(message)]
    let answers = try await MLLPBench.serving(bench, timing: timing) { port in
      try await MLLPBench.exchange(port, sent, answers: 1)
    }
    return try #require(answers.first)
  }

  private func fields(_ answer: String, _ segment: Int) -> [String] {
    answer.split(separator: "\r")[segment].split(separator: "|", omittingEmptySubsequences: false).map(String.init)
  }

  @Test("MSH-3 to MSH-6 go round, and stay apart (nextgenhealthcare/connect#276)")
  func turnedRound() async throws {
    let message = ServerBench.message("1").replacing("|LIS|SYNTH-H1|HUREN||", with: "|AAA|SYNTH-H1|CCC|DDD|")
    let header = fields(try await answer(message, in: try ServerBench()), 0)
    #expect(header[2...5] == ["CCC", "DDD", "AAA", "SYNTH-H1"])
  }

  @Test("components of MSH-4 are no text with carets escaped (nextgenhealthcare/connect#262)")
  func components() async throws {
    let message = ServerBench.message("1", header: "AL|NE|").replacing(
      "|SYNTH-H1|HUREN|", with: "|SYNTH-H1^1.2^ISO|TDM|")
    let said = try await answer(message, in: try ServerBench())
    #expect(fields(said, 0)[5] == "SYNTH-H1^1.2^ISO" && fields(said, 1) == ["MSA", "CA", "M-1"])
  }

  @Test("the last segment has its end, too (nextgenhealthcare/connect#504)")
  func lastSegment() async throws {
    #expect(try await answer(ServerBench.message("1"), in: try ServerBench()).hasSuffix("\r"))
  }

  @Test("MSA-2 is MSH-10, and the answer names the event (hitgeek/simple-hl7#47)")
  func event() async throws {
    let said = try await answer(ServerBench.message("53304114"), in: try ServerBench())
    #expect(fields(said, 0)[8] == "ACK^R01^ACK" && fields(said, 1) == ["MSA", "AA", "M-53304114"])
  }

  @Test("a line break within a field is no end of the message, and it is answered (nextgenhealthcare/connect#1275)")
  func lineBreak() async throws {
    let bench = try ServerBench()
    let message = ServerBench.message("1") + "NTE|1||one\rtwo\rthree\r"
    #expect(fields(try await answer(message, in: bench), 1) == ["MSA", "AA", "M-1"])
    #expect(try bench.registry.check().messages == 1)
  }

  @Test("the two bytes of the end may come alone (HCA-Healthcare/elixir-mllp#11)")
  func trailer() async throws {
    let whole = MLLPBench.framed(ServerBench.message("1"))
    for cut in [whole.count - 1, whole.count - 2] {
      let said = try await answer(
        "", in: try ServerBench(), pieces: [Array(whole[..<cut]), Array(whole[cut...])],
        timing: MLLPTiming(end: .hours(1)))
      #expect(fields(said, 1) == ["MSA", "AA", "M-1"])
    }
  }

  @Test("an answer waits for no time-out (nextgenhealthcare/connect#1227)", .timeLimit(.minutes(1)))
  func noTimeout() async throws {
    let hour = TimeAmount.hours(1)
    let timing = MLLPTiming(silence: hour, block: hour, end: hour, handshake: hour)
    #expect(try await answer(ServerBench.message("1"), in: try ServerBench(), timing: timing).contains("MSA|AA|"))
  }

  @Test("a message without MSH-10 is answered, with none (dcm4che/dcm4che#1000)")
  func noControlID() async throws {
    let message = ServerBench.message("1").replacing("|M-1|", with: "||").replacing(
      "SYNTH-H1|HUREN", with: "NOBODY|HUREN")
    let said = try await answer(message, in: try ServerBench())
    #expect(fields(said, 1) == ["MSA", "AR", "", "unknown-sender"])
  }

  @Test("text that holds the separators is escaped in an answer, so that it has as many fields as it should")
  func escaped() async throws {
    let message = ServerBench.message("1").replacing("|M-1|", with: "|M\\F\\1\\T\\2|")
    let said = try await answer(message, in: try ServerBench())
    #expect(fields(said, 1) == ["MSA", "AA", "M\\F\\1\\T\\2"])
  }

  @Test("every figure of what came in is by institution and outcome, and names nobody")
  func counted() async throws {
    let bench = try ServerBench()
    _ = try await MLLPBench.serving(bench) { port in
      try await MLLPBench.exchange(
        port,
        ["1", "1", "2"].map {
          MLLPBench.framed(ServerBench.message($0, institution: $0 == "2" ? "SYNTH-H2" : "SYNTH-H1"))
        },
        answers: 3)
    }
    let told = bench.service.metrics.factory.text
    for outcome in ["accepted", "known", "quarantined"] {
      #expect(told.contains("huren_messages_total{institution=\"SYNTH-H1\",outcome=\"\(outcome)\"} 1"), "\(told)")
    }
  }
}
