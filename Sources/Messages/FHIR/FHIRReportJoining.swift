import Clinical

/// The reports of one message that are one report: of one number, patient and order.
extension FHIRMessageReader {
  private struct NumberKey: Hashable {
    var source: OrganizationReference
    var number: String
  }

  /// What tells a result from others of its report.
  private struct ResultKey: Hashable {
    var code: String
    var moment: Instant?

    init(_ observation: Observation) {
      code = observation.code.identifier
      moment = observation.collected ?? observation.observed
    }
  }

  /// Reports of one number and order in one message beyond which they are none of a laboratory's.
  private static let groupLimit = 1000

  /// Reports of one number and order become one with all their results, unless one tells anew all that another told: then the other
  /// is its older version, and stays one.
  func joined(_ reports: [Report]) throws(FHIRUnfit) -> [Report] {
    if reports.count < 2 { return reports }
    var groups: [[Int]] = []
    var orders: [NumberKey: [String: Int]] = [:]
    var firsts: [NumberKey: Int] = [:]
    for (index, report) in reports.enumerated() {
      let key = NumberKey(source: report.source, number: report.reportNumber)
      let codes = ([report.orderCode].compactMap { $0 } + report.orderCodeTranslations).map(\.identifier)
      // As `ReportState` tells parts apart: what names no order is of the first.
      let known = codes.isEmpty ? firsts[key] : codes.lazy.compactMap { orders[key]?[$0] }.first
      let group = known ?? groups.count
      if known == nil { groups.append([]) }
      groups[group].append(index)
      if firsts[key] == nil { firsts[key] = group }
      for code in codes where orders[key]?[code] == nil { orders[key, default: [:]][code] = group }
    }
    if groups.contains(where: { $0.count > FHIRMessageReader.groupLimit }) {
      throw FHIRUnfit(
        .limitExceeded, "more than \(FHIRMessageReader.groupLimit) reports of one number and order: send it in parts",
        at: resources.bundles[0].element)
    }
    return groups.flatMap { joined($0.map { reports[$0] }, isOne: true) }
  }

  /// - Parameter isOne: of one number and order, in the order told.
  private func joined(_ group: [Report], isOne: Bool) -> [Report] {
    if group.count < 2 { return group }
    // Together they have one time: where theirs differ, each result keeps that of its own report.
    let areOfOneTime = Set(group.map(\.performed)).count == 1
    func age(_ report: Report) -> (Instant, Int, Instant) {
      (report.versionTime, report.status?.rank ?? 0, report.messageTime)
    }
    let newestFirst = group.indices.sorted { a, b in
      let (first, second) = (age(group[a]), age(group[b]))
      return first == second ? a < b : first > second
    }
    var versions: [Report] = []
    var whole: Report?
    var told: Set<ResultKey> = []
    var contents: Set<Observation> = []
    for index in newestFirst {
      var report = group[index]
      let keys = report.observations.map(ResultKey.init)
      if !areOfOneTime { report.keepTimeWithResults() }
      guard let newest = whole, newest.patient == report.patient else {
        // Two patients under one number are refused whole, later.
        let isWithdrawal = report.status?.isCancelled == true && report.observations.isEmpty
        if whole != nil || isWithdrawal { versions.append(report) } else { whole = report }
        told.formUnion(keys)
        contents.formUnion(report.observations.lazy.map(\.unnumbered))
        continue
      }
      let isOlder = age(report) < age(newest)
      let isToldAnew = !keys.isEmpty && keys.allSatisfy(told.contains)
      if isOlder, isToldAnew || report.status?.isCancelled == true {
        versions.append(report)
        continue
      }
      report.observations.removeAll { contents.contains($0.unnumbered) }
      told.formUnion(keys)
      contents.formUnion(report.observations.lazy.map(\.unnumbered))
      whole?.absorb(report)
    }
    guard var whole else { return versions }
    tellApart(&whole.observations)
    return versions + [whole]
  }
}

extension Report {
  fileprivate mutating func keepTimeWithResults() {
    for index in observations.indices where observations[index].collected == nil && observations[index].observed == nil
    {
      observations[index].observed = performed
    }
    for index in studies.indices where studies[index].started == nil { studies[index].started = performed }
  }
}

extension Observation {
  /// Without what only tells repetitions apart.
  fileprivate var unnumbered: Observation {
    var observation = self
    observation.subID = ""
    return observation
  }
}
