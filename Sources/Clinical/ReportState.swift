/// What one part of a report says now: its versions folded into one, the same for every order of arrival and any repetition
/// (recognition.md, "One state per report" and "What a candidate carries").
///
/// A report has as many parts as orders share its number: each OBR, each DiagnosticReport of another code has its own status, times and
/// order code, which hold for its observations alone. A document is one part.
public struct ReportState: Hashable, Sendable {
  /// The code of the source institution.
  public let institution: String
  /// The content digest of the part's newest version.
  public let version: String
  /// The folded part: every observation carries its effective status, none is removed, `status` is never nil.
  public let report: Report

  fileprivate init?(_ part: ReportPart) {
    guard let report = part.report, let newest = part.newest else { return nil }
    institution = newest.institution
    version = newest.contentDigest
    self.report = report
  }

  /// The same, of a report that tells less: for who may not see all of it.
  public func with(_ report: Report) -> ReportState { ReportState(self, report) }

  private init(_ state: ReportState, _ report: Report) {
    (institution, version, self.report) = (state.institution, state.version, report)
  }

  /// The parts of one report, in the order in which they were first told.
  ///
  /// - Parameter versions: those of one report, in any order.
  public static func parts(of versions: [ReportVersion]) -> [ReportState] {
    var fold = ReportFold()
    for version in versions.fromOldest { fold.apply(version) }
    return fold.parts.compactMap { ReportState($0) }
  }

  /// Whether the newest version cancels the part.
  public var isCancelled: Bool { report.status?.isCancelled ?? false }
}

/// The versions taken in so far, oldest first.
private struct ReportFold {
  private(set) var parts: [ReportPart] = []

  mutating func apply(_ version: ReportVersion) {
    let report = version.report
    let place = part(of: report)
    if report.status?.isCancelled == true, report.observations.isEmpty { return withdraw(version, place) }
    switch report.updateMode {
    case .snapshot: parts = [ReportPart(version)]
    case .document: replace(by: version)
    case .part:
      guard let place else { return parts.append(ReportPart(version)) }
      parts[place].replace(by: version)
    case .update:
      let own = place ?? parts.count
      for index in parts.indices where index != own { parts[index].giveUp(to: version) }
      guard let place else { return parts.append(ReportPart(version)) }
      parts[place].update(by: version)
    }
  }

  /// A document takes the place of the parts whose documents it names, and of those that tell the same measurements.
  private mutating func replace(by version: ReportVersion) {
    var part = ReportPart(version)
    guard let place = parts.firstIndex(where: part.takesPlace(of:)) else { return parts.append(part) }
    let rest = parts[place...]
    for old in rest where part.takesPlace(of: old) { part.follow(old) }
    parts[place...] = [part] + rest.filter { !part.takesPlace(of: $0) }
  }

  /// A withdrawal that tells no content withdraws what stood there; where it does not say of which part, all of it.
  private mutating func withdraw(_ version: ReportVersion, _ place: Int?) {
    if parts.isEmpty { return parts.append(ReportPart(version)) }
    let isOfOne = [.update, .part].contains(version.report.updateMode) && !version.report.orderCodes.isEmpty
    if isOfOne, let place { return parts[place].withdraw(version) }
    for index in parts.indices { parts[index].withdraw(version) }
  }

  /// The part that a version is of: where an order code agrees, or where there is none on either side.
  private func part(of report: Report) -> Int? {
    if report.updateMode == .snapshot { return parts.isEmpty ? nil : 0 }
    let codes = report.orderCodes
    if codes.isEmpty { return parts.indices.first }
    return parts.firstIndex { $0.codes.contains(where: codes.contains) } ?? parts.firstIndex { $0.codes.isEmpty }
  }
}

/// One part while its versions are folded.
private struct ReportPart {
  private struct Key: Hashable {
    var code: String
    var subID: String

    init(_ observation: Observation) {
      code = observation.code.identifier
      subID = observation.subID
    }
  }

  private struct Entry {
    var observation: Observation
    /// By the time of its message: what one message tells never replaces itself.
    var told: Instant
    /// The status of the version that cancelled the part while this observation stood in it.
    var cancelled: ResultStatus?
  }

  private(set) var newest: ReportVersion?
  private(set) var codes: [String] = []
  private var current: Report?
  private var entries: [Entry] = []
  /// The ids of the documents that were folded into the part, and of their sets.
  private var names: Set<String> = []
  /// For a document: what it is of.
  private var measured: Measured?

  init(_ version: ReportVersion) {
    entries = Self.entries(version.report)
    take(version, version.report)
    if version.report.updateMode == .document { measured = Measured(version.report) }
  }

