/// One code per person 一人一码: opaque, never derived from anything about the person, with a check character
/// (ISO 7064 MOD 37,36) so that a mistyped code is refused and not another person's.
public enum PersonCode {
  /// Digits and capitals without I, L, O, U: what is read aloud is not misheard.
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
  private static let length = 12

  /// A new code: 60 random bits and the check character.
  public static func make(using generator: inout some RandomNumberGenerator) -> String { code(at: generator.next()) }

  /// The code at a place among all, in byte order: of the place the upper 60 bits count.
  public static func code(at place: UInt64) -> String {
    let body = (0..<length).map { alphabet[Int(place >> (59 - 5 * $0) & 31)] }
    return String(decoding: body + [check(body)], as: UTF8.self)
  }

  /// Whether a text has a code's form and its check character is right.
  public static func isValid(_ text: String) -> Bool {
    guard text.utf8.count == length + 1, let last = text.utf8.last else { return false }
    let body = text.utf8.dropLast()
    return body.allSatisfy { alphabet.contains($0) } && check(body) == last
  }

  private static let all = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)

  private static func check(_ body: some Sequence<UInt8>) -> UInt8 {
    var product = 36
    for byte in body {
      var sum = (product + (all.firstIndex(of: byte) ?? 0)) % 36
      if sum == 0 { sum = 36 }
      product = sum * 2 % 37
    }
    return all[(37 - product) % 36]
  }
}
