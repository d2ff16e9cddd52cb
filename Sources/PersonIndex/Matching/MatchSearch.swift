/// Finds the records of an index that may be one person's with a given one, and holds what one writer has changed of it and not published.
///
/// Not safe for several threads: one at a time uses it. There may be as many as there are threads.
public final class MatchSearch {
  /// Of lines that say the same no more than this are told: they are one person's, or of a crowd.
  private static let mostEqual = 32
  /// A value on more lines than this has the people on it counted once, and from then on line by line.
  private static let mostCounted = 64
  /// A place of a line that is changed and not published.
  private static let own: UInt32 = 1 << 31

  private var base: MatchSnapshot
  private var bounds: MatchBounds
  private var changes = MatchOverlay()
  private var places: [UInt32] = []
  private var keys: [UInt64] = []
  private var counts: [CommonValue: PeopleCount] = [:]
  /// What was found to be of crowds.
  public var common: CommonValues {
    didSet { counts = [:] }
  }

  /// - Parameters:
  ///   - bounds: of the judge who will decide of the candidates: the model, the frequencies and the population bound who can be one.
  public init(_ base: MatchSnapshot, _ bounds: MatchBounds, common: CommonValues = CommonValues()) {
    (self.base, self.bounds, self.common) = (base, bounds, common)
  }

  /// Goes on with another judge.
  public func use(_ bounds: MatchBounds) { self.bounds = bounds }

  /// Goes on with another snapshot; what was changed and not published is gone.
  public func use(_ base: MatchSnapshot) { (self.base, changes, counts) = (base, MatchOverlay(), [:]) }

  /// Takes a record in; one taken in before under the same id is replaced.
  public func insert(id: Int64, _ signature: MatchSignature) {
    remove(id)
    for var line in signature.lines {
      line.id = id
      if !counts.isEmpty { line.eachValue { counts[$0]?.insert(line, $0.kind, besides: common) } }
      changes.insert(line)
    }
  }

  /// How much was changed until now.
  public var mark: Int { changes.mark }

  /// Takes back what was changed since a mark, as though it had never been.
  public func takeBack(to mark: Int) {
    changes.takeBack(to: mark, line: { base.lines[Int($0)] }, touched: uncount)
  }

  /// Puts what was changed into the index, and goes on with what comes of it.
  ///
  /// - Returns: false when the index is another than the one that was changed: nothing is put into it.
  public func publish(into index: MatchIndex) -> Bool {
    guard index.isAt(base) else { return false }
    if !changes.isEmpty {
      index.apply(changes)
      changes = MatchOverlay()
    }
    base = index.snapshot
    return true
  }

  /// Whether it holds a record.
  public func contains(_ id: Int64) -> Bool {
    var isFound = false
    first(MatchKeys.id(id)) { place in
      isFound = line(place).id == id && !hasEnded(place)
      return !isFound
    }
    return isFound
  }

  /// The records that `Judge` may link with this one or give to a human, and those that share a number with it; ascending,
  /// the record itself among them if it was taken in. A superset: each is to be judged in full, with the other records of its person.
  /// Of very many that say the same only some.
  public func candidates(of signature: MatchSignature) -> [Int64] {
    var found: [Int64] = []
    let base = base
    for line in signature.lines {
      let filter = MatchFilter(line, bounds, common: common)
      gather(line, filter, base)
      let isMany = places.count > Self.mostEqual
      var told: [UInt64: Int] = [:]
      var last: UInt32?
      for place in places where place != last {
        last = place
        let other = place < Self.own ? base.lines[Int(place)] : changes.lines[Int(place & ~Self.own)]
        guard filter.passes(other), meets(other), !hasEnded(place) else { continue }
        if isMany {
          let form = MatchKeys.form(of: other)
          let known = told[form] ?? 0
          if known == Self.mostEqual { continue }
          told[form] = known + 1
        }
        found.append(other.id)
      }
    }
    return found.count < 2 ? found : Self.sorted(found)
  }

  private static func sorted(_ ids: [Int64]) -> [Int64] {
    var ids = ids.sorted()
    var last = 0
    for place in 1..<ids.count where ids[place] != ids[last] {
      last += 1
      ids[last] = ids[place]
    }
    ids.removeSubrange((last + 1)...)
    return ids
  }

  /// A record other than the given one that says the same; nil when there is none, or it takes several lines.
  public func equal(to signature: MatchSignature, except own: Int64) -> Int64? {
    guard signature.lines.count == 1, let line = signature.lines.first else { return nil }
    var found: Int64?
    first(MatchKeys.form(of: line)) { place in
      let other = self.line(place)
      if other.id != own, (0..<14).allSatisfy({ other.words[$0] == line.words[$0] }), !hasEnded(place) {
        found = other.id
      }
      return found == nil
    }
    return found
  }

