import Catalogue
import Clinical
import Crypto
import Feeds
import Messages
import PersonIndex
import RegistryStore
import XMLReading

/// Frame → message → resolved reports, or why not: all of receiving that needs no database. One per worker.
final class MessageParser {
  /// One word each: outcomes wait in several hands before they are committed.
  indirect enum Outcome: Sendable {
    case ready(IncomingMessage)
    case refused(RefusedMessage)
  }

  private let reference: LoadedReference
  private let reader: MessageReader
  private let compressor = Compressor()
  /// Whose feed it is said to be.
  private let owner: FeedOwner?
  private let clock: @Sendable () -> Instant
  /// Whether outcomes hold the bytes they came of.
  private let keepsBodies: Bool

  /// - Parameters:
  ///   - owner: whose feed this is.
  ///   - keepsBodies: false for who has the bytes and asks what comes of them.
  ///   - clock: what no message may lie more than a day ahead of.
  init(
    reference: LoadedReference, of owner: FeedOwner? = nil, keepsBodies: Bool = true,
    clock: @escaping @Sendable () -> Instant
  ) {
    self.keepsBodies = keepsBodies
    self.reference = reference
    self.owner = owner
    self.clock = clock
    let from = owner?.assumed.map { OrganizationReference(identifier: $0) }
    reader = MessageReader(
      context: ReadingContext(zone: reference.data.zone, from: from), mappings: reference.mappings)
  }

  /// A batch, with what of some dictionaries suits a few of its messages best.
  func parse(_ batch: [MessageFrame], among dictionaries: ArraySlice<MessageDictionary>) -> [Outcome] {
    if !dictionaries.isEmpty {
      compressor.choose(among: dictionaries, for: MessageDictionaries.sample(4, of: batch))
    }
    return batch.map { parse($0) }
  }

  func parse(_ frame: MessageFrame) -> Outcome {
    guard let problem = frame.problem else { return outcome(of: readOrRepair(frame), frame) }
    let code = Finding.Code(rawValue: problem.code.rawValue) ?? .unreadable
    let location = Location(line: problem.line, column: problem.column, path: "/")
    return .refused(
      refusal(frame, SHA256.hash(data: frame.bytes).bytes(), Finding(code, problem.reason, at: location)))
  }

  /// The same, with what an answer needs of it.
  func answerable(_ frame: MessageFrame) -> (outcome: Outcome, envelope: MessageEnvelope) {
    let notation = MessageReader.Notation(rawValue: frame.kind.rawValue) ?? .xml
    if frame.problem != nil { return (parse(frame), reader.envelope(ofBroken: frame.bytes, notation: notation)) }
    let result = readOrRepair(frame)
    let envelope = reader.envelope(of: result, notation: notation)
    return (outcome(of: result, frame), envelope)
  }

  private func outcome(of read: consuming MessageReader.Result, _ frame: MessageFrame) -> Outcome {
    let digest = SHA256.hash(data: frame.bytes).bytes()
    var result = read
    guard let message = result.message.take() else {
      let unknown = Finding(
        .unreadable, "nothing could be read", at: Location(line: frame.line, column: frame.column, path: "/"))
      let envelope = reader.envelope(
        of: result, notation: MessageReader.Notation(rawValue: frame.kind.rawValue) ?? .xml)
      return .refused(refusal(frame, digest, result.refusal ?? unknown, envelope))
    }
    let envelope = MessageEnvelope(dialect: message.dialect, messageID: message.messageID)
    do {
      return .ready(try resolve(message, frame, digest, findings: notes(of: frame) + result.findings))
    } catch {
      return .refused(refusal(frame, digest, error.finding, envelope))
    }
  }

  /// What a frame becomes, datum by datum, without asking who sent it, and what would come of it.
  ///
  /// - Returns: no explanation of a frame that has a problem of its own.
  func explanation(
    _ frame: MessageFrame
  ) -> (told: (explanation: Explanation, dialect: Dialect?, mapping: String?)?, outcome: Outcome) {
    guard frame.problem == nil else { return (nil, parse(frame)) }
    let result = readOrRepair(frame)
    let notation = MessageReader.Notation(rawValue: frame.kind.rawValue) ?? .xml
    let told = (reader.explain(result, notation: notation), result.message?.dialect, result.message?.mapping)
    return (told, outcome(of: result, frame))
  }

