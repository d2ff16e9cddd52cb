/// Groups records into people so that the order they came in does not matter: links are taken from the strongest on, equals by
/// their records' keys, and none that would put two people under one code.
public struct PersonClusters: Sendable {
  /// A decided pair, by the places of its records.
  public struct Pair: Sendable {
    public let a: Int
    public let b: Int
    public var decision: LinkDecision

    /// Whether it is a link that was given up for what else its people hold.
    public var isRefusedLink: Bool {
      decision.guards.contains(.ambiguous) || decision.guards.contains(.contradiction)
    }
  }

  private let records: [PersonRecord]
  private let judge: Judge
  private let vetoed: Set<PlacePair>
  /// Of each record the group that humans put it in, before anything else was linked.
  private var pinnedGroup: [Int] = []
  private var parent: [Int]
  private var members: [Int: [Int]] = [:]
  /// Links given up for what else their people hold, with the reason.
  public private(set) var refused: [Pair] = []
  private let reviews: [Pair]

  /// Decides every pair of a few records, such as those of the people a new record may be.
  ///
  /// - Parameters:
  ///   - pinned: pairs of which a human said that they are the same, whatever the guards say.
  ///   - vetoed: pairs of which a human said that they are not: never in one group, not even where a pin would have it so.
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
    _ records: [PersonRecord], pairs: [Pair], judge: Judge, pinned: Set<PlacePair> = [],
    vetoed: Set<PlacePair> = []
  ) {
    self.records = records
    self.judge = judge
    self.vetoed = vetoed
    parent = Array(records.indices)
    reviews = pairs.filter { $0.decision.outcome == .review }
    let pins = pinned.map { Pair(a: $0.a, b: $0.b, decision: judge.decide(records[$0.a], records[$0.b])) }
    for pin in pins.sorted(by: { Self.isBefore($0, $1, records) }) {
      if !join(pin, isPinned: true) { refuse(pin, .notTheSame) }
    }
    pinnedGroup = records.indices.map(group)
    for pair in withoutAmbiguous(pairs).sorted(by: { Self.isBefore($0, $1, records) }) {
      if !join(pair, isPinned: false) { refuse(pair, .contradiction) }
    }
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

  private mutating func refuse(_ pair: Pair, _ reason: LinkDecision.Guard) {
    var refusal = pair
    refusal.decision.outcome = .review
    refusal.decision.grade = .possible
    refusal.decision.guards.append(reason)
    refused.append(refusal)
  }

  /// A record that fits two people, who cannot be one, about as well: a human decides.
  private mutating func withoutAmbiguous(_ pairs: [Pair]) -> [Pair] {
    let pairs = pairs.filter { !vetoed.contains(PlacePair($0.a, $0.b)) }
    var near: [Int: [(other: Int, odds: Double)]] = [:]
    for pair in pairs where pair.decision.outcome == .link || pair.decision.odds >= judge.rules.linkBits {
      near[pair.a, default: []].append((pair.b, pair.decision.odds))
      near[pair.b, default: []].append((pair.a, pair.decision.odds))
    }
    var links: [Pair] = []
    for pair in pairs where pair.decision.outcome == .link {
      let isAmbiguous = [(pair.a, pair.b), (pair.b, pair.a)].contains { record, partner in
        near[record, default: []].contains { candidate in
          candidate.other != partner && pair.decision.odds - candidate.odds < judge.rules.ambiguityBits
            && areTwoPeople(candidate.other, partner, besides: record)
        }
      }
      if isAmbiguous { refuse(pair, .ambiguous) } else { links.append(pair) }
    }
    return links
  }

  /// Whether two records cannot be one person's; that they look like siblings counts only when no number ties one of them to the
  /// record both fit, for then the other name is a slip. Of two that such a number ties, as twins with one number between them, the
  /// name must tell which: it is the one's, and not the other's.
  private func areTwoPeople(_ a: Int, _ b: Int, besides record: Int) -> Bool {
    if vetoed.contains(PlacePair(a, b)) { return true }
    if pinnedGroup[a] == pinnedGroup[b] { return false }
    let decision = judge.decide(records[a], records[b])
    if decision.outcome == .never { return true }
    let isTied = [a, b].map { records[record].sharesNumber(with: records[$0]) }
    if isTied == [true, true], decision.outcome != .link, records[a].sharesNumber(with: records[b]),
      decision.evidence.comparison[.name] > .variant, let x = records[a].name, let y = records[b].name,
      x.kind == .han, y.kind == .han, x.scalars.count == y.scalars.count
    {
      let isNamed = [a, b].map { judge.decide(records[record], records[$0]).evidence.comparison.isSameName }
      return isNamed[0] == isNamed[1]
    }
    return isContradiction(decision) && !isTied[0] && !isTied[1]
  }

  private func isContradiction(_ decision: LinkDecision) -> Bool {
    if decision.outcome == .never { return true }
    if decision.outcome == .link { return false }
    return decision.guards.contains(.sibling) || decision.guards.contains(.sameNumberOtherPerson)
      || decision.evidence.total < judge.rules.contradictionBits
  }

  /// Makes one group of the two a pair lies in.
  ///
  /// - Returns: whether they are one now; false when they contradict each other.
  private mutating func join(_ pair: Pair, isPinned: Bool) -> Bool {
    let (x, y) = (group(of: pair.a), group(of: pair.b))
    if x == y { return true }
    let (left, right) = (members(of: x), members(of: y))
    if isPinned ? areVetoed(left, right) : contradict(left, right) { return false }
    let root = min(x, y)
    parent[max(x, y)] = root
    members[max(x, y)] = nil
    members[root] = left + right
    return true
  }

  private func areVetoed(_ left: [Int], _ right: [Int]) -> Bool {
    !vetoed.isEmpty && left.contains { a in right.contains { vetoed.contains(PlacePair(a, $0)) } }
  }

  /// Whether any two records of two groups are two people's. What only describes a person may differ when a number explains it: a
  /// record with the same number that agrees, or one of the same name that a number ties to the other. Whatever humans put together
  /// is no contradiction, nor is a record that goes with any of it.
  private func contradict(_ left: [Int], _ right: [Int]) -> Bool {
    if areVetoed(left, right) { return true }
    var contradictions: [(a: Int, b: Int, isHard: Bool)] = []
    var agreeing: Set<[Int]> = []
    for a in left {
      for b in right {
        let decision = judge.decide(records[a], records[b])
        if isContradiction(decision) {
          contradictions.append((a, b, decision.outcome == .never))
        } else {
          agreeing.insert([a, b])
        }
      }
    }
    func isExplained(_ record: Int, _ other: Int, by witness: Int) -> Bool {
      if records[witness].sharesNumber(with: records[record]) { return true }
      return records[witness].sharesNumber(with: records[other])
        && judge.decide(records[witness], records[record]).evidence.comparison.isSameName
    }
    return contradictions.contains { a, b, isHard in
      if isExplainedByPin(a, b, among: left + right) { return false }
      return isHard
        || !left.contains { agreeing.contains([$0, b]) && isExplained(a, b, by: $0) }
          && !right.contains { agreeing.contains([a, $0]) && isExplained(b, a, by: $0) }
    }
  }

  /// Whether a human put together two records, one of which goes with `a` and the other with `b`.
  private func isExplainedByPin(_ a: Int, _ b: Int, among records: [Int]) -> Bool {
    func goes(_ x: Int, with y: Int) -> Bool {
      x == y || judge.decide(self.records[x], self.records[y]).outcome == .link
    }
    return records.contains { x in
      records.contains { $0 != x && pinnedGroup[$0] == pinnedGroup[x] && goes(a, with: x) && goes(b, with: $0) }
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
