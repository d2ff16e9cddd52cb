import Catalogue
public import Clinical
import PersonIndex
import RegistryStore

/// What another model of the person index changes, or would change.
public struct PersonRebuild: Encodable, Sendable {
  public var model: String
  public var before: String
  public var applied: Bool
  public var event: String?
  public var records = 0
  /// Records that change the person they belong to.
  public var moved = 0
  /// Codes that are new, and codes that are merged away.
  public var created = 0
  public var retired = 0
  /// Tasks for humans that are open then, and before.
  public var tasks = 0
  public var tasksBefore = 0

  /// As lines for people.
  public var text: PrintedText {
    """
    model \(model)\(applied ? ", in force" : "") in place of \(before): of \(records) records \(moved) \
    \(applied ? "changed" : "would change") their person; \(created) codes new, \(retired) merged away; \
    \(tasks) tasks for humans in place of \(tasksBefore)
    """
  }
}

extension Registry {
  /// Counts a model from the registry's own records, or takes an earlier one up again, and groups every record by it. Without
  /// somebody who puts it in force it is a shadow run: the transaction is taken back.
  ///
  /// - Throws: `RegistryError.unknownModel` for a version that never held.
  public func rebuild(
    model version: String?, apply reason: PersonActReason?, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> PersonRebuild {
    do {
      return try withMatching { transaction, matching in
        let recordedAt = transaction.recordedAt
        let population = try reference(transaction, knownAt: nil).data.policy.population
        let model = try self.model(version, population: population, transaction)
        var rebuild = PersonRebuild(model: model.version, before: matching.modelVersion, applied: reason != nil)
        rebuild.tasksBefore = try transaction.openReviews().count
        try transaction.insertPersonModel(version: model.version, body: try model.stored(), recordedAt: recordedAt)
        if let reason {
          var act = PersonAct(.rebuild, for: reason)
          act.model = model.version
          rebuild.event = try append(act, reason, transaction)
        }
        try matching.catchUp(transaction, population: population, writer: transaction)
        try matching.refreshIndex(transaction)
        var linker = RecordLinker(
          transaction: transaction, recordedAt: recordedAt, matching: matching, actor: reason?.actor ?? "huren",
          event: rebuild.event)
        let records = try transaction.recordIDs()
        let crowding = Crowding(transaction: transaction, recordedAt: recordedAt, matching: matching)
        for record in records {
          _ = try crowding.found(around: record, SaidRecord(transaction.personRecord(record)), underOneNumber: [])
        }
        for record in records {
          try linker.relink(around: record)
          rebuild.records += 1
          if rebuild.records % 1000 == 0 { progress(rebuild.records, records.count) }
        }
        (rebuild.moved, rebuild.created, rebuild.retired) = (linker.moved, linker.created, linker.retired)
        rebuild.tasks = try transaction.openReviews().count
        if reason == nil { throw ShadowRun(rebuild: rebuild) }
        return rebuild
      }
    } catch let shadow as ShadowRun {
      return shadow.rebuild
    }
  }

  private func model(_ version: String?, population: Int, _ transaction: any StoreSnapshot) throws -> PersonModel {
    if let version {
      guard let stored = try transaction.personModel(version: version) else {
        throw RegistryError.unknownModel(known: try transaction.personModels().map(\.version))
      }
      return try PersonModel(stored: stored)
    }
    var estimation = ModelEstimation()
    try transaction.eachPerson { person in
      let links = try transaction.links(person: person)
      let records = try links.map { try transaction.personRecord($0.record) }
      // Slips in a date are no other person's: a person counts with the date that most of the records say.
      let dates = Dictionary(grouping: records.compactMap(\.birthDate)) { $0 }
      let date = dates.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.key
      for (place, record) in records.enumerated() {
        estimation.insert(record, birthDate: date)
        for other in records[..<place] where record.sharesNumber(with: other) {
          estimation.insert(anchor: other, record)
        }
      }
    }
    let counted = estimation.model(rules: LinkRules(population: Double(population)))
    return PersonModel(
      version: "counted-\(try transaction.personModels().count)", linkage: counted.linkage,
      frequencies: counted.frequencies, rules: counted.rules)
  }
}

/// Ends a transaction that is not to be kept.
private struct ShadowRun: Error {
  let rebuild: PersonRebuild
}
