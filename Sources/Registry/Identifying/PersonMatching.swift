import Clinical
import Foundation
import PersonIndex
import RegistryStore

/// What identification keeps in memory between transactions: the index of all records, the model it counts with, and what was
/// looked up last.
///
/// Each transaction begins by catching up with what others have written; what one that was taken back left here is found out then.
/// Unchecked, because the registry gives it to one transaction at a time: to a writing one, or to a reading one between commits (`Registry.readMatching`).
final class PersonMatching: @unchecked Sendable {
  private var model: PersonModel?
  private var judgeOfModel: Judge?
  private var indexOfModel: MatchIndex?
  /// The place of the last signature that the index has seen, and that signature.
  private var place: Int64 = 0
  private var last: (record: Int64, body: [UInt8]) = (0, [])
  /// What is of crowds, and the place of the last of it that was read.
  private(set) var common = CommonValues()
  private var placeOfCommon: Int64 = 0
  private var records: [Int64: PersonIndex.PersonRecord] = [:]
  /// The record of what was said of a patient.
  private(set) var known: [IncomingPatient.Fingerprint: Int64] = [:]
  /// People who seem to be known under more forms than anybody, and those of them about whom a human was asked.
  var full: Set<String> = []
  var asked: Set<String> = []
  /// Within one transaction.
  private(set) var feeds: [String: Int64] = [:]

  /// Entries kept at most of each kind; past that it starts anew, so that memory stays bounded.
  private static let limit = 40_000
  /// A record as it is compared takes a kilobyte.
  private static let recordLimit = 16_000

  var judge: Judge {
    guard let judgeOfModel else { preconditionFailure("asked before it was caught up") }
    return judgeOfModel
  }

  /// What the index counts with.
  var modelVersion: String { model?.version ?? "" }

  private var index: MatchIndex {
    guard let indexOfModel else { preconditionFailure("asked before it was caught up") }
    return indexOfModel
  }

  /// Sees what was written since the last transaction, by whomever.
  ///
  /// - Parameters:
  ///   - population: of the region; a registry's first model begins with it.
  ///   - writer: keeps a first model; nil where nothing may be written.
  func catchUp(_ transaction: any StoreSnapshot, population: Int, writer: (any StoreTransaction)?) throws {
    if place > 0, try transaction.signature(at: place).map({ $0 != last }) ?? true { reset() }
    feeds = [:]
    let isNewCommon = try catchUpRules(transaction, population: population, writer: writer)
    if isNewCommon || place == 0 { index.common = common }
    let isFirst = place == 0
    func each(_ take: (Int64, MatchSignature) -> Void) throws {
      try transaction.eachSignature(after: place) { place, record, bytes in
        // One of an earlier version is made again; `rebuild` keeps it.
        take(record, try MatchSignature(bytes: bytes) ?? MatchSignature(transaction.personRecord(record)))
        records[record] = nil
        (self.place, last) = (place, (record, Array(bytes)))
      }
    }
    if isFirst { try index.load(each) } else { try each { index.insert(id: $0, $1) } }
  }

  /// The model, and what is of crowds, without the index.
  ///
  /// - Returns: whether something turned out to be of a crowd.
  @discardableResult
  func catchUpRules(
    _ transaction: any StoreSnapshot, population: Int, writer: (any StoreTransaction)?
  ) throws -> Bool {
    var isNewCommon = false
    try transaction.eachCommonValue(after: placeOfCommon) { place, code in
      placeOfCommon = place
      if let value = CommonValue(code: code), common.insert(value) { isNewCommon = true }
    }
    if isNewCommon { (records, known) = ([:], [:]) }
    try readModel(transaction, population: population, writer: writer)
    return isNewCommon
  }

  private func readModel(
    _ transaction: any StoreSnapshot, population: Int, writer: (any StoreTransaction)?
  ) throws {
    if let stored = try transaction.personModel() {
      if stored.version == model?.version { return }
      use(try PersonModel(stored: stored.body))
    } else {
      let standard = PersonModel.standard(population: Double(population))
      try writer?.insertPersonModel(
        version: standard.version, body: standard.stored(), recordedAt: transaction.commit.at)
      use(standard)
    }
  }

  private func use(_ model: PersonModel) {
    let judge = model.judge
    (self.model, judgeOfModel, indexOfModel, place) = (model, judge, MatchIndex(judge: judge), 0)
  }

  private func reset() {
    (model, judgeOfModel, indexOfModel, place) = (nil, nil, nil, 0)
    forget()
  }

  /// Forgets what a transaction found out that is taken back. What it left in the index the next one finds out.
  func forget() {
    (records, known, common, placeOfCommon, full, asked) = ([:], [:], CommonValues(), 0, [], [])
  }

  /// A record as the index compares it: without what is of crowds.
  func record(_ id: Int64, _ transaction: any StoreSnapshot) throws -> PersonIndex.PersonRecord {
    if let known = records[id] { return known }
    let record = try transaction.personRecord(id).without(common)
    remember(record, id)
    return record
  }

