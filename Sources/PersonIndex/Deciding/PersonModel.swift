/// All that decides whether two records are one person's, as one value with a version, to be stored: a decision can be explained years
/// later by the model it was made with.
public struct PersonModel: Sendable, Codable {
  public let version: String
  public let linkage: LinkageModel
  public let frequencies: TermFrequencies
  public let rules: LinkRules

  public init(version: String, linkage: LinkageModel, frequencies: TermFrequencies, rules: LinkRules) {
    self.version = version
    self.linkage = linkage
    self.frequencies = frequencies
    self.rules = rules
  }

  /// Whether both decide alike, whatever they are called.
  public func isSame(as other: PersonModel) -> Bool {
    linkage == other.linkage && frequencies == other.frequencies && rules == other.rules
  }

  public var judge: Judge { Judge(model: linkage, frequencies: frequencies, rules: rules) }

  /// What a registry begins with, before anything can be counted: the weights assumed, and names as common as published.
  ///
  /// - Parameter population: how many people the registry's records could be of.
  public static func standard(population: Double) -> PersonModel {
    PersonModel(
      version: "standard-2", linkage: .assumed, frequencies: ChineseNames.frequencies,
      rules: LinkRules(population: population))
  }
}
