import Clinical
import RegistryStore

/// What is known of the reports that a message tells, by their numbers and all other ids (recognition.md, "One state per report").
extension MessageIngestion {
  /// What is known of a report that a message tells, before it is taken in.
  struct Known {
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

  /// The message with each report's number as it is to be kept, where one has to be another: where a source numbers in several ways, under a
  /// root each, the number that was there first stands for itself, and any other with its root.
  func renamedWithinRoots(_ message: IncomingMessage) throws -> IncomingMessage? {
    if message.reports.allSatisfy({ $0.outline.numberAssigner == nil }) { return nil }
    var renamed: IncomingMessage?
    var told: [[String]: String] = [:]
    for (place, report) in message.reports.enumerated() {
      guard let assigner = report.outline.numberAssigner else { continue }
      let first = told[[report.institution, report.number]] ?? assigner
      told[[report.institution, report.number]] = first
      let known = try transaction.numberAssigners(institution: report.institution, number: report.number)
      if first == assigner, known.allSatisfy({ $0 == assigner }) { continue }
      var message = renamed ?? message
      message.reports[place] = try report.renamed(report.outline.number(within: assigner))
      renamed = message
    }
    return renamed
  }

  /// The reports of a message, each with its parts, and what is known of them.
  func known(_ message: IncomingMessage, _ identifying: Identifying) throws -> [Known] {
    if message.reports.count == 1 { return [try known(message.reports[0], parts: [0], identifying)] }
    var order: [[String]] = []
    var parts: [[String]: [Int]] = [:]
    for (place, report) in message.reports.enumerated() {
      let key = [report.institution, report.number]
      if parts[key] == nil { order.append(key) }
      parts[key, default: []].append(place)
    }
    return try order.map { try known(message.reports[parts[$0]?[0] ?? 0], parts: parts[$0] ?? [], identifying) }
  }

  private func known(_ report: IncomingReport, parts: [Int], _ identifying: Identifying) throws -> Known {
    let own = try transaction.versions(institution: report.institution, number: report.number)
    let isScoped = try report.outline.updateMode == .document && isAnothers(own, report, identifying)
    let tied = try tied(report, identifying)
    if tied.isEmpty, !isScoped { return Known(number: report.number, versions: own, parts: parts, tied: []) }
    var found: [String: [StoredVersion]] = own.isEmpty || isScoped ? [:] : [report.number: own]
    for number in tied {
      found[number] = try transaction.versions(institution: report.institution, number: number)
    }
    if isScoped, let record = try identifying.knownRecord(of: report.patient) {
      let number = IncomingReport.number(report.number, ofRecord: record)
      let versions = try transaction.versions(institution: report.institution, number: number)
      if !versions.isEmpty { found[number] = versions }
    }
    // Those under its own number first: with them it must not conflict.
    let others = found.keys.filter { $0 != report.number }.sorted()
    return Known(
      number: found.keys.min() ?? report.number,
      versions: (isScoped ? [] : own) + others.flatMap { found[$0] ?? [] }, parts: parts, tied: tied, isScoped: isScoped
    )
  }

  /// The other numbers under which versions of a report lie, by its ids: those of its own patient. An id that another patient's reports
  /// bear ties nothing.
  func tied(_ report: IncomingReport, _ identifying: Identifying) throws -> [String] {
    let keys = report.outline.soughtKeys
    if keys.isEmpty { return [] }
    let numbers = try transaction.reportNumbers(institution: report.institution, of: [report.number] + keys)
    return try numbers.filter { number in
      if number == report.number { return false }
      let versions = try transaction.versions(institution: report.institution, number: number)
      return try !versions.isEmpty && !isAnothers(versions, report, identifying)
    }
  }

  /// Whether versions are of another patient's report.
  func isAnothers(
    _ versions: [StoredVersion], _ report: IncomingReport, _ identifying: Identifying
  ) throws -> Bool {
    guard let known = versions.first?.record else { return false }
    return try !identifying.isSamePatient(report.patient, as: known)
  }

  /// Keeps by what else a report may be known.
  func keepIdentities(of report: IncomingReport, keptUnder number: String, tied: [String]) throws {
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
