import Foundation
import Testing

private enum Reader {
  /// A Python that has the libraries: the machine's, or the one that `Scripts/read-alike` made.
  static let python: URL? = {
    let made = Binary.root.appending(path: ".build/read-alike/bin/python")
    let paths = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map {
      URL(filePath: String($0)).appending(path: "python3")
    }
    return ([made] + paths).first { python in
      guard FileManager.default.isExecutableFile(atPath: python.path) else { return false }
      return (try? Binary.run(["-c", "import hl7, lxml"], executable: python).status) == 0
    }
  }()

  static let corpora = Binary.root.deletingLastPathComponent().appending(path: "shared/corpora").path
}

/// What `import --dry-run --explain` says beside what an independent reader in Python makes of the same files.
@Suite("an independent reader reads alike")
struct ReadAlikeTests {
  private static let script = Binary.root.appending(path: "Scripts/read-alike.d/compare.py").path

  private static func compare(_ arguments: [String]) throws -> Binary.Outcome {
    try Binary.run(
      ["-B", script] + arguments + ["--huren", Binary.url.path],
      executable: #require(Reader.python))
  }

  @Test(
    "of the samples it finds no difference that is not explained",
    .enabled(if: Reader.python != nil, "no python3 with hl7 and lxml: Scripts/read-alike installs them"))
  func samples() throws {
    let outcome = try Self.compare(["Samples/feeds", "Samples/one-meaning", "--reference", "Samples/reference"])
    #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome.output)")
    let figures = try #require(outcome.errors.firstMatch(of: #/(\d+) messages, (\d+) data compared/#))
    #expect(try #require(Int(figures.1)) > 50 && (try #require(Int(figures.2))) > 1000)
  }

  @Test(
    "nor of the corpora",
    .enabled(if: Reader.python != nil, "no python3 with hl7 and lxml: Scripts/read-alike installs them"),
    .enabled(if: FileManager.default.fileExists(atPath: Reader.corpora), "no ../shared/corpora"))
  func corpora() throws {
    let outcome = try Self.compare([Reader.corpora, "--from", "SYNTH-H1"])
    #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome.output)")
    let figures = try #require(outcome.errors.firstMatch(of: #/(\d+) messages, (\d+) data compared/#))
    #expect(try #require(Int(figures.1)) > 250 && (try #require(Int(figures.2))) > 10_000)
  }

  @Test(
    "a datum that is read otherwise is printed",
    .enabled(if: Reader.python != nil, "no python3 with hl7 and lxml: Scripts/read-alike installs them"),
    arguments: [
      ("er7/h1-potassium-critical.hl7", "observations[1].value", "6.3"),
      ("er7/h1-potassium-critical.hl7", "observations[1].flags[1]", "N"),
      ("er7/h1-potassium-critical.hl7", "number", "another"),
      ("v2xml/h1-tsh.xml", "observations[1].unit", "IU/mL"),
      ("v2xml/h1-tsh.xml", "observations[1].status", "preliminary"),
      ("fhir/h6-cbc-bundle.json", "observations[2].referenceRange", "1-2"),
      ("fhir/h6-cbc-bundle.xml", "observations[3].observed", "2026-05-19T08:00:00+09:00"),
      ("fhir/h9-glucose-mass.json", "status", "registered"),
      ("cda/h9-xdlab-thyroid.xml", "patient.identifiers[1]", "local 1"),
      ("cda-cn/h4-c0007-lipids.xml", "observations[4].value", "3.71"),
      ("v3/h5-organizer-hba1c.xml", "observations[1].code", "A1B"),
    ])
  func canFail(file: String, name: String, changed: String) throws {
    let path = "Samples/feeds/" + file
    let said = try Binary.run(
      ["import", path, "--dry-run", "--explain", "--format", "json", "--reference", "Samples/reference"])
    let folder = try Binary.Folder()
    let answers = folder.url.appending(path: "answers.ndjson")
    let datum = try Regex(
      "\"name\":\"" + NSRegularExpression.escapedPattern(for: "report[1]." + name) + "\",\"value\":\"[^\"]*\"")
    let doctored = said.output.replacing(datum, with: "\"name\":\"report[1].\(name)\",\"value\":\"\(changed)\"")
    #expect(doctored != said.output)
    try Data(doctored.utf8).write(to: answers)
    let outcome = try Self.compare([path, "--answers", answers.path])
    #expect(outcome.status == 1 && outcome.output.contains(file), "\(outcome.errors)")
  }
}
