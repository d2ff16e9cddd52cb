/// Writes values one after the other, lengths and numbers as variable-length integers. No type says what follows: who reads
/// must know the order, and `ReportPacking` and `PatientPacking` are the only two orders there are.
package struct ByteWriter {
  package private(set) var bytes: [UInt8] = []

  package init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

  package mutating func byte(_ value: UInt8) { bytes.append(value) }

  package mutating func unsigned(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }

  package mutating func signed(_ value: Int64) { unsigned(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }

  package mutating func count(_ value: Int) { unsigned(UInt64(value)) }

  package mutating func string(_ value: String) {
    var value = value
    value.withUTF8 {
      unsigned(UInt64($0.count) + 1)
      bytes.append(contentsOf: $0)
    }
  }

  /// Zero stands for nil.
  package mutating func string(_ value: String?) {
    if let value { string(value) } else { bytes.append(0) }
  }

  package mutating func blob(_ value: [UInt8]) {
    count(value.count)
    bytes.append(contentsOf: value)
  }

  package mutating func list<T>(_ values: [T], _ write: (inout ByteWriter, T) -> Void) {
    count(values.count)
    for value in values { write(&self, value) }
  }

  package mutating func optional<T>(_ value: T?, _ write: (inout ByteWriter, T) -> Void) {
    byte(value == nil ? 0 : 1)
    if let value { write(&self, value) }
  }
}
