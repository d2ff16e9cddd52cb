/// Simplified form and toneless reading of every character of the Unicode block CJK Unified Ideographs.
enum HanTable {
  private static let first: UInt32 = 0x4E00
  private static let last: UInt32 = 0x9FA5

  /// The simplified form of a character; itself when it has none.
  static func simplified(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    contains(scalar) ? simplifiedForms[Int(scalar.value - first)] : scalar
  }

  /// The toneless reading in capitals, ü as V: `WANG`, `LV`; `asSurname` gives 单 SHAN, 曾 ZENG, 仇 QIU. A character without one is
  /// its own.
  static func reading(_ scalar: Unicode.Scalar, asSurname: Bool = false) -> String {
    guard contains(scalar) else { return String(scalar) }
    let place = Int(scalar.value - first)
    let syllable = (asSurname ? readings.surname : readings.plain)[place]
    return syllable < 0 ? String(scalar) : readings.syllables[Int(syllable)]
  }

  static func contains(_ scalar: Unicode.Scalar) -> Bool { scalar.value &- first <= last - first }

  private static let simplifiedForms: [Unicode.Scalar] = {
    var forms = (first...last).compactMap(Unicode.Scalar.init)
    var from: Unicode.Scalar?
    for scalar in HanReadings.simplified.unicodeScalars {
      if let place = from {
        forms[Int(place.value - first)] = scalar
        from = nil
      } else {
        from = scalar
      }
    }
    return forms
  }()

  /// The syllable of each character, by its place among `syllables`; −1 for none.
  private struct Readings {
    var syllables: [String] = []
    var plain = [Int16](repeating: -1, count: Int(HanTable.last - HanTable.first) + 1)
    var surname: [Int16] = []

    init() {
      read(HanReadings.plain, \.plain)
      surname = plain
      read(HanReadings.ofSurnames, \.surname)
    }

    private mutating func read(_ text: String, _ table: WritableKeyPath<Readings, [Int16]>) {
      var syllable = ""
      for scalar in text.unicodeScalars {
        if scalar.isASCII {
          syllable.unicodeScalars.append(scalar)
        } else {
          if !syllable.isEmpty { syllables.append(syllable) }
          syllable = ""
          self[keyPath: table][Int(scalar.value - HanTable.first)] = Int16(syllables.count - 1)
        }
      }
    }
  }

  private static let readings = Readings()
}
