import Clinical

/// What a number of each kind looks like. What does not is a word (自费, 不详, 待补), a placeholder or a slip that nobody has: it
/// identifies nobody.
enum NumberForm {
  /// The form a number is compared in; nil when it can be nobody's.
  static func normalised(_ raw: String, of kind: Identifier.Kind) -> String? {
    switch kind {
    case .residentID, .motherResidentID:
      // Nobody alive was born on the first day of 1900 or before: such numbers are made up.
      guard let number = ResidentID(raw), number.birthDate.isPlausible else { return nil }
      return number.value
    case .local, .outpatient, .inpatient:
      let value = raw.narrowed
      return isOfInstitution(value) ? value : nil
    default: break
    }
    let value = raw.narrowed
    let plain = value.unicodeScalars.filter { $0.isLetter || $0.isDigit }
    // Characters stand in no number of an authority but the army's.
    let isPlain = value.unicodeScalars.allSatisfy { $0.isASCII || kind == .military }
    let digits = plain.filter(\.isDigit)
    guard isPlain, !isFiller(digits) else { return nil }
    return document(String(scalars: plain), digits: String(scalars: digits), of: kind)
  }

  /// - Parameters:
  ///   - text: letters and digits alone.
  ///   - digits: of them.
  private static func document(_ text: String, digits: String, of kind: Identifier.Kind) -> String? {
    let (length, letters) = (text.unicodeScalars.count, text.unicodeScalars.count - digits.utf8.count)
    func isText(_ lengths: ClosedRange<Int>, digits least: Int) -> Bool {
      lengths.contains(length) && digits.utf8.count >= least
    }
    switch kind {
    // Doc 9303 of ICAO: nine characters; some states have more.
    case .passport: return isText(5...12, digits: 2) ? text : nil
    // From eight digits of an old insurance number to the 64 hexadecimal ones of an electronic health card.
    case .insurance, .healthCard: return isText(6...64, digits: 4) ? text : nil
    // 出生医学证明: a letter and nine digits.
    case .birthCertificate: return isText(9...12, digits: 8) && letters <= 2 ? text : nil
    // 军字第1234567号, as the words around the number come and go.
    case .military:
      let kept = String(scalars: text.unicodeScalars.filter { !"字第号证".unicodeScalars.contains($0) })
      return (6...10).contains(digits.utf8.count) && kept.unicodeScalars.count - digits.utf8.count <= 4 ? kept : nil
    // 回乡证 H or M and eight digits, of old cards with two more that count its issues.
    case .hkMacauPermit:
      guard let first = text.unicodeScalars.first, first.isLetter, letters == 1 else { return nil }
      return [8, 10].contains(digits.utf8.count) ? "\(first)\(digits.prefix(8))" : nil
    // 台胞证: eight digits, of old ones with two more and a letter.
    case .taiwanPermit: return [8, 10].contains(digits.utf8.count) && letters <= 2 ? String(digits.prefix(8)) : nil
    // 外国人永久居留身份证: three letters and twelve digits, or eighteen digits that begin with 9.
    case .permanentResidence:
      return length == 15 && letters == 3 || length == 18 && letters <= 1 && text.hasPrefix("9") ? text : nil
    case .residentID, .motherResidentID, .local, .outpatient, .inpatient: return nil
    }
  }

  /// Digits that are typed where a number is wanted and none is known: 0000, 99999999, 12345678, 87654321, 121212.
  static func isFiller(_ digits: some Collection<Unicode.Scalar>) -> Bool {
    let values = digits.map { Int($0.value) - 48 }
    guard let first = values.first else { return true }
    let steps = zip(values, values.dropFirst()).map { ($1 - $0 + 10) % 10 }
    if values.count > 4, steps.allSatisfy({ $0 == 1 }) || steps.allSatisfy({ $0 == 9 }) { return true }
    if values.allSatisfy({ $0 == first }) { return first == 0 || values.count > 3 }
    return (2...3).contains { length in
      values.count >= 3 * length && values.indices.dropFirst(length).allSatisfy { values[$0] == values[$0 - length] }
    }
  }

  private static let wordsForNone: Set<String> = [
    "NONE", "NULL", "NIL", "NA", "N/A", "NO", "UNK", "UNKNOWN", "TEST", "TEMP", "NOID", "NOCARD",
  ]

  /// Institutions number as they like: zeros, nines and words alone are no numbers. What else they give to whoever has none shows
  /// when it is counted.
  private static func isOfInstitution(_ value: String) -> Bool {
    if value.utf8.contains(where: { (49...56).contains($0) }) { return true }
    let scalars = value.unicodeScalars.filter { $0 != "-" }
    if scalars.allSatisfy({ $0 == "0" }) || scalars.count > 3 && scalars.allSatisfy({ $0 == "9" }) { return false }
    if scalars.contains(where: \.isDigit) { return true }
    // 无卡, 自费, 待补; but letters may be a number.
    return scalars.contains { $0.isLetter } && scalars.allSatisfy(\.isASCII) && !wordsForNone.contains(value)
  }
}

extension CalendarDate {
  /// Whether it can be the birth date of anybody who lives: the first of 1900 and what lies before are what forms hold when nobody
  /// filled them in.
  var isPlausible: Bool { year > 1900 || year == 1900 && (month ?? 1, day ?? 1) != (1, 1) }
}

extension Unicode.Scalar {
  /// Of ASCII.
  fileprivate var isDigit: Bool { value &- 48 < 10 }
  /// A capital of ASCII, or a Han character.
  fileprivate var isLetter: Bool { value &- 65 < 26 || HanTable.contains(self) }
}

extension String {
  /// Full-width forms made narrow, white space dropped, letters capital.
  fileprivate var narrowed: String {
    if utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) || $0 == 45 }) { return self }
    var result = ""
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0xFF01...0xFF5E: result.unicodeScalars.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
      case _ where scalar.isBlank: continue
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result.uppercased()
  }
}
