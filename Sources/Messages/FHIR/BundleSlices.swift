import Clinical
import XMLReading

/// Where the entries of a Bundle stand in its text, which is known to be well-formed, and Bundles put together of some of them: what was sent
/// stays as it was written.
struct BundleSlices: Sendable {
  /// In JSON each the object, in XML the element.
  private(set) var entries: [Range<Int>] = []
  private let text: [UInt8]
  private let isXML: Bool
  /// Of XML: the start tag of the root, which declares the prefixes, and the prefix of its own name.
  private var root: Range<Int> = 0..<0
  private var prefix = ""

  init(_ text: [UInt8], isXML: Bool) {
    (self.text, self.isXML) = (text, isXML)
    if isXML { readXML() } else { readJSON() }
  }

  func bundle(of numbers: [Int], timestamp: String?) -> [UInt8] {
    isXML ? xml(numbers, timestamp) : json(numbers, timestamp)
  }

  private func json(_ numbers: [Int], _ timestamp: String?) -> [UInt8] {
    let time = timestamp.map { ",\"timestamp\":" + JSONString.quoted($0) } ?? ""
    var bytes = Array(("{\"resourceType\":\"Bundle\",\"type\":\"batch\"" + time + ",\"entry\":[").utf8)
    for (place, number) in numbers.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes += text[entries[number]]
    }
    return bytes + Array("]}".utf8)
  }

  private func xml(_ numbers: [Int], _ timestamp: String?) -> [UInt8] {
    var bytes = Array(text[root])
    bytes += Array("<\(prefix)type value=\"batch\"/>".utf8)
    // What is a time has nothing that XML would have escaped.
    if let timestamp, timestamp.utf8.allSatisfy({ $0 > 0x2A && $0 < 0x5B && $0 != 0x3C }) {
      bytes += Array("<\(prefix)timestamp value=\"\(timestamp)\"/>".utf8)
    }
    for number in numbers { bytes += text[entries[number]] }
    return bytes + Array("</\(prefix)Bundle>".utf8)
  }

  // MARK: JSON

  private mutating func readJSON() {
    var (depth, isEntry, position) = (0, false, 0)
    var key = 0..<0
    var start: Int?
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: "\""):
        let end = endOfString(position)
        if depth == 1 { key = (position + 1)..<(end - 1) }
        position = end
        continue
      case UInt8(ascii: ":"): if depth == 1 { isEntry = text[key].elementsEqual("entry".utf8) }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        if depth == 3, isEntry { start = position }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 2, let begun = start {
          entries.append(begun..<(position + 1))
          start = nil
        }
      default: break
      }
      position += 1
    }
  }

  /// - Returns: behind the closing quote.
  private func endOfString(_ start: Int) -> Int {
    var position = start + 1
    while position < text.count, text[position] != UInt8(ascii: "\"") {
      position += text[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(position + 1, text.count)
  }

  // MARK: XML

  private mutating func readXML() {
    var (depth, position) = (0, 0)
    var start: Int?
    while let open = text[position...].firstIndex(of: UInt8(ascii: "<")) {
      if let end = endOfOther(open) {
        position = end
        continue
      }
      let end = endOfTag(open)
      position = end
      if text[open + 1] == UInt8(ascii: "/") {
        depth -= 1
        if depth == 1, let begun = start {
          entries.append(begun..<end)
          start = nil
        }
        continue
      }
      let isEmpty = text[end - 2] == UInt8(ascii: "/")
      if depth == 0 {
        root = open..<end
        let name = name(open + 1)
        prefix = name.lastIndex(of: ":").map { String(name[...$0]) } ?? ""
      }
      if depth == 1, name(open + 1) == prefix + "entry" {
        if isEmpty { entries.append(open..<end) } else { start = open }
      }
      if !isEmpty { depth += 1 }
    }
  }

  /// Behind a comment, a CDATA section, an instruction or a declaration; nil for a tag.
  private func endOfOther(_ open: Int) -> Int? {
    for (begin, end) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")]
    where text[open...].starts(with: begin.utf8) {
      let body = open + begin.utf8.count
      return text[body...].firstRange(of: Array(end.utf8))?.upperBound ?? text.count
    }
    return nil
  }

  /// Behind its `>`, which may stand in the value of an attribute as well.
  private func endOfTag(_ open: Int) -> Int {
    var quote: UInt8?
    for position in open..<text.count {
      let byte = text[position]
      if let begun = quote {
        if byte == begun { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: ">") {
        return position + 1
      }
    }
    return text.count
  }

  private func name(_ start: Int) -> String {
    String(decoding: text[start...].prefix { $0 > 0x20 && $0 != 0x2F && $0 != 0x3E }, as: UTF8.self)
  }
}
