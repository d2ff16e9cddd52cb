/// What bytes look like, where nothing says what they are or what is said cannot be.
struct TextEvidence {
  /// Characters of three bytes in UTF-8 that are Chinese or signs, those whose end is missing at the end of their run, and bytes that
  /// begin no character.
  private var wide = 0
  private var cut = 0
  private var stray = 0
  /// Pairs that are common characters of GB2312 (its first level; signs and full-width forms), its rarer ones, and all others.
  private var common = 0
  private var rare = 0
  private var other = 0
  /// Runs of bytes that are letters within a word, or signs, in a Latin encoding, and those that are neither.
  private var letters = 0
  private var noLetters = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    var index = 0
    while index < bytes.count {
      if bytes[index] < 0x80 {
        index += 1
        continue
      }
      var end = index
      while end < bytes.count, bytes[end] >= 0x80 { end += 1 }
      countUTF8(bytes, index..<end)
      countLetters(bytes, index..<end)
      index = countPairs(bytes, index, end)
    }
  }

  /// UTF-8 but for some of its bytes. To read all of it in another encoding would turn what is right into other characters. (One or two
  /// such characters may be what the halves of Chinese ones make by chance: 余海, 洪芳.)
  var isDamagedUTF8: Bool { stray == 0 && wide > 0 || wide > 2 && 4 * wide > stray + cut }

  /// Chinese as people write it: a third of it at least stands in GB2312. What may be accented letters within words is not.
  var isChinese: Bool {
    let own = common + rare
    return own > 0 && 2 * own >= other && (common > 0 || !isLatin)
  }

  /// Letters with accents within words, and signs.
  var isLatin: Bool { letters > 0 && 8 * noLetters <= letters }

  private mutating func countUTF8(_ bytes: UnsafeBufferPointer<UInt8>, _ run: Range<Int>) {
    let run = UnsafeBufferPointer(rebasing: bytes[run])
    var index = 0
    while index < run.count {
      let length = UTF8Text.characterLength(run, index)
      switch run[index] {
      case 0xE2...0xE9 where length > 0, 0xEF where length > 0: wide += 1
      case 0xE2...0xEF where run.count < index + 3 && run[(index + 1)...].allSatisfy { $0 < 0xC0 }:
        cut += 1
        return
      default: if length == 0 { stray += 1 }
      }
      index += max(length, 1)
    }
  }

  /// Looks at a run as GB18030 would be.
  ///
  /// - Returns: the place behind it, and behind the byte that its last pair takes from what follows.
  private mutating func countPairs(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    var index = start
    while index < end {
      let second = index + 1 < bytes.count ? bytes[index + 1] : 0
      switch (bytes[index], second) {
      case (0xA1...0xA3, 0xA1...0xFE), (0xB0...0xD7, 0xA1...0xFE): common += 1
      case (0xD8...0xF7, 0xA1...0xFE): rare += 1
      // Half a character of four bytes: a letter and a digit are none.
      case (0x81...0xFE, 0x30...0x39): break
      default: other += 1
      }
      index += 2
    }
    return end
  }

  private mutating func countLetters(_ bytes: UnsafeBufferPointer<UInt8>, _ run: Range<Int>) {
    let before = run.lowerBound > 0 ? bytes[run.lowerBound - 1] : 0x20
    let after = run.upperBound < bytes.count ? bytes[run.upperBound] : 0x20
    let isWord = Self.isLetter(before) || Self.isLetter(after) || run.count == 1 && before == 0x20 && after == 0x20
    let isAllLetters = run.allSatisfy { bytes[$0] >= 0xC0 && bytes[$0] != 0xD7 && bytes[$0] != 0xF7 }
    let isSign = run.count == 1 && bytes[run.lowerBound] >= 0xA0 && bytes[run.lowerBound] < 0xC0
    if isSign || run.count <= 2 && isAllLetters && isWord { letters += 1 } else { noLetters += 1 }
  }

  static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }
}
