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
    var older = 0
    var results = 0
    var unmappedItems = 0
    var personsCreated = 0
    var patientEvents = 0
    var findings = 0
  }

  /// What is known of a report that a message tells, before it is taken in.
  private struct Known {
    /// Under which the report is kept.
    var number: String
    var versions: [StoredVersion]
    /// Its parts in the message, as places among the message's reports.
    var parts: [Int]
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
    let reports = try known(message)
    for report in reports {
      let first = message.reports[report.parts[0]]
      if let conflict = try conflict(first, report.versions, line: message.line, identifying) {
        return .conflict(conflict)
      }
    }
    return .accepted(try insert(message, reports, identifying))
  }

  /// The reports of a message, each with its parts, and what is known of them.
  private func known(_ message: IncomingMessage) throws -> [Known] {
    if message.reports.count == 1 { return [try known(message.reports[0], parts: [0])] }
    var order: [[String]] = []
    var parts: [[String]: [Int]] = [:]
    for (place, report) in message.reports.enumerated() {
      let key = [report.institution, report.number]
      if parts.updateValue((parts[key] ?? []) + [place], forKey: key) == nil { order.append(key) }
    }
    return try order.map { try known(message.reports[parts[$0]?[0] ?? 0], parts: parts[$0] ?? []) }
  }

  private func known(_ report: IncomingReport, parts: [Int]) throws -> Known {
    let identities = report.outline.identities
    let numbers =
      identities.isEmpty
      ? [] : try transaction.reportNumbers(institution: report.institution, of: [report.number] + identities)
    let number = numbers.first ?? report.number
    var versions = try transaction.versions(institution: report.institution, number: number)
    for other in Set(numbers + [report.number]) where other != number {
      versions += try transaction.versions(institution: report.institution, number: other)
    }
    return Known(number: number, versions: versions, parts: parts)
  }

  /// Whether of two messages with one id and one time the reports still say which is newer, by their own time or status. Which of
  /// them arrived first must not matter (recognition.md), so "not newer" means that neither is.
  private func isOrdered(_ message: IncomingMessage, against known: Int64) throws -> Bool {
    var shared = 0
    for report in message.reports {
      let versions = try transaction.reportVersions(institution: report.institution, number: report.number)
      for version in versions where version.message == known && version.report.isOfSameOrder(as: report.outline) {
        shared += 1
        let isSame =
          version.report.versionTime == report.outline.versionTime
          && (version.report.status?.rank ?? 0) == (report.outline.status?.rank ?? 0)
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

  private func insert(_ message: IncomingMessage, _ reports: [Known], _ identifying: Identifying) throws -> Counts {
    var counts = Counts()
    var findings = message.findings
    for report in reports { try count(report, message, &counts, &findings) }
    counts.findings = findings.count
    let feed = try identifying.feed(message.label)
    let id = try transaction.insert(
      StoredMessage(
        digest: message.digest, institution: message.institution, sender: message.sender,
        messageID: message.messageID, messageTime: message.messageTime, content: message.content,
        dialect: message.dialect, feed: feed, line: message.line, recordedAt: recordedAt,
        findings: FindingText.json(findings), body: message.body))
    for known in reports {
      for place in known.parts {
        let report = message.reports[place]
        let record =
          try report.record
          ?? identifying.record(
            of: report.patient, message: id, toldAt: report.outline.messageTime, created: &counts.personsCreated)
        counts.unmappedItems += report.unmappedItems
        counts.results += report.results
        if isKnown(report, known.versions), isNoNewerTime(report, known.versions) { continue }
        try transaction.insertReportVersion(
          record: record, institution: report.institution, number: known.number, message: id,
          messageTime: report.outline.messageTime, content: report.content, packed: report.packed,
          recordedAt: recordedAt)
        try keepIdentities(of: report, known)
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
    let newer = parts.filter { part in
      !stored.contains { $0.report.isOfSameOrder(as: part.outline) && part.age < $0.version.age }
    }
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

  private func keepIdentities(of report: IncomingReport, _ known: Known) throws {
    let identities = report.outline.identities
    if identities.isEmpty { return }
    let others = try transaction.reportNumbers(institution: report.institution, of: [report.number] + identities)
    for identity in Set([report.number] + identities + others) {
      try transaction.insertReportIdentity(
        institution: report.institution, identity, number: known.number, recordedAt: recordedAt)
    }
    // Both ways, so that whoever knows one of two numbers that were found to be one report's finds the other.
    for other in others where other != known.number {
      try transaction.insertReportIdentity(
        institution: report.institution, known.number, number: other, recordedAt: recordedAt)
    }
  }
}
