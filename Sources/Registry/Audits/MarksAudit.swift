import Catalogue
public import Clinical
import Recognition
import RegistryStore
public import Savings

/// What `huren audit marks` answers: printed recognition marks 互认标识 and the certificates behind them, held against each other.
public struct MarksAudit: Encodable, Sendable {
  public struct Figures: Encodable, Sendable {
    /// Results with a value that are not cancelled.
    public var results = 0
    public var marked = 0
    /// Marked, and a holder had no certificate reaching as far as the mark says.
    public var uncertified = 0
    /// Every holder had a certificate, and no mark is printed.
    public var unmarked = 0
    /// Marked with a scope that is neither 全国, an agreement nor a province: any certificate was taken for it.
    public var unknownScope = 0
    /// Results by mark, as sent.
    public var marks: [String: Int] = [:]
  }

  /// The results of one source for one item.
  public struct Row: Sendable, Encodable {
    public var institution: String
    public var item: String
    public var figures = Figures()

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
  public var total = Figures()
  public var rows: [Row] = []
  /// Where they were asked for.
  public var findings: [Finding]?

  private enum Key: String, CodingKey {
    case rows, findings
  }

  public func encode(to encoder: any Encoder) throws {
    try period.encode(to: encoder)
    try total.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(rows, forKey: .rows)
    try container.encodeIfPresent(findings, forKey: .findings)
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

extension MarksAudit.Figures {
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
  public func auditMarks(_ scope: AuditScope, listsFindings: Bool = false) throws -> MarksAudit {
    try store.read { transaction in
      let reference = try reference(transaction, knownAt: scope.knownAt).data
      let reading = CandidateReading(reference: reference, person: PersonFacts(code: ""))
      var audit = MarksAudit(period: AuditPeriod(scope, zone: reference.zone))
      var rows: [[String]: MarksAudit.Row] = [:]
      var findings: [MarksAudit.Finding] = []
      try transaction.eachReport { stored in
        let versions = stored.filter { version in scope.knownAt.map { version.recordedAt <= $0 } ?? true }
        for state in ReportState.parts(of: versions.map(\.version)) where !state.isCancelled {
          for candidate in reading.candidates(of: state) where !candidate.status.isCancelled && candidate.hasResult {
            let time = candidate.clinicalTime ?? state.report.versionTime
            guard time <= scope.at, scope.contains(time) else { continue }
            let mark = MarkReading(candidate, in: reference)
            let key = [candidate.institution, candidate.item.code]
            mark.count(in: &audit.total)
            mark.count(in: &rows[key, default: MarksAudit.Row(institution: key[0], item: key[1])].figures)
            if listsFindings, let finding = mark.finding(zone: reference.zone) { findings.append(finding) }
          }
        }
      }
      audit.rows = rows.values.sorted { ($0.institution, $0.item) < ($1.institution, $1.item) }
      audit.findings = listsFindings ? findings : nil
      return audit
    }
  }
}

/// The mark of one result beside its certificates.
private struct MarkReading {
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

  func count(in figures: inout MarksAudit.Figures) {
    figures.results += 1
    figures.uncertified += isUncertified ? 1 : 0
    figures.unmarked += isUnmarked ? 1 : 0
    figures.unknownScope += isScopeUnknown ? 1 : 0
    guard let mark = candidate.recognitionMark else { return }
    figures.marked += 1
    figures.marks[mark, default: 0] += 1
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
