import Clinical
import PersonIndex
import RegistryStore

/// Finds whose a report is: its source record, and the person that record belongs to; creates and joins them where it must.
///
/// First form of the person index: records that share a certain number are one person. Any order of arrival gives the same
/// partition, because a record that brings two persons together merges them.
struct Identifying {
  let transaction: StoreTransaction
  let recordedAt: Instant
  private(set) var memory: Memory

  /// What need not be looked up again while messages go by. Valid as long as its transaction was committed.
  struct Memory {
    fileprivate var records: [MemoryKey: Int64] = [:]
    fileprivate var feeds: [String: Int64] = [:]
    /// Entries kept at most; past that it starts anew, so that memory stays bounded.
    fileprivate static let limit = 40_000

    init() {}
  }

  fileprivate struct MemoryKey: Hashable {
    var record: RecordKey
    var identity: [UInt8]
  }

  init(transaction: StoreTransaction, recordedAt: Instant, memory: Memory) {
    self.transaction = transaction
    self.recordedAt = recordedAt
    self.memory = memory
  }

  mutating func feed(_ label: String) throws -> Int64 {
    if let id = memory.feeds[label] { return id }
    let id = try transaction.feed(label)
    if memory.feeds.count > Memory.limit { memory.feeds = [:] }
    memory.feeds[label] = id
    return id
  }

  /// Whether a patient is the one a record is about: the same record, or records of one person.
  func isSamePatient(_ patient: IncomingPatient, as record: Int64) throws -> Bool {
    if let own = try existingRecord(patient) {
      if own == record {
        // A record that has nothing but its report's number is told apart by name.
        guard patient.key.kind == Identifying.reportKey else { return true }
        return try transaction.identities(record: record).contains { $0.name == patient.name }
      }
      if let person = try transaction.link(record: own)?.person, try transaction.link(record: record)?.person == person
      {
        return true
      }
    }
    guard let person = try transaction.link(record: record)?.person else { return false }
    return try persons(with: patient.numbers, institution: patient.key.institution).contains { $0.code == person }
  }

  /// The record of a report's patient, linked to its person.
  mutating func record(
    of patient: IncomingPatient, message: Int64, toldAt: Instant, created: inout Int
  ) throws -> Int64 {
    let memoryKey = MemoryKey(record: patient.key, identity: patient.digest)
    if let known = memory.records[memoryKey] { return known }
    var isNew = false
    let record: Int64
    if let known = try existingRecord(patient) {
      record = known
    } else {
      record = try transaction.insertRecord(patient.key, recordedAt: recordedAt)
      isNew = true
    }
    let saysNew = try transaction.insertIdentity(
      record: record, message: message, toldAt: toldAt, recordedAt: recordedAt, digest: patient.digest,
      body: patient.packed)
    if isNew || saysNew {
      for number in patient.numbers {
        try transaction.insertIdentifier(
          number, institution: number.kind.isWithinInstitution ? patient.key.institution : nil, record: record,
          recordedAt: recordedAt)
      }
      try link(record, numbers: patient.numbers, institution: patient.key.institution, created: &created)
    }
    if memory.records.count > Memory.limit { memory.records = [:] }
    memory.records[memoryKey] = record
    return record
  }

  /// What stands for a patient without any number: their report, so that they get a record of their own.
  static let reportKey = "report"

  private func existingRecord(_ patient: IncomingPatient) throws -> Int64? {
    if let record = try transaction.record(patient.key) { return record }
    // The institution may have used another of its own numbers for them before.
    for number in patient.numbers where number.kind.isWithinInstitution && number.kind.rawValue != patient.key.kind {
      if let record = try transaction.records(number, institution: patient.key.institution).first { return record }
    }
    return nil
  }

  private func persons(with numbers: [Identifier], institution: String) throws -> [(code: String, rule: String)] {
    var result: [(code: String, rule: String)] = []
    for number in numbers where PersonNumbers.identifiesPerson(number.kind) {
      let scope = number.kind.isWithinInstitution ? institution : nil
      for record in try transaction.records(number, institution: scope) {
        guard let person = try transaction.link(record: record)?.person else { continue }
        if !result.contains(where: { $0.code == person }) { result.append((person, number.kind.rawValue)) }
      }
    }
    return result
  }

  private func link(_ record: Int64, numbers: [Identifier], institution: String, created: inout Int) throws {
    let current = try transaction.link(record: record)?.person
    var found = try persons(with: numbers, institution: institution)
    if let current, !found.contains(where: { $0.code == current }) { found.append((current, "current")) }
    guard let first = found.first else {
      let code = try newPerson()
      created += 1
      return try insert(PersonLink(record: record, person: code, grade: .certain, rule: "new"))
    }
    // The oldest code stays: it is the one that others may have written down.
    let target = try found.min { try age($0.code) < age($1.code) } ?? first
    if current == nil {
      try insert(PersonLink(record: record, person: target.code, grade: .certain, rule: target.rule))
    }
    for other in found where other.code != target.code { try merge(other.code, into: target.code, rule: other.rule) }
  }

  private func age(_ person: String) throws -> (Int64, String) {
    (try transaction.personRecordedAt(person)?.milliseconds ?? .max, person)
  }

  private func merge(_ person: String, into target: String, rule: String) throws {
    for link in try transaction.links(person: person) {
      try insert(PersonLink(record: link.record, person: target, grade: link.grade, rule: "merge:" + rule))
    }
    try transaction.insertRedirect(from: person, to: target, recordedAt: recordedAt)
  }

  private func newPerson() throws -> String {
    var generator = SystemRandomNumberGenerator()
    while true {
      let code = PersonCode.make(using: &generator)
      if try transaction.insertPerson(code, recordedAt: recordedAt) { return code }
    }
  }

  private func insert(_ link: PersonLink) throws {
    try transaction.insertLink(link, actor: "huren", recordedAt: recordedAt)
  }
}
