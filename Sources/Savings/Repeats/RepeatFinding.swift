public import Catalogue
public import Clinical
public import Recognition

/// What a decision would have said to a test that was done.
public struct RepeatFinding: Sendable {
  /// The check without which a prior result would have stood in.
  public enum LostCause: String, Sendable, CaseIterable {
    case notListed = "not-listed"
    case noQualityCertificate = "no-quality-certificate"
    case both
  }

  public enum Kind: Hashable, Sendable {
    /// A prior result could have stood in, and nobody gave a reason to repeat.
    case avoidable
    /// Part of a panel could have stood in.
    case partly
    /// It could have stood in, but a recorded decision carries a retest reason or was declined with one.
    case justified(RetestReason)
    case lost(LostCause)
    /// No prior result, or none that list and certificate alone keep from standing in.
    case needed
  }

  public let question: RepeatQuestion
  public let kind: Kind
  /// Of what was avoidable; of what was lost the full price of the item; nil when unknown or there is nothing to price.
  public let priceFen: Int?
  /// The prior results that stand in, or would.
  public let chosen: [ChosenResult]

  /// - Parameters:
  ///   - grounds: what recorded decisions about the person say, in any order.
  ///   - candidates: what was known of the person by then, without the report itself, of the items it is given.
  /// - Throws: never for a question that was made with the same reference data.
  public init(
    _ question: RepeatQuestion, person: PersonFacts, grounds: [RetestGround], reference: ReferenceData,
    candidates: (Set<String>) -> [Candidate]
  ) throws(OrderProblem) {
    let order = Order(
      id: question.reportId, patient: OrderPatient(person: person.code),
      orderingInstitution: question.institution.code, setting: question.setting, orderedAt: question.orderedAt,
      items: question.ordered)
    let resolved = try ResolvedOrder(order, in: reference)
    let own = candidates(resolved.candidateItems)
    let decider = Decider(reference: reference)
    func decide(waiving waived: CheckSet = []) -> Answer {
      Answer(decider.answer(resolved, person: person, candidates: own, waiving: waived).items)
    }
    self.question = question
    if own.isEmpty {
      (kind, priceFen, chosen) = (.needed, nil, [])
      return
    }
    let decision = decide()
    switch decision.outcome {
    case .recognise:
      kind = grounds.reason(for: question).map { .justified($0) } ?? .avoidable
      (priceFen, chosen) = (decision.priceFen, decision.chosen)
    case .recogniseInPart:
      (kind, priceFen, chosen) = (.partly, decision.priceFen, decision.chosen)
    case .repeat:
      let waivers: [(CheckSet, LostCause)] = [
        ([.notListed], .notListed), ([.noQualityCertificate], .noQualityCertificate),
        ([.notListed, .noQualityCertificate], .both),
      ]
      for (waived, cause) in waivers {
        let instead = decide(waiving: waived)
        if instead.outcome == .recognise {
          (kind, priceFen, chosen) = (.lost(cause), instead.priceFen, instead.chosen)
          return
        }
      }
      (kind, priceFen, chosen) = (.needed, nil, [])
    case .noPrior, .retestJustified:
      (kind, priceFen, chosen) = (.needed, nil, [])
    }
  }
}

/// What was decided of the same item for each site that was examined: together one answer.
private struct Answer {
  let outcome: ItemDecision.Outcome
  let priceFen: Int?
  let chosen: [ChosenResult]

  init(_ sites: [ItemDecision]) {
    var seen: Set<[String]> = []
    priceFen = sites[0].priceFen
    chosen = sites.flatMap(\.chosen).filter {
      seen.insert([$0.candidate.institution, $0.candidate.reportID, $0.candidate.item.code, $0.candidate.subID])
        .inserted
    }
    if sites.count == 1 || sites.allSatisfy({ $0.outcome == .recognise }) {
      outcome = sites[0].outcome
    } else {
      outcome = sites.allSatisfy { $0.outcome == .noPrior } ? .noPrior : .repeat
    }
  }
}

/// That a recorded decision about an item was asked for, and the reason to repeat that it carries or was declined with.
public struct RetestGround: Hashable, Sendable {
  public let institution: String
  public let item: String
  public let orderedAt: Instant
  public let reason: RetestReason?
  /// The decision's place among those recorded.
  let place: Int
}

extension [RetestGround] {
  /// The reason that the latest decision on the same item and institution gives, from a day before the order to a day after the
  /// report's newest clinical time; of several of one time the last recorded.
  fileprivate func reason(for question: RepeatQuestion) -> RetestReason? {
    let first = question.orderedAt.adding(hours: -24)
    let last = question.newestClinicalTime.adding(hours: 24)
    return filter {
      $0.item == question.item.code && $0.institution == question.institution.code && $0.orderedAt >= first
        && $0.orderedAt <= last
    }.max { ($0.orderedAt.milliseconds, $0.place) < ($1.orderedAt.milliseconds, $1.place) }?.reason
  }
}
