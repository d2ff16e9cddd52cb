import Catalogue
public import Clinical
import RegistryStore
public import Savings

/// What `huren audit rates` answers.
public struct RatesAudit: RecomputedAudit, Sendable {
  public var period: AuditPeriod
  public var figures: AuditRows<RateFigures>
  /// Of each institution as the one that orders and as the source.
  public var institutions: [RateSides]
  /// Whether what is kept agrees; nil where that was not asked.
  public var recompute: AuditComparison?

  private enum Key: String, CodingKey {
    case rows, institutions, recompute
  }

  public func encode(to encoder: any Encoder) throws {
    try period.encode(to: encoder)
    try figures.total.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(figures.rows, forKey: .rows)
    try container.encode(institutions, forKey: .institutions)
    try container.encodeIfPresent(recompute, forKey: .recompute)
  }

  /// As a page for people.
  public var text: PrintedText {
    var lines: [PrintedText] = ["Rates at \(period.at)\(period.words)", figures.total.text]
    for row in figures.rows { lines += ["", PrintedText(row.title), row.figures.text] }
    for sides in institutions {
      lines += ["", "\(sides.institution) as the one that orders", sides.ordering.answers]
      lines += ["\(sides.institution) as the source", sides.source.answers]
    }
    return lines.joined(separator: "\n")
  }
}

extension Registry {
  /// What was asked and answered in a period: recognition and feedback rates, reasons, and why results could not stand in.
  ///
  /// - Parameter recomputes: whether it is computed anew, and what is kept held against it.
  public func auditRates(_ scope: AuditScope, recomputes: Bool = false) throws -> RatesAudit {
    if recomputes {
      return try recomputed(.books) {
        try keptRates(scope, $0)
      } computed: {
        try computedRates(scope, $0)
      }
    }
    return try audited(scope, from: .books) {
      try keptRates(scope, $0)
    } orElse: {
      try computedRates(scope, $0)
    }
  }

  /// As the pages of the books have it.
  func keptRates(_ scope: AuditScope, _ transaction: any StoreSnapshot) throws -> RatesAudit {
    let reference = try reference(transaction, knownAt: nil).data
    var scan = RateScan(scope, zone: reference.zone)
    try transaction.eachBookPage { head, sums in
      guard scan.concerns(since: head.since, ordered: head.firstOrdered...head.lastOrdered) else { return }
      let isRead = try scan.add(
        sums: sums, times: transaction.bookPart(.times, day: head.day),
        words: transaction.bookPart(.words, day: head.day), questions: transaction.bookPart(.questions, day: head.day))
      guard isRead else { throw Registry.damagedPage }
    }
    var books = RateBooks(scope, reference: reference)
    guard try scan.add(to: &books, word: PageTexts(transaction).text, reference: { reference }) else {
      throw Registry.damagedPage
    }
    return RatesAudit(
      period: AuditPeriod(scope, zone: reference.zone, unreadable: try transaction.unreadableEvents()),
      figures: books.figures, institutions: books.sides)
  }

  /// As the events give it.
  func computedRates(_ scope: AuditScope, _ transaction: any StoreSnapshot) throws -> RatesAudit {
    let reference = try reference(transaction, knownAt: scope.knownAt).data
    var books = RateBooks(scope, reference: reference)
    let ledger = try ledger(
      transaction, reference: reference, at: scope.at, knownAt: scope.knownAt, keepsCauses: true)
    for prompt in ledger.prompts() { books.add(prompt) }
    return RatesAudit(
      period: AuditPeriod(scope, zone: reference.zone, unreadable: ledger.unreadable), figures: books.figures,
      institutions: books.sides)
  }
}

extension RateFigures {
  fileprivate var text: PrintedText {
    """
      questions    \(questions): \(counts(outcomes))
    \(responses.answers)
      retest       justified by the order's reason: \(counts(retestJustified))
      failed       candidates by check: \(counts(causes))
      within one institution: \(sameInstitution.prompts) prompts, \(sameInstitution.accepted) accepted
    """
  }
}

extension PromptFigures {
  /// With the reasons of refusals.
  fileprivate var answers: PrintedText {
    "\(text)\n  declined     by reason: \(counts(reasons)); the patient was told of \(patientTold)"
  }
}
