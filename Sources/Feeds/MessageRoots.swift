import XMLReading

/// The element names that begin a message, by local name: any prefix counts, `ORU_R01.PATIENT` is another name.
public struct MessageRoots: Sendable {
  /// Where an element of that name may stand within a message. Where it may not, the message around it has lost its end tag:
  /// it is cut off, and the next begins.
  public enum Nesting: Sendable {
    /// Within no message (`ORU_R01`).
    case never
    /// Within messages of another name (`ClinicalDocument` in `RCMR_IN000002UV02`, `DiagnosticReport` in `Bundle`).
    case withinOthers
    /// Within its own name too (`Bundle`, `organizer`).
    case withinItself
  }

  private struct Root {
    let name: [UInt8]
    let nesting: Nesting
    /// In which it must stand to begin a message: the name alone says too little (`Patient`).
    let namespace: [UInt8]?
  }

  private let roots: [Root]
  let shapes: NameShapes

  /// - Parameter namespaces: of names that begin a message only within a namespace.
  public init(_ names: [String: Nesting], within namespaces: [String: String] = [:]) {
    roots = names.sorted { $0.key < $1.key }.map {
      Root(name: Array($0.key.utf8), nesting: $0.value, namespace: namespaces[$0.key].map { Array($0.utf8) })
    }
    var shapes = NameShapes()
    for root in roots { shapes.insert(root.name) }
    self.shapes = shapes
  }

  /// How an element of that local name nests; nil when it begins no message.
  func nesting(_ name: UnsafeBufferPointer<UInt8>) -> Nesting? { root(name)?.nesting }

  private func root(_ name: UnsafeBufferPointer<UInt8>) -> Root? {
    guard let first = name.first, shapes.mayContain(first, count: name.count) else { return nil }
    return roots.first { areEqual(name, $0.name) }
  }

  /// Whether an element begins a message.
  ///
  /// - Parameters:
  ///   - tag: its start tag.
  ///   - bindings: the namespaces that are bound around it.
  func begins(
    _ name: UnsafeBufferPointer<UInt8>, _ tag: UnsafeBufferPointer<UInt8>, within bindings: () -> [[UInt8]]
  ) -> Bool {
    guard let root = root(name) else { return false }
    guard let namespace = root.namespace else { return true }
    if tag.firstRange(of: namespace) != nil { return true }
    return firstPlace(of: "xmlns", in: tag) == nil && bindings().contains(namespace)
  }
}

/// The first bytes and lengths of names: nearly every tag is told by them to be none of those looked for.
struct NameShapes {
  /// By first byte, one bit for each length; those from 63 on are one.
  private var lengths = [UInt64](repeating: 0, count: 256)

  mutating func insert(_ name: [UInt8]) {
    if let first = name.first { lengths[Int(first)] |= Self.bit(name.count) }
  }

  func mayContain(_ first: UInt8, count: Int) -> Bool { lengths[Int(first)] & Self.bit(count) != 0 }

  private static func bit(_ count: Int) -> UInt64 { 1 << UInt64(min(count, 63)) }
}
