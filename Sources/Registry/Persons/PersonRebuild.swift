import Catalogue
public import Clinical
import Foundation
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
  /// somebody who puts it in force it is a shadow run: on a copy, so that nobody waits for it. Put in force once more, as after an answer
  /// that was never seen, it says nothing again.
  ///
  /// - Throws: `RegistryError.unknownModel` for a version that never held.
  public func rebuild(
    model version: String?, apply reason: PersonActReason?, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> PersonRebuild {
    guard let reason else {
      return try withCopy { try $0.rebuilt(model: version, apply: nil, progress) }
    }
    return try rebuilt(model: version, apply: reason, progress)
  }

  /// Runs something on a copy of the registry that is gone when it ends.
  private func withCopy<T>(_ body: (Registry) throws -> T) throws -> T {
    let folder = FileManager.default.temporaryDirectory.appending(path: "huren-shadow-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    let copy = folder.appending(path: "registry.sqlite").path
    try store.backup(to: copy)
    return try body(Registry(path: copy, clock: clock))
  }

  private func rebuilt(
    model version: String?, apply reason: PersonActReason?, _ progress: (_ done: Int, _ total: Int) -> Void
  ) throws -> PersonRebuild {
    try withMatching { transaction, matching -> PersonRebuild in
      let population = try reference(transaction, knownAt: nil).data.policy.population
      let model = try self.model(version, population: population, transaction)
      if let reason, let same = try transaction.modelInForce(as: model) {
        // What was put in force already says nothing again, unless something is grouped otherwise by it.
        do {
          return try transaction.unit { () throws -> PersonRebuild in
            let rebuild = try grouped(by: same, nil, reason, transaction, matching, progress)
            if rebuild.changes { throw Unfinished() }
            return rebuild
          }
        } catch is Unfinished {
          let event = try self.event(of: same, reason, transaction)
          return try grouped(by: same, event, reason, transaction, matching, progress)
        }
      }
      try transaction.insertPersonModel(
        version: model.version, body: try model.stored(), recordedAt: transaction.recordedAt)
      let event = try reason.map { try self.event(of: model, $0, transaction) }
      return try grouped(by: model, event, reason, transaction, matching, progress)
    }
  }

  private func event(
    of model: PersonModel, _ reason: PersonActReason, _ transaction: any StoreTransaction
  ) throws -> String {
    var act = PersonAct(.rebuild, for: reason)
    act.model = model.version
    return try append(act, reason, transaction)
  }

  /// Groups every record by the model in force.
  private func grouped(
    by model: PersonModel, _ event: String?, _ reason: PersonActReason?, _ transaction: any StoreTransaction,
    _ matching: PersonMatching, _ progress: (_ done: Int, _ total: Int) -> Void
  ) throws -> PersonRebuild {
    let recordedAt = transaction.recordedAt
    var rebuild = PersonRebuild(model: model.version, before: matching.modelVersion, applied: reason != nil)
    rebuild.event = event
    rebuild.tasksBefore = try transaction.openReviews().count
    try matching.readRules(transaction)
    try matching.refreshIndex(transaction)
    var linker = RecordLinker(
      transaction: transaction, recordedAt: recordedAt, matching: matching, actor: reason?.actor ?? "huren",
      event: event)
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
    return rebuild
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

extension PersonRebuild {
  /// Whether anything is another way than before.
  fileprivate var changes: Bool { moved > 0 || created > 0 || retired > 0 || tasks != tasksBefore }
}

/// Ends a unit that is not to be kept.
private struct Unfinished: Error {}

extension StoreSnapshot {
  /// The model in force, if it decides as another does; nil when it does not.
  fileprivate func modelInForce(as model: PersonModel) throws -> PersonModel? {
    guard let stored = try personModel() else { return nil }
    let known = try PersonModel(stored: stored.body)
    return try known.isSame(as: PersonModel(stored: model.stored())) ? known : nil
  }
}
