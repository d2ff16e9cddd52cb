import ArgumentParser
import Clinical
import Foundation
import Registry

/// Standard output for answers, standard error for everything said beside them.
enum Output {
  /// What people read: nothing in it that came from outside reaches a terminal raw.
  static func answer(_ text: PrintedText) { write(text.description) }

  static func answer(json value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    answer(jsonText: String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// JSON, as it is: its writers leave no control character of ASCII in it, and what others there are stand in its strings.
  static func answer(jsonText text: String) {
    guard text.utf8.contains(where: { $0 >= 0x7F }) else { return write(text) }
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF:
        escaped += JSONString.escaped(UInt16(scalar.value))
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    write(escaped)
  }

  /// CSV, whose writer leaves nothing in it that moves a terminal.
  static func answer(csv text: String) { write(text) }

  static func note(_ text: PrintedText) {
    try? FileHandle.standardError.write(contentsOf: Data((text.description + "\n").utf8))
  }

  /// Over the last line of a terminal; nothing elsewhere.
  static func progress(_ text: PrintedText) {
    guard isatty(2) == 1 else { return }
    try? FileHandle.standardError.write(contentsOf: Data(("\r\u{1B}[K" + text.description).utf8))
  }

  private static func write(_ text: String) {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    } catch {
      // Whoever reads half an answer must know that it is half.
      note("the answer cannot be written: see whether the disk is full; what was recorded is recorded")
      Foundation.exit(ExitCode.failure.rawValue)
    }
  }
}

extension ExitCode {
  /// Done, but some input was quarantined or could not be decided.
  static let incomplete = ExitCode(ExitStatus.incomplete.rawValue)
}
