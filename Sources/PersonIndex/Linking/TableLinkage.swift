import Clinical

/// Links the records of one table: estimates a model from the table itself, decides every candidate pair and groups the records.
public struct TableLinkage: Sendable {
  public let model: LinkageModel
  /// What every pair was decided with.
  public let judge: Judge
  public let clusters: PersonClusters
  /// The pairs linked, the strongest first: those decided so whose records are in one group.
  public let links: [PersonClusters.Pair]
  /// One task per two groups that may be one person's: its strongest pair.
  public let reviews: [PersonClusters.Pair]

  /// - Parameter population: how many people the records could be of; at least as many as there are records if not known.
  public init(_ raw: [PersonRecord], population: Double) {
    let common = CommonValues(of: raw)
    let records = raw.map { $0.without(common) }
    let candidates = CandidatePairs(records)
    var frequencies = TermFrequencies()
    for record in records { frequencies.insert(record, birthDate: record.birthDate) }
    let first = Judge(model: .assumed, frequencies: frequencies, rules: LinkRules(population: population))
    var anchors: [(Int, Int)] = []
    var named: [(Int, Int)] = []
    var households: Set<Int> = []
    var slips = LatinSlips()
    candidates.each { a, b in
      let decision = first.decide(records[a], records[b])
      if decision.outcome == .link, records[a].sharesNumber(with: records[b]) { anchors.append((a, b)) }
      if decision.odds >= first.rules.linkBits {
        let levels = decision.evidence.comparison
        slips.count(levels)
        if [levels[.givenName], levels[.surname], levels[.birthDate]].allSatisfy({ $0 == .equal }) {
          named.append((a, b))
        }
      }
      if decision.evidence.comparison.isHousehold { households.formUnion([a, b]) }
    }
    let rules = LinkRules(
      population: population,
      hasHouseholds: slips.showTwins || Double(households.count) > LinkRules.householdShare * Double(records.count))
    var estimation = ModelEstimation()
    let dates = Self.birthDates(records, anchors: anchors)
    for (record, date) in zip(records, dates) { estimation.insert(record, birthDate: date) }
    for (a, b) in anchors { estimation.insert(anchor: records[a], records[b]) }
    for (a, b) in named { estimation.insert(named: records[a], records[b]) }
    let counted = estimation.model(rules: rules)
    model = counted.linkage
    judge = counted.judge
    let judge = judge
    var decided: [PersonClusters.Pair] = []
    candidates.each { a, b in
      let decision = judge.decide(records[a], records[b])
      if decision.isOfOneNeighbourhood {
        decided.append(PersonClusters.Pair(a: a, b: b, decision: decision))
      }
    }
    let clusters = PersonClusters(records, pairs: decided, judge: judge)
    self.clusters = clusters
    links = decided.filter { $0.decision.outcome == .link && clusters.group(of: $0.a) == clusters.group(of: $0.b) }
      .sorted { $0.decision.odds > $1.decision.odds }
    reviews = clusters.tasks
  }

  /// Records tied by a number have the birth date most of them say.
  private static func birthDates(_ records: [PersonRecord], anchors: [(Int, Int)]) -> [CalendarDate?] {
    var tied: [Int: [Int]] = [:]
    for (a, b) in anchors {
      tied[a, default: [a]].append(b)
      tied[b, default: [b]].append(a)
    }
    return records.indices.map { place in
      let dates = (tied[place] ?? [place]).compactMap { records[$0].birthDate }
      let counts = Dictionary(dates.map { ($0, 1) }, uniquingKeysWith: +)
      return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }
  }
}
