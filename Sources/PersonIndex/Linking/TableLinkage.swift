import Clinical

/// Links the records of one table: estimates a model from the table itself, decides every candidate pair and groups the records.
public struct TableLinkage: Sendable {
  public let model: LinkageModel
  public let clusters: PersonClusters
  /// The pairs linked, the strongest first: those decided so whose records are in one group.
  public let links: [PersonClusters.Pair]
  /// One task per two groups that may be one person's: its strongest pair.
  public let reviews: [PersonClusters.Pair]

  /// - Parameter population: how many people the records could be of; at least as many as there are records if not known.
  public init(_ records: [PersonRecord], population: Double) {
    let candidates = CandidatePairs(records)
    let first = Judge(
      model: .assumed, frequencies: Self.frequencies(records, anchors: []), rules: LinkRules(population: population))
    var anchors: [(Int, Int)] = []
    var households: Set<Int> = []
    candidates.each { a, b in
      let decision = first.decide(records[a], records[b])
      if decision.outcome == .link, records[a].sharesNumber(with: records[b]) { anchors.append((a, b)) }
      if decision.evidence.comparison.isHousehold { households.formUnion([a, b]) }
    }
    let rules = LinkRules(
      population: population,
      hasHouseholds: Double(households.count) > LinkRules.householdShare * Double(records.count))
    let frequencies = Self.frequencies(records, anchors: anchors)
    // The sample is part of the method: another seed would be another model.
    var generator = SplitMix64(seed: 20_250_101)
    model = ModelEstimation(records: records, assumed: .assumed).model(anchors: anchors, using: &generator)
    let judge = Judge(model: model, frequencies: frequencies, rules: rules)
    var decided: [PersonClusters.Pair] = []
    candidates.each { a, b in
      let decision = judge.decide(records[a], records[b])
      if decision.outcome == .link || decision.outcome == .review {
        decided.append(PersonClusters.Pair(a: a, b: b, decision: decision))
      }
    }
    let clusters = PersonClusters(records, pairs: decided, judge: judge)
    self.clusters = clusters
    links = decided.filter { $0.decision.outcome == .link && clusters.group(of: $0.a) == clusters.group(of: $0.b) }
      .sorted { $0.decision.odds > $1.decision.odds }
    reviews = clusters.tasks
  }

  /// Frequencies by people: records tied by a number have the birth date most of them say.
  private static func frequencies(_ records: [PersonRecord], anchors: [(Int, Int)]) -> TermFrequencies {
    var tied: [Int: [Int]] = [:]
    for (a, b) in anchors {
      tied[a, default: [a]].append(b)
      tied[b, default: [b]].append(a)
    }
    var result = TermFrequencies()
    for (place, record) in records.enumerated() {
      let dates = (tied[place] ?? [place]).compactMap { records[$0].birthDate }
      let counts = Dictionary(dates.map { ($0, 1) }, uniquingKeysWith: +)
      result.insert(record, birthDate: counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key)
    }
    return result
  }
}
