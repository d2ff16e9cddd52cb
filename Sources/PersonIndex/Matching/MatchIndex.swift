/// All records of a registry in memory, as signatures: finds those that may be one person's with a given one.
///
/// Not safe for several threads: one at a time uses it.
public final class MatchIndex {
  private let judge: Judge
  private var lines: [MatchLine] = []
  private var places: [UInt64: [Int]] = [:]
  private var linesOfRecord: [Int64: [Int]] = [:]

  /// - Parameter judge: who will decide of the candidates: the model, the frequencies and the population bound who can be one.
  public init(judge: Judge) { self.judge = judge }

  /// Takes a record in; one taken in before under the same id is replaced.
  public func insert(id: Int64, _ signature: MatchSignature) {
    for place in linesOfRecord.removeValue(forKey: id) ?? [] {
      MatchKeys.each(of: lines[place]) { _, key in places[key]?.removeAll { $0 == place } }
    }
    for var line in signature.lines {
      line.id = id
      MatchKeys.each(of: line) { _, key in places[key, default: []].append(lines.count) }
      linesOfRecord[id, default: []].append(lines.count)
      lines.append(line)
    }
  }

  /// Takes in many records at once, as when a registry is opened.
  ///
  /// - Parameter records: calls what it is given once for each record.
  public func load<Failure: Error>(
    _ records: ((Int64, MatchSignature) -> Void) throws(Failure) -> Void
  ) throws(Failure) {
    try records { insert(id: $0, $1) }
  }

  /// The records that `Judge` may link with this one or give to a human, and those that share a number with it; ascending,
  /// the record itself among them if it was taken in. A superset: each is to be judged in full, with the other records of its person.
  public func candidates(of signature: MatchSignature) -> [Int64] {
    var found: Set<Int64> = []
    for line in signature.lines {
      let filter = MatchFilter(line, judge: judge)
      MatchKeys.each(of: line) { _, key in
        for place in places[key] ?? [] where filter.passes(lines[place]) { found.insert(lines[place].id) }
      }
    }
    return found.sorted()
  }
}