  /// What was noted of a frame before it was read.
  func notes(of frame: MessageFrame) -> [Finding] {
    frame.notes.map {
      Finding(
        Finding.Code(rawValue: $0.code.rawValue) ?? .encodingMislabelled, $0.message,
        at: Location(line: frame.line, column: frame.column, path: "/"))
    }
  }

  private func readOrRepair(_ frame: MessageFrame) -> MessageReader.Result {
    let result = read(frame)
    return result.message == nil ? repair(frame, after: result) ?? result : result
  }

  private func read(_ frame: MessageFrame) -> MessageReader.Result {
    let notation = MessageReader.Notation(rawValue: frame.kind.rawValue) ?? .xml
    return frame.bytes.withUnsafeBufferPointer {
      reader.read($0, notation: notation, within: frame.prologue, line: frame.line, column: frame.column)
    }
  }

  /// Raw `&` and `<` in text are mended only for a sender that is declared to write them, and the repair is recorded.
  private func repair(_ frame: MessageFrame, after failed: MessageReader.Result) -> MessageReader.Result? {
    guard frame.kind == .xml, failed.refusal?.code == .unreadable, reference.data.repairsMarkup,
      let repaired = frame.bytes.withUnsafeBufferPointer({ MarkupRepair.repair($0) })
    else { return nil }
    var mended = frame
    mended.bytes = repaired.bytes
    var result = read(mended)
    // Only what the message says of its sender, read whole, decides.
    guard let message = result.message,
      (message.reports.map(\.source) + message.patientEvents.map(\.source))
        .allSatisfy({ reference.data.sender($0)?.repairsMarkup == true })
    else { return nil }
    let text = "\(repaired.repairs) raw & or < in text were read as &amp; and &lt;, as declared for this sender"
    result.findings.insert(
      Finding(.repairedMarkup, text, at: Location(line: frame.line, column: frame.column, path: "/")), at: 0)
    return result
  }

  private func refusal(
    _ frame: MessageFrame, _ digest: [UInt8], _ finding: Finding,
    _ envelope: MessageEnvelope = MessageEnvelope(dialect: nil, messageID: nil)
  ) -> RefusedMessage {
    RefusedMessage(
      digest: digest, finding: finding, label: frame.label, frame: frame.kind.rawValue, prologue: frame.prologue,
      line: frame.line, column: frame.column, feedOf: owner?.text, body: compressed(frame.bytes),
      envelope: envelope)
  }

  private func compressed(_ bytes: [UInt8]) -> [UInt8] { keepsBodies ? compressor.compress(bytes) : [] }

  func resolve(
    _ message: consuming Message, _ frame: MessageFrame, _ digest: [UInt8], findings: [Finding]
  ) throws(Refusal) -> IncomingMessage {
    let here = Location(line: frame.line, column: frame.column, path: "/")
    if message.messageTime.milliseconds > clock().milliseconds + 86_400_000 {
      throw Refusal(
        Finding(
          .implausibleTime,
          "the message's own time lies more than a day ahead: it would go before every later correction",
          at: here))
    }
    var findings = findings
    let source = message.reports.first?.source ?? message.patientEvents.first?.source
    let resolving = ReportResolving(reference: reference.data, of: owner, place: here)
    let institutions = try resolving.resolve(&message.reports, in: message.dialect, &findings)
    // In place: a report is large.
    var reports: [IncomingReport] = []
    for index in message.reports.indices {
      reports.append(incoming(&message.reports[index], institutions[index], frame, &findings))
    }
    let events = try resolving.resolvedEvents(message, &findings)
    try refuseTwoPatients(reports, here)
    var hash = SHA256()
    for report in reports {
      hash.update(data: report.content)
      hash.update(data: report.patient.digest)
    }
    for event in events { hash.update(data: event.content) }
    let sender = [source?.application, source?.identifier, source?.oid].map { $0 ?? "" }.joined(separator: "|")
    return IncomingMessage(
      digest: digest, institution: reports.first?.institution ?? events.first?.institution ?? "",
      sender: sender,
      messageID: message.messageID ?? digest.hex, messageTime: message.messageTime, content: hash.finalize().bytes(),
      dialect: message.dialect, label: frame.label, line: frame.line, column: frame.column, feedOf: owner?.text,
      generation: reference.generation, frame: frame.kind.rawValue,
      prologue: frame.prologue, findings: findings,
      body: compressed(frame.bytes), reports: reports, patientEvents: events)
  }

