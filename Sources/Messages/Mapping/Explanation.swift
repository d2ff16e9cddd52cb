public import Clinical
import XMLReading

/// What a message becomes, datum by datum, for the terminal of the integrator who connects a sender.
///
/// It holds the patient's own data: it is printed where it was asked for and never logged.
public struct Explanation: Sendable {
  /// One datum of a message.
  public struct Datum: Hashable, Sendable {
    /// `report[1].observations[2].unit`.
    public var name: String
    public var value: String
    /// The key of the mapping file that led there.
    public var key: String?
    /// Where it stands in the message; nil for what the mapping or the registry sets by itself, and where the dialect's reader does
    /// not tell.
    public var path: String?
    public var line: Int?
  }

  /// A place in the message with a text that the mapping has no use for.
  public struct UnusedPath: Hashable, Sendable {
    /// Names only, without positions.
    public var path: String
    /// Where the first of them stands.
    public var line: Int
    public var count: Int
  }

  public var data: [Datum] = []
  public var unusedPaths: [UnusedPath] = []
  /// What was noted; the reason first where the message is refused.
  public var findings: [Finding] = []
  /// Whether the message can be taken in.
  public var isAccepted = true

  /// The data of a message of any dialect.
  public init(of message: Message, zone: RegistryZone = .shanghai) {
    var list = DatumList(zone: zone)
    list.add(message)
    data = list.data
  }

  /// Of a message that was refused before anything was read of it.
  init(findings: [Finding]) {
    isAccepted = false
    self.findings = findings
  }

  /// The data of a message that a mapping read, each with its place.
  init(of message: Message, trace: MappingTrace, root: XMLElement, findings: [Finding], zone: RegistryZone) {
    self.init(of: message, zone: zone)
    self.findings = findings
    let paths = root.paths(of: trace.elements)
    for index in data.indices {
      guard let source = trace.source(of: data[index].name) else { continue }
      data[index].place(source, paths)
    }
    unusedPaths = trace.unused(below: root)
  }

  /// What was found, as it was sent, until the message was refused.
  init(trace: MappingTrace, root: XMLElement, findings: [Finding]) {
    isAccepted = false
    self.findings = findings
    let paths = root.paths(of: trace.elements)
    data = trace.names.compactMap { name in
      guard let source = trace.sources[name] else { return nil }
      var datum = Datum(name: name, value: source.value)
      datum.place(source, paths)
      return datum
    }
    unusedPaths = trace.unused(below: root)
  }
}

extension Explanation.Datum {
  fileprivate mutating func place(_ source: MappingTrace.Source, _ paths: [XMLElement: String]) {
    key = source.key
    path = source.place.flatMap { place in paths[place.element].map { $0 + (place.attribute.map { "/@" + $0 } ?? "") } }
    line = source.place?.element.line
  }
}

extension XMLElement {
  /// The `path` of elements below, in one walk: each by itself would count its siblings again.
  fileprivate func paths(of elements: Set<XMLElement>) -> [XMLElement: String] {
    var paths = [self: path]
    // As deep as the document, which XMLLimits bounds.
    func walk(_ element: XMLElement, _ path: String) {
      var totals: [String: Int] = [:]
      for child in element.children { totals[child.name, default: 0] += 1 }
      var positions: [String: Int] = [:]
      for child in element.children {
        let name = child.name
        positions[name, default: 0] += 1
        let position = totals[name] == 1 ? "" : "[\(positions[name, default: 0])]"
        let childPath = path + "/" + name + position
        if elements.contains(child) { paths[child] = childPath }
        walk(child, childPath)
      }
    }
    walk(self, path)
    return paths
  }
}
