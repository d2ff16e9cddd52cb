/// What other tables may refer to.
struct KnownCodes {
  var institutions: Set<String> = []
  var items: Set<String> = []
  var groups: Set<String> = []

  func institution(_ column: String, _ row: inout RowReader) -> String {
    let code = row.required(column)
    if !code.isEmpty, !institutions.contains(code) { row.fail(column, "not an institution of institutions.csv") }
    return code
  }

  /// nil for `*` or empty.
  func anyInstitution(_ column: String, _ row: inout RowReader) -> String? {
    row.any(column) == nil ? nil : institution(column, &row)
  }

  func item(_ column: String, _ row: inout RowReader) -> String {
    let code = row.required(column)
    if !code.isEmpty, !items.contains(code) { row.fail(column, "not an item of items.csv") }
    return code
  }

  /// An item, `group:NAME` or `*`.
  func key(_ column: String, _ row: inout RowReader) -> String {
    let key = row.required(column)
    if key.hasPrefix("group:") {
      if !groups.contains(String(key.dropFirst(6))) { row.fail(column, "no item of items.csv is in this group") }
    } else if !key.isEmpty, key != "*", !items.contains(key) {
      row.fail(column, "not an item of items.csv, group:NAME, or *")
    }
    return key
  }

  /// An institution, `region:PREFIX/level:N`, `region:PREFIX` or `*`.
  func isPriceKey(_ key: String) -> Bool {
    if key == "*" || institutions.contains(key) { return true }
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    func digits(_ part: Substring, after prefix: String) -> Substring? {
      guard part.hasPrefix(prefix) else { return nil }
      let digits = part.dropFirst(prefix.count)
      return !digits.isEmpty && digits.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } ? digits : nil
    }
    guard parts.count <= 2, digits(parts[0], after: "region:") != nil else { return false }
    return parts.count == 1 || digits(parts[1], after: "level:").flatMap { Int($0) }.map { $0 <= 3 } ?? false
  }
}
