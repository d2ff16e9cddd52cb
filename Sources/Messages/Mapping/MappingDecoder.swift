import Clinical
import Yams

/// Reads a mapping file's YAML, and collects all that is wrong with it.
struct MappingDecoder {
  private let file: String
  private(set) var problems: [MappingProblem] = []
  private var valueCount = 0

  /// Far beyond any mapping written by hand; aliases of aliases stop here.
  static let maximumValues = 2000
  static let maximumBytes = 256 << 10
  static let maximumNesting = 6

  init(file: String) { self.file = file }

  /// - Returns: nil when something it needs is missing; `problems` then says what.
  mutating func decode(_ yaml: String) -> Mapping? {
    guard let node = compose(yaml) else { return nil }
    guard var file = section(node, "", what: "a mapping file is a list of keys: name, root, message, report…") else {
      return nil
    }
    let name = constant(file.take("name", required: "the mapping's name", &self), "name")
    let root = constant(file.take("root", required: "the name of the document's root element", &self), "root")
    let when = paths(file.take("when"), "when")
    let unless = paths(file.take("unless"), "unless")
    let mode = updateMode(file.take("updateMode"))
    let dates = dates(file.take("dates"))
    let fillers = fillers(file.take("fillers"))
    let ignored = paths(file.take("ignore"), "ignore")
    let message = message(file.take("message", required: "where the message's time stands", &self))
    let report = report(file.take("report", required: "where source and report number stand", &self))
    let patient = patient(file.take("patient", required: "how the patient is identified", &self))
    let observations = blocks(file.take("observations", required: "where the results stand", &self)) {
      (decoder: inout MappingDecoder, node: Node) in decoder.observation(node)
    }
    let studies = blocks(file.take("studies")) { (decoder: inout MappingDecoder, node: Node) in decoder.study(node) }
    file.finish(&self)
    guard let name, let root, let message, let report, let patient else { return nil }
    return Mapping(
      name: name, root: root, when: when, unless: unless, updateMode: mode, dates: dates, fillers: fillers,
      ignored: ignored,
      sections: MappingSections(
        message: message, report: report, patient: patient, observations: observations, studies: studies))
  }

  mutating func report(_ message: String, key: String, at mark: Mark?) {
    problems.append(
      MappingProblem(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1, key: key, message: message))
  }

  // MARK: YAML

  private mutating func compose(_ yaml: String) -> Node? {
    guard yaml.utf8.count <= MappingDecoder.maximumBytes else {
      report("more than \(MappingDecoder.maximumBytes >> 10) KiB: this is no mapping file", key: "", at: nil)
      return nil
    }
    do {
      if let node = try Yams.compose(yaml: yaml) { return node }
      report("the file is empty", key: "", at: nil)
    } catch let error as YamlError {
      report(error)
    } catch {
      report("this cannot be read as YAML", key: "", at: nil)
    }
    return nil
  }

  private mutating func report(_ error: YamlError) {
    switch error {
    case .scanner(_, let problem, let mark, _):
      let hint =
        problem.contains("cannot start any token")
        ? ": a text that begins with @, ` or % stands in quotes, e.g. \"@id\"" : ""
      report("not YAML: " + problem + hint, key: "", at: mark)
    case .parser(_, let problem, let mark, _):
      report(
        "not YAML: " + problem + "; within {…} and […] a path with brackets stands in quotes", key: "", at: mark)
    case .composer(_, let problem, let mark, _):
      report("not YAML: " + problem, key: "", at: mark)
    case .duplicatedKeysInMapping(let keys, let context):
      report("written twice, here and below: " + keys.joined(separator: ", ") + "; keep one", key: "", at: context.mark)
    default:
      report("this cannot be read as YAML: save it as UTF-8", key: "", at: nil)
    }
  }

  mutating func section(_ node: Node?, _ key: String, what: String) -> MappingSection? {
    guard let node else { return nil }
    if let mapping = node.mapping { return MappingSection(key: key, node: mapping, mark: node.mark) }
    report(what, key: key, at: node.mark)
    return nil
  }

  /// One block, or a list of them.
  private mutating func blocks<Block>(
    _ node: Node?, _ decode: (inout MappingDecoder, Node) -> Block?
  ) -> [Block] {
    guard let node else { return [] }
    if let sequence = node.sequence { return sequence.compactMap { decode(&self, $0) } }
    return decode(&self, node).map { [$0] } ?? []
  }

