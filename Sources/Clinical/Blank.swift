/// Whether a text says something: the one answer for every reader.
extension Unicode.Scalar {
  /// White space, as Unicode counts it (the property White_Space, which is settled): asked here for its value, since looking a property
  /// up takes as long as all else that is done with a character.
  @inlinable public var isBlank: Bool {
    switch value {
    case 0x09...0x0D, 0x20: true
    case 0x21..<0x85: false
    case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }
}

extension String {
  /// Without the white space around it.
  public var trimmed: String {
    guard let first = utf8.first, let last = utf8.last else { return self }
    // Nearly every text is as it is to be.
    if first > 32, first < 128, last > 32, last < 128 { return self }
    let scalars = unicodeScalars
    guard let start = scalars.firstIndex(where: { !$0.isBlank }), let end = scalars.lastIndex(where: { !$0.isBlank })
    else { return "" }
    return String(scalars[start...end])
  }

  /// Without the white space around it; nil when nothing is left. What programs and people write on purpose is asked so: a dash is one.
  public var nonBlank: String? {
    let text = trimmed
    return text.isEmpty ? nil : text
  }

  /// The same, and nil for a filler too: what a form prints where nothing was said. What comes in messages is asked so.
  public var filled: String? { Filler.value(self) }
}

extension Substring {
  /// Without the white space around it.
  public var trimmed: String { String(self).trimmed }
}
