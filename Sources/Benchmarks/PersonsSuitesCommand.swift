import ArgumentParser
import PersonIndex

/// People easily taken for one: how many are put under one code by no human.
struct PersonsSuitesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suites",
    abstract:
      "Generates twins, siblings, lent and duplicated numbers, and what careless hospitals send; prints how many were mixed."
  )

  @Option(help: "How many cases of each kind.")
  var cases = 10_000
  @Option(help: "The same seed makes the same people.")
  var seed: UInt64 = 7
  @Option(help: "How many people the records could be of.")
  var prior = 28_000_000

  private struct Answer: Encodable {
    var kind: String
    var cases: Int
    /// Cases with a code of two people's records; of a crowd the codes.
    var mixed = 0
    /// Pairs of one person's records that were linked, and that were when a human has decided every task.
    var recall = 0.0
    var recallAfterReview = 0.0
    var tasksPerThousand = 0.0
  }

  private typealias Case = (records: [PersonRecord], truth: [String])

  func run() throws {
    for kind in HostileCases.Kind.allCases {
      var generator = HostileCases(seed: seed)
      try measure(
        kind.rawValue,
        (0..<cases).map { _ in
          let hostile = generator.make(kind)
          return (hostile.records, hostile.person.map(String.init))
        })
    }
    for pair in CarelessHospital.Pair.allCases {
      var generator = CarelessHospital(seed: seed)
      var number = 0
      try measure(
        pair.rawValue,
        (0..<cases).map { place in
          let sent = generator.make(pair, case: place)
          number += sent.count
          return (sent.enumerated().map { $1.record(number + $0) }, sent.map { String($0.person) })
        })
    }
    for crowd in CarelessHospital.Crowd.allCases { try measure(crowd) }
  }

  /// Each case by itself.
  private func measure(_ kind: String, _ all: [Case]) throws {
    var frequencies = TermFrequencies()
    for record in all.lazy.flatMap(\.records) { frequencies.insert(record, birthDate: record.birthDate) }
    let judge = Judge(model: .assumed, frequencies: frequencies, rules: LinkRules(population: Double(prior)))
    var answer = Answer(kind: kind, cases: all.count)
    var tasks = 0
    for (records, truth) in all {
      let clusters = PersonClusters(records, judge: judge)
      let figures = PersonFigures(clusters, truth: truth, seconds: 0)
      if figures.mixed > 0 { answer.mixed += 1 }
      answer.recall += figures.recall / Double(all.count)
      answer.recallAfterReview += figures.recallAfterReview / Double(all.count)
      tasks += clusters.tasks.count
    }
    answer.tasksPerThousand = Double(1000 * tasks) / Double(max(1, all.reduce(0) { $0 + $1.records.count }))
    try PersonsCommand.print(answer)
  }

  /// All in one table: what they have in common shows only there.
  private func measure(_ crowd: CarelessHospital.Crowd) throws {
    var generator = CarelessHospital(seed: seed)
    let sent = generator.make(crowd, hospitals: max(1, cases / 1000), each: 1000)
    let linkage = TableLinkage(sent.enumerated().map { $1.record($0) }, population: Double(prior))
    let figures = PersonFigures(linkage.clusters, truth: sent.map { String($0.person) }, seconds: 0)
    try PersonsCommand.print(
      Answer(
        kind: crowd.rawValue, cases: figures.persons, mixed: figures.mixed, recall: figures.recall,
        recallAfterReview: figures.recallAfterReview, tasksPerThousand: figures.reviewsPerThousand))
  }
}
