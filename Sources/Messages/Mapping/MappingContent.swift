import Clinical
import XMLReading

/// What the rows of a report say of it as a whole. The first tells of it; what another adds is kept.
struct MappingHeader {
  /// One row.
  struct Row {
    /// Without results.
    var report: Report
    /// By what versions are ordered; nil: by the message.
    var versionTime: Instant?
  }

  private(set) var report: Report
  private var versionTime: Instant?
  private var orderCodes: Set<Code> = []
  private var attachments: Set<String> = []
  private var identities: Set<String> = []
  private var findings: [String] = []
  private var impressions: [String] = []
  private var texts: Set<String> = []

  init(_ row: Row) {
    report = row.report
    (report.attachments, report.identities) = ([], [])
    collect(row)
  }

  /// Also of a report of a hundred thousand rows: what is told in each is kept once.
  mutating func absorb(_ row: Row) {
    collect(row)
    var said = row.report
    (said.orderCode, said.attachments, said.identities) = (nil, [], [])
    (said.findingsText, said.impression) = (nil, nil)
    said.versionTime = report.versionTime
    report.absorb(said)
  }

  private mutating func collect(_ row: Row) {
    versionTime = [versionTime, row.versionTime].compactMap { $0 }.max()
    if let code = row.report.orderCode, orderCodes.insert(code).inserted {
      if report.orderCode == nil || report.orderCode == code {
        report.orderCode = code
      } else {
        report.orderCodeTranslations.append(code)
      }
    }
    report.attachments += row.report.attachments.filter { attachments.insert($0).inserted }
    report.identities += row.report.identities.filter { identities.insert($0).inserted }
    if let text = row.report.findingsText, texts.insert(text).inserted { findings.append(text) }
    if let text = row.report.impression, texts.insert(text).inserted { impressions.append(text) }
  }

  func whole(_ messageTime: Instant) -> Report {
    var report = report
    report.versionTime = versionTime ?? messageTime
    report.findingsText = findings.isEmpty ? nil : findings.joined(separator: "\n")
    report.impression = impressions.isEmpty ? nil : impressions.joined(separator: "\n")
    return report
  }
}

/// The results and images of a report, row by row.
struct MappingContent {
  var observations: [Observation] = []
  private(set) var studies: [ImagingStudy] = []
  private var knownStudies: Set<ImagingStudy> = []
  /// Elements that gave a result to the report, by the block of keys.
  private var taken: [Int: Set<XMLElement>] = [:]
  private let isOfSeveral: Bool
  /// The status of each row, and behind which result it ends.
  private var rows: [(end: Int, status: ResultStatus?)] = []

  /// - Parameter isOfSeveral: whether rows may lead to one and the same element elsewhere.
  init(isOfSeveral: Bool) { self.isOfSeveral = isOfSeveral }

  mutating func isNew(_ element: XMLElement, of block: Int) -> Bool {
    !isOfSeveral || taken[block, default: []].insert(element).inserted
  }

  mutating func add(_ study: ImagingStudy) {
    let isFindable = study.studyInstanceUID != nil || study.accessionNumber != nil || study.endpoint != nil
    if isFindable, knownStudies.insert(study).inserted { studies.append(study) }
  }

  mutating func endRow(_ status: ResultStatus?) { rows.append((observations.count, status)) }

  /// Where rows have different statuses, each result is told that of its own.
  var wholeObservations: [Observation] {
    guard let first = rows.first?.status, rows.contains(where: { $0.status != first }) else { return observations }
    var result = observations
    var start = 0
    for (end, status) in rows {
      for index in start..<end where status?.isCancelled == true || result[index].status == nil {
        result[index].status = status
      }
      start = end
    }
    return result
  }
}
