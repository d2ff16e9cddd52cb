/// Draws that depend on nothing but the seed, what is drawn for, and its index: any message can be told again without those
/// before it. The generator is SplitMix64 (Steele, Lea, Flood 2014).
struct Draw {
  enum Purpose: UInt64 {
    case person = 1
    case birthDay, habits, report, correction, values, order, arrival
  }

  private var state: UInt64

  init(seed: UInt64, _ purpose: Purpose, _ index: Int) {
    state = seed &* 0xD1B5_4A32_D192_ED03 &+ purpose.rawValue
    state = next() ^ UInt64(index)
    state = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 0 ..< bound.
  mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

  /// True for so many of a hundred.
  mutating func percent(_ share: Int) -> Bool { below(100) < share }

  mutating func element<T>(_ array: [T]) -> T { array[below(array.count)] }
}
