import Catalogue
import Clinical
import Recognition
import RegistryStore
public import Savings

/// What `huren audit coverage` answers: who uploads, how much of it can be used, and what came of it.
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
    public var prompts = 0
    public var accepted = 0
    public var grossFen = 0
    public var verifiedFen = 0
  }

  public var period: AuditPeriod
  public var rows: [Row] = []

  /// Institutions of institutions.csv.
  public var institutions: Int { rows.count }
  public var uploading: Int { rows.count { $0.reports > 0 } }

  private enum Key: String, CodingKey {
    case institutions, uploading, coverage, reports, results, mappedResults, rows
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
  }

  /// Uploading institutions of all; nil without any.
  public var coverage: Double? { institutions == 0 ? nil : Double(uploading) / Double(institutions) }

  /// As a page for people: amounts in yuan.
  public var text: String {
    var lines = ["Coverage at \(period.at)\(period.words)"]
    lines.append("  \(uploading) of \(institutions) institutions upload (\(percent(coverage)))")
    for row in rows {
      let mapped = row.results == 0 ? nil : Double(row.mappedResults) / Double(row.results)
      lines.append(
        """
          \(row.institution) \(row.name): \(row.reports) reports, \(row.results) results (\(percent(mapped)) mapped), \
        last \(row.lastReported ?? "never"); \(row.prompts) prompts, \(row.accepted) accepted, \
        gross \(yuan(row.grossFen)), verified \(yuan(row.verifiedFen))
        """)
    }
    return lines.joined(separator: "\n")
  }
}

extension Registry {
  /// Uploads by institution, those that upload nothing included, next to the savings they had.
  public func auditCoverage(_ scope: AuditScope) throws -> CoverageAudit {
    var byInstitution = scope
    byInstitution.dimensions = [.institution]
    let savings = try auditSavings(byInstitution)
    return try store.read { transaction in
      let reference = try reference(transaction, knownAt: scope.knownAt).data
      var rows: [String: CoverageAudit.Row] = [:]
      for institution in reference.institutions.values {
        rows[institution.code] = CoverageAudit.Row(institution: institution.code, name: institution.name)
      }
      var last: [String: Instant] = [:]
      let reading = CandidateReading(reference: reference, person: PersonFacts(code: ""))
      try transaction.eachReport { stored in
        let versions = stored.filter { version in scope.knownAt.map { version.recordedAt <= $0 } ?? true }
        guard let state = ReportState(versions.map(\.version)) else { return }
        let time = state.report.reported ?? state.report.versionTime
        guard !state.isCancelled, time <= scope.at, scope.contains(time), var row = rows[state.institution] else {
          return
        }
        row.reports += 1
        row.reportsWithOrder += state.report.ordered != nil && state.report.orderingInstitution != nil ? 1 : 0
        row.results += state.report.resultCount
        row.mappedResults += reading.candidates(of: state).count
        rows[state.institution] = row
        last[state.institution] = max(time, last[state.institution] ?? time)
      }
      for (code, time) in last { rows[code]?.lastReported = reference.zone.rfc3339(time) }
      for row in savings.figures.rows {
        guard let code = row.key[0].value else { continue }
        rows[code]?.prompts = row.figures.responses.prompts
        rows[code]?.accepted = row.figures.responses.accepted
        rows[code]?.grossFen = row.figures.grossFen
        rows[code]?.verifiedFen = row.figures.verifiedFen
      }
      return CoverageAudit(
        period: AuditPeriod(scope, zone: reference.zone),
        rows: rows.values.sorted { $0.institution < $1.institution })
    }
  }
}
