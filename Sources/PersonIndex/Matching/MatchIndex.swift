/// All records of a registry in memory, as signatures: finds those that may be one person's with a given one.
///
/// Not safe for several threads: one at a time uses it. It takes some 115 bytes a record.
public final class MatchIndex {
  /// Of lines that say the same no more than this are told: they are one person's, or of a crowd.
  private static let mostEqual = 32
  /// A value on more lines than this has the people on it counted once, and from then on line by line.
  private static let mostCounted = 64
  /// So many lines wait beside the table before it is built anew, and an eighth of those in it.
  private static let mostBeside = 1 << 15

  private let bounds: MatchBounds
  private let lines = MatchLines()
  private var table: MatchTable?
  private var overlay = MatchOverlay()
  private var places: [UInt32] = []
  private var counts: [CommonValue: PeopleCount] = [:]
  /// What was found to be of crowds.
  public var common = CommonValues() {
    didSet { counts = [:] }
  }

  /// - Parameter judge: who will decide of the candidates: the model, the frequencies and the population bound who can be one.
  public init(judge: Judge) { bounds = MatchBounds(judge) }

  /// Takes a record in; one taken in before under the same id is replaced.
  public func insert(id: Int64, _ signature: MatchSignature) {
    remove(id)
    for var line in signature.lines {
      line.id = id
      MatchKeys.each(of: line) { key in overlay.insert(key, lines.count) }
      if !counts.isEmpty { line.eachValue { counts[$0]?.insert(line, $0.kind, besides: common) } }
      lines.append(line)
    }
    let built = table?.lines ?? 0
    if lines.count - built > max(Self.mostBeside, built / 8) { build() }
  }

  /// Takes in many records at once, as when a registry is opened.
  ///
  /// - Parameter records: calls what it is given once for each record, none of which was taken in before.
  public func load<Failure: Error>(
    _ records: ((Int64, MatchSignature) -> Void) throws(Failure) -> Void
  ) throws(Failure) {
    defer { build() }
    try records { id, signature in
      for var line in signature.lines {
        line.id = id
        self.lines.append(line)
      }
    }
  }

  /// The records that `Judge` may link with this one or give to a human, and those that share a number with it; ascending,
  /// the record itself among them if it was taken in. A superset: each is to be judged in full, with the other records of its person.
  /// Of very many that say the same only some.
  public func candidates(of signature: MatchSignature) -> [Int64] {
    var found: [Int64] = []
    for line in signature.lines {
      let filter = MatchFilter(line, bounds, common: common)
      gather(line, filter)
      let isMany = places.count > Self.mostEqual
      var told: [UInt64: (count: Int, last: Int64)] = [:]
      for place in places {
        let other = lines[Int(place)]
        guard filter.passes(other) else { continue }
        if isMany {
          let form = MatchKeys.form(of: other)
          let known = told[form] ?? (0, .min)
          if known.last == other.id || known.count == Self.mostEqual { continue }
          told[form] = (known.count + 1, other.id)
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
      let other = lines[Int(place)]
      if other.id != own, (0..<14).allSatisfy({ other.words[$0] == line.words[$0] }) { found = other.id }
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

  /// Calls `body` with the lines that have a value.
  private func each(_ value: CommonValue, _ line: MatchLine, _ body: (MatchLine) -> Void) {
    guard let key = MatchKeys.key(of: value) ?? MatchKeys.birthGiven(of: line) else { return }
    first(key) { place in
      let other = lines[Int(place)]
      if other.has(value) { body(other) }
      return true
    }
  }

  /// The places of all lines that meet the given one by a key, some of them more than once and others of no such key among them.
  private func gather(_ line: MatchLine, _ filter: MatchFilter) {
    places.removeAll(keepingCapacity: true)
    MatchKeys.each(askedBy: line) { kind, key in
      if !kind.isPlain { read(key) }
    }
    // Plain records that have only the name and year or day, or the surname and birth date, in common are read where that can be enough.
    if line.isOdd || filter.mayPassByName {
      MatchKeys.each(askedBy: line) { kind, key in
        if kind.isPlain, line.isOdd || kind != .plainBirthSurname { read(key) }
      }
    }
    touch()
  }

  private func read(_ key: UInt64) {
    if let table { places.append(contentsOf: table.bucket(key)) }
    overlay.each(key) { places.append($0) }
  }

  /// Calls `body` with the places of a key, others among them, until it returns false.
  private func first(_ key: UInt64, _ body: (UInt32) -> Bool) {
    var goesOn = true
    if let table {
      for place in table.bucket(key) where goesOn { goesOn = body(place) }
    }
    if goesOn { overlay.first(key, body) }
  }

  /// Loads that do not wait for one another: the lines come into the cache side by side. What is kept of them has no meaning.
  private func touch() {
    var sum: UInt32 = 0
    for place in places { sum &+= lines[Int(place)].words[0] }
    touched = sum
  }

  private var touched: UInt32 = 0

  private func remove(_ id: Int64) {
    places.removeAll(keepingCapacity: true)
    read(MatchKeys.id(id))
    for place in places where lines[Int(place)].id == id { lines[Int(place)] = .removed }
  }

  private func build() {
    table = nil
    overlay = MatchOverlay()
    table = MatchTable(lines)
  }
}
