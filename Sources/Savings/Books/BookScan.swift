public import Catalogue
public import Clinical

/// A question to the books, answered from their pages: the same figures as `SavingsBooks` has of every prompt and claim.
public struct BookScan: Sendable {
  private let scope: AuditScope
  private let zone: RegistryZone
  /// The columns that tell rows apart; of several that follow from one, that one.
  private let columns: [BookColumn.Words]
  private let byMonth: Bool
  private var groups = BookGroups()
  /// By group.
  private var sums: [BookSums] = []
  private var month = MonthCursor()

  public init(_ scope: AuditScope, zone: RegistryZone) {
    self.scope = scope
    self.zone = zone
    byMonth = scope.dimensions.contains(.month)
    columns = BookColumn.Words.allCases.filter { column in scope.dimensions.contains { $0.column == column } }
  }

  /// Whether anything of a page can count.
  public func concerns(since: Instant, ordered: ClosedRange<Instant>, accepted: ClosedRange<Instant>) -> Bool {
    func overlaps(_ range: ClosedRange<Instant>) -> Bool {
      (scope.from.map { $0 <= range.upperBound } ?? true) && (scope.to.map { range.lowerBound < $0 } ?? true)
    }
    return since <= scope.at && (overlaps(ordered) || overlaps(accepted))
  }

  /// Whether a page's times are to be read: not where all of it counts, and for what it counts in the end.
  public func needsTimes(
    settledAt: Instant, ordered: ClosedRange<Instant>, accepted: ClosedRange<Instant>
  ) -> Bool {
    let ends = [ordered.lowerBound, ordered.upperBound, accepted.lowerBound, accepted.upperBound]
    if settledAt > scope.at || !ends.allSatisfy(scope.contains) { return true }
    return byMonth && Set(ends.map { MonthCursor($0.milliseconds, zone).number }).count > 1
  }

  /// Whether a page's words are to be read.
  public var needsWords: Bool { !columns.isEmpty }

  /// Adds a page.
  ///
  /// - Parameters:
  ///   - times: nil where they need not be read; so with the words.
  ///   - ordered: when anything of it was ordered.
  /// - Returns: false for bytes that are no page.
  public mutating func add(
    sums: UnsafeRawBufferPointer, times: [UInt8]?, words: [UInt8]?, ordered: Instant
  ) -> Bool {
    (times ?? []).withUnsafeBytes { timeBytes in
      (words ?? []).withUnsafeBytes { wordBytes in
        add(sums, times == nil ? nil : timeBytes, words == nil ? nil : wordBytes, ordered)
      }
    }
  }

  private mutating func add(
    _ sums: UnsafeRawBufferPointer, _ times: UnsafeRawBufferPointer?, _ words: UnsafeRawBufferPointer?,
    _ ordered: Instant
  ) -> Bool {
    guard let page = PackedColumns(sums, columns: BookColumn.Sums.allCases.count) else { return false }
    let clock = times.map { PackedColumns($0, columns: BookColumn.Times.allCases.count) }
    let telling = words.map { PackedColumns($0, columns: BookColumn.Words.allCases.count) }
    for part in [clock, telling] {
      if let part, part?.count != page.count { return false }
    }
    if byMonth { month.move(to: ordered.milliseconds, zone) }
    let levels = telling.flatMap { $0 }.map { words in columns.map { BookLevel($0, words[$0.rawValue]) } } ?? []
    add(page, clock.flatMap { $0 }.map { BookClock($0, scope) }, levels)
    return true
  }

