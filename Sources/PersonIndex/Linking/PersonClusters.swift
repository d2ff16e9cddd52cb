/// Groups records into people so that the order they came in does not matter: links are taken from the strongest on, equals by
/// what their records say, and none that would put two people under one code.
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
  /// What says the same and hides the name, so that each may be another's of two people: each of them stands for itself.
  private var hiding: Set<Int> = []
  /// Pairs of which a human may have to be asked, or of which one has a say in what the other is linked with.
  private let unlinked: [Pair]
  /// Pairs of which their institution states that they are one patient's.
  private let stated: Set<PlacePair>
  /// One task for a human per two groups that may be one person's: its strongest pair. Strongest first. Of very many groups that may all be
  /// one person's no more than tie them together.
  public private(set) var tasks: [Pair] = []
  /// Pairs of groups that depend on one another, and of which no human is asked.
  public private(set) var ties: [PlacePair] = []

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
    let distinct = equal.places.map { places in
      var record = records[places[0]]
      // What one of them is tied to is tied to all.
      if places.count > 1 { record.localNumbers = Set(places.flatMap { records[$0].localNumbers }).sorted() }
      return record
    }
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
    unlinked = pairs.filter { $0.decision.outcome != .link && $0.decision.isOfOneNeighbourhood }
    // Where all link with all nothing speaks against it: most people are so.
    if areAll, vetoed.isEmpty, pairs.allSatisfy({ $0.decision.outcome == .link && !$0.decision.isSlipOfName }) {
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
    let ranks = records.map { Rank(form: PersonForm($0).rank, key: $0.key) }
    for pin in pins.sorted(by: { Self.isBefore($0, $1, ranks) }) {
      if !join(pin, unless: before.areVetoed) { refuse(pin, .notTheSame) }
    }
    var two = pins.isEmpty ? before : twoPeople()
    let kept = vetoed.isEmpty ? pairs : pairs.filter { !vetoed.contains(PlacePair($0.a, $0.b)) }
    for pair in withoutAmbiguous(kept, &two).sorted(by: { Self.isBefore($0, $1, ranks) }) {
      if !join(pair, unless: two.contradict) { refuse(pair, .contradiction) }
    }
    let statements = stated.map { Pair(a: $0.a, b: $0.b, decision: judge.decide(records[$0.a], records[$0.b])) }
    for pair in statements.sorted(by: { Self.isBefore($0, $1, ranks) }) {
      if !join(pair, unless: two.areSurely) { refuse(pair, .contradiction) }
    }
    (tasks, ties) = questions(two)
  }

  /// The group of a record, named by one of its members.
  public func group(of record: Int) -> Int {
    hiding.contains(number[record]) ? record : places[root(of: number[record])][0]
  }

  public func members(of group: Int) -> [Int] {
    let root = number[group]
    return hiding.contains(root) ? [group] : (members[root] ?? [root]).flatMap { places[$0] }
  }

  private func root(of record: Int) -> Int {
    var root = record
    while parent[root] != root { root = parent[root] }
    return root
  }

  /// By what a record says; who says it tells equals apart of which humans said something.
  private struct Rank: Comparable {
    let form: UInt64
    let key: String

    static func < (x: Rank, y: Rank) -> Bool { (x.form, x.key) < (y.form, y.key) }
  }

  private static func isBefore(_ x: Pair, _ y: Pair, _ ranks: [Rank]) -> Bool {
    if x.decision.odds != y.decision.odds { return x.decision.odds > y.decision.odds }
    func ordered(_ pair: Pair) -> (Rank, Rank) {
      let (a, b) = (ranks[pair.a], ranks[pair.b])
      return a < b ? (a, b) : (b, a)
    }
    return ordered(x) < ordered(y)
  }

  private mutating func refuse(_ pair: Pair, _ reason: LinkDecision.Guard) {
    var refusal = pair
    refusal.decision.outcome = .review
    refusal.decision.grade = .possible
    refusal.decision.guards.append(reason)
    refused.append(refusal)
  }

  /// A record that fits two people, who cannot be one, about as well: a human decides.
  private mutating func withoutAmbiguous(_ pairs: [Pair], _ two: inout TwoPeople) -> [Pair] {
    var near: [Int: [Int: Double]] = [:]
    var alike: [Int: Set<Int>] = [:]
    var related = Joined()
    for pair in pairs where pair.decision.isOfOneNeighbourhood { related.join(pair.a, pair.b) }
    for pair in pairs {
      if pair.decision.isOfOneNeighbourhood,
        pair.decision.outcome == .link || pair.decision.odds >= judge.rules.linkBits
      {
        near[pair.a, default: [:]][pair.b] = pair.decision.odds
        near[pair.b, default: [:]][pair.a] = pair.decision.odds
      }
      // Who has nothing to do with them may be among them by how they came: they have no say.
      if pair.decision.evidence.comparison[.name] <= .near, pair.decision.outcome != .never,
        related.areJoined(pair.a, pair.b)
      {
        alike[pair.a, default: []].insert(pair.b)
        alike[pair.b, default: []].insert(pair.a)
      }
    }
    var namesakes = alike
    for pair in pairs where pair.decision.isOfTwin {
      namesakes[pair.a, default: []].insert(pair.b)
      namesakes[pair.b, default: []].insert(pair.a)
    }
    for pair in pairs where pair.decision.isSlipOfName {
      if two.tellsOfTwin(pair.a, pair.b, besides: namesakes, multiplicity: { places[$0].count }) {
        two.part(pair.a, pair.b)
      }
    }
    var numbered: Set<Int> = []
    for pair in pairs where pair.decision.outcome == .link && records[pair.a].sharesNumber(with: records[pair.b]) {
      numbered.formUnion([pair.a, pair.b])
    }
    for (form, members) in places.enumerated() where members.count > 1 {
      let isHiding =
        PersonForm(records[form]).isNamed
        ? !numbered.contains(form) && two.isOneOfTwo(form, among: alike[form] ?? [])
        : two.mayBeEithersTwin(form, form, alike)
      if isHiding { hiding.insert(form) }
    }
    let nearby = near.mapValues { Set($0.keys) }
    var links: [Pair] = []
    for pair in pairs where pair.decision.outcome == .link {
      let isAmbiguous = [(pair.a, pair.b), (pair.b, pair.a)].contains { record, partner in
        hiding.contains(record)
          || two.others(than: partner, among: nearby[record] ?? []).contains { other in
            pair.decision.odds - (near[record]?[other] ?? -.infinity) < judge.rules.ambiguityBits
              && two.areTwoPeople(other, partner, besides: record)
          }
          || pair.decision.evidence.comparison[.birthDate] == .missing && !pair.decision.isTentative
            && !records[record].sharesNumber(with: records[partner])
            && two.isOneOfTwo(record, among: alike[record] ?? [])
          || pair.decision.evidence.comparison.hidesName && two.mayBeEithersTwin(record, partner, alike)
          || pair.decision.isTentative && two.areTwoUnder(numberOf: record)
      }
      if isAmbiguous || two.noSlips.contains(PlacePair(pair.a, pair.b)) {
        refuse(pair, .ambiguous)
      } else {
        links.append(pair)
      }
    }
    return links
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

  /// What an institution states is asked whatever else is alike, and another patient under one number before all but that.
  private func rank(_ pair: Pair) -> Double {
    pair.decision.odds + (isStated(pair) ? 2000 : pair.decision.guards.contains(.sameLocalNumber) ? 1000 : 0)
  }

  /// So many groups that may all be one person's are asked about two by two.
  private static let mostAsked = 8

  private func questions(_ two: TwoPeople) -> (tasks: [Pair], ties: [PlacePair]) {
    var best: [PlacePair: Pair] = [:]
    for pair in unlinked + refused {
      let groups = PlacePair(root(of: pair.a), root(of: pair.b))
      if groups.a == groups.b { continue }
      if let known = best[groups], rank(known) >= rank(pair) { continue }
      best[groups] = pair
    }
    let sorted = best.sorted { x, y in
      let (one, other) = (rank(x.value), rank(y.value))
      return one != other ? one > other : (x.key.a, x.key.b) < (y.key.a, y.key.b)
    }
    let asked = sorted.filter { groups, pair in
      let (left, right) = (members[groups.a] ?? [groups.a], members[groups.b] ?? [groups.b])
      if isStated(pair) { return true }
      guard pair.decision.outcome == .review || pair.decision.guards.contains(.sameLocalNumber) else { return false }
      // That one number is of two patients is to be seen, however sure it is.
      return pair.decision.guards.contains(.sameLocalNumber) ? !two.areVetoed(left, right) : !two.areSurely(left, right)
    }
    var all = Joined()
    for (groups, _) in asked { all.join(groups.a, groups.b) }
    var tied = Joined()
    var tasks: [Pair] = []
    for (groups, pair) in asked {
      let isNew = tied.join(groups.a, groups.b)
      // Whoever is the same as two others has said that they are the same, where nothing tells of two people.
      let isImplied = pair.decision.guards.allSatisfy { $0 == .coincidence }
      if isNew || all.size(of: groups.a) <= Self.mostAsked && !isImplied || rank(pair) >= 1000 {
        tasks.append(Pair(a: places[pair.a][0], b: places[pair.b][0], decision: pair.decision))
      }
    }
    var ties: [PlacePair] = []
    for (groups, pair) in sorted where tied.join(groups.a, groups.b) {
      ties.append(PlacePair(places[pair.a][0], places[pair.b][0]))
    }
    return (tasks, ties)
  }

  /// Sets of groups, joined one after the other.
  private struct Joined {
    private var parent: [Int: Int] = [:]
    private var sizes: [Int: Int] = [:]

    private func root(of group: Int) -> Int {
      var root = group
      while let next = parent[root] { root = next }
      return root
    }

    func areJoined(_ a: Int, _ b: Int) -> Bool { root(of: a) == root(of: b) }

    func size(of group: Int) -> Int { sizes[root(of: group)] ?? 1 }

    /// - Returns: whether they were not joined yet.
    @discardableResult
    mutating func join(_ a: Int, _ b: Int) -> Bool {
      let (x, y) = (root(of: a), root(of: b))
      if x == y { return false }
      let (large, small) = size(of: x) < size(of: y) ? (y, x) : (x, y)
      sizes[large] = size(of: x) + size(of: y)
      parent[small] = large
      return true
    }
  }
}
