public import Clinical
import PersonIndex
import RegistryStore

/// Why two records are taken for one person's, or not: the table of bits.
public struct MatchView: Encodable, Sendable {
  /// What the agreement of one field tells, in bits: for one person above 0, against it below.
  public struct Field: Encodable, Sendable {
    public var field: String
    public var level: String
    public var bits: Double
  }

  /// What a human, or their institution, says of the two.
  public struct Said: Encodable, Sendable {
    /// Of the chain: to be named when it is to be undone.
    public var event: String
    public var isSame: Bool
    /// Who says it, and in which kind of event.
    public var by: String
  }

  public var records: [String]
  public var persons: [String]
  /// `link`, `review`, `apart` or `never`: what the index says without a human.
  public var outcome: String
  public var grade: String
  public var guards: [String]
  /// The same in words.
  public var reasons: [String]
  public var fields: [Field]
  /// What is expected before anything is compared: −log2 of the population.
  public var prior: Double
  /// log2 of the odds that they are one person's: the sum of all these.
  public var total: Double
  /// nil: nobody says anything.
  public var said: [Said]?

  /// As lines of text.
  public var text: PrintedText {
    let named = guards.isEmpty ? "" : "  (\(guards.joined(separator: ", ")))"
    var lines: [PrintedText] = ["  \(records.joined(separator: " – ")): \(outcome), \(grade)\(named)"]
    if persons.count > 1 { lines.append("    of the persons \(persons.joined(separator: " and "))") }
    lines += reasons.map { "    for a human: \($0)" }
    lines += (said ?? []).map { "    said to be \($0.isSame ? "one" : "two") by \($0.by): \($0.event)" }
    lines += fields.map { "    \($0.field) \($0.level)  \(signed($0.bits))" }
    lines += ["    prior  \(signed(prior))", "    total  \(signed(total)) bits"]
    return lines.joined(separator: "\n")
  }

  private func signed(_ bits: Double) -> String { (bits < 0 ? "" : "+") + String(bits) }
}

extension MatchView {
  init(_ decision: LinkDecision, records: [Int64], persons: [String]) {
    func rounded(_ bits: Double) -> Double { (bits * 10).rounded() / 10 }
    self.records = records.map { RecordName(id: $0).description }
    self.persons = persons
    outcome = decision.outcome.rawValue
    grade = decision.grade.rawValue
    guards = decision.guards.map(\.rawValue)
    reasons = decision.guards.map(\.words)
    let evidence = decision.evidence
    fields = LinkField.allCases.filter { evidence.comparison[$0] != .missing }.map {
      Field(field: "\($0)", level: "\(evidence.comparison[$0])", bits: rounded(evidence[$0]))
    }
    prior = rounded(decision.odds - evidence.total)
    total = rounded(decision.odds)
  }
}

extension Registry {
  /// How a person's records hang together, each by the strongest tie to another of them, and what speaks for and against those
  /// that await a human.
  ///
  /// - Throws: `RegistryError.unknownPerson`.
  public func explain(person code: String) throws -> [MatchView] {
    try readJudging { transaction, matching in
      guard let person = try transaction.currentPerson(code) else { throw RegistryError.unknownPerson }
      let view = try view(of: person, transaction, knownAt: nil)
      let records = try view.records.map { (id: $0.name.id, record: try matching.record($0.name.id, transaction)) }
      var verdicts: [RecordPair: Verdict] = [:]
      for (record, _) in records {
        for verdict in try transaction.verdicts(record: record) { verdicts[verdict.records] = verdict }
      }
      var result: [MatchView] = []
      func add(_ decision: LinkDecision, _ pair: [Int64]) throws {
        var view = MatchView(decision, records: pair, persons: [person])
        let verdict = verdicts.removeValue(forKey: RecordPair(pair[0], pair[1]))
        view.said = try verdict.map { [try said($0, transaction)] }
        result.append(view)
      }
      for (place, own) in records.enumerated().dropFirst() {
        let ties = records[..<place].map { (other: $0.id, decision: matching.judge.decide($0.record, own.record)) }
        guard let tie = ties.max(by: { $0.decision.odds < $1.decision.odds }) else { continue }
        try add(tie.decision, [tie.other, own.id])
      }
      // What is said of other pairs than those that hang together best.
      let compared = Dictionary(records.map { ($0.id, $0.record) }) { first, _ in first }
      for pair in verdicts.keys.sorted() {
        guard let a = compared[pair.a], let b = compared[pair.b] else { continue }
        try add(matching.judge.decide(a, b), [pair.a, pair.b])
      }
      for link in view.records {
        for task in try transaction.reviews(record: link.name.id) {
          result.append(try match(task, transaction, matching))
        }
      }
      return result
    }
  }

  private func said(_ verdict: Verdict, _ transaction: any StoreSnapshot) throws -> MatchView.Said {
    let act = try actTrail(verdict.event, transaction)
    return MatchView.Said(
      event: verdict.event, isSame: verdict.isSame, by: act.map { "\($0.by) (\($0.kind))" } ?? "somebody")
  }

  func match(_ task: ReviewTask, _ transaction: any StoreSnapshot, _ matching: PersonMatching) throws -> MatchView {
    let pair = [task.records.a, task.records.b]
    let decision = matching.judge.decide(
      try matching.record(pair[0], transaction), try matching.record(pair[1], transaction))
    var view = MatchView(
      decision, records: pair, persons: try pair.compactMap { try transaction.link(record: $0)?.person })
    view.outcome = LinkDecision.Outcome.review.rawValue
    view.grade = LinkDecision.Grade.possible.rawValue
    view.guards = task.guards
    view.reasons = task.guards.map { LinkDecision.Guard(rawValue: $0)?.words ?? $0 }
    return view
  }
}
