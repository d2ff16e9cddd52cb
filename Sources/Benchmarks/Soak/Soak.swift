import Foundation
import Registry

/// Reads mutants, each made by its number and a seed.
struct Soak: Sendable {
  struct Figures: Sendable {
    var accepted = 0
    var refused = 0
    var failed = 0
    /// In seconds.
    var slowest = 0.0

    mutating func add(_ other: Figures) {
      accepted += other.accepted
      refused += other.refused
      failed += other.failed
      slowest = max(slowest, other.slowest)
    }
  }

  let files: [[UInt8]]
  let seed: UInt64
  /// How many of ten keep the structure of their message.
  let structured: UInt64
  /// The longest a mutant may take, in seconds.
  let limit: Double

  func run(_ mutants: StrideTo<Int>, _ explainer: Explainer) -> Figures {
    var figures = Figures()
    for index in mutants where figures.failed < 10 { figures.add(read(index, explainer)) }
    return figures
  }

  func mutant(_ index: Int) -> (bytes: [UInt8], isStructured: Bool) {
    var random = SeededRandom(seed: seed &+ UInt64(index) &* 0x1_0000_0001)
    // Seeds that are near begin alike.
    for _ in 0..<4 { _ = random.next() }
    let source = files.random(&random) ?? []
    let isStructured = random.next() % 10 < structured
    return isStructured
      ? (StructuredMutation.mutate(source, &random), true) : (ByteMutation.mutate(source, &random), false)
  }

  private func read(_ index: Int, _ explainer: Explainer) -> Figures {
    let (mutant, isStructured) = mutant(index)
    var figures = Figures()
    var messages: [ExplainedMessage] = []
    let start = ContinuousClock.now
    explainer.explain(mutant, label: "mutant") { messages.append($0) }
    let duration = ContinuousClock.now - start
    figures.slowest = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    figures.accepted = messages.count(where: \.isAccepted)
    figures.refused = messages.count - figures.accepted
    var problems: [String] = []
    if messages.contains(where: { !$0.isAccepted && $0.notes.isEmpty }) { problems.append("refused without a reason") }
    // Where the bytes are broken nobody can say what was a result.
    let lost = isStructured ? SilentLoss.words(in: mutant, but: messages) : []
    if !lost.isEmpty { problems.append("lost in silence: \(lost.prefix(5).joined(separator: ", "))") }
    if figures.slowest > limit { problems.append("took \(figures.slowest) s") }
    for problem in problems {
      figures.failed += 1
      print("mutant \(index) of seed \(seed): \(problem); kept as soak-\(seed)-\(index)")
      try? Data(mutant).write(to: URL(filePath: "soak-\(seed)-\(index)"))
    }
    return figures
  }
}
