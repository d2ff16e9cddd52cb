public import Clinical

/// Counts a model from records without labels: m from pairs that share a number of one person, u from random pairs, and how common names
/// and telephone numbers are. In any order of the records it is the same model.
public struct ModelEstimation: Sendable {
  /// What is assumed counts as much as this many pairs seen.
  private static let weightOfAssumption = 50.0
  private static let randomPairsPerRecord = 20
  private static let mostRandomPairs = 300_000
  /// Random pairs are drawn among so many records at most, chosen by the hashes of their keys.
  private static let mostSampled = 200_000

  private let assumed: LinkageModel
  private var frequencies = TermFrequencies()
  private var same: [LinkField: [LinkLevel: Int]] = [:]
  private var anchors = 0
  private var sample: [(hash: UInt64, record: PersonRecord)] = []
  private var mostHash = UInt64.max

  public init(assumed: LinkageModel = .assumed) { self.assumed = assumed }

  /// Counts one record.
  ///
  /// - Parameter birthDate: that of the person it is known to be, so that a slip in a date is not another person.
  public mutating func insert(_ record: PersonRecord, birthDate: CalendarDate?) {
    frequencies.insert(record, birthDate: birthDate)
    let hash = StableHash.mixed(StableHash.of([record.key]))
    guard hash <= mostHash else { return }
    sample.append((hash, record))
    if sample.count > Self.mostSampled {
      mostHash /= 2
      sample.removeAll { $0.hash > mostHash }
    }
  }

  /// Counts two records that share a valid number and are one person's.
  public mutating func insert(anchor a: PersonRecord, _ b: PersonRecord) {
    Self.count(a, b, into: &same)
    anchors += 1
  }

  /// Counts how the number of a table is written of two records that are one person's by name and birth date alone.
  mutating func insert(named a: PersonRecord, _ b: PersonRecord) {
    let level = RecordComparison(a, b)[.nationalNumber]
    if level != .missing { same[.nationalNumber, default: [:]][level, default: 0] += 1 }
  }

  /// What was counted.
  public func model(rules: LinkRules) -> PersonModel {
    let linkage = linkageModel(rules)
    return PersonModel(version: linkage.version, linkage: linkage, frequencies: frequencies, rules: rules)
  }

  private func linkageModel(_ rules: LinkRules) -> LinkageModel {
    var other: [LinkField: [LinkLevel: Int]] = [:]
    // Drawn from the records in the order of their keys. The sample is part of the method: another seed would be another model.
    let sorted = sample.map(\.record).sorted { $0.key < $1.key }
    var generator = SplitMix64(seed: 20_250_101)
    if sorted.count > 1 {
      let judge = Judge(model: assumed, frequencies: frequencies, rules: rules)
      for _ in 0..<min(Self.mostRandomPairs, sorted.count * Self.randomPairsPerRecord) {
        let a = Int.random(in: sorted.indices, using: &generator)
        let b = Int.random(in: sorted.indices, using: &generator)
        // Of few people two drawn are now and then one.
        if a != b, judge.decide(sorted[a], sorted[b]).odds < rules.linkBits {
          Self.count(sorted[a], sorted[b], into: &other)
        }
      }
    }
    var weights = assumed.weights
    for field in LinkField.allCases where !field.isNumber {
      for (level, weight) in weights[field] ?? [:] {
        weights[field]?[level]?.m = share(level, of: same[field], assumed: weight.m)
        weights[field]?[level]?.u = share(level, of: other[field], assumed: weight.u)
      }
    }
    for (level, weight) in weights[.nationalNumber] ?? [:] {
      weights[.nationalNumber]?[level]?.m = share(level, of: same[.nationalNumber], assumed: weight.m)
    }
    return assumed.with(version: "\(assumed.version)+\(anchors)", weights: weights)
  }

  private static func count(_ a: PersonRecord, _ b: PersonRecord, into counts: inout [LinkField: [LinkLevel: Int]]) {
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
