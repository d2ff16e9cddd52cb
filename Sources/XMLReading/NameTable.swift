import Glibc

/// The names of elements and attributes, each once.
struct NameTable {
  private(set) var names: [String] = []
  /// Of each name the number after its last dot (`OBX.3` → 3), or -1.
  private(set) var numbers: [Int32] = []
  private var known: [String: Int32] = [:]
  /// The names of late: one probe in front of the dictionary.
  private var recent = [Recent](repeating: Recent(), count: 1024)

  /// A name by its length, its first and its last eight bytes, which are all there is of one of up to sixteen.
  private struct Recent: Equatable {
    var first: UInt64 = 0
    var last: UInt64 = 0
    var length = 0
    var index: Int32 = -1

    init() {}

    init(_ name: UnsafeBufferPointer<UInt8>) {
      length = name.count
      let bytes = UnsafeRawBufferPointer(name)
      if length >= 8 {
        first = bytes.loadUnaligned(as: UInt64.self)
        last = bytes.loadUnaligned(fromByteOffset: length - 8, as: UInt64.self)
      } else if length >= 4 {
        first = UInt64(bytes.loadUnaligned(as: UInt32.self))
        last = UInt64(bytes.loadUnaligned(fromByteOffset: length - 4, as: UInt32.self))
      } else {
        for byte in bytes { first = first << 8 | UInt64(byte) }
      }
    }

    var slot: Int {
      Int(((first ^ UInt64(length)) &* 0x9E37_79B9_7F4A_7C15 ^ last &* 0xC2B2_AE3D_27D4_EB4F) >> 54)
    }

    func isLike(_ other: Recent) -> Bool { first == other.first && last == other.last && length == other.length }
  }

  mutating func index(of name: UnsafeBufferPointer<UInt8>) -> Int32 {
    var entry = Recent(name)
    let slot = entry.slot
    let found = recent[slot]
    if found.isLike(entry), entry.length <= 16 || isSame(names[Int(found.index)], name) {
      return found.index
    }
    entry.index = index(of: String(decoding: name, as: UTF8.self))
    recent[slot] = entry
    return entry.index
  }

  private func isSame(_ known: String, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    var known = known
    return known.withUTF8 { $0.count == name.count && memcmp($0.baseAddress!, name.baseAddress!, name.count) == 0 }
  }

  mutating func index(of name: String) -> Int32 {
    if let index = known[name] { return index }
    let index = Int32(names.count)
    names.append(name)
    numbers.append(XMLTreeBuilder.number(of: name))
    known[name] = index
    return index
  }
}
