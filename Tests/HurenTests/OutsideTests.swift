import Foundation
import Testing

/// What comes from outside, and what people type, at the built command.
@Suite("the command and what comes from outside", .serialized)
struct OutsideTests {
  /// A registry with the samples' reference data, changed or not.
  private func registry(_ policy: (String) -> String = { $0 }) throws -> Binary.Folder {
    let folder = try Binary.Folder()
    let reference = folder.url.appending(path: "reference")
    // As `cp -r` copies it.
    try FileManager.default.copyItem(at: Binary.samples.appending(path: "reference"), to: reference)
    let file = reference.appending(path: "policy.yaml")
    try Data(policy(try String(contentsOf: file, encoding: .utf8)).utf8).write(to: file)
    let loaded = try Binary.run(["reference", "load", reference.path, "--db", folder.database])
    #expect(loaded.status == 0, "\(loaded.errors)")
    return folder
  }

  private func message(
    _ number: String, of institution: String = "SYNTH-H1", at time: String = "20260101080000", value: String = "4.1",
    name: String = "样例"
  ) -> String {
    [
      "MSH|^~\\&|LIS|\(institution)|||\(time)||ORU^R01^ORU_R01|\(number)-\(time)|P|2.5.1|||||CHN|UNICODE UTF-8",
      "PID|1||P1^^^\(institution)^MR~999901198001150019^^^CN^NI||\(name)||19800115|M",
      "OBR|1||\(number)|K^钾^L|||20260101070000|||||||||||||||\(time)||LAB|F",
      "OBX|1|NM|K^钾^L||\(value)|mmol/L|3.5-5.3|N|||F", "",
    ].joined(separator: "\r")
  }

  private func order(_ id: String, department: String) -> String {
    let object: [String: Any] = [
      "orderId": id, "orderingInstitution": "SYNTH-H2", "setting": "outpatient", "department": department,
      "orderedAt": "2026-01-01T09:00:00+08:00", "items": [["item": "K"]],
      "patient": ["identifiers": [["type": "resident-id", "value": "999901198001150019"]]],
    ]
    let data = (try? JSONSerialization.data(withJSONObject: object, options: .sortedKeys)) ?? Data()
    return String(decoding: data, as: UTF8.self)
  }

