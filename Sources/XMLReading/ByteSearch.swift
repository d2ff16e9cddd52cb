import Glibc

/// Where a short text stands in bytes.
package func firstPlace(of text: StaticString, in bytes: UnsafeBufferPointer<UInt8>, from begin: Int = 0) -> Int? {
  let length = text.utf8CodeUnitCount
  guard let base = bytes.baseAddress else { return nil }
  var index = begin
  while index + length <= bytes.count {
    guard let found = memchr(base + index, Int32(text.utf8Start.pointee), bytes.count - length + 1 - index) else {
      return nil
    }
    index = UnsafeRawPointer(found) - UnsafeRawPointer(base)
    if memcmp(found, text.utf8Start, length) == 0 { return index }
    index += 1
  }
  return nil
}

/// Whether both hold the same bytes.
package func areEqual(_ a: UnsafeBufferPointer<UInt8>, _ b: [UInt8]) -> Bool {
  guard a.count == b.count, let base = a.baseAddress else { return a.count == b.count }
  return memcmp(base, b, b.count) == 0
}