  /// A text that stands for itself.
  mutating func constant(_ node: Node?, _ key: String) -> String? {
    guard let node else { return nil }
    if let text = node.scalar?.string, !text.isEmpty { return text }
    report("a text is needed here", key: key, at: node.mark)
    return nil
  }

  mutating func path(_ node: Node?, _ key: String) -> MappingPath? {
    guard let node else { return nil }
    guard let text = node.scalar?.string else {
      report("a path is needed here, e.g. data/reportId", key: key, at: node.mark)
      return nil
    }
    do throws(MappingPath.Mistake) {
      return try MappingPath(text)
    } catch {
      report(error.message, key: key, at: node.mark)
      return nil
    }
  }

  /// The path of a repeating element; without one the element itself.
  mutating func elements(_ section: inout MappingSection, _ name: String = "each") -> MappingPath {
    let node = section.take(name)
    guard let path = path(node, section.key(name)) else { return .here }
    if path.isToAttribute {
      report("an attribute has no values below it: write the element's path", key: section.key(name), at: node?.mark)
    }
    return path
  }

  /// The path of a repeating element, and which of them belong here.
  mutating func rows(_ section: inout MappingSection, _ name: String = "each") -> MappingRows {
    let isThere = section.has(anyOf: [name])
    let path = elements(&section, name)
    let key = section.key("where")
    guard let node = section.take("where") else { return MappingRows(path: path) }
    if !isThere { report("only beside \(name): which of its elements belong here", key: key, at: node.mark) }
    guard let mapping = node.mapping, !mapping.isEmpty else {
      report("write {path in the row: path from here}, e.g. {reportId: id}", key: key, at: node.mark)
      return MappingRows(path: path)
    }
    var conditions: [MappingRows.Condition] = []
    for (way, value) in mapping {
      guard let way = self.path(way, key), let field = field(value, key) else { continue }
      conditions.append(.init(way: way, value: field))
    }
    return MappingRows(path: path, conditions: conditions)
  }

  /// The row elsewhere in the document that `from` and `where` find.
  mutating func optionalRows(_ section: inout MappingSection) -> MappingRows? {
    if section.has(anyOf: ["from", "where"]) { return rows(&section, "from") }
    section.allow("from", "where")
    return nil
  }

  private mutating func fillers(_ node: Node?) -> Set<String> {
    guard let node else { return [] }
    let texts = (node.sequence.map(Array.init) ?? [node]).compactMap { constant($0, "fillers")?.trimmed }
    return Set(texts.filter { !$0.isEmpty })
  }

  private mutating func paths(_ node: Node?, _ key: String) -> [MappingPath] {
    guard let node else { return [] }
    if let sequence = node.sequence { return sequence.compactMap { path($0, key) } }
    return path(node, key).map { [$0] } ?? []
  }

  private mutating func updateMode(_ node: Node?) -> Report.UpdateMode {
    switch node?.scalar?.string {
    case nil where node == nil, "snapshot": return .snapshot
    case "update": return .update
    default:
      report(
        "write snapshot (a newer message replaces the older) or update (results it does not repeat stay)",
        key: "updateMode", at: node?.mark)
      return .snapshot
    }
  }

  private mutating func dates(_ node: Node?) -> [MappingDateFormat] {
    guard let node else { return [] }
    let nodes = node.sequence.map(Array.init) ?? [node]
    return nodes.compactMap { node in
      if let format = node.scalar.flatMap({ MappingDateFormat($0.string) }) { return format }
      report(
        "write each format with YYYY, MM and DD, then hh, mm and ss as far as they are sent, e.g. DD/MM/YYYY hh:mm",
        key: "dates", at: node.mark)
      return nil
    }
  }

  // MARK: Values

  /// Counts a value; false when there are too many.
  mutating func countValue(_ key: String, at mark: Mark?) -> Bool {
    valueCount += 1
    if valueCount == MappingDecoder.maximumValues + 1 {
      report("more than \(MappingDecoder.maximumValues) values: split the mapping", key: key, at: mark)
    }
    return valueCount <= MappingDecoder.maximumValues
  }
}
