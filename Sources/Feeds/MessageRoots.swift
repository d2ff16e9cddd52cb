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
  /// By first byte: which lengths occur. Nearly every tag is told apart by it alone.
  private let lengths: [UInt64]
  /// One bit for each two bytes that a root's name begins with.
  let beginnings: [UInt64]

  public init(_ names: [String: Nesting]) {
    roots = names.sorted { $0.key < $1.key }.map { Root(name: Array($0.key.utf8), nesting: $0.value) }
    var lengths = [UInt64](repeating: 0, count: 256)
    for root in roots where !root.name.isEmpty { lengths[Int(root.name[0])] |= 1 << UInt64(min(root.name.count, 63)) }
    self.lengths = lengths
    var beginnings = [UInt64](repeating: 0, count: 1024)
    for root in roots { NameBeginning(root.name).map { beginnings[$0.word] |= $0.bit } }
    self.beginnings = beginnings
  }

  /// How an element of that local name nests; nil when it begins no message.
  func nesting(_ name: UnsafeBufferPointer<UInt8>) -> Nesting? {
    guard let base = name.baseAddress, name.count > 0 else { return nil }
    let mayBe = lengths.withUnsafeBufferPointer { $0[Int(base[0])] & (1 << UInt64(min(name.count, 63))) != 0 }
    guard mayBe else { return nil }
    return roots.first { areEqual(name, $0.name) }?.nesting
  }
}

/// The first two bytes of a name: enough to tell that nearly every tag is none of those looked for.
struct NameBeginning: Equatable {
  private let value: Int

  init?(_ name: [UInt8]) {
    guard let first = name.first else { return nil }
    self.init(first, name.count > 1 ? name[1] : 0x3E)
  }

  init(_ first: UInt8, _ second: UInt8) { value = Int(first) << 8 | Int(second) }

  var word: Int { value >> 6 }
  var bit: UInt64 { 1 << UInt64(value & 63) }
}
