import Clinical
import RegistryStore

/// Takes prepared messages into the store, within one transaction. Knows nothing of XML or of items.
struct Accepting {
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
    var results = 0
    var unmappedItems = 0
    var personsCreated = 0
  }

  let transaction: StoreTransaction
  let recordedAt: Instant

  func accept(_ message: IncomingMessage, identifying: Identifying) throws -> Outcome {
    let earlier = try transaction.messages(sender: message.sender, messageID: message.messageID)
    if earlier.contains(where: { $0.digest == message.digest || $0.content == message.content }) { return .duplicate }
    for known in earlier where known.time == message.messageTime {
      if try isOrdered(message, against: known.id) { continue }
      return .conflict(
        Finding(
          .conflictingMessage,
          "this message id was used before for another content of the same time: give each message its own id and time",
          at: Location(line: message.line, column: 1, path: "/")))
    }
    let known = try message.reports.map {
      try transaction.versions(institution: $0.institution, number: $0.number)
    }
    for (report, versions) in zip(message.reports, known) {
      if let conflict = try conflict(report, versions, line: message.line, identifying) { return .conflict(conflict) }
    }
    return .accepted(try insert(message, known, identifying))
  }

  /// Whether of two messages with one id and one time the reports still say which is newer, by their own time or status. Which of
  /// them arrived first must not matter (recognition.md), so "not newer" means that neither is.
  private func isOrdered(_ message: IncomingMessage, against known: Int64) throws -> Bool {
    var shared = 0
    for report in message.reports {
      let versions = try transaction.reportVersions(institution: report.institution, number: report.number)
      for version in versions where version.message == known {
        shared += 1
        let isSame =
          version.report.versionTime == report.versionTime
          && (version.report.status?.rank ?? 0) == (report.versionStatus?.rank ?? 0)
        if isSame { return false }
      }
    }
    return shared > 0
  }

  /// The same report number with another patient is a conflict, never taken (recognition.md).
  private func conflict(
    _ report: IncomingReport, _ versions: [StoredVersion], line: Int, _ identifying: Identifying
  ) throws -> Finding? {
    guard let known = versions.first?.record else { return nil }
    if try identifying.isSamePatient(report.patient, as: known) { return nil }
    return Finding(
      .conflictingPatient,
      "this report number was used before for another patient: correct the report number or the patient's number",
      at: Location(line: line, column: 1, path: "/"))
  }

  private func insert(
    _ message: IncomingMessage, _ known: [[StoredVersion]], _ identifying: Identifying
  ) throws -> Counts {
    let feed = try identifying.feed(message.label)
    let id = try transaction.insert(
      StoredMessage(
        digest: message.digest, institution: message.institution, sender: message.sender,
        messageID: message.messageID, messageTime: message.messageTime, content: message.content,
        dialect: message.dialect, feed: feed, line: message.line, recordedAt: recordedAt,
        findings: FindingText.json(message.findings), body: message.body))
    var counts = Counts()
    for (report, versions) in zip(message.reports, known) {
      let record =
        try report.record
        ?? identifying.record(
          of: report.patient, message: id, toldAt: report.messageTime, created: &counts.personsCreated)
      counts.unmappedItems += report.unmappedItems
      counts.results += report.results
      // The same content again is no new version, but its message's time still counts when versions are put in order.
      let saysNothingNew = versions.contains { $0.content == report.content }
      if saysNothingNew, versions.contains(where: { $0.content == report.content && $0.time >= report.messageTime }) {
        continue
      }
      try transaction.insertReportVersion(
        record: record, institution: report.institution, number: report.number, message: id,
        messageTime: report.messageTime, content: report.content, packed: report.packed, recordedAt: recordedAt)
      if saysNothingNew { continue }
      if versions.isEmpty {
        counts.new += 1
      } else if report.versionStatus?.isCancelled == true {
        counts.cancelled += 1
      } else {
        counts.corrected += 1
      }
    }
    return counts
  }
}
