import Clinical
import PersonIndex
import RegistryStore

/// Records that were found to be one person's, and how sure each is.
struct PersonGroup {
  /// In order of their ids.
  let records: [Int64]
  let grades: [(record: Int64, grade: LinkGrade, rule: String)]
  /// Whether the name is written in more than one way.
  let isNamedOtherwise: Bool

  static let alone = "new"

  /// - Parameters:
  ///   - compared: the records as they are compared, in the same order.
  ///   - pinned: records of which a human said whose they are.
  ///   - stated: pairs of which their institution states that they are one patient's.
  init(records: [Int64], compared: [PersonIndex.PersonRecord], pinned: Set<Int64>, stated: [RecordPair]) {
    let order = records.indices.sorted { records[$0] < records[$1] }
    self.records = order.map { records[$0] }
    isNamedOtherwise = Set(compared.lazy.compactMap(\.name).filter { $0.kind == .han }.map(\.folded)).count > 1
    let tied = Self.tied(compared)
    let members = Set(records)
    let together = Set(
      stated.filter { members.contains($0.a) && members.contains($0.b) }.flatMap { [$0.a, $0.b] })
    grades = order.map { place in
      if pinned.contains(records[place]) { return (records[place], .certain, "human") }
      if records.count == 1 { return (records[place], .certain, Self.alone) }
      if let rule = tied[place] { return (records[place], .certain, rule) }
      if together.contains(records[place]) { return (records[place], .certain, "institution") }
      return (records[place], .probable, "demographics")
    }
  }

  /// Certain is what numbers tie together, directly or through others: of several such sets the one with the surest number, of equals
  /// the one with the smallest; whatever came first, the same.
  ///
  /// - Returns: by place, the kind of the number.
  private static func tied(_ records: [PersonIndex.PersonRecord]) -> [Int: String] {
    let numbers = records.map(\.tyingNumbers)
    var places: [String: [Int]] = [:]
    for (place, own) in numbers.enumerated() {
      for number in own { places[number.text, default: []].append(place) }
    }
    var best: (rank: String, rules: [Int: String])?
    var seen: Set<Int> = []
    for first in records.indices where !seen.contains(first) {
      var rules: [Int: String] = [:]
      var rank: String?
      var queue = [first]
      seen.insert(first)
      while let place = queue.popLast() {
        for number in numbers[place] {
          let holders = places[number.text] ?? []
          // One of the institution's own ties nobody by itself.
          if holders.count == 1, number.isLocal { continue }
          rank = min(rank ?? number.text, number.text)
          rules[place] = rules[place] ?? number.rule
          for other in holders where seen.insert(other).inserted {
            rules[other] = number.rule
            queue.append(other)
          }
        }
      }
      if let rank, best.map({ rank < $0.rank }) ?? true { best = (rank, rules) }
    }
    return best?.rules ?? [:]
  }
}
