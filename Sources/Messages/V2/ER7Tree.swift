public import XMLReading

/// HL7 v2 in its pipe form (ER7) as the tree that v2.xml gives: segments of fields `OBX.5` of components `C.1` of
/// subcomponents `S.1`, so that one reader reads both.
///
/// What the standard gives no components is taken whole, as v2.xml writes it: the value of an OBX of type ST, TX, FT, NM or of none, and
/// NTE-3. Their repetitions stay apart, the empty ones too: whether they are lines or a `~` in a text the reader tells, for both
/// notations alike.
public enum ER7Tree {
  /// - Parameters:
  ///   - bytes: one message in UTF-8, beginning with `MSH`.
  ///   - line: the line of the file on which it begins.
  /// - Throws: `XMLReadingError` when it does not begin with a header segment, is not UTF-8 or goes beyond the limits.
  public static func read(
    _ bytes: some Collection<UInt8>, limits: XMLLimits = XMLLimits(), line: Int = 1
  ) throws(XMLReadingError) -> XMLTree {
    let here = XMLLocation(line: line, column: 1, path: "/")
    let message = Array(bytes)
    guard String(validating: message, as: UTF8.self) != nil else {
      throw XMLReadingError(.encoding, "bytes that are neither UTF-8 nor GB18030", at: here)
    }
    guard let separators = separators(message) else {
      throw XMLReadingError(
        .malformed, "an ER7 message begins with MSH and its five separators, e.g. MSH|^~\\&", at: here)
    }
    return try message.withUnsafeBufferPointer { (bytes) throws(XMLReadingError) in
      var writer = Writer(bytes: bytes, separators: separators, limits: limits)
      return try writer.tree(line: line)
    }
  }

  private static func separators(_ message: [UInt8]) -> V2Separators? {
    guard message.count >= 4, message.starts(with: "MSH".utf8) else { return nil }
    let encoding = message[4...].prefix { $0 != message[3] && $0 != 0x0D && $0 != 0x0A }
    return V2Separators(field: message[3], encoding: encoding)
  }

  /// Writes the events of one message into a tree.
  private struct Writer {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let separators: V2Separators
    private let limits: XMLLimits
    private var builder = XMLTreeBuilder()
    private var names: [String] = []
    /// Places in `names`, by whose name it is and its number.
    private var index: [UInt64: Int32] = [:]
    private var line = 1
    private var valueIsText = false

    init(bytes: UnsafeBufferPointer<UInt8>, separators: V2Separators, limits: XMLLimits) {
      self.bytes = bytes
      self.separators = separators
      self.limits = limits
    }

    mutating func tree(line: Int) throws(XMLReadingError) -> XMLTree {
      var segments = ER7Segments(bytes, separator: separators.field, line: line)
      try open(name(0, 0, "ER7"))
      while let piece = segments.next() {
        switch piece {
        case .segment(let range, let line):
          self.line = line
          try segment(range)
        case .stray(let line):
          self.line = line
          try open(name(1, 0, "line"))
          builder.end()
        }
      }
      builder.end()
      guard let tree = builder.tree(names: names) else { throw error(.malformed, "an empty ER7 message") }
      return tree
    }

    private mutating func segment(_ range: Range<Int>) throws(XMLReadingError) {
      guard let owner = ER7Segments.name(bytes, range.lowerBound) else { return }
      let text = String(decoding: bytes[range.lowerBound..<(range.lowerBound + 3)], as: UTF8.self)
      try open(name(owner, 0, text))
      valueIsText = true
      let isHeader = owner == V2SegmentNames.number("MSH")
      var number = 0
      if isHeader {
        number = 1
        try leaf(name(owner, 1, text), range.lowerBound + 3..<min(range.lowerBound + 4, range.upperBound))
      }
      var start = range.lowerBound + 3
      while start < range.upperBound {
        let end = bytes[(start + 1)..<range.upperBound].firstIndex(of: separators.field) ?? range.upperBound
        number += 1
        if end > start + 1 {
          if isHeader, number == 2 {
            try leaf(name(owner, 2, text), start + 1..<end)
          } else {
            try field(owner, number, text, start + 1..<end)
          }
        }
        start = end
      }
      builder.end()
    }

