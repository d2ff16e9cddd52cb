/// Reads what `ByteWriter` wrote. Bytes that end too early or say what cannot be are damage, and are told as such.
package struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  /// - Parameter bytes: must outlive the reader.
  package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  package var isAtEnd: Bool { position == bytes.count }

  package mutating func byte() throws(StoreError) -> UInt8 {
    guard position < bytes.count else { throw .damaged("a packed value ends too early") }
    defer { position += 1 }
    return bytes[position]
  }

  package mutating func unsigned() throws(StoreError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = try byte()
      // One number has one form: a last group of zeros, or bits beyond 64, nobody wrote.
      if shift > 0 && next == 0 || shift == 63 && next > 1 { throw .damaged("a packed number is too long") }
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return value }
      shift += 7
    }
  }

  package mutating func signed() throws(StoreError) -> Int64 {
    let value = try unsigned()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  package mutating func count() throws(StoreError) -> Int {
    let value = try unsigned()
    guard value <= UInt64(bytes.count) else { throw .damaged("a packed count is larger than what holds it") }
    return Int(value)
  }

  package mutating func optionalString() throws(StoreError) -> String? {
    let length = try unsigned()
    if length == 0 { return nil }
    // Compared before it is counted with: a damaged length may be any.
    guard length - 1 <= UInt64(bytes.count - position) else { throw .damaged("a packed text ends too early") }
    let end = position + Int(length - 1)
    defer { position = end }
    guard let text = String(validating: UnsafeRawBufferPointer(rebasing: bytes[position..<end]), as: UTF8.self) else {
      throw .damaged("a packed text is not UTF-8")
    }
    return text
  }

  package mutating func string() throws(StoreError) -> String {
    guard let value = try optionalString() else { throw .damaged("a packed text is missing") }
    return value
  }

  package mutating func blob() throws(StoreError) -> [UInt8] {
    let length = try count()
    guard length <= bytes.count - position else { throw .damaged("packed bytes end too early") }
    let end = position + length
    defer { position = end }
    return Array(bytes[position..<end])
  }

  package mutating func list<T>(_ read: (inout ByteReader) throws(StoreError) -> T) throws(StoreError) -> [T] {
    let count = try count()
    var values: [T] = []
    values.reserveCapacity(room(for: count))
    for _ in 0..<count { values.append(try read(&self)) }
    return values
  }

  /// What is set aside for so many values: a damaged count may be any.
  package func room(for count: Int) -> Int { min(count, bytes.count - position) }

  package mutating func optional<T>(_ read: (inout ByteReader) throws(StoreError) -> T) throws(StoreError) -> T? {
    switch try byte() {
    case 0: return nil
    case 1: return try read(&self)
    default: throw .damaged("neither a packed value nor none")
    }
  }

  /// One of a closed set of words, or none.
  package mutating func word<T: RawRepresentable>(_ type: T.Type) throws(StoreError) -> T? where T.RawValue == String {
    guard let text = try optionalString() else { return nil }
    guard let word = T(rawValue: text) else { throw .damaged("a packed word that this version does not know") }
    return word
  }
}
