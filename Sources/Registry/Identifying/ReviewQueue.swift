import Clinical
import PersonIndex
import RegistryStore

/// Keeps the tasks for humans in step with the grouping: one for two people, the strongest pair of their records.
struct ReviewQueue {
  let transaction: StoreTransaction
  let recordedAt: Instant
  let matching: PersonMatching

  /// - Parameters:
  ///   - members: the records that were grouped, by their places in `clusters`.
  ///   - open: the tasks of any of them.
  func update(_ members: [Int64], _ clusters: PersonClusters, _ open: [ReviewTask], vetoed: Set<RecordPair>) throws {
    let places = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1, $0) })
    var wanted: [RecordPair: PersonClusters.Pair] = [:]
    for pair in clusters.tasks { wanted[RecordPair(members[pair.a], members[pair.b])] = pair }
    var outward: [ReviewTask] = []
    for task in open {
      guard let a = places[task.records.a], let b = places[task.records.b] else {
        outward.append(task)
        continue
      }
      let isLinked = clusters.group(of: a) == clusters.group(of: b)
      if wanted.removeValue(forKey: task.records) != nil { continue }
      try end(task, isLinked ? .linked : vetoed.contains(task.records) ? .notTheSame : .superseded)
    }
    try updateOutward(outward.sorted { ($1.bits, $0.id) < ($0.bits, $1.id) }, clusters, members, places)
    for (records, pair) in wanted.sorted(by: { $0.key < $1.key }) {
      try transaction.insertReview(
        records, guards: pair.decision.guards.map(\.rawValue), bits: pair.decision.odds,
        isRefusedLink: pair.isRefusedLink, recordedAt: recordedAt)
    }
  }

  /// Tasks with people who were not grouped anew: two of them may have become one, or none, by what the grouped ones are now.
  ///
  /// - Parameter tasks: the strongest first.
  private func updateOutward(
    _ tasks: [ReviewTask], _ clusters: PersonClusters, _ members: [Int64], _ places: [Int64: Int]
  ) throws {
    var asked: Set<[String]> = []
    for task in tasks {
      let (own, other) =
        places[task.records.a] == nil ? (task.records.b, task.records.a) : (task.records.a, task.records.b)
      guard let place = places[own], let person = try transaction.link(record: other)?.person else { continue }
      let group = clusters.members(of: clusters.group(of: place)).map { members[$0] }
      let isNew = asked.insert([String(group.min() ?? own), person]).inserted
      let others = try transaction.links(person: person).map(\.record)
      if try !isNew || areTwoPeople(group, others) { try end(task, .superseded) }
    }
  }

  private func areTwoPeople(_ group: [Int64], _ others: [Int64]) throws -> Bool {
    for record in group {
      for other in others {
        let decision = matching.judge.decide(
          try matching.record(record, transaction), try matching.record(other, transaction))
        if decision.outcome == .never { return true }
      }
    }
    return false
  }

  private func end(_ task: ReviewTask, _ outcome: ReviewTask.Outcome) throws {
    try transaction.endReview(task.id, outcome: outcome, recordedAt: recordedAt)
  }
}
