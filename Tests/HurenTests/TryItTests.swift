import Foundation
import Testing

/// What is printed for people to try works as it is printed.
@Suite("as printed")
struct TryItTests {
  /// A registry made as Scripts/demo makes it.
  private func demo() throws -> Binary.Folder {
    let folder = try Binary.Folder()
    #expect(try Binary.run(["reference", "load", "Samples/reference", "--db", folder.database]).status == 0)
    #expect(try Binary.run(["import", "Samples/feeds", "--db", folder.database]).status == 2)
    return folder
  }

  @Test("the three things to try at the end of Scripts/demo")
  func demoEnds() throws {
    let script = try String(contentsOf: Binary.root.appending(path: "Scripts/demo"), encoding: .utf8)
    let block = try #require(script.firstMatch(of: /<<'TRY'\n((?:.*\n)*?)TRY\n/)).1
    let lines = block.split(separator: "\n")
    #expect(lines.count == 3)
    let folder = try demo()
    for line in lines {
      let words = line.split(separator: " ").map(String.init)
      #expect(words.first == ".build/debug/huren")
      #expect(words.contains(".build/demo/huren.sqlite"))
      let outcome = try Binary.run(
        words.dropFirst().map { $0 == ".build/demo/huren.sqlite" ? folder.database : $0 })
      #expect(outcome.status == 0 || outcome.status == 2, "\(line): \(outcome.errors)")
      #expect(outcome.output.count > 200, "\(line) has something to show")
    }
  }

  @Test("the query of Scripts/demo tells yes and no")
  func demoQuery() throws {
    let script = try String(contentsOf: Binary.root.appending(path: "Scripts/demo"), encoding: .utf8)
    let line = try #require(script.split(separator: "\n").first { $0.hasPrefix("run query ") })
    let words = line.split(separator: " ").dropFirst().map(String.init)
    let folder = try demo()
    let outcome = try Binary.run(words + ["--db", folder.database])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("YES 可互认"))
    #expect(outcome.output.contains("NO 不可互认"))
  }

  @Test("the tour: every line shown is one that the command prints", arguments: ["README.md", "README.zh-CN.md"])
  func tour(file: String) throws {
    let text = try String(contentsOf: Binary.root.appending(path: file), encoding: .utf8)
    let folder = try Binary.Folder()
    var printed = ""
    var shown = 0
    for line in text.split(separator: "\n") where line.hasPrefix("    ") && !line.hasPrefix("    Scripts/") {
      let line = line.dropFirst(4)
      if line.hasPrefix("$ huren ") {
        let words = line.split(separator: " ").dropFirst(2).map(String.init)
        let outcome = try Binary.run(words + ["--db", folder.database])
        printed = outcome.output + outcome.errors
      } else {
        #expect(printed.split(separator: "\n").contains(line), "\(file): \(line)")
        shown += 1
      }
    }
    #expect(shown > 5)
  }

  @Test("the commands that huren --help begins with")
  func help() throws {
    let text = try Binary.run(["--help"]).output
    let commands = text.matches(of: /huren ((?:reference|import|decide) [^\n]*Samples[^\n]*)/).map { String($0.1) }
    #expect(commands.count == 3)
    let folder = try Binary.Folder()
    for (command, status) in zip(commands, [Int32(0), 2, 2]) {
      let outcome = try Binary.run(command.split(separator: " ").map(String.init) + ["--db", folder.database])
      #expect(outcome.status == status, "\(command): \(outcome.errors)")
    }
  }

  @Test("commands that a text of the program names exist")
  func namedCommands() throws {
    let sources = Binary.root.appending(path: "Sources")
    let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var named: Set<[String]> = []
    for case let file as URL in files where file.pathExtension == "swift" {
      let code = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { !$0.contains("//") }
      for match in code.joined(separator: "\n").matches(of: /`huren ([a-z]+)((?: [a-z]+)?)[^`]*`/) {
        named.insert(([String(match.1)] + [match.2.trimmingCharacters(in: .whitespaces)]).filter { !$0.isEmpty })
      }
    }
    #expect(named.count > 5)
    for words in named {
      let command = words.joined(separator: " ")
      #expect(try Binary.run(words + ["--help"]).output.contains("USAGE: huren \(command)"), "huren \(command)")
    }
  }
}
