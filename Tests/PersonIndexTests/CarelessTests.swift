import Clinical
import Foundation
import PersonIndex
import Testing

@testable import Benchmarks

@Suite("patients of careless hospitals")
struct CarelessTests {
  @Test("two people under one number, label, home or name are two", arguments: CarelessHospital.Pair.allCases)
  func pairs(_ pair: CarelessHospital.Pair) {
    var generator = CarelessHospital(seed: 11)
    let cases = (0..<HostileTests.count).map { generator.make(pair, case: $0) }
    var number = 0
    let records = cases.map {
      $0.map { sent -> PersonRecord in
        number += 1; return sent.record(number)
      }
    }
    var frequencies = TermFrequencies()
    for record in records.joined() { frequencies.insert(record, birthDate: record.birthDate) }
    for population in [60_000.0, 28_000_000] {
      let judge = Judge(model: .assumed, frequencies: frequencies, rules: LinkRules(population: population))
      var (mixed, unasked, found) = (0, 0, 0.0)
      for (sent, records) in zip(cases, records) {
        let clusters = PersonClusters(records, judge: judge)
        let groups = records.indices.map(clusters.group)
        var reviewed = groups
        for task in clusters.tasks where sent[task.a].person == sent[task.b].person {
          let (x, y) = (reviewed[task.a], reviewed[task.b])
          reviewed = reviewed.map { $0 == x ? y : $0 }
        }
        let figures = PersonFigures(groups, after: reviewed, truth: sent.map { String($0.person) }, seconds: 0)
        if figures.mixed > 0 { mixed += 1 }
        if clusters.tasks.isEmpty { unasked += 1 }
        found += figures.recallAfterReview / Double(cases.count)
      }
      #expect(mixed <= (pair == .fatherAndSon ? cases.count / 1000 : 0), "\(pair) among \(population)")
      #expect(found > 0.98, "\(pair) among \(population)")
      // Whoever lies under one local number with another is always a task.
      if pair.rawValue.contains("UnderOneNumber") || pair.rawValue.hasPrefix("strangersOf") {
        #expect(unasked == 0, "\(pair) among \(population)")
      }
    }
  }

  @Test("what many people have in common is counted, and proves nothing", arguments: CarelessHospital.Crowd.allCases)
  func crowds(_ crowd: CarelessHospital.Crowd) {
    var generator = CarelessHospital(seed: 13)
    let sent = generator.make(crowd, hospitals: 6, each: HostileTests.count / 4)
    let records = sent.enumerated().map { $1.record($0) }
    for population in [60_000.0, 28_000_000] {
      let clusters = TableLinkage(records, population: population).clusters
      let people = Dictionary(grouping: sent.indices, by: { clusters.group(of: $0) })
      #expect(people.values.allSatisfy { Set($0.map { sent[$0].person }).count == 1 }, "\(crowd) among \(population)")
    }
  }
}
