/// Groups records into people so that the order they came in does not matter: links are taken from the strongest on, equals by
/// their records' keys, and none that would put two people under one code.
public struct PersonClusters: Sendable {
  /// A decided pair, by the places of its records.
  public struct Pair: Sendable {
    public let a: Int
    public let b: Int
    public var decision: LinkDecision
    /// Whether it is a link that was given up for what else its people hold.
    public var isRefusedLink = false
  }

  /// Two places, the smaller first.
  public struct PlacePair: Hashable, Sendable {
    public let a: Int
    public let b: Int

    public init(_ one: Int, _ other: Int) { (a, b) = (min(one, other), max(one, other)) }
  }

  private let records: [PersonRecord]
  private let judge: Judge
  private var parent: [Int]
  private var members: [Int: [Int]] = [:]
  /// Links given up for what else their people hold, with the reason.
  public private(set) var refused: [Pair] = []
  private let reviews: [Pair]
  private let vetoed: Set<PlacePair>

  /// Decides every pair of a few records, such as those of the people a new record may be.
  ///
  /// - Parameters:
  ///   - pinned: pairs of which a human said that they are one person's: they are, whatever else speaks against it.
  ///   - vetoed: pairs of which a human said that they are not: they never come into one group.
  public init(
    _ records: [PersonRecord], judge: Judge, pinned: Set<PlacePair> = [], vetoed: Set<PlacePair> = []
  ) {
    var pairs: [Pair] = []
    for a in records.indices {
      for b in records.indices.dropFirst(a + 1) {
        pairs.append(Pair(a: a, b: b, decision: judge.decide(records[a], records[b])))
      }
    }
    self.init(records, pairs: pairs, judge: judge, pinned: pinned, vetoed: vetoed)
  }

  /// - Parameter pairs: decided pairs; those to be linked are.
  public init(
    _ records: [PersonRecord], pairs: [Pair], judge: Judge, pinned: Set<PlacePair> = [], vetoed: Set<PlacePair> = []
  ) {
    self.records = records
    self.judge = judge
    self.vetoed = vetoed
    parent = Array(records.indices)
    reviews = pairs.filter { $0.decision.outcome == .review }
    for pair in pinned { join(group(of: pair.a), group(of: pair.b)) }
    let links = Self.withoutAmbiguous(pairs, records: records, judge: judge, refused: &refused)
    for pair in links.sorted(by: { Self.isBefore($0, $1, records) }) { link(pair) }
  }

  /// The group of a record, named by one of its members.
  public func group(of record: Int) -> Int {
    var root = record
    while parent[root] != root { root = parent[root] }
    return root
  }

  public func members(of group: Int) -> [Int] { members[group] ?? [group] }

  private static func isBefore(_ x: Pair, _ y: Pair, _ records: [PersonRecord]) -> Bool {
    if x.decision.odds != y.decision.odds { return x.decision.odds > y.decision.odds }
    func keys(_ pair: Pair) -> (String, String) {
      let (a, b) = (records[pair.a].key, records[pair.b].key)
      return a < b ? (a, b) : (b, a)
    }
    return keys(x) < keys(y)
  }

  /// A record that fits two people, who cannot be one, about as well: a human decides.
  private static func withoutAmbiguous(
    _ pairs: [Pair], records: [PersonRecord], judge: Judge, refused: inout [Pair]
  ) -> [Pair] {
    var near: [Int: [(other: Int, odds: Double)]] = [:]
    for pair in pairs where pair.decision.outcome == .link || pair.decision.odds >= judge.rules.linkBits {
      near[pair.a, default: []].append((pair.b, pair.decision.odds))
      near[pair.b, default: []].append((pair.a, pair.decision.odds))
    }
    var links: [Pair] = []
    for var pair in pairs where pair.decision.outcome == .link {
      let isAmbiguous = [(pair.a, pair.b), (pair.b, pair.a)].contains { record, partner in
        near[record, default: []].contains { candidate in
          candidate.other != partner && pair.decision.odds - candidate.odds < judge.rules.ambiguityBits
            && areTwoPeople(candidate.other, partner, besides: record, records, judge)
        }
      }
      if isAmbiguous {
        pair.decision.outcome = .review
        pair.decision.grade = .possible
        pair.decision.guards.append(.ambiguous)
        pair.isRefusedLink = true
        refused.append(pair)
      } else {
        links.append(pair)
      }
    }
    return links
  }

