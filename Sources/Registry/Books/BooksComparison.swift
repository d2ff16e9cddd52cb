public import Clinical
import Foundation
import RegistryStore
public import Savings

/// What is kept, books or pages, held against what the recorded gives anew.
public struct BooksComparison: Encodable, Sendable {
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

extension Registry {
  /// The books of a period, computed from the events and the results, with how the books that are kept compare. Books that differ
  /// are discarded: they are made again from what is recorded.
  public func recomputeSavings(_ scope: AuditScope, listsClaims: Bool = false) throws -> SavingsAudit {
    let audit = try comparedSavings(scope, listsClaims: listsClaims)
    if audit.recompute?.difference != nil { try store.writeDerived { try $0.discardBooks() } }
    return audit
  }

  /// The same, leaving the books as they are.
  func comparedSavings(_ scope: AuditScope, listsClaims: Bool = false) throws -> SavingsAudit {
    try readBooks { try comparedSavings(scope, listsClaims: listsClaims, $0) }
  }

  func comparedSavings(
    _ scope: AuditScope, listsClaims: Bool = false, _ transaction: any StoreSnapshot
  ) throws -> SavingsAudit {
    let kept = try keptSavings(scope, transaction)
    var computed = try computedSavings(scope, listsClaims: listsClaims, transaction)
    computed.recompute = BooksComparison(difference: try kept.figures.firstDifference(from: computed.figures))
    return computed
  }
}

extension AuditRows<SavingsFigures> {
  /// Where the books say something else than the events: the row, the figure and both its values.
  fileprivate func firstDifference(from events: AuditRows<SavingsFigures>) throws -> String? {
    func titled(_ rows: Self) -> [(title: String, figures: SavingsFigures)] {
      [("in all", rows.total)] + rows.rows.map { ($0.title, $0.figures) }
    }
    let (own, others) = (titled(self), titled(events))
    let computed = Dictionary(others.map { ($0.title, $0.figures) }) { first, _ in first }
    for (title, figures) in own {
      guard let other = computed[title] else { return "\(title) is in the books alone" }
      if figures == other { continue }
      let (ours, theirs) = (try figures.flat(), try other.flat())
      for key in Set(ours.keys).union(theirs.keys).sorted() where ours[key] != theirs[key] {
        return
          "\(title): \(key) is \(ours[key] ?? "absent") in the books and \(theirs[key] ?? "absent") from the events"
      }
    }
    let kept = Set(own.map(\.title))
    return others.first { !kept.contains($0.title) }.map { "\($0.title) is not in the books" }
  }
}

extension SavingsFigures {
  /// Its keys as in JSON, those of nested objects joined by points.
  fileprivate func flat() throws -> [String: String] {
    func flat(_ object: Any, _ name: String) -> [String: String] {
      guard let object = object as? [String: Any] else { return [name: "\(object)"] }
      return object.reduce(into: [:]) { result, entry in
        result.merge(flat(entry.value, name.isEmpty ? entry.key : "\(name).\(entry.key)")) { $1 }
      }
    }
    return flat(try JSONSerialization.jsonObject(with: JSONEncoder().encode(self)), "")
  }
}
