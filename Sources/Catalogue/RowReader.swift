import Clinical

/// The typed fields of one row. A field that cannot be read is noted, and a stand-in returned so that the other fields
/// are read too.
struct RowReader {
  let table: ReferenceTable
  let row: RawRow
  let zone: RegistryZone
  /// Whether it was loaded before: then it is read as it was, however numbers may be written today.
  let isStored: Bool
  private(set) var problems: [ReferenceProblem] = []

  init(table: ReferenceTable, row: RawRow, zone: RegistryZone, isStored: Bool) {
    self.table = table
    self.row = row
    self.zone = zone
    self.isStored = isStored
  }

  var line: Int { row.line }

  mutating func fail(_ column: String, _ message: String) {
    problems.append(ReferenceProblem(file: table.file, line: row.line, column: column, message: message))
  }

  /// The field, nil when empty.
  func optional(_ column: String) -> String? {
    guard let index = table.columns.firstIndex(of: column) else {
      preconditionFailure("no column \(column) in \(table.file)")
    }
    let field = row.fields[index]
    return field.isEmpty ? nil : field
  }

  mutating func required(_ column: String) -> String {
    if let field = optional(column) { return field }
    fail(column, "empty: a value is needed here")
    return ""
  }

  /// A code, `*` or an empty field meaning any.
  func any(_ column: String) -> String? {
    let field = optional(column)
    return field == "*" ? nil : field
  }

  /// The parts of a field separated by `;`.
  func parts(_ column: String) -> [String] {
    (optional(column) ?? "").split(separator: ";").compactMap { String($0).nonBlank }
  }

  mutating func number(_ column: String) -> Double? {
    guard let field = optional(column) else { return nil }
    if let number = isStored ? Double(field) : NumericText.decimal(field), number.isFinite { return number }
    fail(column, "not a number: write 12.5, without unit and without thousands separator")
    return nil
  }

  mutating func integer(_ column: String, in range: ClosedRange<Int>) -> Int? {
    guard let field = optional(column) else { return nil }
    if let number = isStored ? Int(field) : NumericText.count(field), range.contains(number) { return number }
    let limits =
      range.upperBound == .max ? "from \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    fail(column, "not a whole number \(limits)")
    return nil
  }

  mutating func requiredInteger(_ column: String, in range: ClosedRange<Int>) -> Int {
    _ = required(column)
    return integer(column, in: range) ?? range.lowerBound
  }

  mutating func boolean(_ column: String, default standard: Bool) -> Bool {
    switch optional(column)?.lowercased() {
    case nil: return standard
    case "true", "1", "yes": return true
    case "false", "0", "no": return false
    default:
      fail(column, "neither true nor false")
      return standard
    }
  }

  /// One of a closed set of words; nil when empty.
  mutating func word<T: RawRepresentable & CaseIterable>(_ column: String, _ type: T.Type) -> T?
  where T.RawValue == String {
    guard let field = optional(column) else { return nil }
    if let word = T(rawValue: field) { return word }
    fail(column, "not one of " + T.allCases.map(\.rawValue).joined(separator: ", "))
    return nil
  }

  /// One of a closed set of words; nil for `*` or empty.
  mutating func anyWord<T: RawRepresentable & CaseIterable>(_ column: String, _ type: T.Type) -> T?
  where T.RawValue == String {
    optional(column) == "*" ? nil : word(column, type)
  }

  private mutating func date(_ column: String) -> CalendarDate? {
    guard let field = optional(column) else { return nil }
    if field.utf8.count == 10, let date = CalendarDate(field), date.isComplete, date.iso == field { return date }
    fail(column, "not a date of the calendar: write YYYY-MM-DD")
    return nil
  }

  /// `validFrom` to `validTo`, both days included; an empty end is open.
  mutating func period() -> Period {
    _ = required("validFrom")
    let from = date("validFrom")
    let to = date("validTo")
    if let from, let to, to < from { fail("validTo", "before validFrom: the period holds no day") }
    return Period(from: from?.epochDay ?? .min, to: to?.epochDay ?? .max)
  }

  mutating func instant(_ column: String) -> Instant? {
    guard let field = optional(column) else { return nil }
    if let instant = zone.instant(field) { return instant }
    fail(column, "not a time: write 2025-08-01T08:00:00+08:00")
    return nil
  }
}

/// The days, counted from 1970-01-01 in the registry's zone, on which a row is in force; both ends are included.
public struct Period: Hashable, Sendable {
  public let from: Int
  public let to: Int

  public init(from: Int, to: Int) {
    self.from = from
    self.to = to
  }

  public func contains(_ epochDay: Int) -> Bool { epochDay >= from && epochDay <= to }

  func overlaps(_ other: Period) -> Bool { from <= other.to && other.from <= to }
}
