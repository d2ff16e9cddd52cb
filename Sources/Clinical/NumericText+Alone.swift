/// Numbers where only a number can stand: the same grammar, without what a laboratory puts around one.
extension NumericText {
  /// A decimal as tables, XML Schema and FHIR write it: digits of ASCII with a sign, a point and an exponent at most.
  ///
  /// `Double` by itself would also read `nan`, `inf` and hexadecimals.
  public static func decimal(_ text: String) -> Double? {
    if isPlain(text) { return Double(text) }
    let isDecimal = text.utf8.allSatisfy { (48...57).contains($0) || [43, 45, 46, 69, 101].contains($0) }
    return isDecimal ? NumericText(text)?.number : nil
  }

  /// A count, a place in an order, the number of a version: digits of ASCII alone. Nothing of the kind has a sign.
  public static func count(_ text: String) -> Int? {
    text.utf8.allSatisfy { (48...57).contains($0) } ? Int(text) : nil
  }
}
