import Clinical
import Yams

extension MappingDecoder {
  private static let valueKeys = [
    "path", "const", "first", "join", "from", "where", "after", "before", "trim", "keep", "split", "table", "default",
    "with",
  ]

  /// - Parameters:
  ///   - vocabulary: the only words that constants and tables may give.
  ///   - several: whether a list gives each of its values.
  mutating func field(
    _ section: inout MappingSection, _ name: String, of vocabulary: [String]? = nil, several: Bool = false
  ) -> MappingField? {
    field(section.take(name), section.key(name), of: vocabulary, several: several)
  }

  /// - Parameter datum: the key of what the value is, where that is not the key it stands at.
  mutating func field(
    _ node: Node?, _ key: String, datum: String? = nil, of vocabulary: [String]? = nil, several: Bool = false
  ) -> MappingField? {
    guard let node, let value = value(node, key, of: vocabulary, several: several, nesting: 0) else { return nil }
    let name = (datum ?? key).drop { $0 != "." }.dropFirst()
    return MappingField(key: key, name: String(name), value: value)
  }

  private mutating func value(
    _ node: Node, _ key: String, of vocabulary: [String]?, several: Bool, nesting: Int
  ) -> MappingValue? {
    guard countValue(key, at: node.mark) else { return nil }
    if nesting > MappingDecoder.maximumNesting {
      report("values within values within values: write it flatter", key: key, at: node.mark)
      return nil
    }
    switch node {
    case .scalar, .alias: return path(node, key).map { MappingValue(source: .path($0)) }
    case .sequence:
      let values = values(node, key, of: vocabulary, several: several, nesting: nesting)
      return values.isEmpty ? nil : MappingValue(source: several ? .each(values) : .first(values))
    case .mapping:
      guard var section = section(node, key, what: "") else { return nil }
      let value = spelt(&section, of: vocabulary, several: several, nesting: nesting)
      section.finish(&self)
      return value
    }
  }

  /// A list's values.
  private mutating func values(
    _ node: Node, _ key: String, of vocabulary: [String]?, several: Bool, nesting: Int
  ) -> [MappingValue] {
    guard let sequence = node.sequence, !sequence.isEmpty else {
      report("a list of values is needed here, e.g. [a, b]", key: key, at: node.mark)
      return []
    }
    return sequence.compactMap { value($0, key, of: vocabulary, several: several, nesting: nesting + 1) }
  }

  /// A value spelt out: exactly one source, then what is done to it. Takes the value's keys of `section`.
  mutating func spelt(
    _ section: inout MappingSection, of vocabulary: [String]?, several: Bool = false, nesting: Int = 0
  ) -> MappingValue? {
    let sources = ["path", "const", "first", "join"]
    let nodes = sources.compactMap { name in section.take(name).map { (name, $0) } }
    guard nodes.count == 1, let (name, node) = nodes.first else {
      report(
        nodes.isEmpty
          ? "where does the value come from? Write one of path, const, first, join"
          : "more than one source: keep one of " + nodes.map(\.0).joined(separator: ", "),
        key: section.key, at: section.mark)
      for name in MappingDecoder.valueKeys { _ = section.take(name) }
      return nil
    }
    let with = section.take("with")
    if with != nil, name != "join" {
      report("only for join", key: section.key("with"), at: with?.mark)
    }
    let hasTable = section.has(anyOf: ["table"])
    let rows = optionalRows(&section)
    if rows != nil, name != "path" {
      report("only beside path: the row in which it stands", key: section.key("from"), at: section.mark)
    }
    guard
      let source = source(
        name, node, with, section, of: hasTable ? nil : vocabulary, several: several, nesting: nesting, rows: rows)
    else {
      for name in MappingDecoder.valueKeys { _ = section.take(name) }
      return nil
    }
    return MappingValue(
      source: source, after: constant(section.take("after"), section.key("after")),
      before: constant(section.take("before"), section.key("before")),
      trim: constant(section.take("trim"), section.key("trim")),
      keep: constant(section.take("keep"), section.key("keep")), split: split(&section),
      table: table(&section, of: vocabulary))
  }

  private mutating func source(
    _ name: String, _ node: Node, _ with: Node?, _ section: MappingSection, of vocabulary: [String]?, several: Bool,
    nesting: Int, rows: MappingRows?
  ) -> MappingValue.Source? {
    let key = section.key(name)
    switch name {
    case "path": return path(node, key).map { path in rows.map { .row($0, path) } ?? .path(path) }
    case "const":
      guard let text = constant(node, key) else { return nil }
      check(text, of: vocabulary, key, at: node.mark)
      return .constant(text)
    case "first":
      let values = values(node, key, of: vocabulary, several: several, nesting: nesting)
      return values.isEmpty ? nil : .first(values)
    default:
      let values = values(node, key, of: nil, several: false, nesting: nesting)
      return values.isEmpty ? nil : .join(values, with: with?.scalar?.string ?? "")
    }
  }

  private mutating func split(_ section: inout MappingSection) -> MappingSplit? {
    guard let node = section.take("split") else { return nil }
    if let split = node.scalar.flatMap({ MappingSplit(rawValue: $0.string) }) { return split }
    report("write number (what stands in front) or unit (what follows it)", key: section.key("split"), at: node.mark)
    return nil
  }

  private mutating func table(_ section: inout MappingSection, of vocabulary: [String]?) -> MappingValue.Table? {
    let node = section.take("table")
    let fallback = section.take("default")
    guard let node else {
      if let fallback {
        report(
          "only beside a table; for a value that is not sent write a list: [path, {const: text}]",
          key: section.key("default"), at: fallback.mark)
      }
      return nil
    }
    guard let mapping = node.mapping, !mapping.isEmpty else {
      report("a table is {\"code as sent\": what it means, …}", key: section.key("table"), at: node.mark)
      return nil
    }
    var entries: [String: String] = [:]
    for (from, to) in mapping {
      guard let code = from.scalar?.string, let meaning = constant(to, section.key("table")) else { continue }
      check(meaning, of: vocabulary, section.key("table"), at: to.mark)
      entries[code] = meaning
    }
    guard let fallback else {
      report(
        "a table needs a default for codes that are not in it: a text, as-sent, or ~ for nothing",
        key: section.key("default"),
        at: node.mark)
      return nil
    }
    return MappingValue.Table(entries: entries, otherwise: otherwise(fallback, section, of: vocabulary))
  }

  private mutating func otherwise(
    _ node: Node, _ section: MappingSection, of vocabulary: [String]?
  ) -> MappingValue.Table.Otherwise {
    guard let text = node.scalar?.string else {
      report("a text, as-sent, or ~ for nothing", key: section.key("default"), at: node.mark)
      return .absent
    }
    if node.null != nil { return .absent }
    if text == "as-sent" { return .asSent }
    check(text, of: vocabulary, section.key("default"), at: node.mark)
    return .text(text)
  }

  private mutating func check(_ text: String, of vocabulary: [String]?, _ key: String, at mark: Mark?) {
    guard let vocabulary, !vocabulary.contains(text) else { return }
    report("\(text) is not known here: write one of " + vocabulary.joined(separator: ", "), key: key, at: mark)
  }
}
