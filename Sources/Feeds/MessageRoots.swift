import Glibc
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
    /// Where it stands among the names.
    let name: Range<Int>
    let nesting: Nesting
  }

  private let roots: [Root]
  /// All names, one after another: a tag is held against them without an object for each.
  private let names: [UInt8]
  /// In which roots must stand to begin a message, by the place of their names: the name alone says too little (`Patient`).
  private let namespaces: [Int: [UInt8]]
  let shapes: NameShapes

  /// - Parameter namespaces: of names that begin a message only within a namespace.
  public init(_ names: [String: Nesting], within namespaces: [String: String] = [:]) {
    var roots: [Root] = []
    var bytes: [UInt8] = []
    var bound: [Int: [UInt8]] = [:]
    var shapes = NameShapes()
    for (name, nesting) in names.sorted(by: { $0.key < $1.key }) {
      let start = bytes.count
      bytes += name.utf8
      roots.append(Root(name: start..<bytes.count, nesting: nesting))
      bound[start] = namespaces[name].map { Array($0.utf8) }
      shapes.insert(Array(name.utf8))
    }
    (self.roots, self.names, self.namespaces, self.shapes) = (roots, bytes, bound, shapes)
  }

  /// How an element of that local name nests; nil when it begins no message.
  func nesting(_ name: UnsafeBufferPointer<UInt8>) -> Nesting? { root(name)?.nesting }

  private func root(_ name: UnsafeBufferPointer<UInt8>) -> Root? {
    guard let first = name.first, let base = name.baseAddress, shapes.mayContain(first, count: name.count) else {
      return nil
    }
    return names.withUnsafeBufferPointer { names in
      roots.first {
        $0.name.count == name.count && memcmp(base, names.baseAddress! + $0.name.lowerBound, name.count) == 0
      }
    }
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
    guard let namespace = namespaces[root.name.lowerBound] else { return true }
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
