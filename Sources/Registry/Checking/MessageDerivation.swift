import Catalogue
import Clinical
import Crypto
import Feeds
import PersonIndex
import RegistryStore

/// Holds what is kept of messages against what comes of their bytes: reads each again, with what decided how it was read then.
struct MessageDerivation {
  private struct Reader: Hashable {
    var generation: Int64
    var feedOf: String?
  }

  private let registry: Registry
  private let transaction: any StoreSnapshot
  private let generations: [Int64]
  private var parsers: [Reader: MessageParser] = [:]
  private(set) var problems = DerivedProblems()
  /// Messages of before it was kept what stood around them, that cannot be read without.
  private(set) var unreadable = 0

  init(_ registry: Registry, _ transaction: any StoreSnapshot) throws {
    (self.registry, self.transaction) = (registry, transaction)
    generations = try transaction.referenceGenerations()
  }

  mutating func check(
    _ message: MessageEvidence, _ versions: [EvidencedVersion], _ identities: [EvidencedIdentity]
  ) throws {
    let place = "message \(message.id) (\(message.label):\(message.line))"
    guard let bytes = try? message.body.withUnsafeBytes({ try transaction.expand($0) }) else {
      return problems.add("\(place) cannot be read (table message)")
    }
    let derived: IncomingMessage
    let outcome: MessageParser.Outcome
    do {
      outcome = try read(message, bytes)
    } catch StoreError.damaged {
      return problems.add(
        "\(place) cannot be read again: its generation of the reference data is damaged (table message)")
    }
    switch outcome {
    case .ready(let ready): derived = ready
    case .refused(let refused):
      if message.reading.generation == nil, refused.finding.code == .unreadable {
        unreadable += 1
      } else {
        problems.add(
          "\(place) would not be taken in as it lies there: \(refused.finding.code.rawValue) (table message)")
      }
      return
    }
    if let column = differs(message, derived) {
      problems.add("\(place) says another \(column) than what is kept of it (table message)")
    }
    let reports = try derived.reports.map { try DerivedReport($0) }
    for version in versions {
      guard let report = try reports.first(where: { try $0.says(version) }) else {
        problems.add("\(place): a report of \(version.institution) is not what the message says (table report_version)")
        continue
      }
      if try !isOfRecord(version, report.own) {
        problems.add(
          "\(place): a report of \(version.institution) is with another patient's record (table report_version)")
      }
      if try !isNumbered(version, report) {
        problems.add("\(place): a report of \(version.institution) lies under another number (table report_version)")
      }
    }
    for report in reports {
      if try versions.contains(where: { try report.says($0) }) || isKnown(report) { continue }
      problems.add("\(place): a report of \(report.own.institution) that it tells is not there (table report_version)")
    }
    let told = derived.digestsOfPatients
    for identity in identities where !told.contains(identity.digest) {
      problems.add("\(place): what it says of a patient is not what is kept of it (table record_identity)")
    }
  }

  /// - Returns: of several ways in which a message of before may have been read, the one in which it says what is kept of it.
  private mutating func read(_ message: MessageEvidence, _ bytes: [UInt8]) throws -> MessageParser.Outcome {
    let kind: MessageFrame.Kind =
      switch bytes.first(where: { $0 > 0x20 }) {
      case 0x3C, 0xEF: .xml
      case 0x7B, 0x5B: .json
      default: .er7
      }
    let frame = MessageFrame(
      kind: kind, bytes: bytes, prologue: message.reading.prologue, label: message.label, offset: 0,
      line: message.line, column: 1)
    var first: MessageParser.Outcome?
    for reader in try readers(of: message) {
      let outcome = try parser(reader).parse(frame)
      guard case .ready(let ready) = outcome else {
        first = first ?? outcome
        continue
      }
      if ready.content == message.content { return outcome }
      if case .ready = first { continue }
      first = outcome
    }
    guard let first else { throw RegistryError.noReferenceThen }
    return first
  }

  private func readers(of message: MessageEvidence) throws -> [Reader] {
    if let generation = message.reading.generation {
      return [Reader(generation: generation, feedOf: message.reading.feedOf)]
    }
    // An import goes on with what was in force when it began.
    let inForce = try transaction.referenceGeneration(knownAt: message.recordedAt) ?? generations.first ?? 0
    return generations.filter { $0 <= inForce }.reversed().prefix(8).flatMap { generation in
      [nil, message.institution].map { Reader(generation: generation, feedOf: $0) }
    }
  }

