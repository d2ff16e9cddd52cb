/// The thresholds of a decision. They are the same for every registry and table; only the number of people differs.
public struct LinkRules: Sendable, Codable, Equatable {
  private enum CodingKeys: CodingKey { case population, hasHouseholds }

  /// How many people a record could be of: the prior odds of two records being one person's are one to this.
  public let population: Double
  /// 13.3 bits: a chance of error under one in ten thousand.
  public let linkBits = 13.3
  /// The same where name, sex, birth date and telephone or dwelling agree: who else could it be? A father and a son are not born on one day.
  public let datedLinkBits = 5.0
  /// A chance of one in four that it is the same person; below, nobody need look.
  public let reviewBits = -1.5
  /// The same of a newborn and whoever it may have been named, who have telephone or dwelling in common.
  public let namingBits = -2.5
  /// The same of namesakes born on one day, of whom nothing else agrees and something differs.
  public let elsewhereBits = 3.2
  /// No human looks at a pair of which less than this speaks for one person, unless a number ties the two.
  var leastBits: Double { min(reviewBits, namingBits, elsewhereBits) }
  /// Two records of a person between which less speaks for one person than this contradict each other.
  public let contradictionBits = -15.0
  /// Two candidates nearer than this are not told apart.
  public let ambiguityBits = 4.0
  /// The most chance doubles of a name and birth date allowed for a link without telephone, address or number.
  public let doubles = 0.001

  /// What must speak for one person against another of the same house, where people live together.
  public let householdBits = 6.0
  /// The same in the mean of the pairs of two groups.
  public let groupBits = 1.0
  /// The same of a pair where nobody does.
  public let strangerBits = -9.0

  /// Less than this speaks for two of one house.
  public let siblingBits = -4.25

  /// A table of Latin names in which more than this share of the records has another person of the same surname at the same
  /// address holds households.
  static let householdShare = 0.01
  /// Whether a table of Latin names holds households: then an equal birth date may be a twin's.
  public let hasHouseholds: Bool

  public init(population: Double, hasHouseholds: Bool = true) {
    self.population = max(1, population)
    self.hasHouseholds = hasHouseholds
  }
}
