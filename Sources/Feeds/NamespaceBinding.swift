import XMLReading

/// `xmlns:prefix="value"`, or `xmlns="value"` with an empty prefix.
struct NamespaceBinding: Equatable {
  var prefix: [UInt8]
  /// As it may stand between double quotes.
  var value: [UInt8]

  /// How many of one tag are looked at: no parser here would take more attributes. And how long one may be: every message carries them.
  private static let bound = 512
  private static let longest = 1024

  /// The bindings of a start tag in UTF-8. One that no parser would take is left out: it would spoil every message.
  static func all(in tag: [UInt8]) -> [NamespaceBinding] {
    var result: [NamespaceBinding] = []
    var rest = tag[...]
    while result.count < bound, let begin = rest.withUnsafeBufferPointer({ firstPlace(of: "xmlns", in: $0) }) {
      let precedes = tag[max(rest.startIndex + begin - 1, 0)]
      rest = rest[(rest.startIndex + begin + 5)...]
      guard precedes <= 0x20 else { continue }
      let name = Array(rest.prefix(longest).prefix { $0 > 0x20 && $0 != 0x3D })
      guard let equals = rest[(rest.startIndex + name.count)...].prefix(longest).firstIndex(where: { $0 > 0x20 }),
        rest[equals] == 0x3D
      else { continue }
      guard name.isEmpty || name.count > 1 && name[0] == 0x3A && !name.dropFirst().contains(0x3A) else { continue }
      let value = rest[(equals + 1)...].drop { $0 <= 0x20 }
      guard let quote = value.first, quote == 0x22 || quote == 0x27 else { continue }
      let content = value.dropFirst().prefix { $0 != quote }
      rest = rest[content.endIndex...].dropFirst()
      let prefix = Array(name.dropFirst())
      if content.count > longest || content.contains(0x3C) || prefix == Array("xml".utf8)
        || prefix == Array("xmlns".utf8)
      {
        continue
      }
      result.append(NamespaceBinding(prefix: prefix, value: quoted(Array(content))))
    }
    return result
  }

  private static func quoted(_ value: [UInt8]) -> [UInt8] {
    let repaired = value.withUnsafeBufferPointer { MarkupRepair.repair($0)?.bytes } ?? value
    return repaired.flatMap { byte -> [UInt8] in
      switch byte {
      case 0x22: Array("&quot;".utf8)
      // A line break would shift the lines of the message.
      case 0..<0x20: [0x20]
      default: [byte]
      }
    }
  }
}
