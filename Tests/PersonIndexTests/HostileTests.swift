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
}
