public import Catalogue
public import Clinical

/// Repeated tests of a period, from pages: the same figures as `RepeatBooks` has of every finding.
public struct RepeatScan: Sendable {
  /// Findings of one kind in one group.
  private struct Sums {
    var count = 0
    var fen = 0
    var unpriced = 0
  }

  private let scope: AuditScope
  private let zone: RegistryZone
  private let asIfConnected: Bool
  private let period: PagePeriod
  private let at: Int64
  private let columns: [QuestionLine.Column]
  private let byMonth: Bool
  private let bySource: Bool
  private var groups = BookGroups()
  /// By group, the kind of the finding being its last value.
  private var sums: [Sums] = []
  private var month = MonthCursor()
  private let excluded: Set<Int64>
  /// Subjects of which something could still change at the books' time: they are to be left out, and asked anew.
  public private(set) var unsettled: Set<Int64> = []

  /// - Parameter excluded: subjects whose lines are left aside.
  public init(_ scope: AuditScope, asIfConnected: Bool, zone: RegistryZone, without excluded: Set<Int64>) {
    self.excluded = excluded
    self.scope = scope
    self.zone = zone
    self.asIfConnected = asIfConnected
    period = PagePeriod(scope, through: scope.at.milliseconds)
    at = scope.at.milliseconds
    columns = [.institution, .department, .clinician, .item, .setting].filter { column in
      scope.dimensions.contains { $0.questionColumn == column }
    }
    byMonth = scope.dimensions.contains(.month)
    bySource = scope.dimensions.contains(.source)
  }

  /// Adds a page.
  ///
  /// - Returns: false for bytes that are no page.
  public mutating func add(page bytes: UnsafeRawBufferPointer) -> Bool {
    guard let page = ReadPage(.question, bytes) else { return false }
    func column(_ column: QuestionLine.Column) -> PackedColumns.Column { page[column.rawValue] }
    let (happened, settled) = (column(.happened), column(.settled))
    let kinds = column(asIfConnected ? .connectedKind : .recordedKind)
    let prices = column(asIfConnected ? .connectedPrice : .recordedPrice)
    let sources = column(asIfConnected ? .connectedSources : .recordedSources)
    let levels = columns.map(column)
    for index in 0..<page.count {
      let time = page.times[index]
      guard period.contains(time), time &+ happened[index] <= at else { continue }
      if !excluded.isEmpty, excluded.contains(page.subjects[index]) { continue }
      if time &+ settled[index] > at {
        unsettled.insert(page.subjects[index])
        continue
      }
      var group: UInt32 = 0
      for level in levels { group = groups.child(of: group, level[index]) }
      if bySource { group = groups.child(of: group, sources[index]) }
      if byMonth {
        month.move(to: time, zone)
        group = groups.child(of: group, month.number)
      }
      let own = Int(groups.child(of: group, kinds[index]))
      while sums.count <= own { sums.append(Sums()) }
      let price = prices[index]
      sums[own].count += 1
      if price == 0 { sums[own].unpriced += 1 } else { sums[own].fen.add(Int(price &- 1)) }
    }
    return true
  }

  /// The figures of all pages.
  ///
  /// - Parameters:
  ///   - word: what a number of the pages stands for.
  ///   - others: the lines of the subjects that were left out, as they were at the books' time.
  ///   - reference: asked for only where rows are told apart by what it says.
  /// - Returns: nil where a number stands for nothing that a page says.
  public func figures(
    and others: [QuestionLine], word: (Int64) throws -> String?, reference: () throws -> ReferenceData
  ) rethrows -> AuditRows<RepeatFigures>? {
    var figures = AuditRows(RepeatFigures(), by: scope.dimensions)
    let depth = columns.count + (bySource ? 1 : 0) + (byMonth ? 1 : 0) + 1
    for (path, sums) in zip(groups.paths, sums) where path.count == depth && sums.count > 0 {
      guard let kind = path.last.flatMap(RepeatFinding.Kind.init(number:)) else { return nil }
      var subject = RowSubject(institution: "", sources: [], item: "", setting: .outpatient, time: scope.at)
      subject.reason = kind.reason
      for (column, value) in zip(columns, path) { try subject.set(column, word(value)) }
      if bySource { subject.sources = try [word(path[columns.count])].compactMap { $0 } }
      let key = try scope.dimensions.map { dimension in
        dimension == .month
          ? MonthCursor.text(path[depth - 2]) : try subject.value(of: dimension, in: try reference())
      }
      figures.add(key) { $0.add(kind, count: sums.count, fen: sums.fen, unpriced: sums.unpriced) }
    }
    for line in others where isCounted(line) {
      let finding = line.finding(asIfConnected: asIfConnected)
      var subject = RowSubject(
        institution: line.institution, sources: [finding.sources].compactMap { $0 }, item: line.item,
        setting: line.setting, time: line.time)
      (subject.department, subject.clinician, subject.reason) = (line.department, line.clinician, finding.kind.reason)
      let key = try scope.dimensions.map { try subject.value(of: $0, in: try reference()) }
      figures.add(key) { $0.add(finding.kind, priceFen: finding.priceFen) }
    }
    return figures
  }

  private func isCounted(_ line: QuestionLine) -> Bool {
    period.contains(line.time.milliseconds) && line.happenedAt <= scope.at
  }
}

extension Dimension {
  /// The column that it follows from; nil for the month, the sources and the reason, which follow from the finding.
  fileprivate var questionColumn: QuestionLine.Column? {
    switch self {
    case .institution, .region, .level, .grade, .ownership, .alliance: .institution
    case .department: .department
    case .clinician: .clinician
    case .item, .category: .item
    case .setting: .setting
    case .source, .reason, .month: nil
    }
  }
}

extension RowSubject {
  /// - Parameter word: what the column says.
  fileprivate mutating func set(_ column: QuestionLine.Column, _ word: String?) {
    switch column {
    case .institution: institution = word ?? ""
    case .department: department = word
    case .clinician: clinician = word
    case .item: item = word ?? ""
    case .setting: setting = word.flatMap(Setting.init) ?? .outpatient
    default: break
    }
  }
}
