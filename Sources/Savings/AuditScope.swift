public import Clinical

/// What an audit is asked about.
public struct AuditScope: Hashable, Sendable {
  /// Included; nil: ever.
  public var from: Instant?
  /// Excluded; nil: open.
  public var to: Instant?
  /// The books as they stand when the clock says so: what happened later is left aside.
  public var at: Instant
  /// With only what was recorded by then; nil: all.
  public var knownAt: Instant?
  /// What rows are told apart by; empty: no rows.
  public var dimensions: [Dimension] = []

  public init(at: Instant) { self.at = at }

  /// Whether a moment lies in the period.
  public func contains(_ moment: Instant) -> Bool {
    (from.map { $0 <= moment } ?? true) && (to.map { moment < $0 } ?? true)
  }
}

/// What the rows of an audit can be told apart by: `--by`.
public enum Dimension: String, Sendable, CaseIterable, Codable {
  /// The ordering institution, its region, level, grade and ownership, and the alliances 医联体 it belongs to, joined by `+`.
  case institution, region, level, grade, ownership, alliance
  /// The institution, or several, whose results stood in.
  case source
  case department, clinician, item, category, setting
  /// The retest reason.
  case reason
  /// `YYYY-MM` in the registry's zone, of the same time by which the period is taken.
  case month
}
