import Clinical
import PersonIndex
import RegistryStore

/// A message that was read and resolved, ready to be accepted: everything that needs no database is done.
struct IncomingMessage: Sendable {
  var digest: [UInt8]
  var institution: String
  /// As the message writes it.
  var sender: String
  var messageID: String
  var messageTime: Instant
  var content: [UInt8]
  var dialect: Dialect
  var label: String
  var line: Int
  var frame: String
  var prologue: [UInt8]
  var findings: [Finding]
  var body: [UInt8]
  var reports: [IncomingReport]
}

/// One report of it.
struct IncomingReport: Sendable {
  var institution: String
  var number: String
  var versionTime: Instant
  var versionStatus: ResultStatus?
  var messageTime: Instant
  var content: [UInt8]
  var packed: [UInt8]
  var results: Int
  var unmappedItems: Int
  var patient: IncomingPatient
}

/// The patient of a report, as the person index wants them.
struct IncomingPatient: Sendable {
  var patient: Patient
  /// As the index compares it.
  var record: PersonIndex.PersonRecord
  var key: RecordKey
  /// Normalised; those that identify nobody left out.
  var numbers: [Identifier]
  var digest: [UInt8]
  var packed: [UInt8]
}

/// A message that cannot be taken in.
struct RefusedMessage: Sendable {
  var digest: [UInt8]
  var finding: Finding
  var label: String
  var frame: String
  /// Prefixes bound around it, which a retry needs too.
  var prologue: [UInt8]
  var body: [UInt8]
}
