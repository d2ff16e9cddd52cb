import Foundation

/// Simplified form and toneless reading of every character of the Unicode block CJK Unified Ideographs, built once from ICU:
/// a transform of one name takes some 40 µs, a look-up nothing.
enum HanTable {
  private static let first: UInt32 = 0x4E00
  private static let last: UInt32 = 0x9FA5

  private static let simplifiedForms: [Unicode.Scalar] = transformed(
    (first...last).compactMap(Unicode.Scalar.init), "Traditional-Simplified"
  ).map { $0.unicodeScalars.first ?? "?" }

  private static let plainReadings = transformed(simplifiedForms, "Han-Latin").map(toneless)
  private static let familyReadings = transformed(simplifiedForms, "Han-Latin/Names").map(toneless)

  /// The simplified form of a character; itself when it has none.
  static func simplified(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    contains(scalar) ? simplifiedForms[Int(scalar.value - first)] : scalar
  }

  /// The toneless reading in capitals, ü as V: `WANG`, `LV`; `asSurname` gives 单 SHAN, 曾 ZENG, 仇 QIU.
  static func reading(_ scalar: Unicode.Scalar, asSurname: Bool = false) -> String {
    guard contains(scalar) else { return String(scalar) }
    let place = Int(scalar.value - first)
    return asSurname ? familyReadings[place] : plainReadings[place]
  }

  static func contains(_ scalar: Unicode.Scalar) -> Bool { (first...last).contains(scalar.value) }

  /// One line per character, so that no transform sees two characters as a word.
  private static func transformed(_ scalars: [Unicode.Scalar], _ name: String) -> [String] {
    var lines = ""
    for scalar in scalars { lines += "\(scalar)\n" }
    let result = lines.applyingTransform(StringTransform(name), reverse: false) ?? lines
    return result.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// Without tone marks, in capitals; the umlaut is a letter of the syllable and stays, as V.
  private static func toneless(_ reading: String) -> String {
    var result = ""
    for scalar in reading.decomposedStringWithCanonicalMapping.unicodeScalars {
      if scalar.value == 0x308 {
        result.removeLast()
        result.append("v")
      } else if scalar.properties.generalCategory != .nonspacingMark {
        result.unicodeScalars.append(scalar)
      }
    }
    return result.uppercased()
  }
}
