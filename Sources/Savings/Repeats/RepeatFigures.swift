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

  /// Adds some findings of one kind.
  ///
  /// - Parameters:
  ///   - fen: their prices in all.
  ///   - unpriced: how many of them have none.
  mutating func add(_ kind: RepeatFinding.Kind, count: Int, fen: Int, unpriced: Int) {
    examined += count
    switch kind {
    case .avoidable:
      avoidable += count
      avoidableFen.add(fen)
      unknownPrice += unpriced
    case .partly:
      partly += count
      partlyFen.add(fen)
      partlyUnknownPrice += unpriced
    case .justified(let reason): justified[String(reason.rawValue), default: 0] += count
    case .lost(let cause):
      lost[cause.rawValue, default: Lost()].n += count
      lost[cause.rawValue, default: Lost()].fen.add(fen)
    case .needed: break
    }
  }

  mutating func add(_ kind: RepeatFinding.Kind, priceFen: Int?) {
    add(kind, count: 1, fen: priceFen ?? 0, unpriced: priceFen == nil ? 1 : 0)
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
    let subject = RowSubject(
      institution: question.institution.code, sources: finding.chosen.map(\.candidate.institution),
      department: question.department, clinician: question.clinician, item: question.item.code,
      setting: question.setting, reason: finding.kind.reason, time: question.orderedAt)
    figures.add(subject.key(scope.dimensions, in: reference)) { $0.add(finding.kind, priceFen: finding.priceFen) }
  }
}

extension RepeatFinding.Kind {
  /// Why it was repeated, as far as somebody said so.
  var reason: RetestReason? {
    if case .justified(let reason) = self { reason } else { nil }
  }
}
