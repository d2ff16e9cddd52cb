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
    isTooYoung =
      person.birthDate.map { orderedAt.milliseconds - reference.zone.firstInstant(of: $0).milliseconds < minimum }
      ?? false
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
    failed.insert(.bodySiteMismatch, if: item.category != .lab && !matchesSite(candidate, ordered))
    failed.insert(.noValue, if: !candidate.hasResult)
    failed.insert(
      .unitNotComparable, if: candidate.numeric != nil && item.unit != nil && candidate.normalizedValue == nil)
    failed.insert(.notListed, if: !isOwn && list(for: candidate) == nil)
    failed.insert(.noQualityCertificate, if: !isOwn && certificates(for: candidate) == nil)
    if let window = window(for: candidate) {
      failed.insert(.outOfWindow, if: !isWithin(window.hours, candidate))
    } else {
      failed.insert(.noWindow)
    }
    failed.insert(.criticalValue, if: candidate.flag == .critical && reference.policy.critical == .exclude)
    failed.insert(.imagesUnavailable, if: item.needsImages && (!candidate.hasStudy || candidate.isStudyMissing))
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

  private func matchesSite(_ candidate: Candidate, _ ordered: OrderItem) -> Bool {
    (ordered.bodySite.map(candidate.bodySites.contains) ?? true)
      && (ordered.laterality.map(candidate.lateralities.contains) ?? true)
  }

  /// Equal is inside, 0 hours never; a time that is only the reported one needs a window of 720 hours.
  private func isWithin(_ hours: Int, _ candidate: Candidate) -> Bool {
    if hours == 0 { return false }
    guard let clinicalTime = candidate.clinicalTime else { return true }
    if candidate.clinicalTimeBasis == .reported, hours < 720 { return false }
    return order.order.orderedAt <= clinicalTime.adding(hours: hours)
  }
}
