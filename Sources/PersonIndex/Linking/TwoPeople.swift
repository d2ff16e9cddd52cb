/// What speaks against records being one person's, besides the pair of them that is to be linked.
struct TwoPeople {
  private let records: [PersonRecord]
  private let judge: Judge
  private let vetoed: Set<PlacePair>
  /// Of each record the group that humans put it in, before anything else was linked.
  private let pinnedGroup: [Int]
  /// Where every pair was decided, of each record those it is not linked with: only they can be somebody else's.
  private var unlinked: [Set<Int>]?

  /// Pairs under one number of names that are nearly the same, which tell of two people.
  private(set) var noSlips: Set<PlacePair> = []

  /// - Parameter pairs: all there are, where every pair was decided; nil where only some were.
  init(
    _ records: [PersonRecord], judge: Judge, vetoed: Set<PlacePair>, pinnedGroup: [Int],
    allPairs pairs: [PersonClusters.Pair]?
  ) {
    self.records = records
    self.judge = judge
    self.vetoed = vetoed
    self.pinnedGroup = pinnedGroup
    unlinked = pairs.map { pairs in
      var unlinked = [Set<Int>](repeating: [], count: records.count)
      for pair in pairs where pair.decision.outcome != .link || vetoed.contains(PlacePair(pair.a, pair.b)) {
        unlinked[pair.a].insert(pair.b)
        unlinked[pair.b].insert(pair.a)
      }
      return unlinked
    }
  }

  /// Takes it that two records under one number, whose names are nearly the same, are two people's.
  mutating func part(_ a: Int, _ b: Int) {
    noSlips.insert(PlacePair(a, b))
    unlinked?[a].insert(b)
    unlinked?[b].insert(a)
  }

  /// Those of some records that may be another person's than a given one.
  func others(than record: Int, among records: Set<Int>) -> Set<Int> {
    unlinked.map { $0[record].intersection(records) } ?? records.subtracting([record])
  }