  /// One number with two patients in one message: of neither anybody can say whose the report is.
  private func refuseTwoPatients(_ reports: [IncomingReport], _ place: Location) throws(Refusal) {
    if reports.count < 2 { return }
    var patients: [[String]: IncomingPatient] = [:]
    for report in reports {
      let key = [report.institution, report.number, report.outline.numberAssigner ?? ""]
      guard let known = patients.updateValue(report.patient, forKey: key) else { continue }
      if known === report.patient || known.fingerprint == report.patient.fingerprint { continue }
      if known.isOnePatient(with: report.patient) { continue }
      throw Refusal(
        Finding(
          .conflictingPatient, "one report number stands with two patients in this message: give each report its own",
          at: place))
    }
  }

  private func incoming(
    _ report: inout Report, _ institution: String, _ frame: MessageFrame, _ findings: inout [Finding]
  ) -> IncomingReport {
    let packed = ReportPacking.pack(report)
    let unmapped = unmapped(report, institution, frame, &findings)
    let patient = incoming(
      report.patient, institution, reportNumber: report.reportNumber, toldAt: report.messageTime, frame, &findings)
    return IncomingReport(
      report, institution: institution, content: Registry.contentDigest(packed, institution: institution),
      packed: packed, unmappedItems: unmapped, patient: patient)
  }

  /// How many of its results the catalogue says no item of. They are kept all the same; codes that mean different items are told.
  private func unmapped(
    _ report: Report, _ institution: String, _ frame: MessageFrame, _ findings: inout [Finding]
  ) -> Int {
    var count = 0
    reference.data.eachMeaning(in: report, at: institution) { meaning in
      switch meaning {
      case .item: break
      case .unmapped: count += 1
      case .conflicting(let items):
        count += 1
        let text =
          "codes of one result mean different items (\(items.joined(separator: ", "))): it is of none; mend codemaps.csv or the sender"
        let finding = Finding(
          .conflictingCodes, text, at: Location(line: frame.line, column: frame.column, path: "/"))
        // Most of a feed's conflicts are one.
        if !findings.contains(finding) { findings.append(finding) }
      }
    }
    return count
  }

  private func incoming(
    _ patient: Patient, _ institution: String, reportNumber: String, toldAt: Instant, _ frame: MessageFrame,
    _ findings: inout [Finding]
  ) -> IncomingPatient {
    var patient = patient
    func note(_ code: Finding.Code, _ text: String) {
      findings.append(Finding(code, text, at: Location(line: frame.line, column: frame.column, path: "/")))
    }
    if let date = patient.birthDate, date.epochDay * 86_400_000 > toldAt.milliseconds + 86_400_000 {
      note(.implausibleTime, "a birth date after the message's own time: taken for none")
      patient.birthDate = nil
    }
    let incoming = IncomingPatient(patient, institution: institution, reportNumber: reportNumber)
    if !PersonNumbers.doubtful(of: patient).isEmpty {
      note(
        .invalidIdentifier,
        "two different valid resident IDs: the patient is linked by neither, and whoever has one of them is a task for a human"
      )
    } else if incoming.numbers.count < patient.identifiers.count,
      patient.identifiers.contains(where: { $0.kind == .residentID && PersonNumbers.normalised($0) == nil })
    {
      note(
        .invalidIdentifier,
        "a resident ID whose check digit or date is wrong (GB 11643): it identifies nobody and links nothing")
    }
    return incoming
  }
}

extension Registry {
  /// Digest of what a report says at an institution; its first half is enough to tell versions apart.
  static func contentDigest(_ packed: [UInt8], institution: String) -> [UInt8] {
    var hash = SHA256()
    hash.update(data: Array(institution.utf8))
    hash.update(data: packed)
    return hash.finalize().bytes(16)
  }
}

extension SHA256Digest {
  /// The first bytes of it, copied at once.
  func bytes(_ count: Int = SHA256Digest.byteCount) -> [UInt8] {
    withUnsafeBytes { Array(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }
}
