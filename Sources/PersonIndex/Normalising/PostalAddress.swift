import Foundation

/// An address in tokens: the road and number, and the numbers of building and unit after it.
public struct PostalAddress: Hashable, Sendable {
  /// Everything up to and with 号, without spaces; all of it when there is no such mark.
  let road: String
  /// The numbers after it, joined: `14-814`; empty when the address ends at the road.
  let unit: String

  init?(_ raw: String) {
    var text: [Unicode.Scalar] = []
    text.reserveCapacity(raw.utf8.count)
    for scalar in raw.compatibilityMapped.unicodeScalars where !scalar.isBlank {
      text.append(HanTable.simplified(scalar))
    }
    guard text.count >= 4 else { return nil }
    let mark = text.firstIndex(of: "号").map { $0 + 1 } ?? text.count
    road = String(scalars: text[..<mark])
    var numbers: [String] = []
    var isNumber = false
    for scalar in text[mark...] {
      if ("0"..."9").contains(scalar) {
        if !isNumber { numbers.append("") }
        numbers[numbers.count - 1].unicodeScalars.append(scalar)
        isNumber = true
      } else {
        isNumber = false
      }
    }
    unit = numbers.joined(separator: "-")
  }
}
