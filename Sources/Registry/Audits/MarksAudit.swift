import Catalogue
public import Clinical
import Recognition
import RegistryStore
public import Savings

/// What `huren audit marks` answers: printed recognition marks 互认标识 and the certificates behind them, held against each other.
public struct MarksAudit: RecomputedAudit, Sendable {
  /// The results of one source for one item.
  public struct Row: Sendable, Encodable {
    public var institution: String
    public var item: String
    public var figures = MarkFigures()

    private enum Key: String, CodingKey {
      case institution, item
    }

    public func encode(to encoder: any Encoder) throws {
      try figures.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(institution, forKey: .institution)
      try container.encode(item, forKey: .item)
    }
  }

  /// A result whose mark and certificates differ.
  public struct Finding: Encodable, Sendable {
    /// `uncertified` or `unmarked`.
    public var kind: String
    public var institution: String
    public var performer: String
    public var reportId: String
    public var item: String
    public var clinicalTime: String?
    /// As sent.
    public var mark: String?
    /// What the mark was read as; nil: any.
    public var scope: String?
    /// The holders without a certificate that reaches so far.
    public var missing: [String]
  }

  public var period: AuditPeriod
  public var total = MarkFigures()
  public var rows: [Row] = []
  /// Where they were asked for.
  public var findings: [Finding]?
  /// Whether what is kept agrees; nil where that was not asked.
  public var recompute: AuditComparison?

  private enum Key: String, CodingKey {
    case rows, findings, recompute
  }

  public func encode(to encoder: any Encoder) throws {
    try period.encode(to: encoder)
    try total.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(rows, forKey: .rows)
    try container.encodeIfPresent(findings, forKey: .findings)
    try container.encodeIfPresent(recompute, forKey: .recompute)
  }

  /// As a page for people: the rows in which something differs.
  public var text: PrintedText {
    var lines: [PrintedText] = ["Recognition marks at \(period.at)\(period.words)", total.text]
    for row in rows where row.figures.uncertified + row.figures.unmarked > 0 {
      lines += ["", "\(row.institution) \(row.item)", row.figures.text]
    }
    for finding in findings ?? [] {
      let missing = finding.missing.isEmpty ? "" : "no certificate of \(finding.missing.joined(separator: ", "))"
      let words: [String] = [
        finding.kind, finding.institution, finding.performer, finding.reportId, finding.item,
        finding.clinicalTime ?? "-", finding.mark ?? "-", finding.scope ?? "any scope", missing,
      ]
      lines.append(words.map(PrintedText.init).joined(separator: "\t"))
    }
    return lines.joined(separator: "\n")
  }
}

extension MarkFigures {
  fileprivate var text: PrintedText {
    """
      results      \(results), \(marked) with a mark: \(counts(marks))
      uncertified  \(uncertified) marked without a certificate behind it
      unmarked     \(unmarked) certified without a mark
      scope        \(unknownScope) marks of a scope that is not known: any certificate was taken
    """
  }
}

extension Registry {
  /// Holds the marks of current results against the certificates in force at their clinical time.
  ///
  /// - Parameters:
  ///   - scope: the period is one of clinical times.
  ///   - listsFindings: whether the results behind the figures are listed too.
  ///   - recomputes: whether it is computed anew, and what is kept held against it.
  public func auditMarks(
    _ scope: AuditScope, listsFindings: Bool = false, recomputes: Bool = false
  ) throws -> MarksAudit {
    if recomputes {
      return try recomputed(.reports) {
        try keptMarks(scope, $0)
      } computed: {
        try computedMarks(scope, $0)
      }
    }
    if listsFindings { return try store.read { try computedMarks(scope, listsFindings: true, $0) } }
    return try audited(scope, from: .reports) {
      try keptMarks(scope, $0)
    } orElse: {
      try computedMarks(scope, $0)
    }
  }

  /// As the pages have it.
  func keptMarks(_ scope: AuditScope, _ transaction: any StoreSnapshot) throws -> MarksAudit {
    var books = MarkBooks(scope)
    try eachPage(.mark, in: scope, transaction) { books.add(page: $0) }
    return try marks(scope, books, PageTexts(transaction).text, reference(transaction, knownAt: nil).data)
  }

