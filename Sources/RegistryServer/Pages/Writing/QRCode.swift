/// A QR code (ISO/IEC 18004) of bytes, with error correction of level M: 15 % of it may be lost.
struct QRCode: Sendable {
  /// Modules on a side.
  let size: Int
  private var isDark: [Bool]
  private var isFunction: [Bool]

  /// - Parameter mask: nil: the one of the eight that is read best.
  /// - Returns: nil for more than 666 bytes.
  init?(_ text: String, mask: Int? = nil) {
    let bytes = Array(text.utf8)
    guard let version = QRVersion.allCases.first(where: { $0.capacity(of: bytes) }) else { return nil }
    self.init(version, version.codewords(of: bytes), mask: mask)
  }

  /// Whether the module at a place is dark.
  subscript(x: Int, y: Int) -> Bool { isDark[y * size + x] }

  private init(_ version: QRVersion, _ codewords: [UInt8], mask: Int?) {
    size = version.size
    isDark = Array(repeating: false, count: size * size)
    isFunction = isDark
    drawPatterns(version)
    draw(codewords)
    var penalties: [(mask: Int, penalty: Int)] = []
    for mask in mask.map({ [$0] }) ?? Array(0..<8) {
      apply(mask)
      drawFormat(mask)
      penalties.append((mask, penalty))
      // The same again takes it away.
      apply(mask)
    }
    let best = penalties.min { $0.penalty < $1.penalty }?.mask ?? 0
    apply(best)
    drawFormat(best)
  }

  // MARK: What is the same in every code of a version

  private mutating func set(_ x: Int, _ y: Int, _ dark: Bool) {
    isDark[y * size + x] = dark
    isFunction[y * size + x] = true
  }

  private mutating func drawPatterns(_ version: QRVersion) {
    for place in 0..<size {
      set(6, place, place % 2 == 0)
      set(place, 6, place % 2 == 0)
    }
    for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] { drawFinder(x, y) }
    let places = version.alignments
    for (i, x) in places.enumerated() {
      for (j, y) in places.enumerated() {
        let last = places.count - 1
        if (i, j) == (0, 0) || (i, j) == (0, last) || (i, j) == (last, 0) { continue }
        drawAlignment(x, y)
      }
    }
    // Kept free until the mask is known.
    drawFormat(0)
    drawVersion(version)
  }

  private mutating func drawFinder(_ x: Int, _ y: Int) {
    for dy in -4...4 {
      for dx in -4...4 where (0..<size).contains(x + dx) && (0..<size).contains(y + dy) {
        let distance = max(abs(dx), abs(dy))
        set(x + dx, y + dy, distance != 2 && distance != 4)
      }
    }
  }

  private mutating func drawAlignment(_ x: Int, _ y: Int) {
    for dy in -2...2 {
      for dx in -2...2 { set(x + dx, y + dy, max(abs(dx), abs(dy)) != 1) }
    }
  }

  /// Level and mask, with a BCH code, twice.
  private mutating func drawFormat(_ mask: Int) {
    // Level M is 0.
    var rest = mask
    for _ in 0..<10 { rest = (rest << 1) ^ ((rest >> 9) * 0x537) }
    let bits = (mask << 10 | rest) ^ 0x5412
    func bit(_ place: Int) -> Bool { bits >> place & 1 == 1 }
    for place in 0...5 { set(8, place, bit(place)) }
    set(8, 7, bit(6))
    set(8, 8, bit(7))
    set(7, 8, bit(8))
    for place in 9..<15 { set(14 - place, 8, bit(place)) }
    for place in 0..<8 { set(size - 1 - place, 8, bit(place)) }
    for place in 8..<15 { set(8, size - 15 + place, bit(place)) }
    set(8, size - 8, true)
  }

  private mutating func drawVersion(_ version: QRVersion) {
    guard version.rawValue >= 7 else { return }
    var rest = version.rawValue
    for _ in 0..<12 { rest = (rest << 1) ^ ((rest >> 11) * 0x1F25) }
    let bits = version.rawValue << 12 | rest
    for place in 0..<18 {
      let (a, b) = (size - 11 + place % 3, place / 3)
      set(a, b, bits >> place & 1 == 1)
      set(b, a, bits >> place & 1 == 1)
    }
  }

  // MARK: What it says

  /// In pairs of columns from the right, up and down.
  private mutating func draw(_ codewords: [UInt8]) {
    var place = 0
    var right = size - 1
    while right >= 1 {
      if right == 6 { right = 5 }
      for step in 0..<size {
        for x in [right, right - 1] {
          let y = (right + 1) & 2 == 0 ? size - 1 - step : step
          guard !isFunction[y * size + x], place < codewords.count * 8 else { continue }
          isDark[y * size + x] = codewords[place / 8] >> (7 - UInt8(place % 8)) & 1 == 1
          place += 1
        }
      }
      right -= 2
    }
  }

  private mutating func apply(_ mask: Int) {
    for y in 0..<size {
      for x in 0..<size where !isFunction[y * size + x] {
        let flips: Bool =
          switch mask {
          case 0: (x + y) % 2 == 0
          case 1: y % 2 == 0
          case 2: x % 3 == 0
          case 3: (x + y) % 3 == 0
          case 4: (x / 3 + y / 2) % 2 == 0
          case 5: x * y % 2 + x * y % 3 == 0
          case 6: (x * y % 2 + x * y % 3) % 2 == 0
          default: ((x + y) % 2 + x * y % 3) % 2 == 0
          }
        if flips { isDark[y * size + x].toggle() }
      }
    }
  }

  /// How badly it is read: long runs, blocks, what looks like a finder, and more of one colour than of the other.
  private var penalty: Int {
    var sum = 0
    for line in 0..<size {
      sum += Self.penalty((0..<size).map { self[$0, line] }) + Self.penalty((0..<size).map { self[line, $0] })
    }
    for y in 0..<size - 1 {
      for x in 0..<size - 1
      where self[x, y] == self[x + 1, y] && self[x, y] == self[x, y + 1] && self[x, y] == self[x + 1, y + 1] {
        sum += 3
      }
    }
    let dark = isDark.count { $0 }
    let steps = (abs(dark * 20 - isDark.count * 10) + isDark.count - 1) / isDark.count - 1
    return sum + max(0, steps) * 10
  }

  private static func penalty(_ line: [Bool]) -> Int {
    var sum = 0
    var run = 0
    for (place, dark) in line.enumerated() {
      run = place > 0 && line[place - 1] == dark ? run + 1 : 1
      if run == 5 { sum += 3 } else if run > 5 { sum += 1 }
    }
    let finder = [true, false, true, true, true, false, true]
    let free = [false, false, false, false]
    for start in line.indices where start + 11 <= line.count {
      let part = Array(line[start..<start + 11])
      if part == finder + free || part == free + finder { sum += 40 }
    }
    return sum
  }
}
