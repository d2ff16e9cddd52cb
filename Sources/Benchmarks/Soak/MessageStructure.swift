/// The pieces of a message, found by its signs alone and without any of its meaning: what a structured mutant swaps, repeats and
/// empties, and what is counted as gone in.
struct MessageStructure {
  enum Notation { case er7, xml, json }

  /// A piece that can stand elsewhere, twice or not at all.
  struct Piece {
    enum Kind: Hashable { case segment, field, component, element, attribute, text, member, value }

    let kind: Kind
    let range: Range<Int>
    /// What stands between it and a copy of it; nil where there can be none beside it.
    var joint: String?
    /// Those of one family can change places: fields of any segment, but only elements of one parent or of one name.
    var family: Family?
  }

  struct Family: Hashable {
    /// The element or object it stands in.
    let parent: [UInt8]
    /// Its name and the parent's; of JSON all names on the way to it.
    let name: [UInt8]
  }

  let notation: Notation
  private(set) var pieces: [Piece] = []

  /// - Parameter bytes: UTF-8, or another encoding in which the signs are those of ASCII.
  init(_ bytes: [UInt8]) {
    notation = Self.notation(of: bytes)
    switch notation {
    case .er7: findSegments(bytes)
    case .xml: findElements(bytes)
    case .json:
      var scan = JSONScan(bytes)
      scan.run()
      pieces = scan.values.flatMap { value in
        let family = Family(
          parent: Array(value.path.dropLast().joined(separator: ".").utf8),
          name: Array(value.path.joined(separator: ".").utf8))
        return [Piece(kind: .value, range: value.range, joint: value.isElement ? "," : nil, family: family)]
          + (value.member.map { [Piece(kind: .member, range: $0, joint: ",", family: family)] } ?? [])
      }
    }
  }

  static func notation(of bytes: [UInt8]) -> Notation {
    switch bytes.first(where: { $0 > 0x20 && $0 < 0x80 }) {
    case UInt8(ascii: "<"): .xml
    case UInt8(ascii: "{"), UInt8(ascii: "["): .json
    default: .er7
    }
  }

  // MARK: ER7

  private mutating func findSegments(_ bytes: [UInt8]) {
    for segment in ER7Scan(bytes).segments {
      pieces.append(Piece(kind: .segment, range: segment.range, joint: ""))
      for field in segment.fields.dropFirst() where !field.isEmpty {
        pieces.append(Piece(kind: .field, range: field, joint: "~"))
        let parts = bytes[field].split(separator: UInt8(ascii: "^"), omittingEmptySubsequences: false)
        if parts.count < 2 { continue }
        pieces += parts.filter { !$0.isEmpty }.map {
          Piece(kind: .component, range: $0.startIndex..<$0.endIndex, joint: "&")
        }
      }
    }
  }

  // MARK: XML

  private mutating func findElements(_ bytes: [UInt8]) {
    var open: [(name: [UInt8], start: Int)] = []
    // Those that are open are found by where they begin.
    func family(_ name: [UInt8]) -> Family {
      Family(parent: Array("\(open.last?.start ?? 0)".utf8), name: (open.last?.name ?? []) + [0x2F] + name)
    }
    for event in MarkupScan(bytes).events {
      switch event {
      case .start(let name, let attributes, let range, let isEmpty):
        pieces += attributes.filter { !$0.value.isEmpty }.map { Piece(kind: .attribute, range: $0.value, joint: nil) }
        if isEmpty {
          pieces.append(Piece(kind: .element, range: range, joint: "", family: family(name)))
        } else {
          open.append((name, range.lowerBound))
        }
      case .end(let name, let range):
        guard let index = open.lastIndex(where: { $0.name == name }) else { continue }
        // The root stays: without it there is no message.
        let start = open[index].start
        open.removeSubrange(index...)
        if index > 0 {
          pieces.append(
            Piece(kind: .element, range: start..<range.upperBound, joint: "", family: family(name)))
        }
      case .text(let range):
        if bytes[range].contains(where: { $0 > 0x20 }) { pieces.append(Piece(kind: .text, range: range, joint: "")) }
      }
    }
    // What stands once in its parent can stand there once.
    let families = Dictionary(grouping: pieces.filter { $0.kind == .element }) { $0.family }
    for index in pieces.indices where pieces[index].kind == .element && families[pieces[index].family]?.count == 1 {
      pieces[index].joint = nil
    }
  }
}

/// ER7 as lines and signs.
struct ER7Scan {
  struct Segment {
    /// With its terminator.
    let range: Range<Int>
    /// The first is the segment's name.
    let fields: [Range<Int>]
    /// From 1.
    let line: Int
  }

  private(set) var segments: [Segment] = []

  init(_ bytes: [UInt8]) {
    let end: UInt8 = bytes.contains(13) ? 13 : 10
    var start = 0
    var line = 0
    var within = 0
    while start < bytes.count {
      let stop = bytes[start...].firstIndex(of: end) ?? bytes.count
      // A line feed within a segment begins a line too; one after a CR belongs to it.
      line += 1 + within
      within = bytes[start..<stop].dropFirst().count { $0 == 10 }
      let fields = bytes[start..<stop].split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
      let next = min(stop + 1, bytes.count)
      segments.append(Segment(range: start..<next, fields: fields.map { $0.startIndex..<$0.endIndex }, line: line))
      start = next
    }
  }
}