  private mutating func add(_ page: PackedColumns, _ clock: BookClock?, _ levels: [BookLevel]) {
    let bitColumn = page[BookColumn.Sums.bits.rawValue]
    let amount = page[BookColumn.Sums.amount.rawValue]
    let consultation = page[BookColumn.Sums.consultation.rawValue]
    let fund = page[BookColumn.Sums.fund.rawValue]
    let hospital = page[BookColumn.Sums.hospital.rawValue]
    let declineReason = page[BookColumn.Sums.declineReason.rawValue]
    for index in 0..<page.count {
      var bits = BookBits(rawValue: bitColumn[index])
      if let clock { bits = clock.bits(index, bits) }
      guard bits.contains(.stands), !bits.isDisjoint(with: [.prompt, .claim]) else { continue }
      let reason = bits.contains(.declined) ? declineReason[index] : 0
      var group: UInt32 = 0
      for level in levels { group = groups.child(of: group, level.value(index, declineReason: reason)) }
      if bits.contains(.prompt) {
        let own = place(of: group, in: clock?.ordered(index))
        sums[own].addPrompt(bits, declineReason: reason)
      }
      if bits.contains(.claim) {
        let own = place(of: group, in: clock?.responded(index))
        sums[own].addClaim(
          bits, amount: Int(amount[index]), consultation: Int(consultation[index]), fund: Int(fund[index]),
          hospital: Int(hospital[index]))
      }
    }
  }

  /// Where a group's sums of a month stand.
  ///
  /// - Parameter moment: nil: of the month that the page is in.
  @inline(__always)
  private mutating func place(of group: UInt32, in moment: Int64?) -> Int {
    var own = group
    if byMonth {
      if let moment { month.move(to: moment, zone) }
      own = groups.child(of: group, month.number)
    }
    while sums.count <= Int(own) { sums.append(BookSums()) }
    return Int(own)
  }

  /// The figures of all pages.
  ///
  /// - Parameters:
  ///   - word: what a number of the pages stands for.
  ///   - reference: asked for only where rows are told apart by what it says.
  public func figures(
    word: (Int64) throws -> String?, reference: () throws -> ReferenceData
  ) rethrows -> AuditRows<SavingsFigures> {
    var figures = AuditRows(SavingsFigures(), by: scope.dimensions)
    let depth = columns.count + (byMonth ? 1 : 0)
    for (path, sums) in zip(groups.paths, sums) where path.count == depth {
      let subject = try RowSubject(columns, path, at: scope.at, word: word)
      let key = try scope.dimensions.map { dimension in
        dimension == .month
          ? path.last.map(MonthCursor.text) : try subject.value(of: dimension, in: try reference())
      }
      figures.add(key) { $0.add(sums) }
    }
    return figures
  }
}

extension Dimension {
  /// The column that it follows from; nil for the month, which follows from the time.
  var column: BookColumn.Words? {
    switch self {
    case .institution, .region, .level, .grade, .ownership, .alliance: .institution
    case .source: .sources
    case .department: .department
    case .clinician: .clinician
    case .item, .category: .item
    case .setting: .setting
    case .reason: .orderReason
    case .month: nil
    }
  }
}

/// A column that tells rows apart.
struct BookLevel {
  private let isReason: Bool
  private let values: PackedColumns.Column

  init(_ column: BookColumn.Words, _ values: PackedColumns.Column) {
    isReason = column == .orderReason
    self.values = values
  }

  /// - Parameter declineReason: why it was declined, which tells more than why it was ordered; 0 where it was not.
  @inline(__always)
  func value(_ index: Int, declineReason: Int64) -> Int64 {
    isReason && declineReason != 0 ? declineReason : values[index]
  }
}

extension RowSubject {
  /// What the columns of a page say of it.
  ///
  /// - Parameter word: what a number of the pages stands for.
  init(
    _ columns: [BookColumn.Words], _ path: [Int64], at time: Instant, word: (Int64) throws -> String?
  ) rethrows {
    self.init(institution: "", sources: [], item: "", setting: .outpatient, time: time)
    for (column, value) in zip(columns, path) {
      switch column {
      case .institution: institution = try word(value) ?? ""
      case .sources: sources = try [word(value)].compactMap { $0 }
      case .department: department = try word(value)
      case .clinician: clinician = try word(value)
      case .item: item = try word(value) ?? ""
      case .setting: setting = try word(value).flatMap(Setting.init) ?? .outpatient
      case .orderReason: reason = RetestReason(rawValue: Int(value))
      }
    }
  }
}
