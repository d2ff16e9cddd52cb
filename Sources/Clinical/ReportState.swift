/// What a report says now: its versions folded into one, the same for every order of arrival and any repetition
/// (recognition.md, "One state per report" and "What a candidate carries").
public struct ReportState: Hashable, Sendable {
  /// The code of the source institution.
  public let institution: String
  /// The content digest of the newest version.
  public let version: String
  /// The folded report: every observation carries its effective status, none is removed, `status` is never nil.
  public let report: Report

  /// - Parameter versions: those of one report, in any order.
  /// - Returns: nil for none.
  public init?(_ versions: [ReportVersion]) {
    var fold = Fold()
    let ordered = versions.count == 1 ? versions : versions.sorted { $0.isOlder(than: $1) }
    for version in ordered { fold.apply(version.report) }
    guard let newest = ordered.last, let report = fold.report else { return nil }
    self.institution = newest.institution
    self.version = newest.contentDigest
    self.report = report
  }

  /// Whether the newest version cancels the report.
  public var isCancelled: Bool { report.status?.isCancelled ?? false }
}

/// The versions taken in so far, oldest first.
private struct Fold {
  private struct Key: Hashable {
    var code: String
    var subID: String
  }

  private struct Entry {
    var observation: Observation
    /// The status of the version that cancelled the report while this observation stood in it.
    var cancelled: ResultStatus?
  }

  private var newest: Report?
  private var entries: [Entry] = []

  mutating func apply(_ version: Report) {
    switch version.updateMode {
    case .snapshot:
      // A withdrawal without content withdraws what stood there.
      let withdrawsAll = version.status?.isCancelled == true && version.observations.isEmpty
      if !withdrawsAll { entries = version.observations.filter { !$0.isRemoved }.map { Entry(observation: $0) } }
      newest = version
    case .update:
      replaceRepeated(version.observations)
      newest = version.filled(from: newest)
    }
    if let status = version.status, status.isCancelled {
      for index in entries.indices { entries[index].cancelled = status }
    }
  }

  /// An observation replaces those of older versions with the same code and sub-id, at their place; two of one message
  /// both stay.
  private mutating func replaceRepeated(_ observations: [Observation]) {
    guard !entries.isEmpty else {
      entries = observations.filter { !$0.isRemoved }.map { Entry(observation: $0) }
      return
    }
    var repeated: [Key: [Entry]] = [:]
    for observation in observations {
      let entry = Entry(observation: observation)
      repeated[key(observation), default: []].append(entry)
    }
    var result: [Entry] = []
    for old in entries {
      guard let new = repeated[key(old.observation)] else {
        result.append(old)
        continue
      }
      result += new.filter { !$0.observation.isRemoved }
      repeated[key(old.observation)] = []
    }
    for observation in observations {
      guard let new = repeated.removeValue(forKey: key(observation)) else { continue }
      result += new.filter { !$0.observation.isRemoved }
    }
    entries = result
  }

  private func key(_ observation: Observation) -> Key {
    Key(code: observation.code.identifier, subID: observation.subID)
  }

  /// The fold's outcome; a cancelled report overrides every observation, and what was not repeated since stays
  /// cancelled.
  var report: Report? {
    guard var report = newest else { return nil }
    let status = report.status ?? .unknown
    report.status = status
    report.observations = entries.map { entry in
      var observation = entry.observation
      observation.status = entry.cancelled ?? observation.status ?? status
      return observation
    }
    return report
  }
}

extension Report {
  /// This version with what it does not repeat taken from the older ones. What was seen and concluded before a
  /// cancellation does not come back by itself.
  fileprivate func filled(from older: Report?) -> Report {
    guard let older else { return self }
    var report = self
    if orderCode == nil {
      report.orderCode = older.orderCode
      report.orderCodeTranslations = older.orderCodeTranslations
    }
    report.orderNumber = orderNumber ?? older.orderNumber
    report.section = section ?? older.section
    report.setting = setting ?? older.setting
    report.orderingInstitution = orderingInstitution ?? older.orderingInstitution
    report.department = department ?? older.department
    report.clinician = clinician ?? older.clinician
    report.ordered = ordered ?? older.ordered
    report.performed = performed ?? older.performed
    let cameBack = older.status?.isCancelled == true && status?.isCancelled != true
    if cameBack { return report }
    if studies.isEmpty { report.studies = older.studies }
    report.findingsText = findingsText ?? older.findingsText
    report.impression = impression ?? older.impression
    if attachments.isEmpty { report.attachments = older.attachments }
    return report
  }
}
