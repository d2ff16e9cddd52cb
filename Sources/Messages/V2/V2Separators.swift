/// The separators of an ER7 message: MSH-1 and the first four characters of MSH-2, each a sign of ASCII.
///
/// MSH-2 may be empty or say less than four: what it leaves out is the usual sign, where that has no other meaning here. Of a sign that
/// stands for two things the first counts. A fifth (truncation, 2.7) and all behind it separate nothing.
struct V2Separators: Hashable, Sendable {
  /// What separates nothing: no byte of UTF-8.
  static let none: UInt8 = 0xFF

  var field = UInt8(ascii: "|")
  var component = UInt8(ascii: "^")
  var repetition = UInt8(ascii: "~")
  var escape = UInt8(ascii: "\\")
  var subcomponent = UInt8(ascii: "&")

  /// Those of nearly every message, and of v2.xml where a converter left something of ER7 in a text.
  static let usual = V2Separators()

  private init() {}

  /// Those of a message that was read into a tree, in which the escapes of ER7 are resolved already.
  init(ofRead header: V2Segment, isER7: Bool) {
    guard isER7, let field = header.whole(1)?.utf8.first, let encoding = header.whole(2),
      let separators = V2Separators(field: field, encoding: encoding.utf8)
    else {
      self = .usual
      return
    }
    self = separators
    escape = V2Separators.none
  }

  /// - Parameters:
  ///   - field: MSH-1.
  ///   - encoding: MSH-2.
  /// - Returns: nil when there is a letter, a digit or a space where a separator belongs.
  init?(field: UInt8, encoding: some Sequence<UInt8>) {
    guard V2Separators.isSign(field) else { return nil }
    var signs: [UInt8] = []
    for byte in encoding.prefix(4) {
      guard V2Separators.isSign(byte) else { return nil }
      signs.append(byte)
    }
    var taken: Set<UInt8> = [field]
    var roles: [UInt8] = []
    for role in 0..<4 {
      let sign = role < signs.count ? signs[role] : V2Separators.usualSigns[role]
      roles.append(taken.insert(sign).inserted ? sign : V2Separators.none)
    }
    self.field = field
    (component, repetition, escape, subcomponent) = (roles[0], roles[1], roles[2], roles[3])
  }

  private static let usualSigns = Array("^~\\&".utf8)

  private static func isSign(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }
}
