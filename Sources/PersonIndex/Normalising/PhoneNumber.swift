/// A telephone number as it is compared: digits without the country's prefix, nil for what nobody owns.
enum PhoneNumber {
  private static let placeholders: Set<String> = [
    "13800138000", "13900000000", "13800000000", "12345678901", "18888888888",
  ]

  static func normalised(_ raw: String) -> String? {
    var digits: [UInt8] = []
    digits.reserveCapacity(16)
    for scalar in raw.unicodeScalars {
      switch scalar.value {
      case 48...57: digits.append(UInt8(scalar.value))
      case 0xFF10...0xFF19: digits.append(UInt8(scalar.value - 0xFF10 + 48))
      default: continue
      }
    }
    if digits.count >= 13, digits.starts(with: Array("0086".utf8)) { digits.removeFirst(4) }
    if digits.count == 13, digits.starts(with: Array("86".utf8)) { digits.removeFirst(2) }
    guard digits.count >= 7, let last = digits.last, digits.suffix(8).contains(where: { $0 != last }) else {
      return nil
    }
    let text = String(decoding: digits, as: UTF8.self)
    return placeholders.contains(text) ? nil : text
  }
}
