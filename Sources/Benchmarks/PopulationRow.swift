import Clinical
import PersonIndex
import Registry
import RegistryStore

/// What an import would write of a person of whom it hears for the first time, but for the message and its report.
struct PopulationRow: Sendable {
  private let code: String
  let key: RecordKey
  private let numbers: [Identifier]
  private let digest: [UInt8]
  private let packed: [UInt8]
  private let signature: [UInt8]

  init(_ person: Int, of population: Population) {
    let home = population.home(of: person)
    let incoming = IncomingPatient(
      population.patient(person, at: home), institution: City.code(ofInstitution: home), reportNumber: "")
    code = population.code(of: person)
    key = incoming.key
    numbers = incoming.numbers
    digest = incoming.digest
    packed = incoming.packed
    signature = MatchSignature(incoming.record).bytes
  }

  /// Table by table, so that each has its pages at hand: the rows are those of an import, one person after the other.
  static func insert(
    _ rows: [PopulationRow], in transaction: any StoreTransaction, message: Int64, toldAt: Instant, recordedAt: Instant
  ) throws {
    let rows = try rows.map { ($0, record: try transaction.insertRecord($0.key, recordedAt: recordedAt)) }
    for (row, record) in rows {
      try transaction.insertIdentity(
        record: record, message: message, toldAt: toldAt, recordedAt: recordedAt, digest: row.digest, body: row.packed)
    }
    for (row, record) in rows {
      for number in row.numbers {
        try transaction.insertIdentifier(
          number, institution: number.kind.isWithinInstitution ? row.key.institution : nil, record: record,
          recordedAt: recordedAt)
      }
    }
    for (row, record) in rows { try transaction.insertSignature(record: record, body: row.signature) }
    for (row, _) in rows where try !transaction.insertPerson(row.code, recordedAt: recordedAt) {
      throw StoreError.damaged("two persons of the population have one code")
    }
    for (row, record) in rows {
      try transaction.insertLink(
        PersonLink(record: record, person: row.code, grade: .certain, rule: "new"), actor: "huren",
        recordedAt: recordedAt)
    }
  }
}
