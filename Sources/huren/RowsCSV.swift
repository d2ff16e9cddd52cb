import Foundation

/// The rows of an audit as CSV (RFC 4180): the same keys as in JSON, those of nested objects joined by points.
enum RowsCSV {
  /// - Parameter rows: the key they stand under.
  static func text(_ audit: some Encodable, rows name: String = "rows") throws -> String {
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(audit)) as? [String: Any]
    let rows = (object?[name] as? [[String: Any]] ?? []).map { flat($0) }
    let keys = Set(rows.flatMap(\.keys)).sorted()
    let lines = rows.map { row in keys.map { quoted(row[$0] ?? "") }.joined(separator: ",") }
    return ([keys.joined(separator: ",")] + lines).joined(separator: "\r\n")
  }

  private static func flat(_ object: [String: Any], prefix: String = "") -> [String: String] {
    object.reduce(into: [:]) { result, entry in
      let key = prefix + entry.key
      switch entry.value {
      case let nested as [String: Any]: result.merge(flat(nested, prefix: key + ".")) { $1 }
      case let number as NSNumber: result[key] = number.stringValue
      case let text as String: result[key] = text
      default: result[key] = ""
      }
    }
  }

  private static func quoted(_ field: String) -> String {
    let needsQuotes = field.utf8.contains { $0 == 34 || $0 == 44 || $0 == 10 || $0 == 13 }
    return needsQuotes ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
  }
}