  private func write(_ text: String, to name: String, in folder: Binary.Folder) throws -> String {
    let file = folder.url.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  /// What a terminal would take for more than text.
  private func isPlain(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      scalar == "\n" || scalar == "\t" || !(scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value))
    }
  }

  @Test("the samples' reference folder is plain files: copied, it loads whole")
  func copied() throws {
    let folder = try registry()
    let copy = folder.url.appending(path: "reference/mappings").path
    for name in try FileManager.default.contentsOfDirectory(atPath: copy) {
      let kind = try FileManager.default.attributesOfItem(atPath: copy + "/" + name)[.type] as? FileAttributeType
      #expect(kind == .typeRegular)
    }
    let check = try Binary.run(["import", "Samples/feeds", "--db", folder.database, "--format", "json"])
    #expect(check.output.contains("\"accepted\":"))
  }

  @Test("no cell of a CSV begins what a spreadsheet runs; numbers stay numbers")
  func formulas() throws {
    let folder = try registry()
    _ = try Binary.run(["import", write(message("R1"), to: "a.hl7", in: folder), "--db", folder.database])
    let departments = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "-1+2", "-7", "＝1", "plain", "=\"a\",b"]
    let orders = departments.enumerated().map { order("O\($0)", department: $1) }.joined(separator: "\n")
    _ = try Binary.run(["decide", write(orders, to: "orders.ndjson", in: folder), "--record", "--db", folder.database])
    let csv = try Binary.run(["audit", "rates", "--by", "department", "--csv", "--db", folder.database]).output
    #expect(csv.contains("'=1+1") && csv.contains("'+cmd") && csv.contains("'@SUM(1)") && csv.contains("'-1+2"))
    #expect(csv.contains("'＝1") && csv.contains("\"'=\"\"a\"\",b\""))
    #expect(csv.split(whereSeparator: \.isNewline).contains { $0.contains(",-7,") && !$0.contains("'-7") })
    for line in csv.split(whereSeparator: \.isNewline) {
      #expect(!line.split(separator: ",").contains { $0.first.map { "=+@".contains($0) } ?? false })
    }
  }

  @Test("a time without a zone is in the registry's, in every option")
  func zones() throws {
    let folder = try registry { $0.replacing(/timeZone:.*/, with: "") + "\ntimeZone: Asia/Urumqi\n" }
    let period = ["--from", "2026-01-01", "--to", "2026-02-01T00:00:00", "--at", "2026-03-01", "--format", "json"]
    let audit = try Binary.run(["audit", "savings"] + period + ["--db", folder.database]).output
    #expect(audit.contains(#""from":"2026-01-01T00:00:00+06:00""#))
    #expect(audit.contains(#""to":"2026-02-01T00:00:00+06:00""#))
    #expect(audit.contains(#""at":"2026-03-01T00:00:00+06:00""#))
    let given = try Binary.run(
      ["audit", "savings", "--from", "2026-01-01T00:00:00+08:00", "--format", "json", "--db", folder.database])
    #expect(given.output.contains(#""from":"2025-12-31T22:00:00+06:00""#))
    _ = try Binary.run(["import", write(message("R1"), to: "a.hl7", in: folder), "--db", folder.database])
    let query = try Binary.run([
      "query", "--id", "resident-id:999901198001150019", "--institution", "SYNTH-H2", "--item", "K", "--ordered-at",
      "2026-01-02T08:00:00", "--format", "json", "--db", folder.database,
    ])
    #expect(query.output.contains(#""orderedAt":"2026-01-02T08:00:00+06:00""#))
    for time in ["9999-12-31", "1900-01-01", "tomorrow"] {
      #expect(try Binary.run(["audit", "savings", "--at", time, "--db", folder.database]).status == 64)
    }
  }

  @Test("names of files, codes and words with escape sequences and line breaks reach a terminal as text")
  func escapes() throws {
    let folder = try registry()
    let bad = "x\u{1B}]0;owned\u{7}\n  100 accepted\u{9B}31m.hl7"
    let file = try write("MSH|^~\\&|LIS|NOBODY\u{1B}[2J|||20260101080000||ORU^R01|1|P|2.5.1\r", to: bad, in: folder)
    let good = try write(
      message("R\u{1B}[31m1", name: "样例\u{9B}1m"), to: "good\nfile\u{1B}c.hl7", in: folder)
    for arguments in [
      ["import", file, good], ["import", file, good, "--dry-run", "--explain"], ["quarantine", "list"],
      ["quarantine", "show", "1"], ["quarantine", "retry"],
      ["person", "find", "--id", "resident-id:999901198001150019"],
    ] {
      let outcome = try Binary.run(arguments + ["--db", folder.database])
      #expect(isPlain(outcome.output) && isPlain(outcome.errors), "\(arguments)")
      #expect(!(outcome.output + outcome.errors).contains("\n  100 accepted"), "\(arguments)")
    }
    let found = try Binary.run(["person", "find", "--id", "resident-id:999901198001150019", "--db", folder.database])
    let code = String(found.output.prefix { $0 != "\t" })
    let orders = [order("O\u{1B}[1m\n1", department: "\u{202E}ward\r"), order("O2", department: "x")].joined(
      separator: "\n")
    let decided = try Binary.run([
      "decide", write(orders, to: "orders.ndjson", in: folder), "--record", "--db", folder.database, "--format", "json",
    ])
    let ids = decided.output.matches(of: /"decisionId":"([0-9a-f]+)"/).map { String($0.1) }
    #expect(ids.count == 2)
    let lines = ids.enumerated().map { number, id in
      """
      {"event":"E\\u001b\(number)","kind":"accepted","decisionId":"\(id)","item":"K","at":"2026-01-01T10:00:00+08:00"}
      """
    }
    let feedback = try write(
      (lines + [lines[0].replacing(ids[0], with: "a\\u001b[1m\\nb").replacing("u001b0", with: "u001b9")]).joined(
        separator: "\n"), to: "feedback.ndjson", in: folder)
    for arguments in [
      ["feedback", "import", feedback], ["feedback", "list"], ["audit", "savings", "--list", "--by", "department"],
      ["audit", "savings", "--by", "department", "--csv"], ["audit", "settlement", "--list"],
      ["audit", "settlement", "--statement"], ["audit", "event", ids[0]], ["person", "show", code],
      ["audit", "corrected"], ["audit", "repeats", "--list"], ["audit", "verify"], ["check"],
      ["audit", "event", "none\u{1B}[1m"], ["person", "show", "none\u{1B}[1m"],
      ["audit", "savings", "--list", "--format", "json"], ["person", "show", code, "--format", "json"],
    ] {
      let outcome = try Binary.run(arguments + ["--db", folder.database])
      #expect(isPlain(outcome.output) && isPlain(outcome.errors), "\(arguments)")
    }
    let report = folder.url.appending(path: "page.html").path
    _ = try Binary.run(["audit", "report", "--out", report, "--db", folder.database])
    #expect(isPlain(try String(contentsOfFile: report, encoding: .utf8)))
  }

  @Test("a version that lost is counted and listed as older, in JSON and for people")
  func older() throws {
    let folder = try registry()
    let new = try write(message("R1", at: "20260102080000", value: "4.2"), to: "new.hl7", in: folder)
    let old = try write(message("R1", at: "20260101080000"), to: "old.hl7", in: folder)
    _ = try Binary.run(["import", new, "--db", folder.database])
    let json = try Binary.run(["import", old, "--db", folder.database, "--format", "json"])
    #expect(json.output.contains(#""reports":{"cancelled":0,"corrected":0,"new":0,"older":1}"#))
    #expect(json.errors.contains("old.hl7:1:1: older"))
    let other = try registry()
    _ = try Binary.run(["import", new, "--db", other.database])
    let text = try Binary.run(["import", old, "--db", other.database])
    #expect(text.output.contains("0 new, 0 corrected, 0 cancelled, 1 older"))
    #expect(text.status == 0)
  }

  @Test("what is in quarantine says where it stood and in whose feed, also when it is tried again")
  func quarantine() throws {
    let folder = try registry()
    let text = message("R1").replacing("\r", with: "\n") + message("R2", of: "NOBODY").replacing("\r", with: "\n")
    let feed = try write(text, to: "feed.hl7", in: folder)
    let imported = try Binary.run(["import", feed, "--from", "SYNTH-H1", "--db", folder.database])
    let place = try #require(imported.errors.firstMatch(of: /feed\.hl7:(\d+):\d+/))
    #expect(place.1 == "5")
    let retried = try Binary.run(["quarantine", "retry", "--db", folder.database])
    #expect(retried.status == 2)
    #expect(retried.errors.contains(place.0))
    let listed = try Binary.run(["quarantine", "list", "--db", folder.database]).output
    #expect(listed.contains(place.0) && listed.contains("in the feed of SYNTH-H1"))
    let shown = try Binary.run(["quarantine", "show", "1", "--db", folder.database, "--format", "json"]).output
    #expect(shown.contains(#""from":"SYNTH-H1""#) && shown.contains(#""line":5"#))
  }

  @Test("a fee that is no whole number of fen names its field")
  func fee() throws {
    let folder = try registry()
    let line = """
      {"event":"E1","kind":"accepted","decisionId":"D","item":"K","at":"2026-01-01T10:00:00+08:00","consultationFeeFen":1.5}
      """
    let outcome = try Binary.run(["feedback", "import", write(line, to: "f", in: folder), "--db", folder.database])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("consultationFeeFen: invalid-value"))
  }

  @Test("a file that is no registry is told as what it is", arguments: ["", "text", "SQLite format 3\u{0}"])
  func foreign(content: String) throws {
    let folder = try Binary.Folder()
    let file = try write(content, to: "file", in: folder)
    let outcome = try Binary.run(["check", "--db", file])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("file"))
    #expect(try Data(contentsOf: URL(filePath: file)) == Data(content.utf8))
  }
}
