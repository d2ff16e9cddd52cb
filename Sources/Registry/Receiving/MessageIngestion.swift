import Clinical
import RegistryStore

/// Takes prepared messages into the store, within one transaction. Knows nothing of XML or of items.
struct MessageIngestion {
  /// What is known of a version of a report without reading it.
  typealias StoredVersion = (record: Int64, content: [UInt8], time: Instant)

  /// What became of a message.
  enum Outcome {
    case accepted(Counts)
    case duplicate
    case conflict(Finding)
  }

  /// What an accepted message added.
  struct Counts {
    var new = 0
    var corrected = 0
    var cancelled = 0
    var older = 0
    var results = 0
    var unmappedItems = 0
    var personsCreated = 0
    var patientEvents = 0
    var findings = 0
  }

  let transaction: any StoreTransaction
  let recordedAt: Instant

  func ingest(_ message: IncomingMessage, identifying: Identifying) throws -> Outcome {
    let earlier = try transaction.messages(sender: message.sender, messageID: message.messageID)
    if earlier.contains(where: { $0.digest == message.digest || $0.content == message.content }) { return .duplicate }
    for known in earlier where known.time == message.messageTime {
      if try isOrdered(message, against: known.id, identifying) { continue }
      return .conflict(
        Finding(
          .conflictingMessage,
          "this message id was used before for another content of the same time: give each message its own id and time",
          at: Location(line: message.line, column: 1, path: "/")))
    }
    // A copy only for the few that need one.
    if let renamed = try renamedWithinRoots(message) { return try accepted(renamed, identifying) }
    return try accepted(message, identifying)
  }

  private func accepted(_ message: IncomingMessage, _ identifying: Identifying) throws -> Outcome {
    let reports = try known(message, identifying)
    for report in reports where !report.isScoped {
      let first = message.reports[report.parts[0]]
      if let conflict = try conflict(first, report.versions, line: message.line, identifying) {
        return .conflict(conflict)
      }
    }
    return .accepted(try insert(message, reports, identifying))
  }

  /// Whether of two messages with one id and one time the reports still say which is newer, by their own time or status. Which of
  /// them arrived first must not matter (recognition.md), so "not newer" means that neither is.
  private func isOrdered(
    _ message: IncomingMessage, against known: Int64, _ identifying: Identifying
  ) throws -> Bool {
    // A document's id may stand in every document: then what they say tells whether one can be meant for the other.
    let isDocument = message.reports.allSatisfy { $0.outline.updateMode == .document }
    var shared = 0
    for report in message.reports {
      let versions = try transaction.reportVersions(institution: report.institution, number: report.number)
      for version in versions where version.message == known && version.report.isOfSameOrder(as: report.outline) {
        if isDocument {
          guard try identifying.isSamePatient(report.patient, as: version.record) else { continue }
          let own = try report.report
          if own.isOfOtherMeasurements(than: version.report), version.report.isOfOtherMeasurements(than: own) {
            continue
          }
        }
        shared += 1
        let isSame =
          version.report.versionTime == report.outline.versionTime
          && (version.report.status?.rank ?? 0) == (report.outline.status?.rank ?? 0)
        if isSame { return false }
      }
    }
    return isDocument || shared > 0
  }

  /// The same report number with another patient is a conflict, never taken (recognition.md).
  private func conflict(
    _ report: IncomingReport, _ versions: [StoredVersion], line: Int, _ identifying: Identifying
  ) throws -> Finding? {
    guard try isAnothers(versions, report, identifying) else { return nil }
    return Finding(
      .conflictingPatient,
      "this report number was used before for another patient: correct the report number or the patient's number",
      at: Location(line: line, column: 1, path: "/"))
  }

