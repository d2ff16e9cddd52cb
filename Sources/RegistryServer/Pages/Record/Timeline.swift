import Catalogue
import Clinical
import Crypto
import Recognition
import Registry

/// A health record as pages show it: by what was tested, each with its results, the newest first.
struct Timeline {
  /// One result where it stands.
  struct Entry {
    let report: RecordedReport
    let result: RecordedResult
    let at: Instant

    init(_ report: RecordedReport, _ result: RecordedResult) {
      (self.report, self.result, at) = (report, result, result.clinicalTime ?? report.clinicalTime)
    }

    var isTakenBack: Bool { result.observation.status?.isCancelled ?? report.state.isCancelled }
  }

  /// What was tested.
  struct Row {
    /// In addresses: the catalogue's code; of what is not mapped a digest, as words of a sender may stand for its code.
    let key: String
    let item: Item?
    /// As the sender calls it.
    let sent: String
    /// The newest first.
    var entries: [Entry]

    func name(_ l: PageLanguage) -> String { l.name(item?.nameZh, item?.nameEn) ?? sent }
  }

  let record: HealthRecord
  /// The newest first.
  let rows: [Row]
  /// Reports that say something as a whole: findings, conclusions, pictures, documents.
  let narratives: [RecordedReport]

  init(_ record: HealthRecord) {
    self.record = record
    var rows: [String: Row] = [:]
    for report in record.reports {
      for result in report.results {
        let key = Self.key(result, report)
        let entry = Entry(report, result)
        let code = result.observation.code
        rows[
          key,
          default: Row(
            key: key, item: result.reading.item, sent: code.display ?? code.identifier, entries: [])
        ].entries.append(entry)
      }
    }
    for key in rows.keys { rows[key]?.entries.sort { ($1.at, $0.result.id) < ($0.at, $1.result.id) } }
    self.rows = rows.values.sorted { ($1.entries[0].at, $0.key) < ($0.entries[0].at, $1.key) }
    narratives = record.reports.filter { $0.isNarrative }
  }

  private static func key(_ result: RecordedResult, _ report: RecordedReport) -> String {
    if let item = result.reading.item { return item.code }
    let code = result.observation.code
    let words = [report.institution, code.system ?? "", code.identifier].joined(separator: "\u{1F}")
    return "sent-" + Array(SHA256.hash(data: Array(words.utf8)).prefix(8)).hex
  }
}

extension RecordedReport {
  var isNarrative: Bool {
    report.findingsText != nil || report.impression != nil || !report.studies.isEmpty || !report.attachments.isEmpty
  }

  /// What was ordered, as people call it.
  func name(_ l: PageLanguage) -> String {
    l.name(orderItem?.nameZh, orderItem?.nameEn) ?? report.orderCode?.display ?? report.orderCode?.identifier
      ?? l("报告", "Report")
  }
}

extension Timeline.Row {
  /// Its numbers over time, and what they show in words; nil for fewer than two.
  func trend(of person: PersonFacts, _ l: PageLanguage, _ zone: RegistryZone) -> (line: TrendLine, words: String)? {
    guard let item else { return nil }
    let numbers = entries.filter { !$0.isTakenBack }.compactMap { entry in
      entry.result.reading.normalizedValue.map {
        TrendLine.Point(at: entry.at, value: $0, isAbnormal: entry.result.reading.flag >= .abnormal)
      }
    }
    let limit = entries.first.flatMap { item.limit(sex: person.sex, age: person.age(at: $0.at, in: zone)) }
    guard let line = TrendLine(numbers, low: limit?.low, high: limit?.high),
      let first = line.points.first, let last = line.points.last
    else { return nil }
    let unit = item.unit.map { " " + $0 } ?? ""
    let abnormal = line.points.count { $0.isAbnormal }
    let least = line.points.map(\.value).min() ?? 0
    let greatest = line.points.map(\.value).max() ?? 0
    let words = l(
      "\(name(l))趋势：\(line.points.count)个数值，\(zone.day(first.at))至\(zone.day(last.at))，"
        + "最低\(short(least))，最高\(short(greatest))，最近\(short(last.value))\(unit)，异常\(abnormal)个",
      "Trend of \(name(l)): \(line.points.count) values, \(zone.day(first.at)) to \(zone.day(last.at)), "
        + "lowest \(short(least)), highest \(short(greatest)), last \(short(last.value))\(unit), \(abnormal) abnormal")
    return (line, words)
  }

  private func short(_ number: Double) -> String {
    let rounded = (number * 1000).rounded() / 1000
    return rounded == rounded.rounded() && rounded.magnitude < 1e15 ? String(Int(rounded)) : String(rounded)
  }
}

extension RegistryZone {
  /// `2025-08-01`.
  func day(_ instant: Instant) -> String { String(clinicalText(instant).prefix(10)) }
}
