import Clinical

/// Text as bytes, appended without going through `String`.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  mutating func byte(_ byte: UInt8) { bytes.append(byte) }

  mutating func text(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func text(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func text(_ text: [UInt8]) { bytes.append(contentsOf: text) }

  /// Not below zero; with zeros before it up to the width.
  mutating func number(_ number: Int, width: Int = 1) {
    var power = 1
    var digits = 1
    while number / power >= 10 || digits < width {
      power *= 10
      digits += 1
    }
    while power > 0 {
      bytes.append(UInt8(48 + number / power % 10))
      power /= 10
    }
  }

  /// A number given in units of its last decimal.
  mutating func decimal(_ scaled: Int, decimals: Int) {
    let power = [1, 10, 100][decimals]
    number(scaled / power)
    if decimals > 0 {
      byte(46)
      number(scaled % power, width: decimals)
    }
  }

  /// `YYYYMMDD`.
  mutating func date(_ date: CalendarDate) {
    number(date.year, width: 4)
    number(date.month ?? 1, width: 2)
    number(date.day ?? 1, width: 2)
  }

  /// `YYYYMMDDhhmmss` of minutes since 1970-01-01.
  mutating func time(_ minutes: Int) {
    date(CalendarDate(epochDay: minutes / 1440))
    number(minutes % 1440 / 60, width: 2)
    number(minutes % 60, width: 2)
    text("00")
  }
}
