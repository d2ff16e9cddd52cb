import Clinical
import XMLReading

/// The reports of a V3 message that is no document: what bears an id of its own is a report. An organizer that is a message is as many
/// reports as acts in it are, so that a result that is sent again alone finds the one it corrects.
struct V3Reports {
  private let root: XMLElement
  private let entries: ResultEntries
  /// Whether the root's id is the message's, and a report's only where its acts bear none.
  private let isMessage: Bool

  init(_ root: XMLElement, _ entries: ResultEntries, isMessage: Bool) {
    self.root = root
    self.entries = entries
    self.isMessage = isMessage
  }

  /// - Parameters:
  ///   - head: what holds for all of them.
  ///   - isTimed: whether the message tells its time; else the newest time of its own results orders the versions of each report.
  /// - Throws: `missingReportNumber` when neither the root nor any act has an id.
  func reports(as head: Report, isTimed: Bool, notes: inout ReadingNotes) throws(Refusal) -> [Report] {
    var order: [XMLElement] = []
    var members: [XMLElement: [Int]] = [:]
    let units = Set(isMessage ? V3Reports.inner(root) ?? [root] : V3Reports.units(root))
    for (index, origin) in entries.origins.enumerated() {
      let unit = V3Reports.unit(of: origin, among: units) ?? root
      if members[unit] == nil { order.append(unit) }
      members[unit, default: []].append(index)
    }
    var reports: [Report] = []
    var known: [String: Int] = [:]
    for unit in order.isEmpty ? [root] : order {
      var report = head
      guard let id = id(of: unit, members[unit] ?? []) else {
        throw Refusal(
          .missingReportNumber, "neither the message nor any act has an id: send the filler's number", at: unit)
      }
      (report.reportNumber, report.numberAssigner) = (id.value, id.assigner)
      fill(&report, from: unit, members[unit] ?? [])
      if reports.isEmpty {
        report.attachments = entries.attachments.unrepeated
        report.impression = entries.remarks.unrepeated.joinedLines
      }
      if !isTimed { report.versionTime = report.newestTime ?? head.versionTime }
      // Two acts of one id are one report.
      if let place = known[id.key] {
        reports[place].absorb(report)
      } else {
        known[id.key] = reports.count
        reports.append(report)
      }
    }
    for index in reports.indices { reports[index].numberRepetitions() }
    if entries.observations.isEmpty, reports.allSatisfy({ $0.findingsText == nil }) {
      notes.note(.noResults, "a message without results", at: root)
    }
    return reports
  }

  private func fill(_ report: inout Report, from unit: XMLElement, _ members: [Int]) {
    report.observations = members.map { entries.observations[$0] }
    let statuses = report.observations.compactMap(\.status)
    let stated = ResultEntries.status(of: unit) ?? ResultEntries.status(of: root)
    let isCancelled = !statuses.isEmpty && statuses.allSatisfy(\.isCancelled)
    report.status =
      isCancelled
      ? .cancelled : statuses.contains(.corrected) || statuses.contains(.amended) ? .corrected : stated ?? .final
    var group: XMLElement? = unit
    while let act = group, act.actKind != .group || act.first("code") == nil, act != root { group = act.parent }
    if let order = (group ?? root).first("code")?.concept(entries.narrative) {
      report.orderCode = order.code
      report.orderCodeTranslations = order.translations
    }
    if members.isEmpty, let text = unit.first("text") {
      report.findingsText = text.words ?? Filler.value(text.narrativeText)
    }
  }

  /// The id of a unit; of one that bears none that of its first act that does.
  private func id(of unit: XMLElement, _ members: [Int]) -> InstanceIdentifier? {
    if let own = V3Reports.ownID(unit) ?? unit.identifiers.first { return own }
    return members.lazy.compactMap { entries.origins[$0].identifiers.first }.first
  }

  private static func ownID(_ act: XMLElement) -> InstanceIdentifier? { act.identifiers.first(where: \.isOfOneThing) }

  /// What of an act is a report by itself: the act where it bears an id, or where something in it bears none.
  private static func units(_ act: XMLElement) -> [XMLElement] { ownID(act) == nil ? inner(act) ?? [act] : [act] }

  /// The reports that stand in an act, where all that it reports bears an id.
  private static func inner(_ act: XMLElement) -> [XMLElement]? {
    let below = act.related.filter(\.holdsResult).flatMap(units)
    return !below.isEmpty && below.allSatisfy { ownID($0) != nil } ? below : nil
  }

  private static func unit(of origin: XMLElement, among units: Set<XMLElement>) -> XMLElement? {
    var element: XMLElement? = origin
    while let here = element {
      if units.contains(here) { return here }
      element = here.parent
    }
    return nil
  }
}

extension Report {
  /// The newest time of its results.
  fileprivate var newestTime: Instant? {
    (observations.compactMap(\.observed) + observations.compactMap(\.collected)).max()
  }
}
