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
  }

  private let roots: [Root]
  let shapes: NameShapes

  public init(_ names: [String: Nesting]) {
    roots = names.sorted { $0.key < $1.key }.map { Root(name: Array($0.key.utf8), nesting: $0.value) }
    var shapes = NameShapes()
    for root in roots { shapes.insert(root.name) }
    self.shapes = shapes
  }

  /// How an element of that local name nests; nil when it begins no message.
  func nesting(_ name: UnsafeBufferPointer<UInt8>) -> Nesting? {
    guard let first = name.first, shapes.mayContain(first, count: name.count) else { return nil }
    return roots.first { areEqual(name, $0.name) }?.nesting
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
