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
    // On the stack: every patient of an import comes with one.
    var digits = SIMD32<UInt8>()
    var count = 0
    for scalar in text.unicodeScalars {
      let digit: UInt8
      switch scalar.value {
      case 48...57: digit = UInt8(scalar.value - 48)
      case 0xFF10...0xFF19: digit = UInt8(scalar.value - 0xFF10)
      case 0x58, 0x78, 0xFF38, 0xFF58: digit = 10
      case 0x20, 0x3000: continue
      default: return nil
      }
      if count == 18 || digit == 10 && count != 17 { return nil }
      digits[count] = digit
      count += 1
    }
    if count == 15 {
      for place in (6..<15).reversed() { digits[place + 2] = digits[place] }
      (digits[6], digits[7]) = (1, 9)
      digits[17] = ResidentID.checkDigit(of: digits)
      count = 18
    }
    guard count == 18, digits[0] > 0, ResidentID.checkDigit(of: digits) == digits[17] else { return nil }
    func number(_ range: Range<Int>) -> Int { range.reduce(0) { $0 * 10 + Int(digits[$1]) } }
    guard number(6..<10) >= 1800,
      let date = CalendarDate(year: number(6..<10), month: number(10..<12), day: number(12..<14))
    else { return nil }
    birthDate = date
    sex = digits[16] % 2 == 1 ? .male : .female
    value = String(unsafeUninitializedCapacity: 18) { bytes in
      for place in 0..<18 { bytes[place] = digits[place] == 10 ? 88 : 48 + digits[place] }
      return 18
    }
  }

  private static let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

  /// The check digit of the first seventeen; 10 stands for `X`.
  private static func checkDigit(of digits: SIMD32<UInt8>) -> UInt8 {
    var sum = 0
    for place in 0..<17 { sum += Int(digits[place]) * weights[place] }
    return UInt8((12 - sum % 11) % 11)
  }
}
