/// Comparators for words in Latin letters.
enum LatinText {
  /// Small letters and digits only: blanks within words are slips of the key as any other.
  static func normalised(_ raw: String) -> String? {
    let kept = raw.lowercased().unicodeScalars.filter { ("a"..."z").contains($0) || ("0"..."9").contains($0) }
    return kept.isEmpty ? nil : String(scalars: kept)
  }

  static func level(_ a: String, _ b: String) -> LinkLevel {
    if a == b { return .equal }
    let x = Array(a.utf8)
    let y = Array(b.utf8)
    let longest = max(x.count, y.count)
    let distance = editDistance(x, y, limit: 3)
    if distance <= 1, longest >= 3 { return .variant }
    if distance == 2, longest >= 5 { return .near }
    if distance == 3, longest >= 8 || jaroWinkler(x, y) >= 0.88 { return .similar }
    return jaroWinkler(x, y) >= 0.88 ? .similar : .differs
  }

  /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment); `limit + 1` when there are more.
  static func editDistance(_ a: [UInt8], _ b: [UInt8], limit: Int) -> Int {
    if abs(a.count - b.count) > limit { return limit + 1 }
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var before: [Int] = []
    var previous = Array(0...b.count)
    for i in 1...a.count {
      var current = [i]
      current.reserveCapacity(b.count + 1)
      var least = i
      for j in 1...b.count {
        var best = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, before[j - 2] + 1) }
        current.append(best)
        least = min(least, best)
      }
      if least > limit { return limit + 1 }
      before = previous
      previous = current
    }
    return min(previous[b.count], limit + 1)
  }

  /// Winkler's form of Jaro's measure, 0 to 1: prefix of up to four, weight 0.1.
  static func jaroWinkler(_ a: [UInt8], _ b: [UInt8]) -> Double {
    if a.isEmpty || b.isEmpty { return 0 }
    let window = max(0, max(a.count, b.count) / 2 - 1)
    var taken = [Bool](repeating: false, count: b.count)
    var inA: [UInt8] = []
    for (i, letter) in a.enumerated() {
      let from = max(0, i - window)
      let to = min(b.count - 1, i + window)
      guard from <= to, let j = (from...to).first(where: { !taken[$0] && b[$0] == letter }) else { continue }
      taken[j] = true
      inA.append(letter)
    }
    guard !inA.isEmpty else { return 0 }
    let inB = b.indices.filter { taken[$0] }.map { b[$0] }
    let common = Double(inA.count)
    let swaps = Double(zip(inA, inB).count { $0 != $1 }) / 2
    let jaro = (common / Double(a.count) + common / Double(b.count) + (common - swaps) / common) / 3
    let prefix = Double(zip(a, b).prefix(4).prefix { $0 == $1 }.count)
    return jaro + prefix * 0.1 * (1 - jaro)
  }
}
