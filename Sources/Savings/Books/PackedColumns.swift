/// Columns of whole numbers, each number in as few bytes as its column needs: its distance from the column's least. A column that
/// is the same throughout takes none.
///
///     count: 8 bytes │ per column: least 8, width 8 │ column, column … │ 8 bytes of nothing, so that a number may be read as eight bytes
public struct PackedColumns {
  /// One of them.
  struct Column {
    fileprivate let bytes: UnsafeRawPointer
    fileprivate let least: Int64
    fileprivate let width: Int
    fileprivate let mask: UInt64

    @inline(__always)
    subscript(_ index: Int) -> Int64 {
      if width == 0 { return least }
      let word = bytes.loadUnaligned(fromByteOffset: index &* width, as: UInt64.self)
      return least &+ Int64(bitPattern: UInt64(littleEndian: word) & mask)
    }
  }

  let count: Int
  private let columns: [Column]

  /// - Parameter bytes: must outlive it.
  /// - Returns: nil for what `pack` did not write.
  init?(_ bytes: UnsafeRawBufferPointer, columns number: Int) {
    let head = 8 + 16 * number
    guard let start = bytes.baseAddress, bytes.count >= head + 8 else { return nil }
    func number8(_ offset: Int) -> Int64 {
      Int64(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: Int64.self))
    }
    let count = Int(number8(0))
    guard count >= 0, count < bytes.count * 8 else { return nil }
    var offset = head
    var columns: [Column] = []
    for column in 0..<number {
      let width = Int(number8(16 + 16 * column))
      guard (0...8).contains(width) else { return nil }
      columns.append(
        Column(
          bytes: start + min(offset, bytes.count), least: number8(8 + 16 * column), width: width,
          mask: width == 8 ? .max : (1 << UInt64(8 * width)) - 1))
      offset += width * count
    }
    guard offset + 8 == bytes.count else { return nil }
    self.count = count
    self.columns = columns
  }

  subscript(_ column: Int) -> Column { columns[column] }

  /// - Parameter columns: all of one length.
  static func pack(_ columns: [[Int64]]) -> [UInt8] {
    let count = columns.first?.count ?? 0
    let leasts = columns.map { $0.min() ?? 0 }
    let widths = zip(columns, leasts).map { column, least -> Int in
      let most = UInt64(bitPattern: (column.max() ?? 0) &- least)
      return (64 - most.leadingZeroBitCount + 7) / 8
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16 + columns.count * 16 + widths.reduce(0, +) * count)
    func append(_ number: UInt64, width: Int = 8) {
      for byte in 0..<width { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * byte))) }
    }
    append(UInt64(count))
    for (least, width) in zip(leasts, widths) {
      append(UInt64(bitPattern: least))
      append(UInt64(width))
    }
    for (column, (least, width)) in zip(columns, zip(leasts, widths)) {
      for number in column { append(UInt64(bitPattern: number &- least), width: width) }
    }
    append(0)
    return bytes
  }
}
