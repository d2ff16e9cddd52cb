import Foundation

/// How often values were seen, and how common that makes them. Values are known by their hash alone: a table of names holds no name.
struct FrequencyTable: Sendable, Equatable {
  /// A table of fewer says nothing of rarer values than this.
  private static let leastTotal = 1000.0
  /// Counts up to this are corrected, when enough values were seen as often.
  private static let corrected = 5
  private static let enoughValues = 50

  private var counts: [UInt32: Int] = [:]
  private var total = 0
  /// How many values were seen once, twice, …; the first place is not used.
  private var valuesSeen = [Int](repeating: 0, count: corrected + 2)

  init() {}

  /// A table as though so many people had been counted; values not inserted are of one each.
  init(total: Int) { self.total = total }

  /// Says of how many of the total a value is, or of how many more.
  mutating func insert(_ value: UInt32, count: Int) { counts[value, default: 0] += count }

  mutating func insert(_ value: UInt32) {
    let before = counts[value] ?? 0
    counts[value] = before + 1
    total += 1
    if before > 0, before < valuesSeen.count { valuesSeen[before] -= 1 }
    if before + 1 < valuesSeen.count { valuesSeen[before + 1] += 1 }
  }

  func count(of value: UInt32) -> Int { counts[value] ?? 0 }

  /// The share of people with a value. What was seen once is rarer than once in so many, for most values of its kind were not seen
  /// at all: a count r stands for (r+1)·N(r+1)/N(r), where N(r) values were seen r times (Good 1953, Turing), but never less than a
  /// quarter of it.
  func share(of value: UInt32) -> Double {
    let count = max(1, counts[value] ?? 0)
    var expected = Double(count)
    if count <= Self.corrected, valuesSeen[count + 1] >= Self.enoughValues {
      let estimate = Double(count + 1) * Double(valuesSeen[count + 1]) / Double(valuesSeen[count])
      expected = min(expected, max(expected / 4, estimate))
    }
    return expected / max(Double(total), Self.leastTotal)
  }

  /// No value has a smaller share than this.
  var leastShare: Double { 0.25 / max(Double(total), Self.leastTotal) }
}

/// Values seen once are left out: a value that was never seen has the same share.
extension FrequencyTable: Codable {
  private enum CodingKeys: CodingKey { case total, valuesSeen, counts }

  func encode(to encoder: any Encoder) throws {
    var bytes = Data()
    for (value, count) in counts.sorted(by: { $0.key < $1.key }) where count > 1 {
      for word in [value, UInt32(clamping: count)] {
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(total, forKey: .total)
    try container.encode(valuesSeen, forKey: .valuesSeen)
    try container.encode(bytes, forKey: .counts)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    total = try container.decode(Int.self, forKey: .total)
    valuesSeen = try container.decode([Int].self, forKey: .valuesSeen)
    let bytes = try container.decode(Data.self, forKey: .counts)
    guard valuesSeen.count == Self.corrected + 2, bytes.count % 8 == 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .counts, in: container, debugDescription: "not a table of pairs of 32-bit words")
    }
    bytes.withUnsafeBytes { bytes in
      func word(_ place: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
      }
      for place in stride(from: 0, to: bytes.count, by: 8) { counts[word(place)] = Int(word(place + 4)) }
    }
  }
}
