import Catalogue
import Clinical
import Recognition
import RegistryStore
public import Savings

/// What `huren audit coverage` answers: who uploads, how late, how much of it can be used, and what came of it.
public struct CoverageAudit: Encodable, Sendable {
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

  /// Institutions of institutions.csv.
  public var institutions: Int { rows.count }
  public var uploading: Int { rows.count { $0.reports > 0 } }

  private enum Key: String, CodingKey {
    case institutions, uploading, coverage, reports, results, mappedResults, rows, timeliness
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
  }

  /// Uploading institutions of all; nil without any.
  public var coverage: Double? { institutions == 0 ? nil : Double(uploading) / Double(institutions) }
}

extension Registry {
  /// Uploads by institution, those that upload nothing included, how late they are, and the savings they had.
  public func auditCoverage(_ scope: AuditScope) throws -> CoverageAudit {
    var byInstitution = scope
    byInstitution.dimensions = [.institution]
    return try withSavings(byInstitution) { try coverage(scope, savings: $0, $1) }
  }

  /// - Parameter savings: by institution.
  func coverage(
    _ scope: AuditScope, savings: SavingsAudit, _ transaction: StoreTransaction
  ) throws -> CoverageAudit {
    let reference = try reference(transaction, knownAt: scope.knownAt).data
    var uploads: [String: Uploads] = [:]
    for institution in reference.institutions.values {
      uploads[institution.code] = Uploads(CoverageAudit.Row(institution: institution.code, name: institution.name))
    }
    let reading = CandidateReading(reference: reference, person: PersonFacts(code: ""))
    let end = scope.to.map { min($0, scope.at) } ?? scope.at
    try transaction.eachReport { stored in
      let versions = stored.filter { version in scope.knownAt.map { version.recordedAt <= $0 } ?? true }
      let parts = ReportState.parts(of: versions.map(\.version)).filter { $0.time <= end }
      guard let institution = parts.first?.institution, var upload = uploads[institution] else { return }
      for part in parts { upload.days.insert(reference.zone.date(of: part.time).epochDay) }
      let current = parts.filter { !$0.isCancelled && scope.contains($0.time) }
      if !current.isEmpty { upload.add(current, versions, reading, reference) }
      uploads[institution] = upload
    }
    for row in savings.figures.rows {
      guard let code = row.key[0].value else { continue }
      uploads[code]?.row.prompts = row.figures.responses.prompts
      uploads[code]?.row.accepted = row.figures.responses.accepted
      uploads[code]?.row.grossFen = row.figures.grossFen
      uploads[code]?.row.verifiedFen = row.figures.verifiedFen
    }
    let today = reference.zone.date(of: end).epochDay
    let finished = uploads.sorted { $0.key < $1.key }.map { $0.value.finished(today: today, reference) }
    return CoverageAudit(
      period: AuditPeriod(scope, zone: reference.zone, unreadable: savings.period.unreadable),
      rows: finished.map(\.row),
      timeliness: finished.flatMap(\.timeliness))
  }
}

extension ReportState {
  /// When it was reported, as far as that is told.
  fileprivate var time: Instant { report.reported ?? report.versionTime }
}

/// What one institution uploaded.
private struct Uploads {
  var row: CoverageAudit.Row
  var days: Set<Int> = []
  private var last: Instant?
  /// By category, empty where nothing is mapped.
  private var timeliness: [String: CoverageAudit.Timeliness] = [:]

  init(_ row: CoverageAudit.Row) { self.row = row }

  /// - Parameter parts: of one report.
  mutating func add(
    _ parts: [ReportState], _ versions: [StoredReportVersion], _ reading: CandidateReading, _ reference: ReferenceData
  ) {
    row.reports += 1
    let hasOrder = parts.contains { $0.report.ordered != nil && $0.report.orderingInstitution != nil }
    row.reportsWithOrder += hasOrder ? 1 : 0
    var categories: Set<String> = []
    for part in parts {
      let versions = parts.count == 1 ? versions : versions.filter { $0.report.isOfSameOrder(as: part.report) }
      add(part: part, versions, reading, reference, &categories)
    }
  }

  /// - Parameter categories: those in which the report is counted.
  private mutating func add(
    part state: ReportState, _ versions: [StoredReportVersion], _ reading: CandidateReading, _ reference: ReferenceData,
    _ categories: inout Set<String>
  ) {
    let report = state.report
    let candidates = reading.candidates(of: state)
    row.results += report.resultCount
    // An examination whose observations are of no item may be one as a whole.
    let mapped = report.codedResults.count { reference.meaning(of: $0, at: state.institution).item != nil }
    row.mappedResults += max(mapped, candidates.count)
    last = max(state.time, last ?? state.time)

    let category = (reading.orderItem(of: state) ?? candidates.first?.item)?.category
    let setting = report.setting ?? reference.policy.defaultSetting
    // Corrections that follow are another matter: this is when it could first be used.
    let first = versions.sorted { $0.version.isOlder(than: $1.version) }.first { $0.report.status?.isFinal ?? true }
    // No report precedes its last specimen.
    let taken = candidates.filter { $0.clinicalTimeBasis == .collected || $0.clinicalTimeBasis == .performed }
      .compactMap(\.clinicalTime).max()
    var entry =
      timeliness[category?.rawValue ?? ""]
      ?? CoverageAudit.Timeliness(
        institution: row.institution, name: row.name, category: category?.rawValue, standing: .unknown)
    if categories.insert(category?.rawValue ?? "").inserted { entry.reports += 1 }
    entry.results += report.resultCount
    entry.reporting.add(
      from: taken, to: first?.report.reported, target: reference.policy.reportWithin.target(setting, category),
      zone: reference.zone)
    entry.uploading.add(
      from: first?.report.reported, to: first?.recordedAt,
      target: reference.policy.uploadWithin.target(setting, category), zone: reference.zone)
    timeliness[category?.rawValue ?? ""] = entry
  }

  func finished(
    today: Int, _ reference: ReferenceData
  ) -> (row: CoverageAudit.Row, timeliness: [CoverageAudit.Timeliness]) {
    var row = row
    row.lastReported = last.map { reference.zone.rfc3339($0) }
    row.rhythm = FeedRhythm(days: days, today: today, silentAfterGaps: reference.policy.silentAfterGaps)
    let none = CoverageAudit.Timeliness(institution: row.institution, name: row.name, standing: row.rhythm.standing)
    let entries = timeliness.isEmpty ? [none] : timeliness.sorted { $0.key < $1.key }.map(\.value)
    return (
      row,
      entries.map { entry in
        var entry = entry
        entry.standing = row.rhythm.standing
        return entry
      }
    )
  }
}
