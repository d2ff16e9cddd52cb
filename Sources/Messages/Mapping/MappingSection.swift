import Yams

/// The keys of one YAML mapping, taken one by one; what is left in the end is unknown.
struct MappingSection {
  let key: String
  let node: Node.Mapping
  let mark: Mark?
  private var known: [String] = []

  init(key: String, node: Node.Mapping, mark: Mark?) {
    self.key = key
    self.node = node
    self.mark = mark
  }

  /// `report.status` for `status` within `report`.
  func key(_ name: String) -> String { key.isEmpty ? name : key + "." + name }

  /// Whether any of these keys stands here.
  func has(anyOf names: [String]) -> Bool { names.contains { node[$0] != nil } }

  mutating func take(_ name: String) -> Node? {
    known.append(name)
    return node[name]
  }

  /// Keys that are known here, and not there.
  mutating func allow(_ names: String...) { known += names }

  /// - Parameter required: what is missing when it is not there.
  mutating func take(_ name: String, required: String, _ decoder: inout MappingDecoder) -> Node? {
    let node = take(name)
    if node == nil { decoder.report("missing: " + required, key: key(name), at: mark) }
    return node
  }

  /// Reports the keys that were not taken.
  func finish(_ decoder: inout MappingDecoder) {
    for (name, _) in node {
      let text = name.string ?? ""
      if known.contains(text) { continue }
      let near = known.first { $0.lowercased() == text.lowercased() || MappingSection.isOneEditApart($0, text) }
      let hint = near.map { "did you mean \($0)?" } ?? "known here: " + known.joined(separator: ", ")
      decoder.report("unknown key; " + hint, key: key(text), at: name.mark)
    }
  }

  /// Whether one letter more, less, other or exchanged with its neighbour makes them equal.
  private static func isOneEditApart(_ a: String, _ b: String) -> Bool {
    let (a, b) = (Array(a), Array(b))
    let start = zip(a, b).prefix { $0 == $1 }.count
    let (restA, restB) = (a[start...], b[start...])
    return restA.dropFirst() == restB.dropFirst() || restA.dropFirst() == restB || restA == restB.dropFirst()
      || restA.prefix(2).reversed() == Array(restB.prefix(2)) && restA.dropFirst(2) == restB.dropFirst(2)
  }
}
