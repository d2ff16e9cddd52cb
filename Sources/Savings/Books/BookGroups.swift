/// Numbers for the combinations of values that rows are told apart by: each level's value leads from a group to one of its own.
/// A table of its own (open addressing), because it is asked for every line of every page.
struct BookGroups {
  /// The way to a group: the value after each level. The first group is that of no values.
  private(set) var paths: [[Int64]] = [[]]
  private var keys: [UInt64]
  private var numbers: [UInt32]

  init() {
    keys = Array(repeating: 0, count: 256)
    numbers = Array(repeating: 0, count: 256)
  }

  /// - Parameter value: from 0 to 2³² − 1.
  mutating func child(of parent: UInt32, _ value: Int64) -> UInt32 {
    let key = UInt64(parent) << 32 | UInt64(truncatingIfNeeded: value)
    var place = place(of: key)
    // Number 0 is the first group, which is nobody's child: it marks an empty place.
    while numbers[place] != 0 {
      if keys[place] == key { return numbers[place] }
      place = (place + 1) & (keys.count - 1)
    }
    let number = UInt32(paths.count)
    paths.append(paths[Int(parent)] + [value])
    keys[place] = key
    numbers[place] = number
    if paths.count * 2 > keys.count { grow() }
    return number
  }

  private func place(of key: UInt64) -> Int {
    Int((key &* 0x9E37_79B9_7F4A_7C15) >> 32) & (keys.count - 1)
  }

  private mutating func grow() {
    let known = zip(keys, numbers).filter { $0.1 != 0 }
    keys = Array(repeating: 0, count: keys.count * 4)
    numbers = Array(repeating: 0, count: keys.count)
    for (key, number) in known {
      var place = place(of: key)
      while numbers[place] != 0 { place = (place + 1) & (keys.count - 1) }
      keys[place] = key
      numbers[place] = number
    }
  }
}