  /// Values of a record, all it says included, that are found to be of so many people that they prove nothing, each with the records that
  /// have it.
  public func crowds(of signature: MatchSignature) -> [(value: CommonValue, records: [Int64])] {
    var result: [(value: CommonValue, records: [Int64])] = []
    for line in signature.lines {
      line.eachValue { value in
        if common.contains(value) || result.contains(where: { $0.value == value }) { return }
        guard isCrowd(value, line) else { return }
        var ids: [Int64] = []
        each(value, line) { ids.append($0.id) }
        result.append((value, Self.sorted(ids)))
      }
    }
    return result
  }

  /// The values of a record that more records than `most` have, each with those, whether or not they are of crowds.
  public func shared(by signature: MatchSignature, most: Int) -> [(value: CommonValue, records: [Int64])] {
    var result: [(value: CommonValue, records: [Int64])] = []
    for line in signature.lines {
      line.eachValue { value in
        if common.contains(value) || result.contains(where: { $0.value == value }) { return }
        var ids: [Int64] = []
        each(value, line) { ids.append($0.id) }
        ids = ids.isEmpty ? ids : Self.sorted(ids)
        if ids.count > most { result.append((value, ids)) }
      }
    }
    return result
  }

  private func isCrowd(_ value: CommonValue, _ line: MatchLine) -> Bool {
    if let count = counts[value] { return count.isCrowd }
    var (count, size) = (PeopleCount(value.kind), 0)
    each(value, line) {
      size += 1
      // Few lines are of few people, and most values have few.
      if size == 1 || !count.isCrowd { count.insert($0, value.kind, besides: common) }
    }
    if size > Self.mostCounted { counts[value] = count }
    return count.isCrowd
  }

  /// People are counted anew when a line is not there any more.
  private func uncount(_ line: MatchLine) {
    if !counts.isEmpty { line.eachValue { counts[$0] = nil } }
  }

  /// Calls `body` with the lines that have a value.
  private func each(_ value: CommonValue, _ line: MatchLine, _ body: (MatchLine) -> Void) {
    guard let key = MatchKeys.key(of: value) ?? MatchKeys.birthGiven(of: line) else { return }
    first(key) { place in
      let other = self.line(place)
      if other.has(value), !hasEnded(place) { body(other) }
      return true
    }
  }

  /// The places of all lines that meet the given one by a key, the newest first, some of them more than once, and others of no such key and
  /// such as have ended among them.
  private func gather(_ line: MatchLine, _ filter: MatchFilter, _ base: MatchSnapshot) {
    var (places, keys) = (self.places, self.keys)
    // So that neither is copied.
    (self.places, self.keys) = ([], [])
    defer { (self.places, self.keys) = (places, keys) }
    places.removeAll(keepingCapacity: true)
    keys.removeAll(keepingCapacity: true)
    func ask(_ key: UInt64) {
      keys.append(key)
      if !changes.isEmpty {
        _ = changes.first(key) {
          places.append($0 | Self.own)
          return true
        }
      }
      base.first(key) {
        places.append($0)
        return true
      }
    }
    MatchKeys.each(askedBy: line) { kind, key in
      if !kind.isPlain { ask(key) }
    }
    // Plain records that have only the name and year or day, or the surname and birth date, in common are read where that can be enough.
    if line.isOdd || filter.mayPassByName {
      MatchKeys.each(askedBy: line) { kind, key in
        if kind.isPlain, line.isOdd || kind != .plainBirthSurname { ask(key) }
      }
    }
    // Loads that do not wait for one another: the lines come into the cache side by side. What is kept of them has no meaning.
    var sum: UInt32 = 0
    for place in places where place < Self.own { sum &+= base.lines[Int(place)].words[0] }
    touched = sum
    places.withUnsafeMutableBufferPointer { $0.sort(by: >) }
  }

  private var touched: UInt32 = 0

  /// Whether a line has a key that was asked for. Others lie beside it by chance, which would have an answer depend on how the index came
  /// to be.
  private func meets(_ line: MatchLine) -> Bool {
    var isMet = false
    MatchKeys.each(of: line) { if !isMet, keys.contains($0) { isMet = true } }
    return isMet
  }

  private func read(_ key: UInt64) {
    first(key) {
      places.append($0)
      return true
    }
  }

  /// Calls `body` with the places of a key, others among them, the newest first, until it returns false.
  @inline(__always)
  private func first(_ key: UInt64, _ body: (UInt32) -> Bool) {
    if changes.isEmpty || changes.first(key, { body($0 | Self.own) }) { base.first(key, body) }
  }

  @inline(__always)
  private func line(_ place: UInt32) -> MatchLine {
    place < Self.own ? base.lines[Int(place)] : changes.lines[Int(place & ~Self.own)]
  }

  /// Of its own a line that was taken out matches nothing.
  @inline(__always)
  private func hasEnded(_ place: UInt32) -> Bool {
    if place >= Self.own { return false }
    return base.hasEnded(place) || !changes.ended.isEmpty && changes.ended.contains(place)
  }

  private func remove(_ id: Int64) {
    places.removeAll(keepingCapacity: true)
    read(MatchKeys.id(id))
    for place in places {
      let line = self.line(place)
      if line.id != id || hasEnded(place) { continue }
      uncount(line)
      if place < Self.own { changes.end(place) } else { changes.strike(place & ~Self.own) }
    }
  }
}
