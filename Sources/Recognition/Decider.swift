public import Catalogue
public import Clinical

/// Decides orders: a pure function of the order, the candidates and the reference data in force (recognition.md).
public struct Decider: Sendable {
  private let reference: ReferenceData

  public init(reference: ReferenceData) { self.reference = reference }

  /// The answer to an order.
  ///
  /// - Parameters:
  ///   - candidates: every result of the person, in any order; those of other items are left aside.
  ///   - knownAt: for the answer alone: the caller gives what was known then.
  ///   - waived: checks that do not stop a recognition here: what an audit asks "what if" about. The two that decide
  ///     what is heard at all cannot be waived.
  public func decide(
    _ order: ResolvedOrder, person: PersonFacts, candidates: [Candidate], knownAt: Instant? = nil,
    waiving waived: CheckSet = []
  ) -> Decision {
    var decision = answer(order, person: person, candidates: candidates, knownAt: knownAt, waiving: waived)
    decision.id = decision.digest()
    return decision
  }

  /// The answer without its id: for audits, which ask by the million what would have been decided.
  package func answer(
    _ order: ResolvedOrder, person: PersonFacts, candidates: [Candidate], knownAt: Instant? = nil,
    waiving waived: CheckSet = []
  ) -> Decision {
    let examination = Examination(order, of: person, in: reference)
    var byItem: [String: [Int]] = [:]
    for index in candidates.indices { byItem[candidates[index].item.code, default: []].append(index) }
    var withheld: [WithheldCandidate] = []
    let panels = panels(of: order)
    let items = order.items.map { resolved in
      let components = resolved.components(in: reference).map { component in
        let indices = ([component.code] + component.coveredBy).flatMap { byItem[$0] ?? [] }
        return Component(
          item: component, examination, resolved.ordered, candidates, indices, waived.subtracting(Component.unheard))
      }
      withheld += components.flatMap(\.withheld).map {
        WithheldCandidate(ordered: resolved.item.code, candidate: $0)
      }
      return decide(resolved.item, components, examination, inPanel: panels[resolved.item.code])
    }
    return Decision(
      order: order, person: person.code, knownAt: knownAt, items: items, reference: reference.digests,
      withheld: withheld, zone: reference.zone)
  }

  /// By item, the panel of the order that cannot do without it; of several the first by code.
  private func panels(of order: ResolvedOrder) -> [String: String] {
    var panels: [String: String] = [:]
    var seen: Set<String> = []
    for item in order.items.map(\.item) where item.isPanel && seen.insert(item.code).inserted {
      for member in item.requiredMembers { panels[member] = min(panels[member] ?? item.code, item.code) }
    }
    return panels
  }

  private func decide(
    _ item: Item, _ components: [Component], _ examination: Examination, inPanel: String?
  ) -> ItemDecision {
    let order = examination.order
    let covered = components.filter { $0.chosen != nil }
    let residual = components.filter { $0.chosen == nil }
    var outcome: ItemDecision.Outcome
    if residual.isEmpty {
      outcome = .recognise
    } else if !covered.isEmpty, reference.policy.partialPanels {
      outcome = .recogniseInPart
    } else {
      outcome = components.contains(where: \.isHeard) ? .repeat : .noPrior
    }
    let price = inPanel == nil ? price(of: item, less: residual.map(\.item), examination) : 0
    if outcome.isRecognisable, order.retestReason != nil { outcome = .retestJustified }
    let isRecognisable = outcome.isRecognisable
    let taken = isRecognisable ? covered : []
    let open = isRecognisable ? residual : components
    return ItemDecision(
      item: item, inPanel: inPanel, outcome: outcome, chosen: taken.compactMap(\.chosen),
      covered: item.isPanel ? taken.map(\.item.code) : nil, residual: item.isPanel ? open.map(\.item.code) : nil,
      rejected: rejected(components), priceFen: isRecognisable ? price : nil)
  }

  /// The item's price minus those of what still has to be done, not below 0.
  private func price(of item: Item, less residual: [Item], _ examination: Examination) -> Int? {
    let prices = ([item] + residual).map {
      reference.price(of: $0, at: examination.order.institution, on: examination.orderedDay)
    }
    guard let whole = prices[0] else { return nil }
    var rest = whole
    for price in prices.dropFirst() {
      guard let price else { return nil }
      rest -= price
    }
    return max(0, rest)
  }

  /// The items that an institution may hear of among some results: what is withheld or of uncertain identity is as if it did not exist.
  ///
  /// - Returns: in byte order.
  public func itemsHeard(
    by institution: Institution, at moment: Instant, of person: PersonFacts, candidates: [Candidate]
  ) -> [String] {
    let consent = reference.consent(of: person.identifiers, to: institution.code, at: moment)
    let heard = candidates.filter {
      !$0.identityUncertain && ($0.institution == institution.code || consent.permits($0.item.category))
    }
    return Set(heard.map(\.item.code)).sorted()
  }

  private func rejected(_ components: [Component]) -> [RejectedCandidate] {
    let all = components.flatMap(\.rejected)
    // One candidate may stand in for several components: told once for the same reasons.
    var told: Set<Component.Rejection> = []
    return all.filter { told.insert($0).inserted }.map(\.candidate).sorted { a, b in
      (a.institution, a.reportID, a.item, a.subID) != (b.institution, b.reportID, b.item, b.subID)
        ? (a.institution, a.reportID, a.item, a.subID) < (b.institution, b.reportID, b.item, b.subID)
        : a.failed.lexicographicallyPrecedes(b.failed) { $0.rawValue < $1.rawValue }
    }
  }
}
