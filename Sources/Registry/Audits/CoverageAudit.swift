import Catalogue
import Clinical
import Recognition
import RegistryStore
public import Savings

/// What `huren audit coverage` answers: who uploads, how late, how much of it can be used, and what came of it.
public struct CoverageAudit: RecomputedAudit, Sendable {
  /// One institution's uploads of the period, and its books as the one that orders.
  public struct Row: Encodable, Sendable {
    public var institution: String
    public var name: String
    public var reports = 0
    /// Reports that say when, and by whom, they were ordered: without, repeats are judged by clinical time and source.
    public var reportsWithOrder = 0
    public var results = 0
    /// Results that the catalogue maps to an item.
    public var mappedResults = 0
    public var lastReported: String?
    /// As it stands at the end of the period, from all that was reported before.
    public var rhythm = FeedRhythm(days: [], today: 0, silentAfterGaps: 1)
    public var prompts = 0
    public var accepted = 0
    public var grossFen = 0
    public var verifiedFen = 0
  }

  /// How late an institution's reports of one category are; one row without category for an institution that uploads nothing.
  public struct Timeliness: Encodable, Sendable {
    public var institution: String
    public var name: String
    /// nil: nothing of the report is mapped to an item.
    public var category: String?
    public var standing: FeedRhythm.Standing
    public var reports = 0
    public var results = 0
    /// From collected (examinations: performed) to first reported final.
    public var reporting = DurationFigures()
    /// From there to recorded here.
    public var uploading = DurationFigures()
  }

  public var period: AuditPeriod
  public var rows: [Row] = []
  /// By institution and category.
  public var timeliness: [Timeliness] = []
  /// Whether what is kept agrees; nil where that was not asked.
  public var recompute: AuditComparison?

  /// Institutions of institutions.csv.
  public var institutions: Int { rows.count }
  public var uploading: Int { rows.count { $0.reports > 0 } }

  private enum Key: String, CodingKey {
    case institutions, uploading, coverage, reports, results, mappedResults, rows, timeliness, recompute
  }

  public func encode(to encoder: any Encoder) throws {
    try period.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(institutions, forKey: .institutions)
    try container.encode(uploading, forKey: .uploading)
    try container.encode(coverage, forKey: .coverage)
    try container.encode(rows.map(\.reports).reduce(0, +), forKey: .reports)
    try container.encode(rows.map(\.results).reduce(0, +), forKey: .results)
    try container.encode(rows.map(\.mappedResults).reduce(0, +), forKey: .mappedResults)
    try container.encode(rows, forKey: .rows)
    try container.encode(timeliness, forKey: .timeliness)
    try container.encodeIfPresent(recompute, forKey: .recompute)
  }

  /// Uploading institutions of all; nil without any.
  public var coverage: Double? { institutions == 0 ? nil : Double(uploading) / Double(institutions) }
}

extension Registry {
  /// Uploads by institution, those that upload nothing included, how late they are, and the savings they had.
  ///
  /// - Parameter recomputes: whether it is computed anew, and what is kept held against it.
  public func auditCoverage(_ scope: AuditScope, recomputes: Bool = false) throws -> CoverageAudit {
    let parts: KeptParts = [.books, .reports]
    if recomputes {
      return try recomputed(parts) {
        try keptCoverage(scope, $0)
      } computed: {
        try computedCoverage(scope, $0)
      }
    }
    return try audited(scope, from: parts) {
      try keptCoverage(scope, $0)
    } orElse: {
      try computedCoverage(scope, $0)
    }
  }

  /// As pages and books have it.
  func keptCoverage(_ scope: AuditScope, _ transaction: any StoreSnapshot) throws -> CoverageAudit {
    let reference = try reference(transaction, knownAt: nil).data
    var books = CoverageBooks(scope, end: scope.end, zone: reference.zone)
    var reported = AuditScope(at: scope.at)
    reported.to = scope.to
    // Those before the period tell how often an institution reports.
    try eachPage(.upload, in: reported, transaction) { books.add(page: $0) }
    let uploads = try books.byInstitution(word: PageTexts(transaction).text)
    return try coverage(scope, uploads, keptSavings(scope.byInstitution, transaction), reference)
  }

  /// As the reports and the events give it.
  func computedCoverage(_ scope: AuditScope, _ transaction: any StoreSnapshot) throws -> CoverageAudit {
    let reference = try reference(transaction, knownAt: scope.knownAt).data
    var books = CoverageBooks(scope, end: scope.end, zone: reference.zone)
    try transaction.eachReport { stored in
      let versions = stored.filter { version in scope.knownAt.map { version.recordedAt <= $0 } ?? true }
      books.add(report: ReportLines(versions, reference).uploads)
    }
    return try coverage(
      scope, books.byInstitution(), computedSavings(scope.byInstitution, transaction), reference)
  }

  /// - Parameter savings: by institution.
  private func coverage(
    _ scope: AuditScope, _ uploads: [String: CoverageBooks.Uploads], _ savings: SavingsAudit,
    _ reference: ReferenceData
  ) throws -> CoverageAudit {
    var audit = CoverageAudit(
      period: AuditPeriod(scope, zone: reference.zone, unreadable: savings.period.unreadable))
    let money = Dictionary(savings.figures.rows.map { ($0.key[0].value, $0.figures) }) { first, _ in first }
    let today = reference.zone.date(of: scope.end).epochDay
    for institution in reference.institutions.values.sorted(by: { $0.code < $1.code }) {
      var row = CoverageAudit.Row(institution: institution.code, name: institution.name)
      let own = uploads[institution.code]
      if let own {
        (row.reports, row.reportsWithOrder) = (own.reports, own.reportsWithOrder)
        (row.results, row.mappedResults) = (own.results, own.mappedResults)
        row.lastReported = own.last.map { reference.zone.rfc3339($0) }
      }
      row.rhythm = FeedRhythm(
        days: own?.days ?? [], today: today, silentAfterGaps: reference.policy.silentAfterGaps)
      if let figures = money[institution.code] {
        (row.prompts, row.accepted) = (figures.responses.prompts, figures.responses.accepted)
        (row.grossFen, row.verifiedFen) = (figures.grossFen, figures.verifiedFen)
      }
      audit.rows.append(row)
      func entry(_ category: String?) -> CoverageAudit.Timeliness {
        CoverageAudit.Timeliness(
          institution: row.institution, name: row.name, category: category, standing: row.rhythm.standing)
      }
      let timeliness = own?.timeliness ?? [:]
      if timeliness.isEmpty { audit.timeliness.append(entry(nil)) }
      for (category, figures) in timeliness.sorted(by: { $0.key < $1.key }) {
        var entry = entry(category.isEmpty ? nil : category)
        (entry.reports, entry.results) = (figures.reports, figures.results)
        (entry.reporting, entry.uploading) = (figures.reporting, figures.uploading)
        audit.timeliness.append(entry)
      }
    }
    return audit
  }
}

extension AuditScope {
  /// What is reported after it is left aside.
  fileprivate var end: Instant { to.map { min($0, at) } ?? at }

  fileprivate var byInstitution: AuditScope {
    var scope = self
    scope.dimensions = [.institution]
    return scope
  }
}
