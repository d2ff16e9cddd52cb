import Catalogue
import Clinical

/// The checks that ask one candidate at a time, for one order; what is the same for all candidates is found once.
struct Examination {
  let order: ResolvedOrder
  let reference: ReferenceData
  let orderedDay: Int
  private let consent: ConsentView
  private let isTooYoung: Bool

  init(_ order: ResolvedOrder, of person: PersonFacts, in reference: ReferenceData) {
    self.order = order
    self.reference = reference
    let orderedAt = order.order.orderedAt
    orderedDay = reference.zone.date(of: orderedAt).epochDay
    consent = reference.consent(of: person.identifiers, to: order.institution.code, at: orderedAt)
    let minimum = Int64(reference.policy.minimumAgeDays) * 86_400_000
    // Known in part, it may be the last day that it can be.
    isTooYoung =
      person.birthDate.map {
        orderedAt.milliseconds - reference.zone.firstInstant(of: $0.latestDay).milliseconds < minimum
      } ?? false
  }

  /// Every failed check but `newer-abnormal`, which asks all candidates at once.
  func failures(of candidate: Candidate, for ordered: OrderItem) -> CheckSet {
    let item = candidate.item
    let isOwn = isOwn(candidate)
    var failed = CheckSet()
    failed.insert(.identityUncertain, if: candidate.identityUncertain)
    failed.insert(.consentWithheld, if: !isOwn && !consent.permits(item.category))
    failed.insert(.notFinal, if: !candidate.status.isFinal)
    failed.insert(.cancelled, if: candidate.status.isCancelled)
    failed.insert(.notPrior, if: !isPrior(candidate))
    failed.insert(.patientTooYoung, if: isTooYoung)
    failed.insert(.specimenMismatch, if: (ordered.specimen ?? item.specimen).map { $0 != candidate.specimen } ?? false)
    let isOtherSite = item.category != .lab && !matchesSite(candidate, ordered)
    failed.insert(.bodySiteMismatch, if: isOtherSite)
    failed.insert(.noValue, if: !candidate.hasResult)
    failed.insert(.unitNotComparable, if: item.unit != nil && !isComparable(candidate))
    failed.insert(.notListed, if: !isOwn && list(for: candidate) == nil)
    failed.insert(.noQualityCertificate, if: !isOwn && certificates(for: candidate) == nil)
    if let window = window(for: candidate) {
      failed.insert(.outOfWindow, if: !isWithin(window.hours, candidate))
    } else {
      failed.insert(.noWindow)
    }
    failed.insert(.criticalValue, if: candidate.flag == .critical && reference.policy.critical == .exclude)
    // Of another site than the ordered one it may have images or none.
    let images = item.needsImages ? study(of: candidate, for: isOtherSite ? OrderItem() : ordered) : nil
    failed.insert(.imagesUnavailable, if: item.needsImages && images?.isAvailable != true)
    return failed
  }

  func isOwn(_ candidate: Candidate) -> Bool { candidate.institution == order.institution.code }

  func window(for candidate: Candidate) -> Window? {
    candidate.item.window(in: order.order.setting, flag: candidate.flag)
  }

  /// The list that carries the recognition; nil when none does.
  func list(for candidate: Candidate) -> String? {
    reference.list(for: candidate.item, from: candidate.source, to: order.institution, on: orderedDay)
  }

  /// The certificates that carry the recognition, none for a holder that needs none; nil when one is missing.
  func certificates(for candidate: Candidate) -> [Certificate]? {
    let day = candidate.clinicalTime.map { reference.zone.date(of: $0).epochDay }
    var result: [Certificate] = []
    for holder in candidate.certificateHolders where holder.code != order.institution.code {
      guard let day,
        let certificate = reference.certificate(
          for: candidate.item, of: holder.institution, to: order.institution, on: day)
      else { return nil }
      result.append(certificate)
    }
    return result
  }

  private func isPrior(_ candidate: Candidate) -> Bool {
    guard let clinicalTime = candidate.clinicalTime else { return false }
    let orderedAt = order.order.orderedAt
    return clinicalTime <= orderedAt && candidate.reported.map { $0 <= orderedAt } ?? true
  }

  /// A number in a unit that leads to the item's, or words that answer where a number is asked for. What has no value fails another
  /// check.
  private func isComparable(_ candidate: Candidate) -> Bool {
    candidate.numeric == nil
      ? candidate.words.allSatisfy(reference.policy.isQuantitativeWord) : candidate.normalizedValue != nil
  }

  /// A side belongs to the site it stands beside: a left knee and a right hip are no right knee.
  private func matchesSite(_ candidate: Candidate, _ ordered: OrderItem) -> Bool {
    if ordered.bodySite == nil, ordered.laterality == nil { return true }
    return candidate.sites.answer(ordered, of: candidate.item)
  }

  /// The images that stand in for what was ordered: those of the ordered site and side, else of the item's own site, else of its
  /// modality, and those that are there before those that are not. nil where there are none.
  func study(of candidate: Candidate, for ordered: OrderItem) -> CandidateStudy? {
    let item = candidate.item
    func rank(_ study: CandidateStudy) -> Int? {
      if ordered.bodySite != nil || ordered.laterality != nil, !study.sites.isEmpty {
        return study.sites.answer(ordered, of: item) ? 4 : nil
      }
      if study.sites.contains(where: { $0.bodySite == item.bodySite && item.bodySite != nil }) { return 3 }
      return study.modality == item.modality && item.modality != nil ? 2 : 1
    }
    var best: (study: CandidateStudy, rank: Int)?
    for study in candidate.studies where study.isNamed {
      guard let rank = rank(study).map({ 2 * $0 + (study.isAvailable ? 1 : 0) }), rank > best?.rank ?? 0 else {
        continue
      }
      best = (study, rank)
    }
    return best?.study
  }

  /// Equal is inside, 0 hours never; a time that is only the reported one needs a window of 720 hours.
  private func isWithin(_ hours: Int, _ candidate: Candidate) -> Bool {
    if hours == 0 { return false }
    guard let clinicalTime = candidate.clinicalTime else { return true }
    if candidate.clinicalTimeBasis == .reported, hours < 720 { return false }
    return order.order.orderedAt <= clinicalTime.adding(hours: hours)
  }
}

extension [CandidateSite] {
  /// Whether they are what was ordered. Where the order names a side alone, the site it means is the item's own; where nobody says
  /// which is meant, each of them must have that side.
  fileprivate func answer(_ ordered: OrderItem, of item: Item) -> Bool {
    guard let side = ordered.laterality else { return contains { $0.bodySite == ordered.bodySite } }
    if let site = ordered.bodySite { return contains { $0.bodySite == site && $0.laterality == side } }
    let own = filter { $0.bodySite == item.bodySite && item.bodySite != nil }
    let meant = Dictionary(grouping: own.isEmpty ? self : own, by: \.bodySite)
    return !meant.isEmpty && meant.values.allSatisfy { sites in sites.contains { $0.laterality == side } }
  }
}