  private func remember(_ record: PersonIndex.PersonRecord, _ id: Int64) {
    if records.count > PersonMatching.recordLimit { records.removeAll(keepingCapacity: true) }
    records[id] = record
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

  /// Keeps that a value is of a crowd.
  func keep(common value: CommonValue, of holders: [Int64], _ transaction: any StoreTransaction, recordedAt: Instant)
    throws
  {
    try transaction.insertCommonValue(value.code, recordedAt: recordedAt)
    common.insert(value)
    index.common = common
    known = [:]
    for holder in holders { records[holder] = nil }
  }

  /// Takes in what a record has become.
  func keep(_ said: SaidRecord, _ id: Int64, _ transaction: any StoreTransaction) throws {
    last = (id, said.signature.bytes)
    place = try transaction.insertSignature(record: id, body: last.body)
    index.insert(id: id, said.signature)
    remember(said.record.without(common), id)
  }

  /// Keeps anew what is not held as it was said.
  func refreshIndex(_ transaction: any StoreTransaction) throws {
    let held = try transaction.signatures()
    try transaction.eachRecord { id, _ in
      let record = SaidRecord(try transaction.personRecord(id))
      if held[id] != record.signature { try keep(record, id, transaction) }
    }
  }

  func remember(_ record: Int64, for key: IncomingPatient.Fingerprint) {
    if known.count > PersonMatching.limit { known.removeAll(keepingCapacity: true) }
    known[key] = record
  }

  /// Whoever says what was said before may be of another record now.
  func forgetFingerprints() { known = [:] }

  func remember(feed: Int64, for label: String) {
    if feeds.count > PersonMatching.limit { feeds = [:] }
    feeds[label] = feed
  }
}

/// All that is said of a record, with its form in the index: made once, and asked for four times of a record that is new.
struct SaidRecord {
  let record: PersonIndex.PersonRecord
  let signature: MatchSignature

  init(_ record: PersonIndex.PersonRecord) { (self.record, signature) = (record, MatchSignature(record)) }
}

extension StoreSnapshot {
  /// The form of each record that the index holds; none where it is of another version.
  func signatures() throws -> [Int64: MatchSignature] {
    var held: [Int64: MatchSignature] = [:]
    try eachSignature(after: 0) { _, record, bytes in held[record] = MatchSignature(bytes: bytes) }
    return held
  }

  /// A record as the index compares it: all that its institution said of the patient, the last word on each.
  func personRecord(_ id: Int64, knownAt: Instant? = nil) throws -> PersonIndex.PersonRecord {
    guard let key = try recordKey(id) else { throw StoreError.damaged("a link to a record that is not there") }
    return PersonIndex.PersonRecord(key: key, identities: try identities(record: id, knownAt: knownAt))
  }
}

extension PersonIndex.PersonRecord {
  /// - Parameter normalised: the patient's numbers as `PersonNumbers.normalised` makes them, where that was done.
  init(key: RecordKey, _ patient: Patient, doubtful: [Identifier] = [], normalised: [Identifier?]? = nil) {
    self.init(
      key: [key.institution, key.kind, key.value].joined(separator: "|"), patient: patient,
      institution: key.institution, doubtful: doubtful, normalised: normalised)
  }

  /// - Parameter identities: what was said of the patient, the oldest first.
  init(key: RecordKey, identities: [Patient]) {
    if identities.count == 1 {
      self.init(key: key, identities[0])
      return
    }
    var said = Patient()
    var doubtful: [Identifier] = []
    for identity in identities {
      let two = PersonNumbers.doubtful(of: identity)
      doubtful += two
      said.identifiers += identity.identifiers.filter {
        !said.identifiers.contains($0) && (two.isEmpty || $0.kind != .residentID)
      }
      said.otherNames += identity.otherNames.filter { !said.otherNames.contains($0) }
      said.phones += identity.phones.filter { !said.phones.contains($0) }
      if let name = identity.name {
        if let earlier = said.name, earlier != name, !said.otherNames.contains(earlier) {
          said.otherNames.append(earlier)
        }
        said.name = name
      }
      said.sex = identity.sex ?? said.sex
      said.birthDate = identity.birthDate ?? said.birthDate
      said.address = identity.address ?? said.address
      said.birthOrder = identity.birthOrder ?? said.birthOrder
      said.motherName = identity.motherName ?? said.motherName
    }
    self.init(key: key, said, doubtful: doubtful)
  }
}

extension PersonModel {
  /// As the store keeps it.
  func stored() throws -> [UInt8] { Array(try JSONEncoder().encode(self)) }

  init(stored: [UInt8]) throws {
    guard let model = try? JSONDecoder().decode(PersonModel.self, from: Data(stored)) else {
      throw StoreError.damaged("a model of the person index cannot be read")
    }
    self = model
  }
}