/// XML as tags and texts; comments and instructions are passed over.
struct MarkupScan {
  enum Event {
    /// Local name; attributes by local name with the place of their values; the tag.
    case start([UInt8], [(name: [UInt8], value: Range<Int>)], Range<Int>, isEmpty: Bool)
    case end([UInt8], Range<Int>)
    case text(Range<Int>)
  }

  private(set) var events: [Event] = []
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var place = 0
    while place < bytes.count {
      guard let start = bytes[place...].firstIndex(of: 0x3C) else { break }
      if start > place { events.append(.text(place..<start)) }
      if let section = after(start, "<![CDATA[", "]]>") {
        events.append(.text(start + 9..<section - 3))
        place = section
      } else if let comment = after(start, "<!--", "-->") ?? after(start, "<?", "?>") {
        place = comment
      } else {
        guard let stop = bytes[start...].firstIndex(of: 0x3E) else { break }
        tag(start..<stop + 1)
        place = stop + 1
      }
    }
  }

  private func after(_ start: Int, _ open: String, _ close: String) -> Int? {
    guard bytes[start...].starts(with: open.utf8) else { return nil }
    let (close, from) = (Array(close.utf8), start + open.utf8.count)
    return bytes[from...].firstRange(of: close)?.upperBound
  }

  private mutating func tag(_ range: Range<Int>) {
    let isEnd = bytes[range.lowerBound + 1] == 0x2F
    let inner = range.lowerBound + (isEnd ? 2 : 1)..<range.upperBound - 1
    let name = bytes[inner].prefix { $0 > 0x20 && $0 != 0x2F }
    if isEnd { return events.append(.end(Self.local(name), range)) }
    var attributes: [(name: [UInt8], value: Range<Int>)] = []
    var place = name.endIndex
    while let sign = bytes[place..<inner.upperBound].firstIndex(of: 0x3D) {
      let label = bytes[place..<sign].filter { $0 > 0x20 }
      guard let quote = bytes[sign..<inner.upperBound].firstIndex(where: { $0 == 0x22 || $0 == 0x27 }),
        let close = bytes[(quote + 1)..<inner.upperBound].firstIndex(of: bytes[quote])
      else { break }
      attributes.append((Self.local(label[...]), quote + 1..<close))
      place = close + 1
    }
    events.append(.start(Self.local(name), attributes, range, isEmpty: bytes[range.upperBound - 2] == 0x2F))
  }

  private static func local(_ name: ArraySlice<UInt8>) -> [UInt8] {
    name.lastIndex(of: 0x3A).map { Array(name[($0 + 1)...]) } ?? Array(name)
  }
}

/// JSON as values with the names on the way to them.
struct JSONScan {
  struct Value {
    let range: Range<Int>
    /// With its name, where it has one.
    let member: Range<Int>?
    let path: [String]
    /// Whether it stands in an array.
    let isElement: Bool
    let isLeaf: Bool
  }

  private(set) var values: [Value] = []
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func run() {
    while skipSpace(), place < bytes.count { if !value([], member: nil, isElement: false, depth: 0) { return } }
  }

  @discardableResult private mutating func skipSpace() -> Bool {
    while place < bytes.count, bytes[place] <= 0x20 || bytes[place] == 0x2C { place += 1 }
    return true
  }

  private mutating func string() -> Range<Int>? {
    guard place < bytes.count, bytes[place] == 0x22 else { return nil }
    let start = place
    place += 1
    while place < bytes.count, bytes[place] != 0x22 { place += bytes[place] == 0x5C ? 2 : 1 }
    place = min(place + 1, bytes.count)
    return start..<place
  }

  /// - Returns: false where it is none.
  private mutating func value(_ path: [String], member: Int?, isElement: Bool, depth: Int) -> Bool {
    guard place < bytes.count, depth < 200 else { return false }
    let start = place
    var isLeaf = false
    switch bytes[place] {
    case 0x7B, 0x5B:
      let isObject = bytes[place] == 0x7B
      place += 1
      while skipSpace(), place < bytes.count, bytes[place] != 0x7D, bytes[place] != 0x5D {
        var (name, begin) = (path, Int?.none)
        if isObject {
          guard let key = string() else { return false }
          begin = key.lowerBound
          name.append(String(decoding: bytes[key].dropFirst().dropLast(), as: UTF8.self))
          skipSpace()
          guard place < bytes.count, bytes[place] == 0x3A else { return false }
          place += 1
          skipSpace()
        }
        if !value(name, member: begin, isElement: !isObject, depth: depth + 1) { return false }
      }
      place = min(place + 1, bytes.count)
    case 0x22:
      isLeaf = true
      _ = string()
    default:
      isLeaf = true
      while place < bytes.count, bytes[place] > 0x20, ![0x2C, 0x7D, 0x5D, 0x3A].contains(bytes[place]) { place += 1 }
      if place == start { return false }
    }
    values.append(
      Value(
        range: start..<place, member: member.map { $0..<place }, path: path, isElement: isElement, isLeaf: isLeaf))
    return true
  }
}
