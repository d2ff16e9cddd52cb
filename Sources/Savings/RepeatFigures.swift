public import Catalogue
import Recognition

/// The sums of repeated tests.
public struct RepeatFigures: Encodable, Sendable, Hashable {
  public struct Lost: Encodable, Sendable, Hashable {
    public var n = 0
    public var fen = 0
  }

  /// The questions asked of reports.
  public private(set) var examined = 0
  public private(set) var avoidable = 0
  public private(set) var avoidableFen = 0
  public private(set) var partly = 0
  public private(set) var partlyFen = 0
  /// By retest reason.
  public private(set) var justified: [String: Int] = [:]
  /// By `RepeatFinding.LostCause`, every cause being there.
  public private(set) var lost = Dictionary(
    uniqueKeysWithValues: RepeatFinding.LostCause.allCases.map { ($0.rawValue, Lost()) })
  /// Avoidable ones without a price.
  public private(set) var unknownPrice = 0
  public private(set) var partlyUnknownPrice = 0

  public init() {}

  mutating func add(_ finding: RepeatFinding) {
    examined += 1
    let fen = finding.priceFen ?? 0
    switch finding.kind {
    case .avoidable:
      avoidable += 1
      avoidableFen.add(fen)
      unknownPrice += finding.priceFen == nil ? 1 : 0
    case .partly:
      partly += 1
      partlyFen.add(fen)
      partlyUnknownPrice += finding.priceFen == nil ? 1 : 0
    case .justified(let reason): justified[String(reason.rawValue), default: 0] += 1
    case .lost(let cause):
      lost[cause.rawValue, default: Lost()].n += 1
      lost[cause.rawValue, default: Lost()].fen.add(fen)
    case .needed: break
    }
  }
}

/// Repeated tests of a period, by the time of their order.
public struct RepeatBooks: Sendable {
  public private(set) var figures: AuditRows<RepeatFigures>
  private let scope: AuditScope
  private let reference: ReferenceData

  public init(_ scope: AuditScope, reference: ReferenceData) {
    self.scope = scope
    self.reference = reference
    figures = AuditRows(RepeatFigures(), by: scope.dimensions)
  }

  public mutating func add(_ finding: RepeatFinding) {
    let question = finding.question
    var reason: RetestReason?
    if case .justified(let given) = finding.kind { reason = given }
    let subject = RowSubject(
      institution: question.institution.code, sources: finding.chosen.map(\.candidate.institution),
      department: question.department, clinician: question.clinician, item: question.item.code,
      setting: question.setting, reason: reason, time: question.orderedAt)
    figures.add(subject.key(scope.dimensions, in: reference)) { $0.add(finding) }
  }
}
