public import Catalogue
public import Clinical

/// The books of a period: prompts by the time of their order, claims by the time of their acceptance.
public struct SavingsBooks: Sendable {
  public private(set) var figures: AuditRows<SavingsFigures>
  private let scope: AuditScope
  private let reference: ReferenceData

  public init(_ scope: AuditScope, reference: ReferenceData) {
    self.scope = scope
    self.reference = reference
    figures = AuditRows(SavingsFigures(), by: scope.dimensions)
  }

  /// Counts what was asked and answered; items where nothing was recognisable are no prompts.
  public mutating func add(_ prompt: Prompt) {
    let orderedAt = prompt.decision.orderedAt.instant
    guard prompt.isPrompt, scope.contains(orderedAt) else { return }
    let key = RowSubject(prompt, time: orderedAt).key(scope.dimensions, in: reference)
    figures.add(key) { $0.add(prompt) }
  }

  /// Books a claim.
  public mutating func add(_ claim: Claim) {
    guard scope.contains(claim.acceptedAt) else { return }
    let key = RowSubject(claim.prompt, time: claim.acceptedAt).key(scope.dimensions, in: reference)
    let share = claim.amountFen.flatMap { amount -> SavingsFigures.Shares? in
      let (decision, response) = (claim.prompt.decision, claim.prompt.response)
      let row = reference.split(
        scheme: response?.scheme, enrolment: response?.enrolment, payment: response?.payment,
        setting: decision.setting, institution: decision.orderingInstitution)
      return row.map { SavingsFigures.Shares(amount, by: $0) }
    }
    figures.add(key) { $0.add(claim, share: share) }
  }
}

extension ReferenceData {
  /// The row of `splits.csv` that names most of what is known; of several the first of the file.
  public func split(
    scheme: String?, enrolment: String?, payment: String?, setting: Setting, institution: String
  ) -> Split? {
    let level = institutions[institution]?.level
    var best: Split?
    for row in splits {
      let matches =
        (row.scheme == nil || row.scheme == scheme) && (row.enrolment == nil || row.enrolment == enrolment)
        && (row.level == nil || row.level == level) && (row.setting == nil || row.setting == setting)
        && (row.payment == nil || row.payment == payment)
      if matches, best.map({ $0.named < row.named }) ?? true { best = row }
    }
    return best
  }
}
