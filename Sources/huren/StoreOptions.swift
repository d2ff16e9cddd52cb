import ArgumentParser
import Clinical
import Foundation
import Registry

/// What every verb takes: which registry, and how to answer.
struct StoreOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Option(name: .long, help: "The registry: a SQLite file. Default: $HUREN_DB, else ./huren.sqlite.")
  var db: String?

  @Option(name: .long, help: "text for people, json for programs (alone on standard output).")
  var format: Format = .text

  var path: String { db ?? ProcessInfo.processInfo.environment["HUREN_DB"] ?? "./huren.sqlite" }

  func validate() throws {
    if path.hasPrefix("postgres") {
      throw ValidationError("PostgreSQL is not an engine yet: give --db the path of a SQLite file")
    }
  }

  /// Opens the registry.
  func open(mayCreate: Bool = false) throws -> Registry { try Registry(path: path, mayCreate: mayCreate) }
}

/// `--known-at`, and other times given on the command line. One without zone is in the registry's.
struct MomentArgument: ExpressibleByArgument {
  private let text: String

  init?(argument: String) {
    // What can be placed in one zone can be placed in any.
    guard RegistryZone.shanghai.instant(argument) != nil else { return nil }
    text = argument
  }

  func instant(in registry: Registry) throws -> Instant? { try registry.zone().instant(text) }
}

/// Standard output for answers, standard error for everything said beside them.
enum Output {
  static func answer(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
  }

  static func answer(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    answer(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  static func note(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// Over the last line of a terminal; nothing elsewhere.
  static func progress(_ text: String) {
    guard isatty(2) == 1 else { return }
    FileHandle.standardError.write(Data(("\r\u{1B}[K" + text).utf8))
  }
}

extension ExitCode {
  /// Done, but some input was quarantined or could not be decided.
  static let incomplete = ExitCode(2)
}
