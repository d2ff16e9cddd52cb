import Clinical

/// How a vendor writes its times when the registry's own reader cannot know: `DD/MM/YYYY hh:mm`, `YYYY年MM月DD日`.
///
/// `YYYY MM DD hh mm ss` stand for numbers, everything else for itself. A number may have fewer digits than letters where
/// something that is no number follows it.
struct MappingDateFormat: Sendable, Hashable {
  private enum Piece: Hashable, Sendable {
    case number(Unit, isOpen: Bool)
    case literal(Character)
  }

  private enum Unit: String, CaseIterable, Sendable {
    case year = "YYYY"
    case month = "MM"
    case day = "DD"
    case hour = "hh"
    case minute = "mm"
    case second = "ss"
  }

  /// As it is written.
  let text: String
  private var pieces: [Piece] = []

  /// - Returns: nil when year, month or day is missing, or one stands twice.
  init?(_ text: String) {
    self.text = text
    var rest = text[...]
    var units: [Unit] = []
    while let character = rest.first {
      if let unit = Unit.allCases.first(where: { rest.hasPrefix($0.rawValue) }) {
        if units.contains(unit) { return nil }
        units.append(unit)
        rest = rest.dropFirst(unit.rawValue.count)
        let isBeforeNumber = Unit.allCases.contains { rest.hasPrefix($0.rawValue) }
        pieces.append(.number(unit, isOpen: !isBeforeNumber))
      } else {
        pieces.append(.literal(character))
        rest = rest.dropFirst()
      }
    }
    // What is known of a time is known from the year down: an hour for minutes, minutes for seconds.
    guard units.count >= 3, Set(units) == Set(Unit.allCases.prefix(units.count)) else { return nil }
  }

  /// The time as `YYYY-MM-DD` or `YYYY-MM-DDThh[:mm[:ss]]`, or nil when the text is not written in this way.
  func isoText(_ text: String) -> String? {
    var rest = text[...]
    var numbers: [Unit: String] = [:]
    for piece in pieces {
      switch piece {
      case .literal(let character):
        guard rest.first == character else { return nil }
        rest = rest.dropFirst()
      case .number(let unit, let isOpen):
        let width = unit.rawValue.count
        let digits = rest.prefix(width).prefix { $0.isASCII && $0.isWholeNumber }
        guard digits.count == width || (isOpen && unit != .year && !digits.isEmpty) else { return nil }
        numbers[unit] = String(repeating: "0", count: width - digits.count) + digits
        rest = rest.dropFirst(digits.count)
      }
    }
    guard rest.isEmpty, let year = numbers[.year], let month = numbers[.month], let day = numbers[.day] else {
      return nil
    }
    let time = [Unit.hour, .minute, .second].compactMap { numbers[$0] }.joined(separator: ":")
    return "\(year)-\(month)-\(day)" + (time.isEmpty ? "" : "T" + time)
  }
}
