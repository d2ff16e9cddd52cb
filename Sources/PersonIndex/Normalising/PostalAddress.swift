import Clinical
import Foundation

/// An address in tokens: the road with the house's number, and the numbers of building and room. A district, a street or a village
/// alone, a building without a road, a dormitory without a room are where very many live: no address.
public struct PostalAddress: Hashable, Sendable {
  /// What stands before the road: province, city, district; empty when it is not told.
  let division: String
  /// The road with the house's number, or the estate: 中山路12号, 阳光花园.
  let road: String
  /// The numbers of building and room, joined: `14-814`; empty when no room is told.
  let unit: String

  init?(_ raw: String) {
    var text: [Unicode.Scalar] = []
    text.reserveCapacity(raw.utf8.count)
    for scalar in raw.compatibilityMapped.unicodeScalars where !scalar.isBlank {
      text.append(HanTable.simplified(scalar))
    }
    guard text.count >= 4 else { return nil }
    guard text.contains(where: HanTable.contains) else {
      // Elsewhere a house has a number and a street of letters.
      guard text.count >= 8, text.contains(where: Self.isDigit), text.contains(where: { !Self.isDigit($0) }) else {
        return nil
      }
      (division, road, unit) = ("", String(scalars: text).uppercased(), "")
      return
    }
    let numbers = Self.numbers(text)
    let house = numbers.firstIndex { $0.mark == "号" && Self.isPlace(text[..<$0.range.lowerBound]) }
    let end: Int
    let rooms: ArraySlice<Number>
    if let house {
      (end, rooms) = (numbers[house].range.upperBound + 1, numbers[(house + 1)...])
    } else {
      guard let first = numbers.first, Self.isPlace(text[..<first.range.lowerBound]), first.mark != "组",
        first.mark != "队", first.mark != "社"
      else { return nil }
      (end, rooms) = (first.range.lowerBound, numbers[...])
    }
    unit = Self.unit(rooms)
    if house == nil, unit.isEmpty || rooms.count < 2 { return nil }
    let start = Self.endOfDivision(text[..<end])
    division = String(scalars: text[..<start])
    road = String(scalars: text[start..<end])
  }

  private struct Number {
    var range: Range<Int>
    var digits: String
    /// The character after it.
    var mark: Unicode.Scalar?
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.value &- 48 < 10 }

  private static func numbers(_ text: [Unicode.Scalar]) -> [Number] {
    var result: [Number] = []
    var start: Int?
    for place in 0...text.count {
      let isInside = place < text.count && isDigit(text[place])
      if isInside {
        start = start ?? place
      } else if let from = start {
        start = nil
        result.append(
          Number(
            range: from..<place, digits: String(scalars: text[from..<place]),
            mark: place < text.count ? text[place] : nil))
      }
    }
    return result
  }

  /// Whether a number that follows can be a house's: not in a district or a town alone.
  private static func isPlace(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
    guard let last = text.last, text.count >= 2 else { return false }
    return HanTable.contains(last) && !"省市县镇乡".unicodeScalars.contains(last)
      || isDigit(last) || last == "-"
  }

  /// Building and room; empty when the last number is no room's.
  private static func unit(_ numbers: ArraySlice<Number>) -> String {
    guard let last = numbers.last else { return "" }
    let isRoom = last.mark.map { !"栋幢座楼单层组队期区门弄".unicodeScalars.contains($0) } ?? true
    guard isRoom, numbers.count > 1 || last.digits.utf8.count > 2 else { return "" }
    return numbers.map(\.digits).joined(separator: "-")
  }

  /// Where province, city, district and town end.
  private static func endOfDivision(_ text: ArraySlice<Unicode.Scalar>) -> Int {
    let body = text.prefix { !isDigit($0) }
    let place = body.indices.last { "省市区县镇乡".unicodeScalars.contains(body[$0]) && body.endIndex - $0 > 2 }
    return place.map { $0 + 1 } ?? text.startIndex
  }

  /// Whether both can be of one city: what one does not tell is no other.
  func isInOneDivision(with other: PostalAddress) -> Bool {
    division.isEmpty || other.division.isEmpty || division.hasSuffix(other.division)
      || other.division.hasSuffix(division)
  }
}
