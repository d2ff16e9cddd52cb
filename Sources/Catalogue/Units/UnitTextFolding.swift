import Clinical

/// Writes a sender's unit text in plain ASCII: full-width forms, squared unit signs, superscripts, micro signs, Chinese
/// unit names. Nothing about meaning is decided here.
enum UnitTextFolding {
  /// nil where a character is left that no unit is written with.
  static func fold(_ text: some StringProtocol) -> String? {
    var result = ""
    var isSuperscript = false
    for scalar in spellOut(text).unicodeScalars {
      if let digit = superscripts[scalar] {
        // 10⁹ is a power, m² UCUM's m2.
        if !isSuperscript, result.hasSuffix("10") { result.append("^") }
        isSuperscript = true
        result.append(digit)
        continue
      }
      isSuperscript = false
      if scalar.isBlank || scalar == "\u{FEFF}" { continue }
      if scalar.isASCII {
        result.unicodeScalars.append(scalar)
      } else if (0xFF01...0xFF5E).contains(scalar.value), let narrow = Unicode.Scalar(scalar.value - 0xFEE0) {
        result.unicodeScalars.append(narrow)
      } else if let replacement = signs[scalar] {
        result += replacement
      } else {
        return nil
      }
    }
    return result
  }

  /// Chinese names by UCUM symbols, longer names first.
  private static func spellOut(_ text: some StringProtocol) -> String {
    guard text.unicodeScalars.contains(where: { (0x4E00...0x9FFF).contains($0.value) }) else { return String(text) }
    var result = String(text)
    for (name, symbol) in names where result.contains(name) { result = result.replacing(name, with: symbol) }
    return result
  }

  private static let superscripts: [Unicode.Scalar: Character] = [
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "⁺": "+",
    "⁻": "-",
  ]

  private static let signs: [Unicode.Scalar: String] = [
    "\u{B5}": "u", "\u{3BC}": "u", "×": "x", "✕": "x", "·": ".", "•": ".", "⋅": ".", "∙": ".", "・": ".", "−": "-",
    "–": "-",
    "∕": "/", "⁄": "/", "÷": "/", "°": "deg", "℃": "degC", "℉": "degF", "‰": "[ppth]", "ℓ": "L", "Ω": "Ohm",
    "\u{2126}": "Ohm",
    "㎍": "ug", "㎎": "mg", "㎏": "kg", "㎕": "uL", "㎖": "mL", "㎗": "dL", "㎚": "nm", "㎛": "um", "㎜": "mm", "㎝": "cm",
    "㎞": "km", "㎟": "mm2", "㎠": "cm2", "㎡": "m2", "㎣": "mm3", "㎤": "cm3", "㎥": "m3", "㎐": "Hz", "㎪": "kPa", "㎳": "ms",
    "㎷": "mV", "㏖": "mol", "㎉": "kcal", "㏈": "dB",
  ]

  private static let names: [(name: String, symbol: String)] = [
    ("毫米汞柱", "mm[Hg]"), ("厘米水柱", "cm[H2O]"), ("微国际单位", "u[IU]"), ("毫国际单位", "m[IU]"), ("国际单位", "[IU]"),
    ("高倍视野", "[HPF]"), ("低倍视野", "[LPF]"), ("平方米", "m2"), ("立方毫米", "mm3"), ("摄氏度", "Cel"), ("毫摩尔", "mmol"),
    ("微摩尔", "umol"), ("纳摩尔", "nmol"), ("皮摩尔", "pmol"), ("毫渗量", "mosm"), ("毫当量", "meq"), ("毫单位", "mU"),
    ("次方", ""), ("毫摩", "mmol"), ("微摩", "umol"), ("纳摩", "nmol"), ("皮摩", "pmol"), ("摩尔", "mol"), ("单位", "U"),
    ("毫克", "mg"), ("微克", "ug"), ("纳克", "ng"), ("皮克", "pg"), ("千克", "kg"), ("公斤", "kg"), ("毫升", "mL"),
    ("微升", "uL"), ("分升", "dL"), ("飞升", "fL"), ("毫米", "mm"), ("厘米", "cm"), ("微米", "um"), ("毫秒", "ms"),
    ("千帕", "kPa"), ("千卡", "kcal"), ("毫伏", "mV"), ("拷贝", "{copies}"), ("分钟", "min"), ("小时", "h"), ("肌酐", "creat"),
    ("克", "g"), ("升", "L"), ("米", "m"), ("秒", "s"), ("分", "min"), ("时", "h"), ("天", "d"), ("日", "d"), ("周", "wk"),
    ("月", "mo"), ("年", "a"), ("岁", "a"), ("每", "/"), ("的", "^"), ("个", ""), ("次", ""),
  ]
}
