/// The sizes of QR codes that are written here, and how their error correction of level M is laid out.
enum QRVersion: Int, CaseIterable, Sendable {
  case v1 = 1
  case v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15, v16, v17, v18, v19, v20

  var size: Int { rawValue * 4 + 17 }

  /// Codewords of error correction in each block, and blocks (ISO/IEC 18004, table 9).
  private static let layout: [(perBlock: Int, blocks: Int)] = [
    (10, 1), (16, 1), (26, 1), (18, 2), (24, 2), (16, 4), (18, 4), (22, 4), (22, 5), (26, 5), (30, 5), (22, 8), (22, 9),
    (24, 9), (24, 10), (28, 10), (28, 11), (26, 13), (26, 14), (26, 16),
  ]

  private var layout: (perBlock: Int, blocks: Int) { Self.layout[rawValue - 1] }

  /// Where alignment patterns stand, on both axes.
  var alignments: [Int] {
    if rawValue == 1 { return [] }
    let count = rawValue / 7 + 2
    let step = (rawValue * 8 + count * 3 + 5) / (count * 4 - 4) * 2
    return [6] + (0..<count - 1).map { size - 7 - $0 * step }.reversed()
  }

  private var allCodewords: Int {
    var modules = (16 * rawValue + 128) * rawValue + 64
    if rawValue >= 2 {
      let count = rawValue / 7 + 2
      modules -= (25 * count - 10) * count - 55
      if rawValue >= 7 { modules -= 36 }
    }
    return modules / 8
  }

  private var dataCodewords: Int { allCodewords - layout.perBlock * layout.blocks }
  private var lengthBits: Int { rawValue < 10 ? 8 : 16 }

  func capacity(of bytes: [UInt8]) -> Bool { 4 + lengthBits + bytes.count * 8 <= dataCodewords * 8 }

  /// Data and error correction, block by block in turn.
  func codewords(of bytes: [UInt8]) -> [UInt8] {
    var bits: [Bool] = []
    func append(_ value: Int, _ count: Int) {
      for place in (0..<count).reversed() { bits.append(value >> place & 1 == 1) }
    }
    append(0b0100, 4)
    append(bytes.count, lengthBits)
    for byte in bytes { append(Int(byte), 8) }
    append(0, min(4, dataCodewords * 8 - bits.count))
    append(0, (8 - bits.count % 8) % 8)
    var data = stride(from: 0, to: bits.count, by: 8).map { start in
      bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
    }
    var isFirst = true
    while data.count < dataCodewords {
      data.append(isFirst ? 0xEC : 0x11)
      isFirst.toggle()
    }
    return interleaved(data)
  }

  private func interleaved(_ data: [UInt8]) -> [UInt8] {
    let (perBlock, blocks) = layout
    // The last blocks hold one codeword of data more.
    let short = blocks - allCodewords % blocks
    let shortData = allCodewords / blocks - perBlock
    var parts: [[UInt8]] = []
    var start = 0
    for block in 0..<blocks {
      let end = start + shortData + (block < short ? 0 : 1)
      parts.append(Array(data[start..<end]))
      start = end
    }
    var result: [UInt8] = []
    for place in 0...shortData {
      for part in parts where place < part.count { result.append(part[place]) }
    }
    let divisor = ReedSolomon.divisor(degree: perBlock)
    let corrections = parts.map { ReedSolomon.remainder(of: $0, by: divisor) }
    for place in 0..<perBlock {
      for correction in corrections { result.append(correction[place]) }
    }
    return result
  }
}

/// Over the field of 256 elements of x⁸ + x⁴ + x³ + x² + 1.
private enum ReedSolomon {
  static func divisor(degree: Int) -> [UInt8] {
    var result = Array(repeating: UInt8(0), count: degree - 1) + [1]
    var root: UInt8 = 1
    for _ in 0..<degree {
      for place in result.indices {
        result[place] = product(result[place], root)
        if place + 1 < result.count { result[place] ^= result[place + 1] }
      }
      root = product(root, 2)
    }
    return result
  }

  static func remainder(of data: [UInt8], by divisor: [UInt8]) -> [UInt8] {
    var result = Array(repeating: UInt8(0), count: divisor.count)
    for byte in data {
      let factor = byte ^ result.removeFirst()
      result.append(0)
      for place in result.indices { result[place] ^= product(divisor[place], factor) }
    }
    return result
  }

  private static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
    var result = 0
    for place in (0..<8).reversed() {
      result = (result << 1) ^ ((result >> 7) * 0x11D)
      result ^= Int(b >> UInt8(place) & 1) * Int(a)
    }
    return UInt8(result)
  }
}
