public import Clinical
import Foundation
import RegistryStore
import Savings

/// What is kept, books or pages, held against what the recorded gives anew.
public struct AuditComparison: Encodable, Sendable {
  /// The first figure that differs; nil when all agree to the fen.
  public var difference: String?

  /// For people, with what to do.
  public var text: PrintedText {
    guard let difference else { return "computed anew from what is recorded: what is kept agrees to the fen" }
    return """
      what is kept does not agree with what is recorded: \(difference)
      what is recorded holds; what was kept is discarded, and the next question makes it again
      """
  }
}

/// An audit that is answered from what is kept, and can be computed anew from what is recorded.
protocol RecomputedAudit: Encodable {
  /// How what is kept compares; nil where that was not asked.
  var recompute: AuditComparison? { get set }
}

extension Registry {
  /// An audit computed anew, with how what is kept compares. What differs is discarded: it is made again from what is recorded.
  func recomputed<Audit: RecomputedAudit>(
    _ parts: KeptParts, _ kept: (any StoreSnapshot) throws -> Audit, computed: (any StoreSnapshot) throws -> Audit
  ) throws -> Audit {
    let audit = try compared(parts, kept, computed: computed)
    if audit.recompute?.difference != nil { try discard(parts) }
    return audit
  }

  /// The same, leaving what is kept as it is.
  func compared<Audit: RecomputedAudit>(
    _ parts: KeptParts, _ kept: (any StoreSnapshot) throws -> Audit, computed: (any StoreSnapshot) throws -> Audit
  ) throws -> Audit {
    try readKept(parts) { transaction in
      var audit = try computed(transaction)
      do {
        audit.recompute = AuditComparison(difference: try firstDifference(kept(transaction), audit))
      } catch StoreError.damaged(let problem) {
        audit.recompute = AuditComparison(difference: problem)
      }
      return audit
    }
  }

  /// Forgets what is kept: the next question makes it again.
  func discard(_ parts: KeptParts) throws {
    try store.writeDerived { transaction in
      if parts.contains(.books) { try transaction.discardBooks() }
      for kind in parts.subjects {
        try transaction.discardAuditPages(kind, pages: kind.pages.map(\.rawValue))
      }
    }
  }
}

/// Where two audits say something else: the place in their JSON, and both values; nil when they are the same.
private func firstDifference(_ kept: some Encodable, _ computed: some Encodable) throws -> String? {
  func flat(_ object: Any, _ name: String, _ into: inout [String: String]) {
    switch object {
    case let object as [String: Any]:
      for (key, value) in object { flat(value, name.isEmpty ? key : "\(name).\(key)", &into) }
    case let array as [Any]:
      for (place, value) in array.enumerated() { flat(value, "\(name)[\(place)]", &into) }
    default: into[name] = "\(object)"
    }
  }
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  let (own, other) = (try encoder.encode(kept), try encoder.encode(computed))
  if own == other { return nil }
  var (ours, theirs): ([String: String], [String: String]) = ([:], [:])
  flat(try JSONSerialization.jsonObject(with: own), "", &ours)
  flat(try JSONSerialization.jsonObject(with: other), "", &theirs)
  return Set(ours.keys).union(theirs.keys).sorted().first { ours[$0] != theirs[$0] }.map { key in
    "\(key) is \(ours[key] ?? "absent") as it is kept and \(theirs[key] ?? "absent") from what is recorded"
  }
}
