public import Clinical

extension Report {
  /// By what others may know it: the keys to keep of it beside its number.
  public var identityKeys: [String] {
    identities + (lineage?.document.map { ["=" + $0] } ?? []) + (lineage?.replaces.map { ">" + $0 } ?? [])
  }

  /// Where versions of it may be known: the keys to ask for beside its number.
  public var soughtKeys: [String] {
    guard let lineage else { return identities }
    let own = (lineage.document.map { [$0] } ?? []) + identities
    return identities + own.map { ">" + $0 } + lineage.replaces.flatMap { ["=" + $0, $0] }
  }
}

/// What a snapshot tells of ids by which reports are known.
public protocol ReportIdentitiesReading {
  /// Every number under which versions of a report are kept, by any of its ids; in byte order. A number of its own is among them only
  /// where versions lie under it. An id that stands for more reports than any can have numbers is one that a sender writes into all: it
  /// leads nowhere.
  func reportNumbers(institution: String, of identities: [String]) throws -> [String]
}

/// What a writer does to ids by which reports are known.
public protocol ReportIdentitiesWriting {
  /// Keeps that an id of an institution means a report; a number that is tied to another is an id too.
  func insertReportIdentity(institution: String, _ identity: String, number: String, recordedAt: Instant) throws
}
