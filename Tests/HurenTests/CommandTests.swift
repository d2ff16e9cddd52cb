import Foundation
import Testing

@Suite("the command", .serialized)
struct CommandTests {
  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("import prints one JSON object alone on standard output, and exits 2 when something was quarantined")
  func importing() throws {
    let folder = try Binary.Folder()
    #expect(try Binary.run(["reference", "load", "Samples/reference", "--db", folder.database]).status == 0)
    let outcome = try Binary.run(["import", "Samples/feeds", "--db", folder.database, "--format", "json"])
    let summary = try object(outcome.output)
    #expect(outcome.status == 2)
    let keys = [
      "files", "messages", "accepted", "duplicate", "quarantined", "reports", "results", "personsCreated",
      "unmappedItems",
      "findings", "seconds",
    ]
    #expect(Set(summary.keys) == Set(keys))
    #expect(summary["accepted"] as? Int ?? 0 > 50)
    let again = try object(
      Binary.run(["import", "Samples/feeds", "--db", folder.database, "--format", "json"]).output)
    #expect(again["accepted"] as? Int == 0)
    let listed = try Binary.run(["quarantine", "list", "--db", folder.database])
    #expect(listed.status == 0)
    #expect(listed.output.contains("next:"))
    let check = try Binary.run(["check", "--db", folder.database])
    #expect(check.status == 0 && check.output.contains("all is well"))
    let copy = folder.url.appending(path: "copy.sqlite").path
    #expect(try Binary.run(["backup", copy, "--db", folder.database]).status == 0)
    #expect(try Binary.run(["check", "--db", copy]).output == check.output)
  }

  @Test(
    "wrong usage exits 64, and says what to write",
    arguments: [
      ["import"], ["decide"], ["person", "find", "--id", "nonsense"], ["query", "--institution", "X"],
      ["import", "x", "--explain"], ["check", "--db", "postgresql://localhost/x"], ["nonsense"],
    ])
  func usage(arguments: [String]) throws {
    let outcome = try Binary.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(!outcome.errors.isEmpty)
  }

  @Test("a registry that is not there, and one without reference data, name the next command")
  func nextCommand() throws {
    let folder = try Binary.Folder()
    let missing = try Binary.run(["check", "--db", folder.database])
    #expect(missing.status == 1)
    #expect(missing.errors.contains("huren reference load"))
    let bad = folder.url.appending(path: "reference")
    try FileManager.default.createDirectory(at: bad, withIntermediateDirectories: true)
    try Data("item,nameZh\nK,钾\n".utf8).write(to: bad.appending(path: "items.csv"))
    let refused = try Binary.run(["reference", "load", bad.path, "--db", folder.database])
    #expect(refused.status == 1)
    #expect(refused.errors.contains("policy.yaml"))
    #expect(refused.errors.contains("items.csv:1"))
    #expect(refused.errors.contains("run the command again"))
  }

  @Test("the samples' orders are decided as Samples/expected-decisions.tsv says, twice the same")
  func decisions() throws {
    let folder = try Binary.Folder()
    _ = try Binary.run(["reference", "load", "Samples/reference", "--db", folder.database])
    _ = try Binary.run(["import", "Samples/feeds", "--db", folder.database])
    let arguments = ["decide", "Samples/orders.ndjson", "--db", folder.database, "--format", "json"]
    let first = try Binary.run(arguments)
    #expect(first.status == 2, "two of the orders are wrong on purpose")
    let text = try String(contentsOf: Binary.samples.appending(path: "expected-decisions.tsv"), encoding: .utf8)
    #expect(try summary(first.output) == text.split(separator: "\n").map(String.init))
    let ids: (String) throws -> [String] = { output in
      try output.split(separator: "\n").compactMap { try object(String($0))["decisionId"] as? String }
    }
    #expect(try ids(first.output) == ids(Binary.run(arguments).output))
  }

