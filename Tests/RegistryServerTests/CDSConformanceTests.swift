import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import Messages
@testable import RegistryServer

@Suite("CDS Hooks: conformance")
struct CDSConformanceTests {
  private static let corpus =
    ProcessInfo.processInfo.environment["HUREN_CDS_CORPUS"].map { URL(filePath: $0) }
    ?? CDSBench.root.appending(path: "../shared/corpora/cds-hooks").standardizedFileURL

  private static var hasCorpus: Bool { FileManager.default.fileExists(atPath: corpus.path) }

  private static func files(_ folder: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
  }

  @Test("the samples' requests are answered with cards that keep the rules")
  func samples() async throws {
    let bench = try await CDSBench()
    bench.set("2026-05-18T17:00:00+08:00")
    var cards: [String: Int] = [:]
    for file in try Self.files(CDSBench.samples.appending(path: "cds-hooks/requests")) {
      let body = try String(contentsOf: file, encoding: .utf8)
      let hook = try #require(JSONValue(Array(body.utf8))["hook"]?.text)
      let answer = try await bench.call(.post, "/cds-services/huren-\(hook)", body)
      #expect(answer.status == 200, "\(file.lastPathComponent)")
      #expect(CDSRules.problems(ofAnswer: answer.json) == [], "\(file.lastPathComponent)")
      if !answer.cards.isEmpty { cards[file.deletingPathExtension().lastPathComponent] = answer.cards.count }
    }
    #expect(
      cards == [
        "order-select-electrolytes": 1, "order-sign-electrolytes": 2, "order-sign-part-of-a-blood-count": 1,
        "order-sign-loinc-and-local-code": 2, "patient-view-results": 1,
      ])
  }

  /// Requests, responses, cards, feedback and fragments alike, as calls and as feedback: nothing but an answer or a refusal comes of it.
  @Test(
    "what the specification prints, posted to every service",
    .enabled(if: hasCorpus, "the examples of CDS Hooks lie beside the checkout, and not here"))
  func printed() async throws {
    let bench = try await CDSBench(feeds: false)
    var answered = 0
    for file in try Self.files(Self.corpus) {
      let text = try String(contentsOf: file, encoding: .utf8)
      let name = file.lastPathComponent
      for hook in CDSHook.allCases {
        let path = "/cds-services/\(hook.service)"
        for address in [path, path + "/feedback"] {
          let answer = try await bench.call(.post, address, text)
          #expect([200, 400].contains(answer.status), "\(name)")
          if answer.status == 400 { #expect(answer.json["error"]?["code"]?.text == "malformed", "\(name)") }
        }
        guard name.hasPrefix(hook.rawValue), case .object(var members) = try JSONValue(Array(text.utf8)) else {
          continue
        }
        members += [.init("hook", .string(hook.rawValue)), .init("hookInstance", .string(UUID().uuidString))]
        let answer = try await bench.call(.post, path, JSONValue.object(members).json)
        #expect(answer.status == 200 && answer.body == #"{"cards":[]}"#, "\(name)")
        answered += 1
      }
    }
    #expect(answered >= 8)
    // Its one whole request, to the service that it is for, and its feedback.
    let whole = try String(contentsOf: Self.corpus.appending(path: "spec20-1.json"), encoding: .utf8)
    #expect(try await bench.call(.post, "/cds-services/huren-patient-view", whole).status == 200)
    for number in [18, 19, 20] {
      let text = try String(contentsOf: Self.corpus.appending(path: "spec20-\(number).json"), encoding: .utf8)
      let answer = try await bench.call(.post, "/cds-services/huren-order-sign/feedback", text)
      #expect(answer.status == 200 && answer.json["refused"]?.elements?.count == 1)
    }
  }

  @Test(
    "Scripts/cds-conformance finds nothing to say of a running service",
    .enabled(if: hasPython("jsonschema"), "PyPI's jsonschema is not installed here"))
  func script() async throws {
    let bench = try await CDSBench()
    bench.set("2026-05-18T17:00:00+08:00")
    let app = Application(router: bench.service.router(), logger: CDSBench.quiet)
    try await app.test(.live) { client in
      let port = try #require(client.port)
      let said = try await run(
        CDSBench.root.appending(path: "Scripts/cds-conformance").path,
        ["http://127.0.0.1:\(port)", "--cards", "4"], ["HUREN_TOKEN": "ehr@SYNTH-H4"])
      #expect(said.status == 0, "\(said.output)")
    }
  }
}

/// Whether a package of Python is there.
func hasPython(_ package: String) -> Bool {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = ["python3", "-c", "import \(package)"]
  process.standardOutput = FileHandle.nullDevice
  process.standardError = FileHandle.nullDevice
  guard (try? process.run()) != nil else { return false }
  process.waitUntilExit()
  return process.terminationStatus == 0
}

/// Runs a program to its end, with what it says.
func run(
  _ program: String, _ arguments: [String], _ environment: [String: String]
) async throws -> (status: Int32, output: String) {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue.global().async {
      let process = Process()
      process.executableURL = URL(filePath: program)
      process.arguments = arguments
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      let pipe = Pipe()
      process.standardOutput = pipe
      process.standardError = pipe
      do {
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        continuation.resume(returning: (process.terminationStatus, String(decoding: output, as: UTF8.self)))
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }
}