  private mutating func parser(_ reader: Reader) throws -> MessageParser {
    if let known = parsers[reader] { return known }
    if parsers.count >= 64 { parsers = [:] }
    let parser = MessageParser(
      reference: try registry.reference(generation: reader.generation, transaction),
      of: reader.feedOf.map { FeedOwner(text: $0) }, keepsBodies: false,
      // What was taken in was not ahead of its time.
      clock: { Instant(milliseconds: .max / 2) })
    parsers[reader] = parser
    return parser
  }

  /// The first column in which a message's row is not what its bytes say.
  private func differs(_ message: MessageEvidence, _ derived: IncomingMessage) -> String? {
    if message.institution != derived.institution { return "institution" }
    if message.sender != derived.sender { return "sender" }
    if message.messageID != derived.messageID { return "id" }
    if message.messageTime.milliseconds != derived.messageTime.milliseconds { return "time" }
    if message.dialect != derived.dialect.rawValue { return "dialect" }
    return message.content == derived.content ? nil : "content"
  }

  /// Whether the record of a version is one of which its message's patient was said.
  private func isOfRecord(_ version: EvidencedVersion, _ report: IncomingReport) throws -> Bool {
    guard let key = try transaction.recordKey(version.record), key.institution == version.institution,
      try transaction.hasSaid(record: version.record, digest: report.patient.digest, by: version.recordedAt)
    else { return false }
    // Who has no number has a record of each report: other patients may be said just so.
    guard key.kind.split(separator: "/").first.map(String.init) == Identifying.reportKey,
      key.value != report.patient.reportNumber
    else { return true }
    return try !report.outline.soughtKeys.isEmpty
      || transaction.versions(institution: version.institution, number: version.number).count > 1
  }

  private func isNumbered(_ version: EvidencedVersion, _ report: DerivedReport) throws -> Bool {
    let own = report.forms.map(\.number)
    if own.contains(version.number) { return true }
    let isScoped = own.contains { version.number == IncomingReport.number($0, ofRecord: version.record) }
    if isScoped { return report.own.outline.updateMode == .document }
    return try own.contains {
      try transaction.isReportIdentity(institution: version.institution, $0, number: version.number)
    }
  }

  /// Whether an earlier message said the same of a report, and no older one.
  private func isKnown(_ report: DerivedReport) throws -> Bool {
    let institution = report.own.institution
    for form in report.forms {
      let keys = [form.number] + form.outline.soughtKeys
      let numbers = Set([form.number] + (try transaction.reportNumbers(institution: institution, of: keys)))
      for number in numbers {
        let isThere = try transaction.versions(institution: institution, number: number).contains { version in
          guard version.time.milliseconds >= form.outline.messageTime.milliseconds else { return false }
          if version.content == form.content { return true }
          return try form.outline.updateMode == .document
            && form.scoped(toRecord: version.record).content == version.content
        }
        if isThere { return true }
      }
    }
    return false
  }
}

/// A report as its message says it, and as it is kept where another source's number is the same.
private struct DerivedReport {
  let own: IncomingReport
  let forms: [IncomingReport]

  init(_ report: IncomingReport) throws {
    own = report
    forms =
      try report.outline.numberAssigner.map { [report, try report.renamed(report.outline.number(within: $0))] }
      ?? [report]
  }

  func says(_ version: EvidencedVersion) throws -> Bool {
    guard own.institution == version.institution,
      own.outline.messageTime.milliseconds == version.messageTime.milliseconds
    else { return false }
    return try forms.contains { form in
      if form.content == version.content { return form.packed == version.packed }
      guard form.outline.updateMode == .document else { return false }
      let scoped = try form.scoped(toRecord: version.record)
      return scoped.content == version.content && scoped.packed == version.packed
    }
  }
}

extension IncomingMessage {
  /// Of all that it says of patients.
  fileprivate var digestsOfPatients: Set<[UInt8]> {
    var digests = Set(reports.map(\.patient.digest))
    for event in patientEvents {
      let stated = StatedPatients(
        StoredPatientEvent(
          event: "", institution: event.institution, kind: event.event.kind, message: 0, at: event.event.at,
          recordedAt: event.event.at, patient: event.event.patient, prior: event.event.prior))
      for patient in [stated.patient.told, stated.prior?.told].compactMap({ $0 }) {
        digests.insert(IncomingPatient(patient, institution: event.institution, reportNumber: "").digest)
      }
    }
    return digests
  }
}

/// What was found: the first of it one by one.
struct DerivedProblems {
  private static let most = 1000
  private var listed: [String] = []
  private var unlisted = 0

  mutating func add(_ problem: String) {
    if listed.count < Self.most { listed.append(problem) } else { unlisted += 1 }
  }

  var all: [String] { unlisted == 0 ? listed : listed + ["and \(unlisted) more like these"] }
}
