import Clinical
import Foundation

/// Findings as they are kept beside a message and shown.
enum FindingText {
  private struct Entry: Codable {
    var code: String
    var message: String
    var line: Int
    var column: Int
    var path: String
  }

  /// A JSON array, or nil for none.
  static func json(_ findings: [Finding]) -> String? {
    if findings.isEmpty { return nil }
    let entries = findings.prefix(200).map {
      Entry(
        code: $0.code.rawValue, message: $0.message, line: $0.location.line, column: $0.location.column,
        path: $0.location.path)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(entries)).map { String(decoding: $0, as: UTF8.self) }
  }
}
