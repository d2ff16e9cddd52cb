import Foundation
import Testing

/// Errors and logs are read by many, pasted into tickets and kept: nothing of a patient may stand in them, however broken a message.
@Suite("nothing personal in errors and logs")
struct NoLeakTests {
  @Test("names, numbers, addresses and words of results stay out of what import, quarantine and findings say")
  func leaks() throws {
    let secrets = try Self.secrets()
    #expect(secrets.count > 60)
    let folder = try Binary.Folder()
    let mutants = folder.url.appending(path: "mutants")
    try FileManager.default.createDirectory(at: mutants, withIntermediateDirectories: true)
    let count = try Self.writeMutants(into: mutants)
    #expect(count > 300)

    let db = ["--db", folder.database]
    #expect(try Binary.run(["reference", "load", "Samples/reference"] + db).status == 0)
    var said: [(String, Binary.Outcome)] = []
    for arguments in [
      ["import", "--dry-run", mutants.path, "Samples/feeds"], ["import", "Samples/feeds"], ["import", mutants.path],
      ["quarantine", "list"], ["quarantine", "retry"], ["audit", "catalogue"], ["check"],
    ] {
      for format in ["text", "json"] {
        let outcome = try Binary.run(arguments + db + ["--format", format])
        let name = arguments[0]
        #expect(outcome.status == 0 || outcome.status == 2, "\(arguments): \(outcome.errors.suffix(300))")
        said.append(("\(name) as \(format)", outcome))
      }
    }
    let listed = try #require(said.first { $0.0 == "quarantine as text" }).1.output
    #expect(listed.split(separator: "\n").count { $0.contains("next:") } > 100)
    #expect(said.contains { $0.1.output.contains("invalid-identifier") }, "findings are among what is looked at")
    for (command, outcome) in said {
      for line in (outcome.output + "\n" + outcome.errors).split(separator: "\n") {
        for secret in secrets where line.contains(secret) {
          Issue.record("huren \(command) says “\(secret)”: \(line.prefix(400))")
        }
      }
    }
  }

  @Test("orders that cannot be decided say so without a word of the patient")
  func orders() throws {
    struct Refused: Decodable {
      struct Problem: Decodable {
        var field: String?
        var message: String
      }
      var error: Problem?
    }
    let secrets = try Self.secrets()
    let folder = try Binary.Folder()
    let db = ["--db", folder.database]
    #expect(try Binary.run(["reference", "load", "Samples/reference"] + db).status == 0)
    var chance = Chance(state: 6)
    var orders: [UInt8] = []
    for line in try Data(contentsOf: Binary.samples.appending(path: "orders.ndjson")).split(separator: 10) {
      for _ in 0..<10 {
        var bytes = [UInt8](line)
        Self.mutate(&bytes, &chance)
        orders += bytes.filter { $0 != 10 } + [10]
      }
    }
    let file = folder.url.appending(path: "orders.ndjson")
    try Data(orders).write(to: file)
    let outcome = try Binary.run(["decide", file.path, "--format", "json"] + db)
    #expect(outcome.status == 2)
    let refused = try outcome.output.split(separator: "\n").compactMap {
      try JSONDecoder().decode(Refused.self, from: Data($0.utf8)).error
    }
    #expect(refused.count > 200)
    for text in refused.flatMap({ [$0.field ?? "", $0.message] }) + [outcome.errors] {
      for secret in secrets where text.contains(secret) { Issue.record("huren decide says “\(secret)”: \(text)") }
    }
  }

  /// What the samples say of their patients, as the program itself reads it.
  private static func secrets() throws -> Set<String> {
    struct Explained: Decodable {
      struct Datum: Decodable {
        var name: String
        var value: String
      }
      var data: [Datum]
    }
    let folder = try Binary.Folder()
    let explained = try Binary.run([
      "import", "--dry-run", "--explain", "Samples/feeds", "--reference", "Samples/reference", "--format", "json",
      "--db", folder.database,
    ])
    var secrets: Set<String> = []
    let decoder = JSONDecoder()
    for line in explained.output.split(separator: "\n") {
      for datum in try decoder.decode(Explained.self, from: Data(line.utf8)).data {
        let name = datum.name.drop { $0 != "." }.dropFirst()
        if name.hasPrefix("patient.identifiers"), let value = datum.value.split(separator: " ", maxSplits: 1).last {
          if value.count >= 5 { secrets.insert(String(value)) }
        } else if name == "patient.name" || name.hasPrefix("patient.otherNames") || name == "patient.motherName" {
          secrets.insert(datum.value)
          // The given name alone, as many dialects write it.
          if datum.value.count == 3 { secrets.insert(String(datum.value.dropFirst())) }
        } else if name == "patient.birthDate" {
          secrets.formUnion([datum.value, datum.value.filter { $0 != "-" }])
        } else if name.hasPrefix("patient.phones") || name == "patient.address" || name == "impression"
          || name == "findings" || name.hasSuffix(".note")
        {
          if datum.value.count >= 5 { secrets.insert(datum.value) }
        }
      }
    }
    return secrets
  }

  /// Bytes flipped, cut off, taken out, doubled elsewhere: of every sample some, always the same.
  private static func writeMutants(into folder: URL) throws -> Int {
    let feeds = Binary.samples.appending(path: "feeds")
    var paths: [String] = []
    for case let file as URL in try #require(
      FileManager.default.enumerator(at: feeds, includingPropertiesForKeys: nil))
    where ["xml", "json", "ndjson", "hl7"].contains(file.pathExtension) {
      paths.append(file.path)
    }
    var chance = Chance(state: 2022)
    var count = 0
    for path in paths.sorted() {
      let original = [UInt8](try Data(contentsOf: URL(filePath: path)))
      for _ in 0..<7 {
        var bytes = original
        for _ in 0...Int.random(in: 0..<3, using: &chance) { mutate(&bytes, &chance) }
        let name = "mutant-\(count).\(URL(filePath: path).pathExtension)"
        try Data(bytes).write(to: folder.appending(path: name))
        count += 1
      }
    }
    return count
  }

  private static func mutate(_ bytes: inout [UInt8], _ chance: inout Chance) {
    guard bytes.count > 64 else { return }
    let start = Int.random(in: 0..<bytes.count - 32, using: &chance)
    let slice = start..<min(bytes.count, start + Int.random(in: 1..<400, using: &chance))
    switch Int.random(in: 0..<5, using: &chance) {
    case 0:
      for _ in 0..<8 {
        bytes[Int.random(in: 0..<bytes.count, using: &chance)] ^= 1 << UInt8.random(in: 0..<8, using: &chance)
      }
    case 1: bytes.removeSubrange(start...)
    case 2: bytes.removeSubrange(slice)
    case 3: bytes.insert(contentsOf: bytes[slice], at: Int.random(in: 0..<bytes.count, using: &chance))
    // A stray mark of the notation in the middle of a text.
    default: bytes.insert(Array("<>&\"|^{}".utf8).randomElement(using: &chance) ?? 60, at: start)
    }
  }

  /// Numbers that come again (Knuth's MMIX generator).
  private struct Chance: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 33
    }
  }
}
