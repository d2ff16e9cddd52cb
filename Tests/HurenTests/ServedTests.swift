import Foundation
import Testing

/// The built command as a service: what `Scripts/demo --serve` prints works as it is printed.
@Suite("served, as printed")
struct ServedTests {
  /// Whether what the printed lines run with is on this machine.
  static let hasTools = ["curl", "openssl"].allSatisfy { tool in
    ["/usr/bin", "/usr/local/bin", "/bin"].contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)") }
  }

  private func bash(_ line: String) throws -> Binary.Outcome {
    try Binary.run(["-c", line], executable: URL(filePath: "/bin/bash"))
  }

  @Test("the lines at the end of Scripts/demo --serve", .enabled(if: hasTools, "curl and openssl are needed"))
  func demoServes() throws {
    let script = try String(contentsOf: Binary.root.appending(path: "Scripts/demo"), encoding: .utf8)
    let block = try #require(script.firstMatch(of: /<<TRY\n((?:.*\n)*?)TRY\n/)).1
    let folder = try Binary.Folder()
    #expect(try Binary.run(["reference", "load", "Samples/reference", "--db", folder.database]).status == 0)
    #expect(try Binary.run(["import", "Samples/feeds", "--db", folder.database]).status == 2)
    let key = folder.url.appending(path: "demo.pem").path
    let keys = folder.url.appending(path: "demo.jwks.json").path
    #expect(try bash("openssl genrsa -out '\(key)' 2048 && Scripts/jwks '\(key)' demo > '\(keys)'").status == 0)
    for (name, role, institution) in [("his.demo", "order-entry", "SYNTH-H4"), ("lis.demo", "source", "SYNTH-H1")] {
      let added = try Binary.run([
        "client", "add", name, "--role", role, "--institution", institution, "--jwks", keys, "--db", folder.database,
      ])
      #expect(added.status == 0, "\(added.errors)")
    }
    let served = try ServedBinary(folder)
    let lines = block.split(separator: "\n").map {
      $0.replacing("$url", with: served.url).replacing("$key", with: key).replacing("\\$", with: "$")
    }
    #expect(lines.count == 3)
    // The index of people is loaded in a moment; until then it says so.
    for _ in 0..<600 where try !bash("curl -sS \(served.url)/ready").output.hasPrefix("ready") { usleep(50_000) }
    let expected = ["<MSA.1>AA</MSA.1>", "\"item\":\"CREA\",\"outcome\":\"recognise\"", "\"outcome\":\"recognise\""]
    for (line, text) in zip(lines, expected) {
      let outcome = try bash(String(line))
      #expect(outcome.status == 0, "\(line): \(outcome.errors)")
      #expect(outcome.output.contains(text), "\(line): \(outcome.output)")
    }
    let looked = try Binary.run(["audit", "access", "--by", "his.demo", "--db", folder.database])
    #expect(looked.output.contains("query\tanswered\this.demo (order-entry)"), "\(looked.output)")
    #expect(served.stopped().status == 0)
    #expect(try Binary.run(["check", "--db", folder.database]).status == 0)
  }
}
