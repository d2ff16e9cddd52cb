import Clinical

/// The lines of a page while they are changed: of a subject that is looked at anew the old ones go, and the new ones come.
public struct PageColumns: Sendable {
  /// Subject, time, then the values of the kind.
  private var columns: [[Int64]]

  /// Columns before the values.
  static let head = 2

  public init(_ kind: PageKind) {
    columns = Array(repeating: [], count: Self.head + kind.width)
  }

  /// - Returns: nil for bytes that are no page of the kind.
  public init?(_ kind: PageKind, _ bytes: [UInt8]) {
    let count = Self.head + kind.width
    let columns = bytes.withUnsafeBytes { bytes in
      PackedColumns(bytes, columns: count).map { page in
        (0..<count).map { column in
          let values = page[column]
          return (0..<page.count).map { values[$0] }
        }
      }
    }
    guard let columns else { return nil }
    self.columns = columns
  }

  public var isEmpty: Bool { columns[0].isEmpty }

  /// Values of a line, subject and time included.
  public var width: Int { columns.count }

  public mutating func remove(_ subjects: Set<Int64>) {
    let kept = columns[0].indices.filter { !subjects.contains(columns[0][$0]) }
    if kept.count == columns[0].count { return }
    for column in columns.indices { columns[column] = kept.map { columns[column][$0] } }
  }

  /// - Parameter line: subject, time in milliseconds, then the values.
  public mutating func append(_ line: [Int64]) {
    for (column, value) in line.enumerated() { columns[column].append(value) }
  }

  /// As it is kept.
  public var packed: [UInt8] { PackedColumns.pack(columns) }
}

/// A page as it is read.
struct ReadPage {
  let count: Int
  let subjects: PackedColumns.Column
  /// In milliseconds.
  let times: PackedColumns.Column
  private let page: PackedColumns

  /// - Parameter bytes: must outlive it.
  /// - Returns: nil for bytes that are no page of the kind.
  init?(_ kind: PageKind, _ bytes: UnsafeRawBufferPointer) {
    guard let page = PackedColumns(bytes, columns: PageColumns.head + kind.width) else { return nil }
    (self.page, count, subjects, times) = (page, page.count, page[0], page[1])
  }

  @inline(__always)
  subscript(_ column: Int) -> PackedColumns.Column { page[PageColumns.head + column] }
}

/// A period in milliseconds, for what is asked of a million lines.
struct PagePeriod {
  private let from: Int64
  /// Included.
  private let last: Int64

  /// - Parameter end: what happened after it is left aside.
  init(_ scope: AuditScope, through end: Int64) {
    from = scope.from?.milliseconds ?? .min
    last = min(scope.to.map { $0.milliseconds &- 1 } ?? .max, end)
  }

  @inline(__always)
  func contains(_ moment: Int64) -> Bool { from <= moment && moment <= last }
}
