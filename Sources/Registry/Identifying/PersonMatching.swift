import Clinical
import PersonIndex
import RegistryStore

/// The index of all records as one reader or one writer has it, the model it counts with, and what was looked up last.
///
/// What a writer changes is its own until it is on disk, and can be taken back to a mark. One thread at a time uses it.
final class PersonMatching {
  /// How things were when a unit began.
  struct Mark {
    fileprivate var index: Int
    fileprivate var changes: Int
    fileprivate var kept: PersonRules?
    fileprivate var rules: PersonRules
    fileprivate var common: CommonValues
    fileprivate var full: Set<String>
    fileprivate var asked: Set<String>
  }

  /// The commit that it goes back to.
  private(set) var base: Int64
  private let index: MatchSearch
  /// Those kept; a first model may not be yet.
  private(set) var kept: PersonRules?
  private var rules: PersonRules
  private var lookedUp = LookedUp()
  /// People who seem to be known under more forms than anybody, and those of them about whom a human was asked.
  var full: Set<String> = []
  var asked: Set<String> = []

  /// - Parameter population: of the region; a registry's first model begins with it.
  init(_ state: IndexState, population: Int) {
    (base, kept) = (state.commit, state.rules)
    rules = state.rules ?? .standard(population: population)
    index = MatchSearch(state.index, rules.bounds, common: state.common)
  }

  var judge: Judge { rules.judge }
  /// What the index counts with.
  var modelVersion: String { rules.model.version }
  /// What is of crowds.
  var common: CommonValues { index.common }
  /// The record of what was said of a patient.
  func known(_ fingerprint: IncomingPatient.Fingerprint) -> Int64? { lookedUp.known[fingerprint] }
  func feed(_ label: String) -> Int64? { lookedUp.feeds[label] }

  // MARK: Following what is written

  /// Sees what was written since, by others; of a snapshot, what it shows beyond the index it was made of.
  ///
  /// - Parameter commit: the last of it.
  func catchUp(_ snapshot: any StoreSnapshot, to commit: Int64) throws {
    var common = index.common
    var isNewCommon = false
    try snapshot.eachCommonValue(after: base) { value in
      if let value = CommonValue(code: value), common.insert(value) { isNewCommon = true }
    }
    if isNewCommon { index.common = common }
    try snapshot.eachIndexed(after: base) { index.insert(id: $0, $1) }
    try readRules(snapshot)
    base = commit
  }

  /// Goes on with a state that others have brought up; it has nothing of its own.
  func use(_ state: IndexState, _ snapshot: any StoreSnapshot) throws {
    var isOther = state.common != index.common
    try snapshot.eachSignature(after: base) { record, _ in
      // Who said what was said before may be of another record now.
      if !isOther, index.contains(record) { isOther = true }
    }
    if isOther { lookedUp.forget() }
    index.use(state.index)
    if state.common != index.common { index.common = state.common }
    if let rules = state.rules { use(rules) }
    (kept, base) = (state.rules, state.commit)
  }

  /// Takes the model that is kept.
  func readRules(_ snapshot: any StoreSnapshot) throws {
    kept = try snapshot.personRules(knowing: kept)
    if let kept { use(kept) }
  }

  /// Keeps a first model where there is none.
  func keepRules(_ transaction: any StoreTransaction, population: Int) throws {
    if kept != nil { return }
    let first = PersonRules.standard(population: population)
    try transaction.insertPersonModel(
      version: first.model.version, body: try first.model.stored(), recordedAt: transaction.recordedAt)
    kept = first
    rules = first
    index.use(first.bounds)
  }

  private func use(_ rules: PersonRules) {
    if rules.model.version == self.rules.model.version { return }
    self.rules = rules
    index.use(rules.bounds)
  }

  var mark: Mark {
    Mark(
      index: index.mark, changes: lookedUp.mark, kept: kept, rules: rules, common: index.common, full: full,
      asked: asked)
  }

