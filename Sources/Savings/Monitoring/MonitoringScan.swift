public import Catalogue
import Clinical

/// The tests of each institution and month, from pages: the same figures as `MonitoringBooks` has of every finding.
public struct MonitoringScan: Sendable {
  /// Of one institution and month.
  struct Sums {
    var tests = 0
    var costFen = 0
    var unknownPrice = 0
    var repeats = 0
    var flagged = 0
    var positive = 0
    /// Tests by modality.
    var modalities: [String: Int] = [:]
  }

  /// A report whose questions need not all be in the period.
  private struct Report: Hashable {
    var subject: Int64
    var number: Int64
  }

  private let reference: ReferenceData
  private let period: PagePeriod
  private let at: Int64
  private var words = PageWords()
  private var groups = BookGroups()
  private var sums: [Sums] = []
  /// By the number of an item's word: the place of its modality, 0 for none; -1: nobody has asked yet.
  private var modalityPlaces: [Int] = []
  private var modalities: [String?] = [nil]
  private var last: (institution: Int64, month: Int64, group: UInt32) = (-1, -1, 0)
  private var month = MonthCursor()
  /// The first question of each, its group and its results.
  private var reports: [Report: (question: Int64, group: Int, flagged: Int, positive: Int)] = [:]
  private let excluded: Set<Int64>
  /// As of `RepeatScan`.
  public private(set) var unsettled: Set<Int64> = []

  /// - Parameter excluded: subjects whose lines are left aside.
  public init(_ scope: AuditScope, reference: ReferenceData, without excluded: Set<Int64>) {
    self.excluded = excluded
    self.reference = reference
    period = PagePeriod(scope, through: scope.at.milliseconds)
    at = scope.at.milliseconds
  }

  /// Adds a page.
  ///
  /// - Parameter word: what a number of the pages stands for.
  /// - Returns: false for bytes that are no page.
  public mutating func add(
    page bytes: UnsafeRawBufferPointer, word: (Int64) throws -> String?
  ) rethrows -> Bool {
    guard let page = ReadPage(.question, bytes) else { return false }
    let settled = page[QuestionLine.Column.settled.rawValue]
    for index in 0..<page.count where excluded.isEmpty || !excluded.contains(page.subjects[index]) {
      let time = page.times[index]
      if time &+ settled[index] > at, period.contains(time) { unsettled.insert(page.subjects[index]) }
      try add(subject: page.subjects[index], time: time, word: word) { page[$0.rawValue][index] }
    }
    return true
  }

  /// Adds the lines of subjects one by one; them, or pages, never both.
  public mutating func add(_ lines: [(subject: Int64, line: QuestionLine)]) {
    for (subject, line) in lines {
      let values = line.values { words.number($0) }
      let known = words
      add(subject: subject, time: line.time.milliseconds, word: known.text) { values[$0.rawValue] }
    }
  }

  @inline(__always)
  private mutating func add(
    subject: Int64, time: Int64, word: (Int64) throws -> String?, _ value: (QuestionLine.Column) -> Int64
  ) rethrows {
    guard period.contains(time), time &+ value(.happened) <= at else { return }
    month.move(to: time, reference.zone)
    // Lines of one report follow one another.
    let institution = value(.institution)
    if last.institution != institution || last.month != month.number {
      last = (institution, month.number, groups.child(of: groups.child(of: 0, institution), month.number))
    }
    let group = Int(last.group)
    while sums.count <= group { sums.append(Sums()) }
    if let modality = try modality(ofItem: value(.item), word) { sums[group].modalities[modality, default: 0] += 1 }
    let price = value(.price)
    sums[group].tests += 1
    if price == 0 { sums[group].unknownPrice += 1 } else { sums[group].costFen.add(Int(price &- 1)) }
    sums[group].repeats += value(.connectedKind) == RepeatFinding.Kind.avoidable.number ? 1 : 0
    let place = value(.reportPlace)
    let (flagged, positive) = (Int(value(.flagged)), Int(value(.positive)))
    if place == 0 {
      sums[group].flagged.add(flagged)
      sums[group].positive.add(positive)
    } else {
      let report = Report(subject: subject, number: place >> 24)
      let question = place & 0xFF_FFFF
      if let known = reports[report], known.question <= question { return }
      reports[report] = (question, group, flagged, positive)
    }
  }

  @inline(__always)
  private mutating func modality(ofItem number: Int64, _ word: (Int64) throws -> String?) rethrows -> String? {
    if number >= 0, number < modalityPlaces.count, modalityPlaces[Int(number)] >= 0 {
      return modalities[modalityPlaces[Int(number)]]
    }
    return try asked(modalityOfItem: number, word)
  }

  private mutating func asked(modalityOfItem number: Int64, _ word: (Int64) throws -> String?) rethrows -> String? {
    let modality = try word(number).flatMap { reference.items[$0]?.modality }
    // What is no number of a word is asked every time.
    guard (0..<1 << 20).contains(number) else { return modality }
    while modalityPlaces.count <= Int(number) { modalityPlaces.append(-1) }
    let known = modalities.firstIndex(of: modality)
    if known == nil { modalities.append(modality) }
    modalityPlaces[Int(number)] = known ?? modalities.count - 1
    return modality
  }

  /// Adds all to the books.
  ///
  /// - Parameter word: what a number of the pages stands for; nil where lines were added.
  public func add(to books: inout MonitoringBooks, word: ((Int64) throws -> String?)? = nil) rethrows {
    func text(_ number: Int64) throws -> String? { try word.map { try $0(number) } ?? words.text(number) }
    var sums = sums
    for report in reports.values {
      sums[report.group].flagged.add(report.flagged)
      sums[report.group].positive.add(report.positive)
    }
    for (path, sums) in zip(groups.paths, sums) where path.count == 2 {
      if let institution = try text(path[0]) { books.add(sums, institution, month: Int(path[1])) }
    }
  }
}
