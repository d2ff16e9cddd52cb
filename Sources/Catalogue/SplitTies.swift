import Clinical

/// Rows of `splits.csv` that one claim can match and that name equally many columns: neither goes before the other.
enum SplitTies {
  /// The places of such pairs; of each row the first before it that it ties with.
  ///
  /// Linear in the rows: of the few sets of columns that rows name, each two are held against each other by what both name.
  static func find(_ splits: [Split]) -> [(before: Int, row: Int)] {
    var bySet: [Int: [Int]] = [:]
    for (place, split) in splits.enumerated() { bySet[split.namedColumns, default: []].append(place) }
    var firstTie: [Int: Int] = [:]
    for (set, places) in bySet {
      for (other, others) in bySet where other != set && other.nonzeroBitCount == set.nonzeroBitCount {
        let common = set & other
        var known: [[String?]: Int] = [:]
        for place in others where splits[place].canMeet(rowsNaming: set) {
          let key = splits[place].columns(common)
          known[key] = min(known[key] ?? place, place)
        }
        for place in places where splits[place].canMeet(rowsNaming: other) {
          guard let before = known[splits[place].columns(common)], before < place else { continue }
          firstTie[place] = min(firstTie[place] ?? before, before)
        }
      }
    }
    return firstTie.sorted { $0.key < $1.key }.map { (before: $0.value, row: $0.key) }
  }
}

extension Split {
  private static let scheme = 1 << 0
  private static let payment = 1 << 4

  private var columns: [String?] { [scheme, enrolment, level.map(String.init), setting?.rawValue, payment] }

  /// One bit for each column it names.
  fileprivate var namedColumns: Int {
    columns.enumerated().reduce(0) { $0 | ($1.element == nil ? 0 : 1 << $1.offset) }
  }

  fileprivate func columns(_ set: Int) -> [String?] {
    columns.enumerated().map { set & 1 << $0.offset == 0 ? nil : $0.element }
  }

  /// Whether a claim of this row can be one of rows that name a set of columns. Who pays all themselves is under no fund's way of
  /// paying the hospital.
  fileprivate func canMeet(rowsNaming set: Int) -> Bool {
    !(scheme == "self-pay" && set & Split.payment != 0 && set & Split.scheme == 0)
  }
}
