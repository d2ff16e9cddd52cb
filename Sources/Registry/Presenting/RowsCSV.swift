import Foundation

/// The rows of an audit as CSV (RFC 4180): the same keys as in JSON, those of nested objects joined by points.
public enum RowsCSV {
  /// The rows of an audit, a line each under a line of their keys.
  ///
  /// - Parameter rows: the key they stand under.
  public static func text(_ audit: some Encodable, rows name: String = "rows") throws -> String {
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(audit)) as? [String: Any]
    let rows = (object?[name] as? [[String: Any]] ?? []).map { flat($0) }
    let keys = Set(rows.flatMap(\.keys)).sorted()
    return CSVWriter.text([keys] + rows.map { row in keys.map { row[$0] ?? "" } })
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
}
