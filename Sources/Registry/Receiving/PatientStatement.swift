import Clinical
import Crypto
import PersonIndex
import RegistryStore
import Savings

/// What an institution said of its own patients' numbers, as an event of the chain. No name or number of a patient is in it.
struct PatientStatement: Codable, Hashable {
  var kind: PatientEvent.Kind
  /// Who says it, and of whose records alone it is evidence.
  var institution: String
  /// When the institution says that it happened.
  var at: EventTime
  /// SHA-256 of the message that told it.
  var messageDigest: String
  /// SHA-256 over the message's digest and what it says of the patient, and of the other number: a number alone could be guessed.
  var patientDigest: String
  var priorDigest: String?
  /// The records it was about, as far as there were any when it came.
  var records: [Int64]

  /// What the kinds of these events begin with.
  static let eventKinds = "patient-"

  var eventKind: String { Self.eventKinds + kind.rawValue }

  /// Told by what it says and where in the chain it stands.
  static func eventID(_ body: String, previous: [UInt8]) -> String {
    "patient:" + Array(SHA256.hash(data: previous + Array(body.utf8))).prefix(6).hex
  }
}

extension Identifying {
  /// Keeps what an institution says of its numbers in the chain, and has it hold of the records there are. Of those that come later
  /// it holds when they come (`record`).
  ///
  /// - Parameter digest: of the message.
  func take(_ said: IncomingPatientEvent, message: Int64, digest: [UInt8], created: inout Int) throws {
    var stored = StoredPatientEvent(
      event: "", institution: said.institution, kind: said.event.kind, message: message, at: said.event.at,
      recordedAt: recordedAt, patient: said.event.patient, prior: said.event.prior)
    let stated = StatedPatients(stored)
    func digested(_ patient: Patient) -> String { SHA256.hash(data: digest + PatientPacking.pack(patient)).hex }
    let statement = PatientStatement(
      kind: stored.kind, institution: stored.institution, at: EventTime(stored.at), messageDigest: digest.hex,
      patientDigest: digested(stored.patient), priorDigest: stored.prior.map(digested),
      records: try [stated.patient, stated.prior].compactMap {
        try $0.flatMap { try holder(of: $0, at: stored.institution) }
      })
    let body = try Registry.eventBody(statement)
    stored.event = PatientStatement.eventID(body, previous: try transaction.lastEventDigest() ?? Registry.chainStart)
    try transaction.append(
      Event(id: stored.event, kind: statement.eventKind, decisionID: nil, at: stored.at, body: body))
    try transaction.insert(stored, numbers: stated.numbers, told: stated.told)
    try hold([stored], created: &created)
  }
}