  /// Whether two records cannot be one person's; that they look like siblings counts only when no number ties one of them to the
  /// record both fit, for then the other name is a slip.
  private static func areTwoPeople(
    _ a: Int, _ b: Int, besides record: Int, _ records: [PersonRecord], _ judge: Judge
  ) -> Bool {
    let decision = judge.decide(records[a], records[b])
    if decision.outcome == .never { return true }
    return isContradiction(decision, judge)
      && !records[record].sharesNumber(with: records[a]) && !records[record].sharesNumber(with: records[b])
  }

  private static func isContradiction(_ decision: LinkDecision, _ judge: Judge) -> Bool {
    if decision.outcome == .never { return true }
    if decision.outcome == .link { return false }
    return decision.guards.contains(.sibling) || decision.guards.contains(.sameNumberOtherPerson)
      || decision.evidence.total < judge.rules.contradictionBits
  }

  private mutating func link(_ pair: Pair) {
    let (x, y) = (group(of: pair.a), group(of: pair.b))
    if x == y { return }
    let (left, right) = (members(of: x), members(of: y))
    if contradict(left, right) {
      var refusal = pair
      refusal.decision.outcome = .review
      refusal.decision.grade = .possible
      refusal.decision.guards.append(.contradiction)
      refusal.isRefusedLink = true
      refused.append(refusal)
      return
    }
    join(x, y)
  }

  private mutating func join(_ x: Int, _ y: Int) {
    if x == y { return }
    let (left, right) = (members(of: x), members(of: y))
    let root = min(x, y)
    parent[max(x, y)] = root
    members[max(x, y)] = nil
    members[root] = left + right
  }

  /// Whether any two records of two groups are two people's. What only describes a person may differ when a number explains it: a
  /// record with the same number that agrees.
  private func contradict(_ left: [Int], _ right: [Int]) -> Bool {
    var contradictions: [(Int, Int)] = []
    var agreeing: Set<[Int]> = []
    for a in left {
      for b in right {
        if vetoed.contains(PlacePair(a, b)) { return true }
        let decision = judge.decide(records[a], records[b])
        if decision.outcome == .never { return true }
        if Self.isContradiction(decision, judge) { contradictions.append((a, b)) } else { agreeing.insert([a, b]) }
      }
    }
    return contradictions.contains { a, b in
      !left.contains { agreeing.contains([$0, b]) && records[$0].sharesNumber(with: records[a]) }
        && !right.contains { agreeing.contains([a, $0]) && records[$0].sharesNumber(with: records[b]) }
    }
  }

  /// One task for a human per two groups that may be one person's: its strongest pair. Strongest first.
  public var tasks: [Pair] {
    var best: [PlacePair: Pair] = [:]
    for pair in reviews + refused {
      let groups = PlacePair(group(of: pair.a), group(of: pair.b))
      if groups.a == groups.b { continue }
      if let known = best[groups], known.decision.odds >= pair.decision.odds { continue }
      best[groups] = pair
    }
    return best.filter { groups, _ in
      // Two valid numbers are two people, whoever looks; and what a human has said is not asked again.
      !members(of: groups.a).contains { a in
        members(of: groups.b).contains {
          vetoed.contains(PlacePair(a, $0)) || judge.decide(records[a], records[$0]).outcome == .never
        }
      }
    }.values.sorted { ($0.decision.odds, $1.a, $1.b) > ($1.decision.odds, $0.a, $0.b) }
  }
}
