import Clinical
import XMLReading

/// What a mapping looked at while it read a message, for its explanation.
struct MappingTrace {
  /// Where a datum came from.
  struct Source {
    /// The key of the mapping file.
    var key: String
    var value: String
    /// nil: a constant.
    var place: MappingPath.Place?
  }

  private(set) var names: [String] = []
  private(set) var sources: [String: Source] = [:]
  private var touched: Set<MappingPath.Place> = []
  private var ignored: Set<XMLElement> = []

  mutating func record(_ name: String, _ source: Source) {
    if sources.updateValue(source, forKey: name) == nil { names.append(name) }
  }

  /// Where the datum came from that stands in for one that was not sent.
  mutating func record(_ name: String, asOf other: String) {
    if let source = sources[other] { record(name, source) }
  }

  /// Where a datum came from; for a code that is words, the words.
  func source(of name: String) -> Source? {
    sources[name] ?? sources[name + ".display"]
  }

  /// The elements that data came from.
  var elements: Set<XMLElement> { Set(sources.values.lazy.compactMap { $0.place?.element }) }

  mutating func touch(_ place: MappingPath.Place) { touched.insert(place) }

  /// Leaves aside a place and all below it.
  mutating func ignore(_ place: MappingPath.Place) {
    if place.attribute == nil { ignored.insert(place.element) } else { touched.insert(place) }
  }

  /// The places with a text that nothing looked at, those of one path together, in document order.
  func unused(below root: XMLElement) -> [Explanation.UnusedPath] {
    var result: [Explanation.UnusedPath] = []
    var positions: [String: Int] = [:]
    func add(_ place: MappingPath.Place, _ path: String) {
      guard !touched.contains(place), !place.text.trimmed.isEmpty else { return }
      if let position = positions[path] {
        result[position].count += 1
      } else {
        positions[path] = result.count
        result.append(.init(path: path, line: place.element.line, count: 1))
      }
    }
    // As deep as the document, which XMLLimits bounds.
    func walk(_ element: XMLElement, _ path: String) {
      if ignored.contains(element) { return }
      add(.init(element: element), path)
      for (name, _) in element.attributes where !name.hasPrefix("xsi:") {
        add(.init(element: element, attribute: name), path + "/@" + name)
      }
      for child in element.children { walk(child, path + "/" + child.name) }
    }
    walk(root, "/" + root.name)
    return result
  }
}
