public import Catalogue
public import Clinical
import Recognition
import RegistryStore
public import Savings

/// What `huren audit what-if` answers.
public struct WhatIfAudit: Encodable, Sendable {
  /// An ordered item whose outcome would have been another.
  public struct Example: Encodable, Sendable {
    /// One side: the outcome, its amount, the results that stand in and how many candidates failed which check.
    public struct Side: Encodable, Sendable {
      public var outcome: String
      public var priceFen: Int?
      public var chosen: [RecordedDecision.Chosen]
      public var causes: [String: Int]?
    }

    public var orderId: String
    public var decisionId: String
    public var orderingInstitution: String
    public var orderedAt: String
    public var item: String
    public var before: Side
    public var after: Side
  }

  public var period: AuditPeriod
  /// The digest of the folder's lists, certificates and so on, by part.
  public var reference: ReferenceDigests
  public var figures = WhatIfFigures()
  public var examples: [Example] = []

  private enum Key: String, CodingKey {
    case reference, examples
  }

  public func encode(to encoder: any Encoder) throws {
    try period.encode(to: encoder)
    try figures.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(reference, forKey: .reference)
    try container.encode(examples, forKey: .examples)
  }

  /// As a page for people: amounts in yuan.
  public var text: PrintedText {
    var lines: [PrintedText] = [
      "What if, at \(period.at)\(period.words)",
      "  compared     \(figures.examined) ordered items; left out \(counts(figures.unasked))", "before",
      figures.before.text,
      "after", figures.after.text,
      "  same outcome \(figures.sameOutcome), \(figures.otherPrice) at another price, \(figures.otherResults) on other results",
    ]
    for change in figures.changes {
      lines.append(
        "  \(change.before.rawValue) → \(change.after.rawValue): \(change.n), \(yuan(change.beforeFen)) → \(yuan(change.afterFen))"
      )
    }
    for example in examples {
      lines.append(
        """
        \(example.orderedAt)\t\(example.orderingInstitution)\t\(example.orderId)\t\(example.item)\t\(example.before.text) → \
        \(example.after.text)
        """)
    }
    return lines.joined(separator: "\n")
  }
}

extension WhatIfFigures.Side {
  fileprivate var text: PrintedText {
    """
      outcomes     \(counts(outcomes))
      prompts      \(prompts) for \(yuan(promptFen)), \(unknownPrice) of them without a price
      accepted     \(accepted) of what was accepted, gross \(yuan(acceptedFen))
    """
  }
}

extension WhatIfAudit.Example.Side {
  fileprivate init(_ item: RecordedDecision.Item) {
    self.init(outcome: item.outcome.rawValue, priceFen: item.priceFen, chosen: item.chosen, causes: item.causes)
  }

  fileprivate var text: String { outcome + (causes.map { " (\(counts($0)))" } ?? "") }
}

extension Registry {
  /// Decides the recorded orders of a period again under another folder of reference data, with the results known at each decision.
  ///
  /// Each is first decided again with the reference data of its own time: one that does not come out as it was is left out, so that
  /// the folder alone makes the difference.
  ///
  /// - Parameters:
  ///   - directory: a whole folder; nothing of it is loaded.
  ///   - examples: at most so many of each change.
  /// - Throws: `RegistryError.rejectedReference` with every bad row.
  public func auditWhatIf(_ scope: AuditScope, reference directory: String, examples: Int = 5) throws -> WhatIfAudit {
    let other = try LoadedReference(generation: 0, folder: Registry.referenceFolder(directory)).data
    return try store.read { transaction in
      let current = try reference(transaction, knownAt: scope.knownAt).data
      let zone = current.zone
      let ledger = try ledger(
        transaction, reference: current, at: scope.at, knownAt: scope.knownAt, keepsCauses: true)
      let period = AuditPeriod(scope, zone: zone, unreadable: ledger.unreadable)
      var audit = WhatIfAudit(period: period, reference: other.digests)
      let asked = ledger.prompts().filter { scope.contains($0.decision.orderedAt.instant) }
      var decided: (id: String, again: RecordedDecision?, instead: RecordedDecision?)?
      for prompt in asked {
        let decision = prompt.decision
        // The items of a decision follow each other.
        if decided?.id != decision.decisionId {
          let moment = (decision.knownAt ?? decision.orderedAt).instant
          let then = try reference(transaction, knownAt: moment).data
          decided = (
            decision.decisionId, try decide(again: decision, then, transaction, knownAt: moment),
            try decide(again: decision, other, transaction, knownAt: moment)
          )
        }
        let code = prompt.item.item
        guard decided?.again?.item(code)?.isAnsweredAlike(prompt.item) == true else {
          audit.figures.leaveOut(.notReproduced)
          continue
        }
        guard let instead = decided?.instead?.item(code) else {
          audit.figures.leaveOut(.notDecidable)
          continue
        }
        guard let place = audit.figures.add(prompt, instead: instead), place <= examples else { continue }
        audit.examples.append(
          WhatIfAudit.Example(
            orderId: decision.orderId, decisionId: decision.decisionId,
            orderingInstitution: decision.orderingInstitution, orderedAt: zone.rfc3339(decision.orderedAt.instant),
            item: code, before: .init(prompt.item), after: .init(instead)))
      }
      return audit
    }
  }

  /// - Returns: nil when the reference data does not know the institution or an item, or the person was not known then.
  private func decide(
    again decision: RecordedDecision, _ reference: ReferenceData, _ transaction: any StoreSnapshot, knownAt: Instant
  ) throws -> RecordedDecision? {
    guard let resolved = try? ResolvedOrder(Order(decision), in: reference),
      let person = try transaction.currentPerson(Ledger.Subject(decision), knownAt: knownAt)
    else { return nil }
    let file = try transaction.personFile(person, knownAt: knownAt)
    let facts = file.facts(of: person, OrderPatient(person: person))
    let candidates = try candidates(
      file, facts, reference, items: resolved.candidateItems, transaction, knownAt: knownAt)
    return RecordedDecision(
      Decider(reference: reference).decide(resolved, person: facts, candidates: candidates, knownAt: knownAt))
  }
}

extension Order {
  /// The order behind a recorded decision, as far as the books keep it.
  fileprivate init(_ decision: RecordedDecision) {
    self.init(
      id: decision.orderId, patient: OrderPatient(person: decision.person),
      orderingInstitution: decision.orderingInstitution, setting: decision.setting,
      orderedAt: decision.orderedAt.instant, items: decision.items.map(OrderItem.init))
    retestReason = decision.retestReason.map { .number($0.rawValue) }
    // The words lie beside the chain; that there were some is enough here.
    retestReasonText = decision.textDigest
  }
}

extension OrderItem {
  fileprivate init(_ item: RecordedDecision.Item) {
    self.init(item: item.item)
    (specimen, bodySite, laterality) = (item.specimen, item.bodySite, item.laterality)
  }
}
