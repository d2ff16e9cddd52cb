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

  /// One of all that say the same; what follows names records by their places in here.
  private let records: [PersonRecord]
  private let places: [[Int]]
  private let number: [Int]
  private let judge: Judge
  private var parent: [Int]
  private var members: [Int: [Int]] = [:]
  /// Links given up for what else their people hold, with the reason.
  public private(set) var refused: [Pair] = []
  private let reviews: [Pair]
  /// Pairs of which their institution states that they are one patient's.
  private let stated: Set<PlacePair>
  /// One task for a human per two groups that may be one person's: its strongest pair. Strongest first.
  public private(set) var tasks: [Pair] = []

  /// Decides every pair of a few records, such as those of the people a new record may be.
  ///
  /// - Parameters:
  ///   - pinned: pairs of which a human said that they are the same, whatever the guards say.
  ///   - stated: pairs of which the institution that keeps both said that they are the same: linked when all evidence is, unless what
  ///     their people hold then makes them two; then a human decides.
  ///   - vetoed: pairs of which a human said that they are not: never in one group, not even where a pin would have it so.
  public init(
    _ records: [PersonRecord], judge: Judge, pinned: Set<PlacePair> = [], stated: Set<PlacePair> = [],
    vetoed: Set<PlacePair> = []
  ) {
    let apart = pinned.union(vetoed).union(stated)
    let equal = EqualRecords(records, judge: judge, apart: Set(apart.flatMap { [$0.a, $0.b] }))
    let distinct = equal.places.map { records[$0[0]] }
    var pairs: [Pair] = []
    for a in distinct.indices {
      for b in distinct.indices.dropFirst(a + 1) {
        pairs.append(Pair(a: a, b: b, decision: judge.decide(distinct[a], distinct[b])))
      }
    }
    func numbered(_ pairs: Set<PlacePair>) -> Set<PlacePair> {
      Set(pairs.map { PlacePair(equal.number[$0.a], equal.number[$0.b]) })
    }
    self.init(
      distinct, equal, pairs, areAll: true, judge: judge, pinned: numbered(pinned), stated: numbered(stated),
      vetoed: numbered(vetoed))
  }

  /// - Parameter pairs: decided pairs; those to be linked are.
  public init(_ records: [PersonRecord], pairs: [Pair], judge: Judge) {
    self.init(
      records, EqualRecords(count: records.count), pairs, areAll: false, judge: judge, pinned: [], stated: [],
      vetoed: [])
  }

  private init(
    _ records: [PersonRecord], _ equal: EqualRecords, _ pairs: [Pair], areAll: Bool, judge: Judge,
    pinned: Set<PlacePair>, stated: Set<PlacePair>, vetoed: Set<PlacePair>
  ) {
    self.records = records
    self.stated = stated
    (places, number) = (equal.places, equal.number)
    self.judge = judge
    parent = Array(records.indices)
    reviews = pairs.filter { $0.decision.outcome == .review }
    // Where all link with all nothing speaks against it: most people are so.
    if areAll, vetoed.isEmpty, pairs.allSatisfy({ $0.decision.outcome == .link }) {
      parent = parent.map { _ in 0 }
      members = [0: Array(records.indices)]
      return
    }
    func twoPeople() -> TwoPeople {
      TwoPeople(
        records, judge: judge, vetoed: vetoed, pinnedGroup: records.indices.map(root),
        allPairs: areAll ? pairs : nil)
    }
    let before = twoPeople()
    let pins = pinned.map { Pair(a: $0.a, b: $0.b, decision: judge.decide(records[$0.a], records[$0.b])) }
    for pin in pins.sorted(by: { Self.isBefore($0, $1, records) }) {
      if !join(pin, unless: before.areVetoed) { refuse(pin, .notTheSame) }
    }
    let two = pins.isEmpty ? before : twoPeople()
    let kept = vetoed.isEmpty ? pairs : pairs.filter { !vetoed.contains(PlacePair($0.a, $0.b)) }
    for pair in withoutAmbiguous(kept, two).sorted(by: { Self.isBefore($0, $1, records) }) {
      if !join(pair, unless: two.contradict) { refuse(pair, .contradiction) }
    }
    let statements = stated.map { Pair(a: $0.a, b: $0.b, decision: judge.decide(records[$0.a], records[$0.b])) }
    for pair in statements.sorted(by: { Self.isBefore($0, $1, records) }) {
      if !join(pair, unless: two.areSurely) { refuse(pair, .contradiction) }
    }
    tasks = tasks(two)
  }

  /// The group of a record, named by one of its members.
  public func group(of record: Int) -> Int { places[root(of: number[record])][0] }

  public func members(of group: Int) -> [Int] {
    let root = number[group]
    return (members[root] ?? [root]).flatMap { places[$0] }
  }

  private func root(of record: Int) -> Int {
    var root = record
    while parent[root] != root { root = parent[root] }
    return root
  }

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
  private mutating func withoutAmbiguous(_ pairs: [Pair], _ two: TwoPeople) -> [Pair] {
    var near: [Int: [Int: Double]] = [:]
    var alike: [Int: Set<Int>] = [:]
    for pair in pairs {
      if pair.decision.outcome == .link || pair.decision.odds >= judge.rules.linkBits {
        near[pair.a, default: [:]][pair.b] = pair.decision.odds
        near[pair.b, default: [:]][pair.a] = pair.decision.odds
      }
      if pair.decision.evidence.comparison[.name] <= .near, pair.decision.outcome != .never {
        alike[pair.a, default: []].insert(pair.b)
        alike[pair.b, default: []].insert(pair.a)
      }
    }
    let nearby = near.mapValues { Set($0.keys) }
    var links: [Pair] = []
    for pair in pairs where pair.decision.outcome == .link {
      let isAmbiguous = [(pair.a, pair.b), (pair.b, pair.a)].contains { record, partner in
        two.others(than: partner, among: nearby[record] ?? []).contains { other in
          pair.decision.odds - (near[record]?[other] ?? -.infinity) < judge.rules.ambiguityBits
            && two.areTwoPeople(other, partner, besides: record)
        }
          || Self.hidesName(pair) && two.mayBeEithersTwin(record, partner, alike)
      }
      if isAmbiguous { refuse(pair, .ambiguous) } else { links.append(pair) }
    }
    return links
  }

  /// Whether one of a pair has no name, a masked one or its sound alone.
  private static func hidesName(_ pair: Pair) -> Bool {
    [.missing, .masked, .reading].contains(pair.decision.evidence.comparison[.name])
  }

  /// Makes one group of the two a pair lies in.
  ///
  /// - Returns: whether they are one now; false when they contradict each other.
  private mutating func join(_ pair: Pair, unless contradict: ([Int], [Int]) -> Bool) -> Bool {
    let (x, y) = (root(of: pair.a), root(of: pair.b))
    if x == y { return true }
    let (left, right) = (members[x] ?? [x], members[y] ?? [y])
    if contradict(left, right) { return false }
    parent[max(x, y)] = min(x, y)
    members[max(x, y)] = nil
    members[min(x, y)] = left + right
    return true
  }

  private func isStated(_ pair: Pair) -> Bool { stated.contains(PlacePair(pair.a, pair.b)) }

  private func tasks(_ two: TwoPeople) -> [Pair] {
    var best: [PlacePair: Pair] = [:]
    for pair in reviews + refused {
      let groups = PlacePair(root(of: pair.a), root(of: pair.b))
      if groups.a == groups.b { continue }
      // What an institution states is asked whatever else is alike.
      if let known = best[groups], isStated(known) || !isStated(pair) && known.decision.odds >= pair.decision.odds {
        continue
      }
      best[groups] = pair
    }
    return best.filter { groups, pair in
      isStated(pair)
        || !two.areSurely(members[groups.a] ?? [groups.a], members[groups.b] ?? [groups.b])
    }
    .map { Pair(a: places[$0.value.a][0], b: places[$0.value.b][0], decision: $0.value.decision) }
    .sorted { ($0.decision.odds, $1.a, $1.b) > ($1.decision.odds, $0.a, $0.b) }
  }
}
