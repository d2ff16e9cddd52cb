/// UTF-8 whose characters beyond ASCII have two bytes each: words with accents, Greek letters, signs — or what the two bytes of Chinese
/// characters make by chance, of several scripts and standing alone.
struct NarrowText {
  private var sensible = 0
  private var accidental = 0

  /// A run of letters, and of signs beyond ASCII among them.
  private struct Word {
    /// What stands before it.
    var before: UInt8 = 0
    var ascii = 0
    private(set) var count = 0
    private var signs = 0
    private var latin = 0
    private var greek = 0
    /// Cyrillic, Hebrew, Arabic.
    private var scripts = [0, 0, 0]
    private var hasOther = false
    private var isPlusMinus = false

    init(after before: UInt8) { self.before = before }

    mutating func add(_ scalar: UInt32) {
      count += 1
      switch scalar {
      case 0xA0...0xBF, 0xD7, 0xF7:
        signs += 1
        isPlusMinus = scalar == 0xB1
      case 0xC0...0x24F: latin += 1
      case 0x386...0x3CE: greek += 1
      case 0x410...0x44F, 0x401, 0x451, 0x404, 0x406, 0x407, 0x454, 0x456, 0x457, 0x490, 0x491: scripts[0] += 1
      case 0x5D0...0x5EA: scripts[1] += 1
      case 0x621...0x64A: scripts[2] += 1
      default: hasOther = true
      }
    }

    /// - Parameter next: what stands behind it.
    func isSensible(before next: UInt8) -> Bool {
      let isAttached = ascii > 0 || Self.isOfNumber(before) || Self.isOfNumber(next)
      if hasOther { return false }
      // A degree, a micro before its unit, a square behind a number; plus-minus is an answer of its own.
      if count == signs { return signs == 1 && (isAttached || isPlusMinus) }
      let others = count - signs
      if others == latin { return ascii > 0 }
      // μmol, β-HCG
      if others == greek { return others == 1 && isAttached || others > 2 && ascii == 0 }
      return scripts.contains { $0 == others && $0 > 2 }
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 || byte == 0x2D }
  }

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    var word = Word(after: 0)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte >= 0x80 {
        word.add(UInt32(byte & 0x1F) << 6 | UInt32(index + 1 < bytes.count ? bytes[index + 1] & 0x3F : 0))
        index += 2
        continue
      }
      index += 1
      if TextEvidence.isLetter(byte) {
        word.ascii += 1
      } else {
        close(word, before: byte)
        word = Word(after: byte)
      }
    }
    close(word, before: 0)
  }

  private mutating func close(_ word: Word, before next: UInt8) {
    if word.count == 0 { return }
    if word.isSensible(before: next) { sensible += 1 } else { accidental += 1 }
  }

  /// Whether it makes sense as it stands.
  var isSensible: Bool { sensible >= accidental }
}
