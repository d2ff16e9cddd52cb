/// Counts a model from a table without labels: m from pairs that share a number, u from random pairs.
struct ModelEstimation {
  /// What is assumed counts as much as this many pairs seen.
  private static let weightOfAssumption = 50.0
  private static let randomPairsPerRecord = 20
  private static let mostRandomPairs = 300_000

  let records: [PersonRecord]
  let assumed: LinkageModel

  /// - Parameter anchors: pairs that share a number of the same person.
  func model(anchors: [(Int, Int)], using generator: inout some RandomNumberGenerator) -> LinkageModel {
    var same: [LinkField: [LinkLevel: Int]] = [:]
    var other: [LinkField: [LinkLevel: Int]] = [:]
    for (a, b) in anchors { count(records[a], records[b], into: &same) }
    if records.count > 1 {
      // Drawn from the records in the order of their names, so that the table's own order makes no other model.
      let sorted = records.sorted { $0.key < $1.key }
      for _ in 0..<min(Self.mostRandomPairs, sorted.count * Self.randomPairsPerRecord) {
        let a = Int.random(in: sorted.indices, using: &generator)
        let b = Int.random(in: sorted.indices, using: &generator)
        if a != b, !sorted[a].sharesNumber(with: sorted[b]) { count(sorted[a], sorted[b], into: &other) }
      }
    }
    var weights = assumed.weights
    for field in LinkField.allCases where !field.isNumber {
      for (level, weight) in weights[field] ?? [:] {
        weights[field]?[level]?.m = share(level, of: same[field], assumed: weight.m)
        weights[field]?[level]?.u = share(level, of: other[field], assumed: weight.u)
      }
    }
    return assumed.with(version: "\(assumed.version)+\(anchors.count)", weights: weights)
  }

  private func count(_ a: PersonRecord, _ b: PersonRecord, into counts: inout [LinkField: [LinkLevel: Int]]) {
    let comparison = RecordComparison(a, b)
    for field in LinkField.allCases where !field.isNumber && comparison[field] != .missing {
      counts[field, default: [:]][comparison[field], default: 0] += 1
    }
  }

  private func share(_ level: LinkLevel, of counts: [LinkLevel: Int]?, assumed: Double) -> Double {
    let total = Double(counts?.values.reduce(0, +) ?? 0)
    let seen = Double(counts?[level] ?? 0)
    return (seen + assumed * Self.weightOfAssumption) / (total + Self.weightOfAssumption)
  }
}
