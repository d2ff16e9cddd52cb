import Foundation
import Testing

/// Holds the plan of the house: a module imports what ARCHITECTURE.md allows it, and nothing else.
@Suite("architecture")
struct ImportTests {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  /// What comes with the toolchain and knows nothing of the project.
  static let toolchain: Set<String> = ["Foundation", "Glibc", "Synchronization", "Dispatch"]

  /// The table of ARCHITECTURE.md: | `Module` | sentence | may import |.
  static func allowed() throws -> [String: Set<String>] {
    let text = try String(contentsOf: root.appending(path: "ARCHITECTURE.md"), encoding: .utf8)
    var result: [String: Set<String>] = [:]
    for line in text.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard cells.count >= 4 else { continue }
      let module = cells[1].trimmingCharacters(in: ["`"])
      let imports = cells[3].split(separator: ",").map { $0.trimmingCharacters(in: [" ", "`", "–"]) }.filter {
        !$0.isEmpty
      }
      result[module] = Set(imports)
    }
    return result
  }

  @Test("every module imports only what the table allows it")
  func imports() throws {
    let allowed = try Self.allowed()
    let sources = Self.root.appending(path: "Sources")
    var modules: Set<String> = []
    for module in try FileManager.default.contentsOfDirectory(atPath: sources.path) where !module.hasPrefix(".") {
      let files = FileManager.default.enumerator(at: sources.appending(path: module), includingPropertiesForKeys: nil)
      let may = try #require(allowed[module], "\(module) is not in ARCHITECTURE.md")
      modules.insert(module)
      for case let file as URL in try #require(files) where file.pathExtension == "swift" {
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
          guard
            let match = line.firstMatch(
              of: /^(?:public |package |internal |private |@testable )*import ([A-Za-z0-9_]+)/)
          else {
            continue
          }
          let imported = String(match.1)
          #expect(
            may.contains(imported) || Self.toolchain.contains(imported),
            "\(module)/\(file.lastPathComponent) imports \(imported)")
        }
      }
    }
    #expect(modules == Set(allowed.keys), "ARCHITECTURE.md names a module that is not there")
  }

  @Test("pure stages see no clock, network or randomness of their own")
  func pureStages() throws {
    let forbidden = [
      "Date()", "Date.now", "URLSession", "ContinuousClock", "SystemRandomNumberGenerator()", "import GRDB",
    ]
    for module in ["Clinical", "XMLReading", "Messages", "PersonIndex", "Catalogue", "Recognition"] {
      let directory = Self.root.appending(path: "Sources/\(module)")
      let files = try #require(FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil))
      for case let file as URL in files where file.pathExtension == "swift" {
        let text = try String(contentsOf: file, encoding: .utf8)
        for word in forbidden { #expect(!text.contains(word), "\(module)/\(file.lastPathComponent) uses \(word)") }
      }
    }
  }

  @Test("no path of a machine and no long file without reason")
  func files() throws {
    let sources = Self.root.appending(path: "Sources")
    for case let file as URL in try #require(
      FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(!text.contains("/home/") && !text.contains("/work/"), "\(file.lastPathComponent)")
      #expect(
        text.split(separator: "\n", omittingEmptySubsequences: false).count <= 420, "\(file.lastPathComponent) is long")
    }
  }
}