  @Test("a table of the samples' orders gives the same answers as its lines; its errors name line and column")
  func table() throws {
    let folder = try Binary.Folder()
    _ = try Binary.run(["reference", "load", "Samples/reference", "--db", folder.database])
    _ = try Binary.run(["import", "Samples/feeds", "--db", folder.database])
    let at = ["--known-at", "2100-01-01T00:00:00+08:00", "--db", folder.database, "--format", "json"]
    func answers(_ file: String) throws -> (decided: [Substring], refused: [Substring]) {
      let outcome = try Binary.run(["decide", file] + at)
      #expect(outcome.status == 2)
      let lines = outcome.output.split(separator: "\n")
      return (lines.filter { !$0.contains(#""error":"#) }, lines.filter { $0.contains(#""error":"#) })
    }
    let (lines, table) = (try answers("Samples/orders.ndjson"), try answers("Samples/orders.csv"))
    #expect(lines.decided.count == 29)
    #expect(table.decided == lines.decided)
    let places = try table.refused.map { line in
      let error = try #require(try object(String(line))["error"] as? [String: Any])
      return [error["code"], error["field"], error["line"]].map { "\($0 ?? "-")" }.joined(separator: " ")
    }
    #expect(places == ["unknown-item item 33", "missing-field retestReasonText 34"])
  }

  @Test("the report is one page with its tables beside it, all of the same figures")
  func report() throws {
    let folder = try Binary.Folder()
    _ = try Binary.run(["reference", "load", "Samples/reference", "--db", folder.database])
    _ = try Binary.run(["import", "Samples/feeds", "--db", folder.database])
    _ = try Binary.run(["decide", "Samples/orders.csv", "--record", "--db", folder.database])
    let out = folder.url.appending(path: "report.html")
    let arguments = ["audit", "report", "--out", out.path, "--db", folder.database]
    let outcome = try Binary.run(arguments + ["--lang", "both"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try String(contentsOf: out, encoding: .utf8).hasSuffix("</body></html>\n"))
    let tables = try FileManager.default.contentsOfDirectory(atPath: folder.url.appending(path: "report-csv").path)
    #expect(tables.count == 9 && tables.allSatisfy { $0.hasSuffix(".csv") })
    #expect(try Binary.run(arguments + ["--lang", "fr"]).status == 64)
  }

  /// `order item outcome price | chosen | rejected with causes`, one line per item.
  private func summary(_ output: String) throws -> [String] {
    var lines: [String] = []
    for line in output.split(separator: "\n") {
      let decision = try object(String(line))
      let order = decision["orderId"] as? String ?? ""
      if let error = decision["error"] as? [String: Any] {
        lines.append(
          [order, "error", error["code"] as? String ?? "", error["field"] as? String ?? ""].joined(separator: "\t"))
      }
      for item in decision["items"] as? [[String: Any]] ?? [] {
        let chosen = (item["chosen"] as? [[String: Any]] ?? []).map {
          "\($0["institution"] ?? "")/\($0["reportId"] ?? "")/\($0["item"] ?? "")"
        }
        let rejected = (item["rejected"] as? [[String: Any]] ?? []).map {
          "\($0["institution"] ?? "")/\($0["reportId"] ?? "")/\($0["item"] ?? ""):"
            + ($0["failed"] as? [String] ?? []).joined(separator: "+")
        }
        let price = (item["priceFen"] as? Int).map(String.init) ?? "-"
        lines.append(
          [
            order, item["item"] as? String ?? "", item["outcome"] as? String ?? "", price,
            chosen.joined(separator: " "),
            rejected.joined(separator: " "),
          ].joined(separator: "\t"))
      }
    }
    return lines
  }

  @Test("killed at any moment, an import goes on where it was: nothing lost, nothing twice")
  func killed() throws {
    let folder = try Binary.Folder()
    _ = try Binary.run(["reference", "load", "Samples/reference", "--db", folder.database])
    // Enough messages for several transactions.
    let sample = try String(
      contentsOf: Binary.samples.appending(path: "feeds/v2xml").appending(path: Self.plain()), encoding: .utf8)
    let body = sample.replacing(/<\?xml[^>]*\?>/, with: "")
    let number = try #require(body.firstMatch(of: /<OBR\.3>\s*<EI\.1>([^<]*)</)).1
    let message = try #require(body.firstMatch(of: /<MSH\.10>([^<]*)</)).1
    var feed = "<messages>"
    let count = 12_000
    for index in 0..<count {
      feed += body.replacing("<EI.1>\(number)<", with: "<EI.1>\(number)-\(index)<")
        .replacing("<MSH.10>\(message)<", with: "<MSH.10>\(message)-\(index)<")
    }
    feed += "</messages>"
    let path = folder.url.appending(path: "feed.xml").path
    try Data(feed.utf8).write(to: URL(filePath: path))
    for round in 0..<6 {
      let (process, output, errors) = Binary.process(["import", path, "--db", folder.database])
      try process.run()
      Thread.sleep(forTimeInterval: 0.2 + Double(round) * 0.35)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      _ = (output, errors)
    }
    let outcome = try Binary.run(["import", path, "--db", folder.database, "--format", "json"])
    #expect(outcome.status == 0)
    let summary = try object(outcome.output)
    #expect((summary["accepted"] as? Int ?? 0) + (summary["duplicate"] as? Int ?? 0) == count)
    let check = try Binary.run(["check", "--db", folder.database, "--format", "json"])
    #expect(try object(check.output)["messages"] as? Int == count)
    #expect(try object(check.output)["reports"] as? Int == count)
  }

  /// A sample in v2.xml with one report.
  private static func plain() throws -> String {
    let folder = Binary.samples.appending(path: "feeds/v2xml")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
      guard let text = try? String(contentsOf: folder.appending(path: name), encoding: .utf8) else { continue }
      if text.components(separatedBy: "<OBR>").count == 2, text.contains("<OBR.25>F<"), text.contains("<MSH.10>") {
        return name
      }
    }
    return ""
  }
}
