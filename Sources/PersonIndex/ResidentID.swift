public import Clinical

/// A resident identity number 公民身份号码 (GB 11643-1999): region, birth date, sequence, check character (ISO 7064 MOD 11-2).
public struct ResidentID: Hashable, Sendable {
  /// Eighteen characters, the last a digit or `X`.
  public let value: String
  public let birthDate: CalendarDate
  /// Told by the last digit of the sequence: odd is male.
  public let sex: Sex

  /// Reads 18 characters, or 15 of the form before 1999, which become 18.
  ///
  /// - Returns: nil when the check character or the date is wrong: such a number identifies nobody.
  public init?(_ text: some StringProtocol) {
    var digits: [Int] = []
    digits.reserveCapacity(18)
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 48...57: digits.append(Int(scalar.value) - 48)
      case 0xFF10...0xFF19: digits.append(Int(scalar.value) - 0xFF10)
      case 0x58, 0x78, 0xFF38, 0xFF58: digits.append(10)
      case 0x20, 0x3000: continue
      default: return nil
      }
    }
    if digits.count == 15 {
      digits.insert(contentsOf: [1, 9], at: 6)
      guard digits.allSatisfy({ $0 < 10 }) else { return nil }
      digits.append(ResidentID.checkDigit(of: digits))
    }
    guard digits.count == 18, digits[..<17].allSatisfy({ $0 < 10 }), digits[0] > 0,
      ResidentID.checkDigit(of: digits) == digits[17]
    else { return nil }
    func number(_ range: Range<Int>) -> Int { range.reduce(0) { $0 * 10 + digits[$1] } }
    guard number(6..<10) >= 1800,
      let date = CalendarDate(year: number(6..<10), month: number(10..<12), day: number(12..<14))
    else { return nil }
    birthDate = date
    sex = digits[16] % 2 == 1 ? .male : .female
    value = String(unsafeUninitializedCapacity: 18) { bytes in
      for (place, digit) in digits.enumerated() { bytes[place] = digit == 10 ? 88 : UInt8(48 + digit) }
      return 18
    }
  }

  private static let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

  /// The check digit of the first seventeen; 10 stands for `X`.
  static func checkDigit(of digits: [Int]) -> Int {
    let sum = zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 }
    return (12 - sum % 11) % 11
  }
}