  /// Is as it was at a mark.
  func takeBack(to mark: Mark) {
    index.takeBack(to: mark.index)
    if index.common != mark.common { index.common = mark.common }
    lookedUp.takeBack(to: mark.changes)
    (full, asked) = (mark.full, mark.asked)
    kept = mark.kept
    use(mark.rules)
  }

  /// The transaction has ended: has what was changed in the published index.
  ///
  /// - Parameter commit: that it was; nil: all was taken back.
  func end(with commit: Int64?, of mark: Mark, in published: PublishedIndex) {
    guard let commit else {
      takeBack(to: mark)
      return lookedUp.keep()
    }
    // Else somebody has read the commit already, and the next transaction goes on from there.
    if let state = published.publish(index, since: base, as: commit, kept) { base = state.commit }
    lookedUp.keep()
  }

  // MARK: Asking

  /// A record as the index compares it: without what is of crowds.
  func record(_ id: Int64, _ transaction: any StoreSnapshot) throws -> PersonIndex.PersonRecord {
    if let known = lookedUp.records[id] { return known }
    let record = try transaction.personRecord(id).without(common)
    lookedUp.remember(record, id)
    return record
  }

  /// The records that may be one person's with a given one.
  func candidates(of record: PersonIndex.PersonRecord) -> [Int64] { index.candidates(of: MatchSignature(record)) }

  /// The records that may be one person's with one that the index holds.
  ///
  /// - Parameters:
  ///   - compared: as it is compared.
  ///   - said: all that is said of it, where that is known.
  func candidates(
    of compared: PersonIndex.PersonRecord, said: SaidRecord?, except own: Int64
  ) -> [Int64] {
    // Where nothing is of a crowd, what is said is what is compared.
    let signature = said.flatMap { common.isEmpty ? $0.signature : nil } ?? MatchSignature(compared)
    return index.candidates(of: signature).filter { $0 != own }
  }

  /// A record that says just the same, as far as one line of the index holds it.
  func equal(to said: SaidRecord, except own: Int64) -> Int64? { index.equal(to: said.signature, except: own) }

  /// The values of a record that are found to be of crowds now, each with the records that have it.
  func crowds(of said: SaidRecord) -> [(value: CommonValue, records: [Int64])] { index.crowds(of: said.signature) }

  /// The values of a record that more records than `most` have.
  func shared(by record: PersonIndex.PersonRecord, most: Int) -> [(value: CommonValue, records: [Int64])] {
    index.shared(by: MatchSignature(record), most: most)
  }

  // MARK: Changing

  /// Keeps that a value is of a crowd.
  func keep(common value: CommonValue, of holders: [Int64], _ transaction: any StoreTransaction, recordedAt: Instant)
    throws
  {
    try transaction.insertCommonValue(value.code, recordedAt: recordedAt)
    index.common.insert(value)
    lookedUp.forgetKnown()
    for holder in holders { lookedUp.forget(holder) }
  }

  /// Takes in what a record has become.
  func keep(_ said: SaidRecord, _ id: Int64, _ transaction: any StoreTransaction) throws {
    try transaction.insertSignature(record: id, body: said.signature.bytes)
    index.insert(id: id, said.signature)
    lookedUp.remember(said.record.without(common), id)
  }

  /// Keeps anew what is not held as it was said.
  func refreshIndex(_ transaction: any StoreTransaction) throws {
    let held = try transaction.signatures()
    try transaction.eachRecord { id, _ in
      let record = SaidRecord(try transaction.personRecord(id))
      if held[id] != record.signature { try keep(record, id, transaction) }
    }
  }

  func remember(_ record: Int64, for key: IncomingPatient.Fingerprint) { lookedUp.remember(record, for: key) }

  /// Whoever says what was said before may be of another record now.
  func forgetFingerprints() { lookedUp.forgetKnown() }

  func remember(feed: Int64, for label: String) { lookedUp.remember(feed: feed, for: label) }
}
