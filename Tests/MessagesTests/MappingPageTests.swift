import Clinical
import Foundation
import Messages
import Testing
import XMLReading

/// The page that documents mapping files: every example on it is so, and no key is left out.
struct MappingPageTests {
  private struct Example {
    var keys: String
    var xml: String
    var lines: [String]
    var heading: String
  }

  private static func page() throws -> String { try MappingSupport.text("reference/mappings/README.md") }

  /// The fenced blocks, each with its kind and the heading above it.
  private static func blocks() throws -> [(kind: String, text: String, heading: String)] {
    var blocks: [(String, String, String)] = []
    var open: (kind: String, lines: [String])?
    var heading = ""
    for line in try page().split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("#") { heading = String(line) }
      if line.hasPrefix("```") {
        if let block = open {
          blocks.append((block.kind, block.lines.joined(separator: "\n"), heading))
          open = nil
        } else {
          open = (String(line.dropFirst(3)), [])
        }
      } else {
        open?.lines.append(String(line))
      }
    }
    return blocks
  }

  private static func examples() throws -> (base: String, examples: [Example]) {
    var blocks = try blocks()
    let base = blocks.removeFirst().text
    var examples: [Example] = []
    for start in stride(from: 0, to: blocks.count, by: 3) {
      let three = blocks[start..<min(start + 3, blocks.count)]
      try #require(three.map(\.kind) == ["yaml", "xml", "text"], "\(three.first?.heading ?? "")")
      examples.append(
        Example(
          keys: blocks[start].text, xml: blocks[start + 1].text,
          lines: blocks[start + 2].text.split(separator: "\n").map(String.init), heading: blocks[start].heading))
    }
    return (base, examples)
  }

  /// A mapping's text by its keys.
  private static func sections(_ yaml: String) -> [(key: String, text: String)] {
    var sections: [(key: String, text: String)] = []
    for line in yaml.split(separator: "\n") {
      if let first = line.first, first != " ", let colon = line.firstIndex(of: ":") {
        sections.append((String(line[..<colon]), String(line)))
      } else if !sections.isEmpty {
        sections[sections.count - 1].text += "\n" + line
      }
    }
    return sections
  }

  @Test func everyExampleIsSo() throws {
    let (base, examples) = try Self.examples()
    #expect(examples.count >= 10)
    for example in examples {
      let own = Self.sections(example.keys)
      let kept = Self.sections(base).filter { section in !own.contains { $0.key == section.key } }
      let mapping = try Mapping(yaml: (kept + own).map(\.text).joined(separator: "\n"), file: example.heading)
      let root = try MappingSupport.root(example.xml)
      #expect(mapping.recognises(root), "\(example.heading)")
      let explanation = mapping.explain(root)
      var told = Set(explanation.data.map { "\($0.name) = \($0.value)" })
      for finding in explanation.findings { told.insert("finding: \(finding.code.rawValue)") }
      if !explanation.isAccepted, let first = explanation.findings.first {
        told.insert("refused: \(first.code.rawValue)")
      }
      for line in example.lines { #expect(told.contains(line), "\(example.heading): \(line) in \(told.sorted())") }
      let isClean = !example.lines.contains { $0.hasPrefix("finding") || $0.hasPrefix("refused") }
      if isClean { #expect(explanation.findings == [], "\(example.heading)") }
    }
  }

  /// What a mistake in each section names as its keys stands on the page.
  @Test(arguments: [
    "zz: 1", "message: {zz: 1}", "report: {zz: 1}", "patient: {zz: 1}",
    "patient: {identifiers: [{type: local, path: a, zz: 1}]}",
    "observations: {zz: 1}", "observations: {code: {identifier: a, zz: 1}}",
    "observations: {code: a, performer: {name: a, zz: 1}}",
    "observations: {code: a, specimen: {zz: 1}}", "observations: {code: a, referenceRange: {low: 1, zz: 1}}",
    "observations: {code: a, unit: {path: a, zz: 1}}", "studies: {zz: 1}",
    "studies: {endpoint: a, otherSites: {zz: 1}}",
  ])
  func everyKeyIsOnThePage(_ yaml: String) throws {
    let page = try Self.page()
    do throws(MappingProblems) {
      _ = try Mapping(yaml: yaml, file: "f")
      Issue.record("an unknown key was taken")
    } catch {
      let problem = try #require(error.problems.first { $0.message.contains("known here: ") }?.message)
      let keys = problem.split(separator: "known here: ").last?.split(separator: ", ") ?? []
      #expect(keys.count > 1)
      for key in keys {
        let isThere = page.contains("`\(key)`") || page.contains("`\(key):") || page.contains(", `\(key): ")
        #expect(isThere, "\(key) of \(yaml)")
      }
    }
  }
}
