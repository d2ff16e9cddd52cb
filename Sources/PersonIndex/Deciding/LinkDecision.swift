/// What is decided of two records.
public struct LinkDecision: Sendable {
  public enum Outcome: String, Sendable, Codable {
    /// One person's, without anybody looking.
    case link
    /// Perhaps one person's: a human decides.
    case review
    /// Not enough speaks for one person.
    case apart
    /// Two people's, whatever else agrees.
    case never
  }

  /// How sure a link is: `certain` by a number (tiers T1, T2), `probable` by what describes a person, `possible` while in review.
  public enum Grade: String, Sendable, Codable { case certain, probable, possible }

  /// Why a decision is not what the bits alone would make it.
  public enum Guard: String, Sendable, Codable, CaseIterable {
    case numberConflict = "number-conflict"
    case sameNumberOtherPerson = "same-number-other-person"
    case sexConflict = "sex-conflict"
    case birthDateConflict = "birth-date-conflict"
    case nameDiffers = "name-differs"
    case coincidence
    case sibling
    case newborn
    case ambiguous
    case notTheSame = "not-the-same"
    case contradiction
    case tooManyForms = "too-many-forms"
    /// An institution gives one of its own numbers to somebody who seems to be another patient.
    case sameLocalNumber = "same-local-number"
    /// A message gives two valid resident IDs, one of which is the other record's.
    case twoResidentIDs = "two-resident-ids"
  }

  public var outcome: Outcome
  public var grade: Grade
  public var guards: [Guard]
  /// log2 of the odds that the two are one person, prior included.
  public let odds: Double
  public let evidence: Evidence
  /// Whether what comes of one of the two depends on the other.
  public var isOfOneNeighbourhood: Bool {
    outcome == .link || outcome == .review || guards.contains(.sameLocalNumber) || hidesName || isOfTwin
  }

  /// Whether two of one name and birth date, who may be reached at one place, have two numbers: one of them may be a twin's.
  var isOfTwin: Bool { outcome == .never && isOfOneName && evidence.comparison.hasContact && !evidence.isOfCrowd }

  /// Whether name and birth date are the same.
  public var isOfOneName: Bool {
    evidence.comparison.isSameName && evidence.comparison[.birthDate] == .equal
  }

  /// Whether one of the two has no name, a masked one or its sound alone, and may be reached where the other is: of twins it may be either.
  var hidesName = false

  /// Whether names that are other in a character are linked for one number: it holds as long as nothing tells of a twin.
  var isSlipOfName = false

  /// Whether only a number of the institution's own makes it a link, of two records of which one says too little to be told from another
  /// patient's: it holds as long as nobody else is under the number.
  public var isTentative = false
}
