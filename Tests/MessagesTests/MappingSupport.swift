import Clinical
import Foundation
import Messages
import XMLReading

/// The mapping files and vendor messages that are shipped, and small ones made here.
enum MappingSupport {
  private static let samples = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Samples")

  static func mapping(_ name: String) throws -> Mapping {
    let file = samples.appending(path: "reference/mappings/\(name).yaml")
    return try Mapping(yaml: String(contentsOf: file, encoding: .utf8), file: "\(name).yaml")
  }

  /// A file among the samples.
  static func text(_ name: String) throws -> String {
    try String(contentsOf: samples.appending(path: name), encoding: .utf8)
  }

  static func feed(_ name: String) throws -> XMLElement { try root(feedText(name)) }

  static func feedText(_ name: String) throws -> String {
    try String(contentsOf: samples.appending(path: "feeds/vendor/\(name).xml"), encoding: .utf8)
  }

  static func root(_ xml: String) throws -> XMLElement { try XMLTreeReader().read(xml).root }

  static func read(_ mapping: Mapping, _ root: XMLElement) throws -> (message: Message, findings: [Finding]) {
    var notes = ReadingNotes(ReadingContext())
    let message = try mapping.read(root, notes: &notes)
    return (message, notes.findings)
  }

  /// A mapping for `<m t="…" n="…" p="…"><r c="…">value</r></m>`, with keys added to its sections.
  static func small(
    top: String = "", message: String = "", report: String = "", patient: String = "", observations: String = ""
  ) throws -> Mapping {
    func line(_ text: String) -> String { text.isEmpty ? "" : "  \(text)\n" }
    let yaml = """
      name: small
      root: m
      \(top)
      message:
        time: "@t"
      \(line(message))
      report:
        source: {const: SYNTH-H1}
        number: "@n"
      \(line(report))
      patient:
        identifiers: [{type: local, path: "@p"}]
      \(line(patient))
      observations:
        each: r
        code: "@c"
        value: .
      \(line(observations))
      """
    return try Mapping(yaml: yaml, file: "small.yaml")
  }
}