    private mutating func field(
      _ segment: UInt32, _ number: Int, _ text: String, _ range: Range<Int>
    ) throws(XMLReadingError) {
      let name = try self.name(segment, number, text)
      if segment == V2SegmentNames.number("OBX"), number == 2 {
        valueIsText = ["ST", "TX", "FT", "NM"].contains { bytes[range].elementsEqual($0.utf8) }
      }
      let isText = V2SegmentNames.holdsText(segment, field: number) && (valueIsText || number == 3)
      var start = range.lowerBound
      while true {
        let end = bytes[start..<range.upperBound].firstIndex(of: separators.repetition) ?? range.upperBound
        if isText { try leaf(name, start..<end) } else if end > start { try repetition(name, start..<end) }
        if end == range.upperBound { return }
        start = end + 1
      }
    }

    private mutating func repetition(_ name: Int32, _ range: Range<Int>) throws(XMLReadingError) {
      let isPlain = bytes[range].allSatisfy { $0 != separators.component && $0 != separators.subcomponent }
      if isPlain { return try leaf(name, range) }
      try open(name)
      try parts(range, separators.component) { (writer, number, range) throws(XMLReadingError) in
        let name = try writer.name(2, number, "C")
        guard writer.bytes[range].contains(writer.separators.subcomponent) else { return try writer.leaf(name, range) }
        try writer.open(name)
        try writer.parts(range, writer.separators.subcomponent) { (writer, number, range) throws(XMLReadingError) in
          try writer.leaf(writer.name(3, number, "S"), range)
        }
        writer.builder.end()
      }
      builder.end()
    }

    /// What stands between separators and is not empty, with its number.
    private mutating func parts(
      _ range: Range<Int>, _ separator: UInt8,
      _ write: (inout Writer, Int, Range<Int>) throws(XMLReadingError) -> Void
    ) throws(XMLReadingError) {
      var start = range.lowerBound
      var number = 1
      while true {
        let end = bytes[start..<range.upperBound].firstIndex(of: separator) ?? range.upperBound
        if end > start { try write(&self, number, start..<end) }
        if end == range.upperBound { return }
        start = end + 1
        number += 1
      }
    }

    private mutating func open(_ name: Int32) throws(XMLReadingError) {
      if builder.count >= limits.elements {
        throw error(.limit, "more than \(limits.elements) fields and components in one message: send it in parts")
      }
      builder.start(name: name, line: line, column: 0)
    }

    private mutating func leaf(_ name: Int32, _ range: Range<Int>) throws(XMLReadingError) {
      try open(name)
      let text = bytes[range]
      if text.contains(where: { $0 == separators.escape || $0 == 0x0D }) {
        var resolved = V2Escape.text(UnsafeBufferPointer(rebasing: text), separators)
        resolved.withUTF8 { builder.characters($0) }
      } else {
        builder.characters(UnsafeBufferPointer(rebasing: text))
      }
      builder.end()
    }

    /// The name of a segment (field 0) or of its field; of a component or subcomponent, whose `text` is `C` or `S`.
    private mutating func name(_ owner: UInt32, _ number: Int, _ text: String) throws(XMLReadingError) -> Int32 {
      let key = UInt64(owner) << 32 | UInt64(number)
      if let known = index[key] { return known }
      guard names.count < limits.names else {
        throw error(.limit, "more than \(limits.names) different segments, fields and components: send it in parts")
      }
      let new = Int32(names.count)
      index[key] = new
      names.append(number == 0 ? text : text + ".\(number)")
      return new
    }

    private func error(_ kind: XMLReadingError.Kind, _ message: String) -> XMLReadingError {
      XMLReadingError(kind, message, at: XMLLocation(line: line, column: 0, path: "/"))
    }
  }
}
