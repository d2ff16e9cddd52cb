public import Clinical

/// What one institution may see of one person at one moment.
public struct ConsentView: Hashable, Sendable {
  private let rows: [Consent]
  private let standard: Bool

  init(_ rows: [Consent], institution: String, moment: Instant, policy: Policy) {
    self.rows = rows.filter { row in
      (row.institution ?? institution) == institution && row.from.map { $0 <= moment } ?? true
        && row.to.map { moment < $0 } ?? true
    }
    standard = policy.consentDefault == .permit
  }

  /// Rows naming the institution win over those for any, then those naming the category, then the latest `from`, then
  /// deny.
  public func permits(_ category: Category) -> Bool {
    var best: Consent?
    for row in rows where (row.category ?? category) == category {
      if best.map({ row.wins(over: $0) }) ?? true { best = row }
    }
    return best?.permits ?? standard
  }
}

/// What a person allowed or forbade.
public struct StatedConsent: Hashable, Sendable {
  /// Its code; nil: any.
  public let institution: String?
  /// nil: any.
  public let category: Category?
  public let permits: Bool
  /// Included; nil: ever.
  public let from: Instant?
  /// Excluded; nil: open.
  public let to: Instant?
}

extension Consent {
  fileprivate func wins(over other: Consent) -> Bool {
    if (institution == nil) != (other.institution == nil) { return institution != nil }
    if (category == nil) != (other.category == nil) { return category != nil }
    let start = from?.milliseconds ?? .min
    let otherStart = other.from?.milliseconds ?? .min
    if start != otherStart { return start > otherStart }
    return !permits && other.permits
  }
}
