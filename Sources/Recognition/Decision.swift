public import Catalogue
public import Clinical

/// The registry's answer to an order: advice with its evidence. The clinician decides (国卫医发〔2022〕6号).
public struct Decision: Sendable {
  public let order: ResolvedOrder
  /// The person's code.
  public let person: String
  public let knownAt: Instant?
  public let items: [ItemDecision]
  public let reference: ReferenceDigests
  /// The source record that the order was about, for the books alone: codes are merged and parted, and it stays that patient's.
  public var record: Int64?
  /// A digest of order, answer and reference data: without the person's code, without anything that depends on arrival.
  public internal(set) var id = ""
  /// What the ordering institution must not hear of; for auditors alone, in no answer.
  public let withheld: [WithheldCandidate]
  /// Whether all that is known of the person is withheld from the ordering institution: to it nobody is known by these numbers.
  public var isOfStranger = false
  let zone: RegistryZone
}

/// Whether prior results can stand in for one ordered item.
public struct ItemDecision: Sendable {
  public enum Outcome: String, Sendable, CaseIterable, Codable {
    case recognise, `repeat`
    case recogniseInPart = "recognise-in-part"
    case noPrior = "no-prior"
    case retestJustified = "retest-justified"

    /// Whether something was recognised, or would have been but for a retest reason.
    public var isRecognisable: Bool { self != .repeat && self != .noPrior }
  }

  public let item: Item
  /// The panel of the same order that contains it.
  public let inPanel: String?
  public let outcome: Outcome
  /// One for each covered component, in the order of their codes.
  public let chosen: [ChosenResult]
  /// The components a panel's results cover; nil for what is no panel.
  public let covered: [String]?
  /// The components of a panel still to be tested; nil for what is no panel.
  public let residual: [String]?
  /// By institution, report and item.
  public let rejected: [RejectedCandidate]
  /// The price of what is avoided, in fen; nil when a price is missing or nothing is avoided.
  public let priceFen: Int?

  /// Until when all chosen results stand in: the earliest of theirs.
  public var validUntil: Instant? { chosen.map(\.validUntil).min() }
}

/// A result that stands in.
public struct ChosenResult: Sendable {
  public let candidate: Candidate
  public let clinicalTime: Instant
  public let windowHours: Int
  /// Clinical time + window.
  public let validUntil: Instant
  /// The list that carried the recognition; nil within one institution.
  public let list: String?
  /// The certificates that carried it, performer before source; empty within one institution.
  public let certificates: [Certificate]
  /// The images of what was ordered.
  public let study: CandidateStudy?
}

/// A candidate that cannot stand in, with every failed check.
public struct RejectedCandidate: Hashable, Sendable {
  public let institution: String
  public let reportID: String
  public let item: String
  public let subID: String
  public let failed: [Check]
  /// What its images were asked for by, where they are not available: the UID, else the accession number.
  public let missingStudyUID: String?
  public let missingAccessionNumber: String?
}

/// A candidate that consent or an uncertain identity withholds from the ordering institution.
public struct WithheldCandidate: Hashable, Sendable {
  /// What was ordered.
  public let ordered: String
  public let candidate: RejectedCandidate
}
