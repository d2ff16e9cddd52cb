import Catalogue
import Clinical

/// One item, or one required component of a panel, with the candidates for it.
struct Component {
  struct Rejection: Hashable {
    let index: Int
    let candidate: RejectedCandidate
  }

  /// Candidates failing one of these are as if they did not exist.
  static let unheard: CheckSet = [.identityUncertain, .consentWithheld]
  /// What a candidate must pass to be a newer abnormal result, whatever else it failed (check 17).
  private static let alarming: CheckSet = [
    .identityUncertain, .consentWithheld, .cancelled, .notPrior, .specimenMismatch, .bodySiteMismatch, .noValue,
  ]

  let item: Item
  let chosen: ChosenResult?
  let rejected: [Rejection]
  let withheld: [RejectedCandidate]
  /// Whether there is any candidate the ordering institution may hear of.
  let isHeard: Bool

  /// - Parameters:
  ///   - candidates: of the person.
  ///   - indices: of those among them that are of this item or one covering it.
  init(
    item: Item, _ examination: Examination, _ ordered: OrderItem, _ candidates: [Candidate], _ indices: [Int],
    _ waived: CheckSet
  ) {
    self.item = item
    var failures = indices.map { examination.failures(of: candidates[$0], for: ordered) }
    var alarms = Alarms(zone: examination.reference.zone)
    for (index, failed) in zip(indices, failures) where failed.isDisjoint(with: Self.alarming) {
      alarms.add(candidates[index])
    }
    if !alarms.isEmpty {
      for (place, index) in indices.enumerated() {
        failures[place].insert(.newerAbnormal, if: alarms.hide(candidates[index]))
      }
    }
    var best: Int?
    var rejected: [Rejection] = []
    var withheld: [RejectedCandidate] = []
    for (index, failed) in zip(indices, failures) {
      if !failed.isDisjoint(with: Self.unheard) {
        withheld.append(RejectedCandidate(candidates[index], failed, nil))
        continue
      }
      if failed.subtracting(waived).isEmpty, best.map({ candidates[index].goesBefore(candidates[$0]) }) ?? true {
        best = index
      }
      if !failed.isEmpty {
        let study =
          failed.contains(.imagesUnavailable) ? examination.study(of: candidates[index], for: ordered) : nil
        rejected.append(Rejection(index: index, candidate: RejectedCandidate(candidates[index], failed, study)))
      }
    }
    chosen = best.flatMap { ChosenResult(candidates[$0], examination, ordered) }
    isHeard = withheld.count < indices.count
    self.rejected = rejected
    self.withheld = withheld
  }
}

extension RejectedCandidate {
  /// - Parameter study: whose images are not available.
  fileprivate init(_ candidate: Candidate, _ failed: CheckSet, _ study: CandidateStudy?) {
    self.init(
      institution: candidate.institution, reportID: candidate.reportID, item: candidate.item.code,
      subID: candidate.subID, failed: failed.checks, missingStudyUID: study?.studyInstanceUID,
      missingAccessionNumber: study?.studyInstanceUID == nil ? study?.accessionNumber : nil)
  }
}

extension ChosenResult {
  /// - Returns: nil without clinical time or window: such a candidate passes no check that asks for them.
  fileprivate init?(_ candidate: Candidate, _ examination: Examination, _ ordered: OrderItem) {
    guard let clinicalTime = candidate.clinicalTime, let window = examination.window(for: candidate) else { return nil }
    let isOwn = examination.isOwn(candidate)
    self.init(
      candidate: candidate, clinicalTime: clinicalTime, windowHours: window.hours,
      validUntil: clinicalTime.adding(hours: window.hours), list: isOwn ? nil : examination.list(for: candidate),
      certificates: isOwn ? [] : examination.certificates(for: candidate) ?? [],
      study: examination.study(of: candidate, for: ordered))
  }
}

extension Candidate {
  /// The newest clinical time, then the newest reported time, then the smallest (institution, report number, item,
  /// OBX-4).
  fileprivate func goesBefore(_ other: Candidate) -> Bool {
    if clinicalTime != other.clinicalTime { return Candidate.time(clinicalTime) > Candidate.time(other.clinicalTime) }
    if reported != other.reported { return Candidate.time(reported) > Candidate.time(other.reported) }
    return (institution, reportID, item.code, subID) < (other.institution, other.reportID, other.item.code, other.subID)
  }

  private static func time(_ instant: Instant?) -> Int64 { instant?.milliseconds ?? .min }
}
