import ArgumentParser
import PersonIndex

/// People easily taken for one: how many are put under one code by no human.
struct PersonsSuitesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suites",
    abstract: "Generates twins, siblings, lent and duplicated numbers and newborns; prints how many were mixed.")

  @Option(help: "How many cases of each kind.")
  var cases = 10_000
  @Option(help: "The same seed makes the same people.")
  var seed: UInt64 = 7
  @Option(help: "How many people the records could be of.")
  var prior = 28_000_000

  private struct Answer: Encodable {
    var kind: String
    var cases: Int
    var mixed = 0
    /// Pairs of one person's records that were linked.
    var recall = 0.0
  }

  func run() throws {
    for kind in HostileCases.Kind.allCases {
      var generator = HostileCases(seed: seed)
      let all = (0..<cases).map { _ in generator.make(kind) }
      var frequencies = TermFrequencies()
      for record in all.lazy.flatMap(\.records) { frequencies.insert(record, birthDate: record.birthDate) }
      let judge = Judge(model: .assumed, frequencies: frequencies, rules: LinkRules(population: Double(prior)))
      var answer = Answer(kind: kind.rawValue, cases: cases)
      var (linked, pairs) = (0.0, 0.0)
      for hostile in all {
        let clusters = PersonClusters(hostile.records, judge: judge)
        let groups = hostile.records.indices.map(clusters.group)
        let figures = PersonFigures(groups, after: groups, truth: hostile.person.map(String.init), seconds: 0)
        if figures.mixed > 0 { answer.mixed += 1 }
        linked += figures.recall
        pairs += 1
      }
      answer.recall = linked / max(1, pairs)
      try PersonsCommand.print(answer)
    }
  }
}
