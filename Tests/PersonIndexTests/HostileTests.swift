import Foundation
import PersonIndex
import Testing

@Suite("people easily taken for one")
struct HostileTests {
  /// More of them with HUREN_HOSTILE_CASES in the environment.
  static let count = ProcessInfo.processInfo.environment["HUREN_HOSTILE_CASES"].flatMap { Int($0) } ?? 1000

  @Test("no two of them are put under one code", arguments: HostileCases.Kind.allCases)
  func neverMixed(kind: HostileCases.Kind) {
    var generator = HostileCases(seed: 7)
    let cases = (0..<Self.count).map { _ in generator.make(kind) }
    var frequencies = TermFrequencies()
    for record in cases.lazy.flatMap(\.records) { frequencies.insert(record, birthDate: record.birthDate) }
    for population in [60_000.0, 28_000_000] {
      let judge = Judge(model: .assumed, frequencies: frequencies, rules: LinkRules(population: population))
      var mixed = 0
      for hostile in cases {
        let clusters = PersonClusters(hostile.records, judge: judge)
        let codes = Dictionary(grouping: hostile.records.indices, by: { clusters.group(of: $0) })
        if codes.values.contains(where: { Set($0.map { hostile.person[$0] }).count > 1 }) { mixed += 1 }
      }
      #expect(mixed == 0, "\(kind) among \(population)")
    }
  }

  @Test("records in another order make the same people", arguments: HostileCases.Kind.allCases)
  func anyOrder(kind: HostileCases.Kind) {
    var generator = HostileCases(seed: 11)
    let judge = Judge(model: .assumed, frequencies: TermFrequencies(), rules: LinkRules(population: 60_000))
    var shuffler = SplitMix64(seed: 3)
    for _ in 0..<100 {
      let records = generator.make(kind).records
      #expect(people(records, judge) == people(records.shuffled(using: &shuffler), judge))
    }
  }

  private func people(_ records: [PersonRecord], _ judge: Judge) -> Set<Set<String>> {
    let clusters = PersonClusters(records, judge: judge)
    let groups = Dictionary(grouping: records.indices, by: { clusters.group(of: $0) })
    return Set(groups.values.map { Set($0.map { records[$0].key }) })
  }
}
