import ArgumentParser
import Foundation
import Recognition
import Registry

struct DecideCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decide", abstract: "Orders in, one per line; one decision per line out, in order.",
    discussion:
      "A line that cannot be decided gives its error in its place, nothing is recorded of it, and the exit code is 2.")

  @OptionGroup var store: StoreOptions
  @Argument(help: "NDJSON orders; - for standard input.")
  var file: String
  @Flag(help: "Keep each decision as an event: a prompt of the books.")
  var record = false
  @Option(help: "Decide as the registry knew everything then.")
  var knownAt: MomentArgument?

  func run() throws {
    let registry = try store.open()
    var failed = 0
    try Lines.each(of: file) { line in
      do {
        let decision = try registry.decide(line: line, knownAt: knownAt?.instant, record: record)
        Output.answer(store.format == .json ? decision.json : decision.text)
      } catch let problem as OrderProblem {
        failed += 1
        Output.answer(problem.json)
      }
    }
    if failed > 0 {
      Output.note("\(failed) orders could not be decided: each error names its field")
      throw ExitCode.incomplete
    }
  }
}

/// The lines of a file or of standard input, empty ones left out.
enum Lines {
  static func each(of path: String, _ body: ([UInt8]) throws -> Void) throws {
    guard let file = path == "-" ? .standardInput : FileHandle(forReadingAtPath: path) else {
      throw RegistryError.unreadable(path: path)
    }
    var rest: [UInt8] = []
    while let piece = try read(file, path), !piece.isEmpty {
      rest += piece
      var start = rest.startIndex
      while let end = rest[start...].firstIndex(of: 10) {
        try line(rest[start..<end], body)
        start = end + 1
      }
      rest.removeSubrange(..<start)
    }
    try line(rest[...], body)
  }

  private static func read(_ file: FileHandle, _ path: String) throws -> Data? {
    // A folder opens and cannot be read.
    do { return try file.read(upToCount: 1 << 16) } catch { throw RegistryError.unreadable(path: path) }
  }

  private static func line(_ bytes: ArraySlice<UInt8>, _ body: ([UInt8]) throws -> Void) throws {
    if bytes.allSatisfy({ $0 == 32 || $0 == 13 || $0 == 9 }) { return }
    try body(Array(bytes))
  }
}