  private func insert(_ message: IncomingMessage, _ reports: [Known], _ identifying: Identifying) throws -> Counts {
    var counts = Counts()
    var findings = message.findings
    for report in reports {
      try count(report, message, &counts, &findings)
      if report.isScoped {
        let text =
          "its number is that of another patient's report, too: taken for an id that stands in every document of the sender, it counts for "
          + "this patient alone; give each report its own"
        findings.append(Finding(.leftAside, text, at: Location(line: message.line, column: 1, path: "/")))
      }
    }
    counts.findings = findings.count
    let feed = try identifying.feed(message.label)
    let id = try transaction.insert(
      StoredMessage(
        digest: message.digest, institution: message.institution, sender: message.sender,
        messageID: message.messageID, messageTime: message.messageTime, content: message.content,
        dialect: message.dialect, feed: feed, line: message.line, recordedAt: recordedAt,
        findings: FindingText.json(findings), body: message.body,
        reading: MessageReading(
          prologue: message.prologue, feedOf: message.feedOf, generation: message.generation)))
    for known in reports {
      for place in known.parts {
        var report = message.reports[place]
        let record =
          try report.record
          ?? identifying.record(
            of: report.patient, told: known.versions.first?.record, message: id, toldAt: report.outline.messageTime,
            created: &counts.personsCreated)
        counts.unmappedItems += report.unmappedItems
        counts.results += report.results
        var number = known.number
        if known.isScoped {
          let sent = report.number
          report = try report.scoped(toRecord: record)
          if number == sent { number = report.number }
        }
        if isKnown(report, known.versions), isNoNewerTime(report, known.versions) { continue }
        try transaction.insertReportVersion(
          record: record, institution: report.institution, number: number, message: id,
          messageTime: report.outline.messageTime, content: report.content, packed: report.packed,
          recordedAt: recordedAt)
        // What stands in the same message may have tied more.
        let tied = reports.count == 1 && known.parts.count == 1 ? known.tied : try tied(report, identifying)
        try keepIdentities(of: report, keptUnder: number, tied: tied)
      }
    }
    for event in message.patientEvents {
      try identifying.take(event, message: id, digest: message.digest, created: &counts.personsCreated)
      counts.patientEvents += 1
    }
    return counts
  }

  /// What a report counts as: once, however many parts of it the message tells.
  private func count(
    _ known: Known, _ message: IncomingMessage, _ counts: inout Counts, _ findings: inout [Finding]
  ) throws {
    if known.versions.isEmpty {
      counts.new += 1
      return
    }
    let parts = known.parts.map { message.reports[$0] }.filter { !isKnown($0, known.versions) }
    if parts.isEmpty { return }
    let stored = try transaction.reportVersions(institution: parts[0].institution, number: known.number)
    let newer = try parts.filter { part in try !isOlder(part, than: stored) }
    if newer.isEmpty {
      counts.older += 1
      findings.append(
        Finding(
          .older, "the report is known in a newer version: this one is kept, and changes no answer",
          at: Location(line: message.line, column: 1, path: "/")))
    } else if newer.contains(where: { $0.outline.status?.isCancelled == true }) {
      counts.cancelled += 1
    } else {
      counts.corrected += 1
    }
  }

  private func isKnown(_ report: IncomingReport, _ versions: [StoredVersion]) -> Bool {
    versions.contains { $0.content == report.content }
  }

  /// The same content again is no new version, but its message's time still counts when versions are put in order.
  private func isNoNewerTime(_ report: IncomingReport, _ versions: [StoredVersion]) -> Bool {
    versions.contains { $0.content == report.content && $0.time >= report.outline.messageTime }
  }

  /// Whether a part gives way to a version that is known of it. A document about other specimens or times than another of its number gives
  /// way to none.
  private func isOlder(_ part: IncomingReport, than stored: [StoredReportVersion]) throws -> Bool {
    let isDocument = part.outline.updateMode == .document
    let report = isDocument ? try part.report : part.outline
    let version = ReportVersion(report: report, institution: part.institution, contentDigest: part.content.hex)
    return stored.contains {
      $0.report.isOfSameOrder(as: report) && version.givesWay(to: $0.version)
        && !(isDocument && !$0.report.replaces(report) && $0.report.isOfOtherMeasurements(than: report))
    }
  }
}
