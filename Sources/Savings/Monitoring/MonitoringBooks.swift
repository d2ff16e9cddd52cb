public import Catalogue
import Clinical
public import Recognition

/// The months of each institution that ordered, and the charts they stand on.
public struct MonitoringBooks: Sendable {
  public struct Row: Sendable, Encodable {
    public let institution: String
    /// `YYYY-MM` in the registry's zone, of the order's time.
    public let month: String
    /// Whether all of it lies in the period and before the books' time.
    public let isWhole: Bool
    public let figures: MonitoringFigures
    public let measures: [MonitoringMeasure: ControlChart.Point]

    private enum Key: String, CodingKey {
      case institution, month, isWhole, measures
    }

    public func encode(to encoder: any Encoder) throws {
      try figures.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(institution, forKey: .institution)
      try container.encode(month, forKey: .month)
      try container.encode(isWhole, forKey: .isWhole)
      let named = measures.map { ($0.key.rawValue, $0.value) }
      try container.encode(Dictionary(uniqueKeysWithValues: named), forKey: .measures)
    }
  }

  private let scope: AuditScope
  private let reference: ReferenceData
  private let institution: String?
  /// By institution, then by month counted from year 0.
  private var figures: [String: [Int: MonitoringFigures]] = [:]

  /// - Parameter institution: only this one; nil: all.
  public init(_ scope: AuditScope, institution: String? = nil, reference: ReferenceData) {
    self.scope = scope
    self.institution = institution
    self.reference = reference
  }

  /// Counts a test that was done.
  public mutating func add(_ finding: RepeatFinding) {
    let question = finding.question
    let fen = question.fen(in: reference)
    change(question.institution.code, question.orderedAt) { figures in
      figures.tests += 1
      figures.costFen.add(fen ?? 0)
      figures.unknownPrice += fen == nil ? 1 : 0
      figures.repeats += finding.kind == .avoidable ? 1 : 0
      if let modality = question.item.modality { figures.modalities[modality, default: 0] += 1 }
    }
  }

  /// Counts the results of a report, once, for the first of its questions.
  public mutating func add(results: [Candidate], of question: RepeatQuestion) {
    let flags = results.filter { !$0.status.isCancelled && $0.flag != .unknown }.map(\.flag)
    change(question.institution.code, question.orderedAt) { figures in
      figures.flagged += flags.count
      figures.positive += flags.count { $0 >= .abnormal }
    }
  }

  /// Counts what pages have of an institution's month.
  ///
  /// - Parameter month: counted from year 0.
  mutating func add(_ sums: MonitoringScan.Sums, _ code: String, month: Int) {
    change(code, month) { figures in
      figures.tests += sums.tests
      figures.costFen.add(sums.costFen)
      figures.unknownPrice += sums.unknownPrice
      figures.repeats += sums.repeats
      figures.flagged.add(sums.flagged)
      figures.positive.add(sums.positive)
      figures.modalities.merge(sums.modalities, uniquingKeysWith: +)
    }
  }

  /// Counts the prompts that the books of savings have, told apart by institution and month.
  public mutating func add(prompts: AuditRows<SavingsFigures>) {
    for row in prompts.rows {
      let month = (row.key[1].value ?? "").split(separator: "-").compactMap { Int($0) }
      guard row.figures.responses.prompts > 0, let code = row.key[0].value, month.count == 2 else { continue }
      change(code, month[0] * 12 + month[1] - 1) { figures in
        figures.prompts += row.figures.responses.prompts
        figures.accepted += row.figures.responses.accepted
      }
    }
  }

  /// Counts a prompt between institutions.
  public mutating func add(_ prompt: Prompt) {
    let orderedAt = prompt.decision.orderedAt.instant
    guard prompt.isPrompt, !prompt.isSameInstitution, scope.contains(orderedAt) else { return }
    change(prompt.decision.orderingInstitution, orderedAt) { figures in
      figures.prompts += 1
      figures.accepted += prompt.acceptedAt == nil ? 0 : 1
    }
  }

  private mutating func change(_ code: String, _ time: Instant, _ change: (inout MonitoringFigures) -> Void) {
    let date = reference.zone.date(of: time)
    self.change(code, date.year * 12 + (date.month ?? 1) - 1, change)
  }

  private mutating func change(_ code: String, _ month: Int, _ change: (inout MonitoringFigures) -> Void) {
    change(&figures[code, default: [:]][month, default: MonitoringFigures()])
  }

  /// By institution and month: from an institution's first month to the last of all, those without tests included.
  public var rows: [Row] {
    guard let last = figures.values.compactMap({ $0.keys.max() }).max() else { return [] }
    return figures.sorted { $0.key < $1.key }.filter { $0.key == institution ?? $0.key }.flatMap { code, months in
      let own = Array((months.keys.min() ?? last)...last)
      let figures = own.map { months[$0] ?? MonitoringFigures() }
      var charts: [MonitoringMeasure: [ControlChart.Point]] = [:]
      for measure in MonitoringMeasure.allCases {
        charts[measure] = measure.chart.points(
          zip(own, figures).map { month, figures in
            let (count, of) = figures.count(of: measure)
            return ControlChart.Entry(count, of: of, tests: figures.tests, isWhole: isWhole(month))
          })
      }
      return own.indices.map { index in
        Row(
          institution: code, month: name(own[index]), isWhole: isWhole(own[index]), figures: figures[index],
          measures: charts.compactMapValues { $0[index] })
      }
    }
  }

  private func first(of month: Int) -> CalendarDate? { CalendarDate(year: month / 12, month: month % 12 + 1, day: 1) }

  private func name(_ month: Int) -> String { String(first(of: month)?.iso.prefix(7) ?? "") }

  private func isWhole(_ month: Int) -> Bool {
    guard let start = first(of: month).map(reference.zone.firstInstant),
      let end = first(of: month + 1).map(reference.zone.firstInstant)
    else { return false }
    return scope.from.map { $0 <= start } ?? true && end <= (scope.to.map { min($0, scope.at) } ?? scope.at)
  }
}
