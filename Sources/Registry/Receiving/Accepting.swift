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
    var findings = 0
  }

  /// What is known of a report that a message tells, before it is taken in.
  private struct Known {
    /// Under which the report is kept.
    var number: String
    var versions: [StoredVersion]
    /// Its parts in the message, as places among the message's reports.
    var parts: [Int]
    /// Other numbers under which versions of it lie.
    var tied: [String]
    /// Whether the number that was sent is another patient's, as that of an act that stands in every document of a sender: here it
    /// then means something only within its own patient's record.
    var isScoped = false
  }

  let transaction: StoreTransaction
  let recordedAt: Instant

  func accept(_ message: IncomingMessage, identifying: Identifying) throws -> Outcome {
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
    let message = try withinTheirRoots(message)
    let reports = try known(message, identifying)
    for report in reports where !report.isScoped {
      let first = message.reports[report.parts[0]]
      if let conflict = try conflict(first, report.versions, line: message.line, identifying) {
        return .conflict(conflict)
      }
    }
    return .accepted(try insert(message, reports, identifying))
  }

  /// The message with each report's number as it is to be kept: where a source numbers in several ways, under a root each, the number
  /// that was there first stands for itself, and any other with its root.
  private func withinTheirRoots(_ message: IncomingMessage) throws -> IncomingMessage {
    if message.reports.allSatisfy({ $0.outline.numberAssigner == nil }) { return message }
    var message = message
    for (place, report) in message.reports.enumerated() {
      guard let assigner = report.outline.numberAssigner,
        try transaction.numberAssigners(institution: report.institution, number: report.number).contains(where: {
          $0 != assigner
        })
      else { continue }
      message.reports[place] = try report.renamed(report.outline.number(within: assigner))
    }
    return message
  }

  /// The reports of a message, each with its parts, and what is known of them.
  private func known(_ message: IncomingMessage, _ identifying: Identifying) throws -> [Known] {
    if message.reports.count == 1 { return [try known(message.reports[0], parts: [0], identifying)] }
    var order: [[String]] = []
    var parts: [[String]: [Int]] = [:]
    for (place, report) in message.reports.enumerated() {
      let key = [report.institution, report.number]
      if parts.updateValue((parts[key] ?? []) + [place], forKey: key) == nil { order.append(key) }
    }
    return try order.map { try known(message.reports[parts[$0]?[0] ?? 0], parts: parts[$0] ?? [], identifying) }
  }

  private func known(_ report: IncomingReport, parts: [Int], _ identifying: Identifying) throws -> Known {
    let own = try transaction.versions(institution: report.institution, number: report.number)
    let isScoped = try report.outline.updateMode == .document && isAnothers(own, report, identifying)
    var found: [String: [StoredVersion]] = own.isEmpty || isScoped ? [:] : [report.number: own]
    let tied = try tied(report, identifying)
    for number in tied {
      found[number] = try transaction.versions(institution: report.institution, number: number)
    }
    if isScoped, let record = try identifying.knownRecord(of: report.patient) {
      let number = IncomingReport.number(report.number, ofRecord: record)
      let versions = try transaction.versions(institution: report.institution, number: number)
      if !versions.isEmpty { found[number] = versions }
    }
    let first = found.keys.min()
    return Known(
      number: first ?? report.number, versions: found.keys.sorted().flatMap { found[$0] ?? [] }, parts: parts,
      tied: tied, isScoped: isScoped)
  }

  /// The other numbers under which versions of a report lie, by its ids: those of its own patient. An id that another patient's reports
  /// bear ties nothing.
  private func tied(_ report: IncomingReport, _ identifying: Identifying) throws -> [String] {
    let keys = report.outline.soughtKeys
    if keys.isEmpty { return [] }
    let numbers = try transaction.reportNumbers(institution: report.institution, of: [report.number] + keys)
    return try numbers.filter { number in
      if number == report.number { return false }
      let versions = try transaction.versions(institution: report.institution, number: number)
      return try !versions.isEmpty && !isAnothers(versions, report, identifying)
    }
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

  private func isAnothers(
    _ versions: [StoredVersion], _ report: IncomingReport, _ identifying: Identifying
  ) throws -> Bool {
    guard let known = versions.first?.record else { return false }
    return try !identifying.isSamePatient(report.patient, as: known)
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
        findings: FindingText.json(findings), body: message.body))
    for known in reports {
      for place in known.parts {
        var report = message.reports[place]
        let record =
          try report.record
          ?? identifying.record(
            of: report.patient, message: id, toldAt: report.outline.messageTime, created: &counts.personsCreated)
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

  private func keepIdentities(of report: IncomingReport, keptUnder number: String, tied: [String]) throws {
    let keys = report.outline.identityKeys
    if keys.isEmpty { return }
    for key in Set([report.number] + keys + tied) where key != number {
      try transaction.insertReportIdentity(
        institution: report.institution, key, number: number, recordedAt: recordedAt)
    }
    // Both ways, so that whoever knows one of two numbers that were found to be one report's finds the other.
    for other in tied where other != number {
      try transaction.insertReportIdentity(
        institution: report.institution, number, number: other, recordedAt: recordedAt)
    }
  }
}
