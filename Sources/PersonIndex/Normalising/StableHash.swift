/// Hashes that are the same in every process, so that they can be stored.
enum StableHash {
  /// FNV-1a, 64 bits, of parts that are kept apart.
  static func of(_ parts: [String]) -> UInt64 {
    var hash = basis
    for part in parts { add(part, to: &hash) }
    return hash
  }

  /// 32 bits of it, never 0: 0 stands for an absence.
  static func short(_ text: String, _ second: String? = nil) -> UInt32 {
    var hash = basis
    add(text, to: &hash)
    if let second { add(second, to: &hash) }
    return max(1, UInt32(truncatingIfNeeded: mixed(hash) >> 32))
  }

  private static let basis: UInt64 = 0xcbf2_9ce4_8422_2325

  private static func add(_ text: String, to hash: inout UInt64) {
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash = (hash ^ 0x1f) &* 0x100_0000_01b3
  }

  /// Spreads every bit over all (the finaliser of SplitMix64).
  static func mixed(_ value: UInt64) -> UInt64 {
    var mixed = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
