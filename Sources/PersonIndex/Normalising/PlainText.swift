import Foundation

extension Unicode.Scalar {
  /// Whether it is a letter, digit or blank of ASCII or a common Han character: no normalisation form changes it.
  fileprivate var isPlain: Bool { isASCII || HanTable.contains(self) }

  var isBlank: Bool {
    isASCII ? value == 32 || (9...13).contains(value) : !HanTable.contains(self) && properties.isWhitespace
  }
}

extension String {
  /// Unicode's form NFKC; most names and addresses are in it, and mapping takes longer than all the rest.
  var compatibilityMapped: String {
    unicodeScalars.allSatisfy(\.isPlain) ? self : precomposedStringWithCompatibilityMapping
  }
}
