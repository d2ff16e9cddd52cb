import Clinical

/// How one value is found: where it stands, then what is cut from it, then what its code means.
struct MappingValue: Sendable, Hashable {
  indirect enum Source: Sendable, Hashable {
    case path(MappingPath)
    /// From rows elsewhere in the document.
    case row(MappingRows, MappingPath)
    case constant(String)
    /// The first that has a value.
    case first([MappingValue])
    /// Those that have a value, as one text; nothing when only constants have one.
    case join([MappingValue], with: String)
    /// All that have a value, for data of which there may be several.
    case each([MappingValue])
  }

  /// What a sender's codes mean.
  struct Table: Sendable, Hashable {
    /// What becomes of a code that is not in the table.
    enum Otherwise: Sendable, Hashable {
      case text(String)
      case asSent
      case absent
    }

    var entries: [String: String]
    var otherwise: Otherwise
  }

  var source: Source
  /// Only what follows the first of these; nothing when there is none.
  var after: String?
  /// Only what precedes the first of these; all when there is none.
  var before: String?
  /// Characters to take off both ends.
  var trim: String?
  /// Only the characters that are among these.
  var keep: String?
  var split: MappingSplit?
  var table: Table?

  /// Whether anything is done to what is found.
  var isWorkedOn: Bool { after != nil || before != nil || trim != nil || keep != nil || split != nil || table != nil }

  /// `after`, `before`, `trim`, `keep` and `split`, in this order.
  func cut(_ text: String) -> String? {
    if after == nil, before == nil, trim == nil, keep == nil, split == nil { return text }
    var rest = text[...]
    if let after {
      guard let range = rest.firstRange(of: after) else { return nil }
      rest = rest[range.upperBound...]
    }
    if let before, let range = rest.firstRange(of: before) { rest = rest[..<range.lowerBound] }
    if let trim {
      let isOff = { (character: Character) in trim.contains(character) || character.isWhitespace }
      while let last = rest.last, isOff(last) { rest.removeLast() }
      rest = rest.drop(while: isOff)
    }
    if let keep { return String(rest.filter { keep.contains($0) }) }
    return split == nil ? String(rest) : split?.part(of: String(rest))
  }
}

/// A value with its key, and the datum it gives.
struct MappingField: Sendable, Hashable {
  /// The key in the mapping file, e.g. `observations.code.identifier`.
  var key: String
  /// The datum within the section, as `DatumList` names it, e.g. `code`.
  var name: String
  /// Whether it is a result, for which a dash is an answer.
  var isAnswer = false
  var value: MappingValue
}