  /// Whether two records cannot be one person's; that they look like siblings counts only when no number ties one of them to the
  /// record both fit, for then the other name is a slip. Of two that such a number ties, as twins with one number between them, the
  /// name must tell which: it is the one's, and not the other's.
  func areTwoPeople(_ a: Int, _ b: Int, besides record: Int) -> Bool {
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

  /// Whether a record without birth date may be either's of two people of its name.
  func isOneOfTwo(_ record: Int, among alike: Set<Int>) -> Bool {
    if records[record].birthDate != nil || alike.count < 2 { return false }
    let like = alike.filter { other in
      let decision = judge.decide(records[record], records[other])
      return decision.evidence.comparison.isSameName && decision.isOfOneNeighbourhood
    }
    return like.contains { x in others(than: x, among: like).contains { areTwoPeople(x, $0, besides: record) } }
  }

  /// Whether two patients have a number of the institution's own that a record has.
  func areTwoUnder(numberOf record: Int) -> Bool {
    let own = records[record]
    let holders = records.indices.filter { own.sharesLocalNumber(with: records[$0]) }
    let all = Set(holders)
    return holders.contains { x in
      others(than: x, among: all).contains {
        judge.decide(records[x], records[$0]).guards.contains(.sameLocalNumber)
      }
    }
  }

  /// Whether a record that hides the name may be one's or a twin's, whatever number is on it: among those it is like are both.
  ///
  /// - Parameter alike: of each record those it is like.
  func mayBeEithersTwin(_ record: Int, _ partner: Int, _ alike: [Int: Set<Int>]) -> Bool {
    let like = alike[record] ?? []
    let twins = records[partner].name?.kind == .han ? [partner] : like.union(alike[partner] ?? [])
    return like.contains { x in others(than: x, among: twins).contains { areTwins(x, $0) } }
  }

  /// Whether of two records under one number, whose names are nearly the same, one may be a twin's or a stranger's: another record that may be of
  /// it has another number than the other; or each name is said more than once, which no slip is; or there is a third name.
  ///
  /// - Parameters:
  ///   - alike: of each record those it is like.
  ///   - multiplicity: how many records say what one says.
  func tellsOfTwin(
    _ record: Int, _ partner: Int, besides alike: [Int: Set<Int>], multiplicity: (Int) -> Int
  ) -> Bool {
    let birthDate = records[record].birthDate
    let near = (alike[record] ?? []).union(alike[partner] ?? []).subtracting([record, partner]).filter {
      (records[$0].birthDate ?? birthDate) == birthDate
    }
    func mayBe(_ other: Int, _ one: Int) -> Bool {
      let name = judge.decide(records[other], records[one]).evidence.comparison[.name]
      return [.equal, .variant, .reading, .masked].contains(name)
    }
    let ofRecord = near.filter { mayBe($0, record) }
    let ofPartner = near.filter { mayBe($0, partner) }
    // A third name: nobody knows whose it is.
    if near.contains(where: { !ofRecord.contains($0) && !ofPartner.contains($0) }) { return true }
    func isSaidOften(_ one: Int, _ others: Set<Int>) -> Bool { !others.isEmpty || multiplicity(one) > 1 }
    if isSaidOften(record, ofRecord), isSaidOften(partner, ofPartner) { return true }
    func isAnother(_ other: Int, than one: Int) -> Bool {
      let decision = judge.decide(records[other], records[one])
      return decision.outcome == .never || decision.evidence.comparison[.healthCard] == .differs
    }
    return ofRecord.contains { isAnother($0, than: partner) } || ofPartner.contains { isAnother($0, than: record) }
  }

  private func areTwins(_ a: Int, _ b: Int) -> Bool {
    guard let x = records[a].name, let y = records[b].name, x.kind == .han, y.kind == .han,
      x.surnamePinyin == y.surnamePinyin, x.scalars.count == y.scalars.count, pinnedGroup[a] != pinnedGroup[b]
    else { return false }
    let decision = judge.decide(records[a], records[b])
    let comparison = decision.evidence.comparison
    return (decision.outcome != .link || noSlips.contains(PlacePair(a, b))) && !comparison.isSameName
      && (comparison[.birthDate] == .equal || comparison[.birthDate] == .missing)
  }

  private func isContradiction(_ decision: LinkDecision) -> Bool {
    if decision.outcome == .never { return true }
    if decision.outcome == .link { return false }
    return decision.guards.contains(.sibling) || decision.guards.contains(.sameNumberOtherPerson)
      || decision.guards.contains(.sameLocalNumber)
      // Father and son of one name, at one address with one telephone.
      || decision.guards.contains(.birthDateConflict) && decision.evidence.comparison[.birthDate] == .differs
      || decision.evidence.total < judge.rules.contradictionBits
  }

  /// Whether a human said of records of two groups that they are not one person's.
  func areVetoed(_ left: [Int], _ right: [Int]) -> Bool {
    !vetoed.isEmpty && left.contains { a in right.contains { vetoed.contains(PlacePair(a, $0)) } }
  }

  /// Whether nobody need be asked of two groups: a human has said it, or two valid numbers are two people, whoever looks.
  func areSurely(_ left: [Int], _ right: [Int]) -> Bool {
    let right = Set(right)
    return left.contains { a in
      others(than: a, among: right).contains {
        vetoed.contains(PlacePair(a, $0)) || judge.decide(records[a], records[$0]).outcome == .never
      }
    }
  }

  /// Whether any two records of two groups are two people's. What only describes a person may differ when a number explains it: a
  /// record with the same number that agrees, or one of the same name that a number ties to the other. Whatever humans put together
  /// is no contradiction, nor is a record that goes with any of it.
  func contradict(_ left: [Int], _ right: [Int]) -> Bool {
    if areVetoed(left, right) { return true }
    if let first = left.first, !records[first].latin.isEmpty { return areOfOneHouse(left, right) }
    var contradictions: [(a: Int, b: Int, isHard: Bool, isOfDate: Bool)] = []
    let rightSet = Set(right)
    for a in left {
      for b in others(than: a, among: rightSet) {
        let decision = judge.decide(records[a], records[b])
        if isContradiction(decision) || noSlips.contains(PlacePair(a, b)) {
          let isOfDate = decision.evidence.comparison[.birthDate] == .differs
          contradictions.append((a, b, decision.outcome == .never, isOfDate))
        }
      }
    }
    if contradictions.isEmpty { return false }
    let contrary = Set(contradictions.map { PlacePair($0.a, $0.b) })
    func isExplained(_ record: Int, _ other: Int, by witness: Int, isOfDate: Bool) -> Bool {
      if contrary.contains(PlacePair(witness, other)) { return false }
      // Whoever does not tell a birth date explains none.
      if isOfDate, records[witness].birthDate == nil { return false }
      if records[witness].sharesNumber(with: records[record]) { return true }
      return records[witness].sharesNumber(with: records[other])
        && judge.decide(records[witness], records[record]).evidence.comparison.isSameName
    }
    return contradictions.contains { a, b, isHard, isOfDate in
      if isExplainedByPin(a, b, among: left + right) { return false }
      return isHard
        || !left.contains { isExplained(a, b, by: $0, isOfDate: isOfDate) }
          && !right.contains { isExplained(b, a, by: $0, isOfDate: isOfDate) }
    }
  }

  /// Of a Latin table: two much damaged records of one person may be less alike than two of a house, but not most of them.
  private func areOfOneHouse(_ left: [Int], _ right: [Int]) -> Bool {
    var sum = 0.0
    for a in left {
      for b in right {
        sum += HouseholdOdds(RecordComparison(records[a], records[b]), judge.model).bits
      }
    }
    return sum < (judge.rules.hasHouseholds ? judge.rules.groupBits : judge.rules.strangerBits)
      * Double(left.count * right.count)
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
}