  /// As the reports give it.
  func computedMarks(
    _ scope: AuditScope, listsFindings: Bool = false, _ transaction: any StoreSnapshot
  ) throws -> MarksAudit {
    let reference = try reference(transaction, knownAt: scope.knownAt).data
    let reading = CandidateReading(reference: reference, person: PersonFacts(code: ""))
    var books = MarkBooks(scope)
    var findings: [MarksAudit.Finding] = []
    try transaction.eachReport { stored in
      let versions = stored.filter { version in scope.knownAt.map { version.recordedAt <= $0 } ?? true }
      for state in ReportState.parts(of: versions.map(\.version)) where !state.isCancelled {
        for candidate in reading.candidates(of: state) {
          guard let line = MarkReading.line(candidate, of: state, in: reference) else { continue }
          books.add(line)
          guard listsFindings, line.time <= scope.at, scope.contains(line.time) else { continue }
          if let finding = MarkReading(candidate, in: reference).finding(zone: reference.zone) {
            findings.append(finding)
          }
        }
      }
    }
    var audit = try marks(scope, books, { _ in nil }, reference)
    audit.findings = listsFindings ? findings : nil
    return audit
  }

  private func marks(
    _ scope: AuditScope, _ books: MarkBooks, _ word: (Int64) throws -> String?, _ reference: ReferenceData
  ) throws -> MarksAudit {
    guard let (total, rows) = try books.figures(word: word) else { throw Registry.damagedPage }
    var audit = MarksAudit(period: AuditPeriod(scope, zone: reference.zone))
    audit.total = total
    audit.rows = rows.map { MarksAudit.Row(institution: $0.institution, item: $0.item, figures: $0.figures) }
    return audit
  }
}

/// The mark of one result beside its certificates.
struct MarkReading {
  let candidate: Candidate
  /// nil: any.
  let scope: Scope?
  let isScopeUnknown: Bool
  /// The holders without a certificate.
  let missing: [String]

  init(_ candidate: Candidate, in reference: ReferenceData) {
    self.candidate = candidate
    let scope = candidate.recognitionMark.flatMap { reference.scope(ofMark: $0) }
    self.scope = scope
    isScopeUnknown = scope == nil && candidate.recognitionMark.map { reference.namesScope($0) } ?? false
    let day = candidate.clinicalTime.map { reference.zone.date(of: $0).epochDay }
    missing = candidate.certificateHolders.filter { holder in
      day.flatMap { reference.certificate(for: candidate.item, of: holder.institution, reaching: scope, on: $0) } == nil
    }.map(\.code)
  }

  private var isUncertified: Bool { candidate.recognitionMark != nil && !missing.isEmpty }
  private var isUnmarked: Bool { candidate.recognitionMark == nil && missing.isEmpty }

  /// - Returns: nil for what is no result, or is cancelled.
  static func line(_ candidate: Candidate, of state: ReportState, in reference: ReferenceData) -> MarkLine? {
    guard !candidate.status.isCancelled, candidate.hasResult else { return nil }
    let mark = MarkReading(candidate, in: reference)
    return MarkLine(
      institution: candidate.institution, item: candidate.item.code, mark: candidate.recognitionMark,
      isUncertified: mark.isUncertified, isUnmarked: mark.isUnmarked, isScopeUnknown: mark.isScopeUnknown,
      time: candidate.clinicalTime ?? state.report.versionTime)
  }

  func finding(zone: RegistryZone) -> MarksAudit.Finding? {
    guard isUncertified || isUnmarked else { return nil }
    return MarksAudit.Finding(
      kind: isUncertified ? "uncertified" : "unmarked", institution: candidate.institution,
      performer: candidate.performer, reportId: candidate.reportID, item: candidate.item.code,
      clinicalTime: candidate.clinicalTime.map { zone.rfc3339($0) }, mark: candidate.recognitionMark,
      scope: scope?.text, missing: missing)
  }
}
