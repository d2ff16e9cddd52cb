import Foundation

extension Unicode.Scalar {
  /// Whether it is a letter, digit or blank of ASCII or a common Han character: no normalisation form changes it.
  fileprivate var isPlain: Bool { isASCII || HanTable.contains(self) }
}

extension String {
  /// Scalars as a text. The standard library appends an array of them one by one, at ten times the price.
  init(scalars: some Collection<Unicode.Scalar>) {
    let length = scalars.reduce(0) { $0 + UTF8.width($1) }
    self.init(unsafeUninitializedCapacity: length) { bytes in
      var end = 0
      for scalar in scalars {
        for byte in scalar.utf8 {
          bytes[end] = byte
          end += 1
        }
      }
      return end
    }
  }

  /// Unicode's form NFKC; most names and addresses are in it, and mapping takes longer than all the rest.
  var compatibilityMapped: String {
    unicodeScalars.allSatisfy(\.isPlain) ? self : precomposedStringWithCompatibilityMapping
  }
}
