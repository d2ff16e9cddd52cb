import Clinical
import PersonIndex
import RegistryStore

/// Keeps the tasks for humans in step with the grouping: one for two people, the strongest pair of their records.
struct ReviewQueue {
  let transaction: any StoreTransaction
  let recordedAt: Instant

  /// - Parameters:
  ///   - members: the records that were grouped, by their places in `clusters`.
  ///   - open: the tasks of any of them.
  func update(_ members: [Int64], _ clusters: PersonClusters, _ open: [ReviewTask], vetoed: Set<RecordPair>) throws {
    let places = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1, $0) })
    var wanted: [RecordPair: PersonClusters.Pair] = [:]
    for pair in clusters.tasks { wanted[RecordPair(members[pair.a], members[pair.b])] = pair }
    for task in open {
      guard let a = places[task.records.a], let b = places[task.records.b] else { continue }
      if wanted.removeValue(forKey: task.records) != nil { continue }
      let isLinked = clusters.group(of: a) == clusters.group(of: b)
      try end(task, isLinked ? .linked : vetoed.contains(task.records) ? .notTheSame : .superseded)
    }
    for (records, pair) in wanted.sorted(by: { $0.key < $1.key }) {
      try transaction.insertReview(
        records, guards: pair.decision.guards.map(\.rawValue), bits: pair.decision.odds,
        isRefusedLink: pair.isRefusedLink, recordedAt: recordedAt)
    }
  }

  private func end(_ task: ReviewTask, _ outcome: ReviewTask.Outcome) throws {
    try transaction.endReview(task.id, outcome: outcome, recordedAt: recordedAt)
  }
}