  /// Whether this part, a document, takes the place of an older one.
  func takesPlace(of older: ReportPart) -> Bool {
    guard let report = newest?.report, let old = older.newest?.report else { return false }
    if report.replaces(old) || report.lineage?.replaces.contains(where: older.names.contains) ?? false { return true }
    return !(measured ?? Measured(report)).isOfOthers(than: older.measured ?? Measured(old))
  }

  /// This part now stands for an older one, too.
  mutating func follow(_ older: ReportPart) { names.formUnion(older.names) }

  /// The whole of the part is told anew.
  mutating func replace(by version: ReportVersion) {
    entries = Self.entries(version.report)
    take(version, version.report)
  }

  /// What stood in the part is withdrawn, and nothing else is told.
  mutating func withdraw(_ version: ReportVersion) {
    take(version, version.report.updateMode == .update ? version.report.filled(from: current) : version.report)
  }

  /// An update: observations replace those with the same code and sub-id, at their place; those not repeated stay.
  mutating func update(by version: ReportVersion) {
    replaceRepeated(version.report)
    take(version, version.report.filled(from: current))
  }

  /// Leaves to another part of an update the observations that it tells anew: the same code and sub-id of the same specimen and moment,
  /// which an older message told of this part.
  mutating func giveUp(to version: ReportVersion) {
    let told = Dictionary(grouping: version.report.observations, by: Key.init)
    entries.removeAll { entry in
      entry.told != version.report.messageTime
        && told[Key(entry.observation)]?.contains { $0.isSameMeasurement(as: entry.observation) } ?? false
    }
  }

  private mutating func take(_ version: ReportVersion, _ report: Report) {
    newest = version
    current = report
    if let document = version.report.lineage?.document { names.insert(document) }
    names.formUnion(version.report.identities)
    codes += report.orderCodes.filter { !codes.contains($0) }
    guard let status = version.report.status, status.isCancelled else { return }
    for index in entries.indices { entries[index].cancelled = status }
  }

  private static func entries(_ report: Report) -> [Entry] {
    report.observations.lazy.filter { !$0.isRemoved }.map { Entry(observation: $0, told: report.messageTime) }
  }

  /// Two of one message both stay; of several with one code and sub-id a newer message replaces those of the same moment, where
  /// there are such.
  private mutating func replaceRepeated(_ report: Report) {
    if entries.isEmpty {
      entries = Self.entries(report)
      return
    }
    var repeated = Dictionary(grouping: report.observations, by: Key.init)
    let told = repeated
    var result: [Entry] = []
    result.reserveCapacity(entries.count)
    let isSeveral = Dictionary(grouping: entries) { Key($0.observation) }.mapValues { $0.count > 1 }
    for old in entries {
      let key = Key(old.observation)
      guard let new = told[key] else {
        result.append(old)
        continue
      }
      if isSeveral[key] == true, Self.isApart(old, from: new, of: entries, key) {
        result.append(old)
        continue
      }
      result += (repeated.updateValue([], forKey: key) ?? []).lazy.filter { !$0.isRemoved }
        .map { Entry(observation: $0, told: report.messageTime) }
    }
    for observation in report.observations {
      guard let new = repeated.removeValue(forKey: Key(observation)) else { continue }
      result += new.lazy.filter { !$0.isRemoved }.map { Entry(observation: $0, told: report.messageTime) }
    }
    entries = result
  }

  /// Whether of several observations of one code and sub-id the new ones are about others.
  private static func isApart(_ old: Entry, from new: [Observation], of entries: [Entry], _ key: Key) -> Bool {
    if new.contains(where: { $0.isSameMeasurement(as: old.observation) }) { return false }
    return new.allSatisfy { observation in
      entries.contains { Key($0.observation) == key && observation.isSameMeasurement(as: $0.observation) }
    }
  }

  /// The fold's outcome; a cancelled part overrides every observation, and what was not repeated since stays cancelled.
  var report: Report? {
    guard var report = current else { return nil }
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

extension Observation {
  /// Whether it is of the same specimen, moment and isolate as another, as far as both say.
  fileprivate func isSameMeasurement(as other: Observation) -> Bool {
    if let isolate, let otherIsolate = other.isolate, isolate != otherIsolate { return false }
    if let time = collected ?? observed, let otherTime = other.collected ?? other.observed, time != otherTime {
      return false
    }
    guard let type = specimen?.type?.identifier, let otherType = other.specimen?.type?.identifier else { return true }
    return type == otherType
  }
}

extension Report {
  /// Every code of what was ordered.
  fileprivate var orderCodes: [String] {
    guard let orderCode else { return [] }
    return [orderCode.identifier] + orderCodeTranslations.map(\.identifier)
  }

  /// Whether two versions of a report are of one part of it, as far as both say what was ordered.
  public func isOfSameOrder(as other: Report) -> Bool {
    let (codes, others) = (orderCodes, other.orderCodes)
    return codes.isEmpty || others.isEmpty || codes.contains(where: others.contains)
  }

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
