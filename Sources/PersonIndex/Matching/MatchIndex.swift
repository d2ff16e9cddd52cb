/// All records of a registry in memory, as signatures: finds those that may be one person's with a given one.
///
/// Not safe for several threads: one at a time uses it. It takes some 115 bytes a record.
public final class MatchIndex {
  /// A telephone or number on more lines than this is no key by itself: whoever shares it must share the name and part of the birth date or
  /// the road, or the birth date and part of the name or the road.
  private static let bucketLimit = 400
  /// So many lines wait beside the table before it is built anew, and an eighth of those in it.
  private static let mostBeside = 1 << 15

  private let bounds: MatchBounds
  private let lines = MatchLines()
  private var table: MatchTable?
  private var overlay = MatchOverlay()
  private var places: [UInt32] = []

  /// - Parameter judge: who will decide of the candidates: the model, the frequencies and the population bound who can be one.
  public init(judge: Judge) { bounds = MatchBounds(judge) }

  /// Takes a record in; one taken in before under the same id is replaced.
  public func insert(id: Int64, _ signature: MatchSignature) {
    remove(id)
    for var line in signature.lines {
      line.id = id
      MatchKeys.each(of: line) { key in overlay.insert(key, lines.count) }
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
  public func candidates(of signature: MatchSignature) -> [Int64] {
    var found: [Int64] = []
    for line in signature.lines {
      let filter = MatchFilter(line, bounds)
      gather(line, filter)
      for place in places {
        let other = lines[Int(place)]
        if filter.passes(other) { found.append(other.id) }
      }
    }
    if found.count < 2 { return found }
    found.sort()
    var last = 0
    for place in 1..<found.count where found[place] != found[last] {
      last += 1
      found[last] = found[place]
    }
    found.removeSubrange((last + 1)...)
    return found
  }

  /// The places of all lines that meet the given one by a key, some of them more than once and others of no such key among them.
  private func gather(_ line: MatchLine, _ filter: MatchFilter) {
    places.removeAll(keepingCapacity: true)
    var isCrowded = false
    MatchKeys.each(askedBy: line) { kind, key in
      if kind == .number || kind == .phone {
        let before = places.count
        read(key)
        if places.count - before > Self.bucketLimit {
          places.removeSubrange(before...)
          isCrowded = true
        }
      } else if !kind.isPlain {
        read(key)
      }
    }
    // Plain records that have only the name and year or day, or the surname and birth date, in common are read where that can be enough.
    let needsSurnames = isCrowded || line.isOdd
    if needsSurnames || filter.mayPassByName {
      MatchKeys.each(askedBy: line) { kind, key in
        if kind.isPlain, needsSurnames || kind != .plainBirthSurname { read(key) }
      }
    }
    touch()
  }

  private func read(_ key: UInt64) {
    if let table { places.append(contentsOf: table.bucket(key)) }
    overlay.each(key) { places.append($0) }
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
