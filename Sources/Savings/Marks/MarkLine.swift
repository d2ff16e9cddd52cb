public import Clinical

/// Results of one report that are alike: of one item, with the same mark, and the same to be said of it.
public struct MarkLine: PageLine, Hashable {
  public static let kind = PageKind.mark

  public var institution: String
  public var item: String
  /// As sent.
  public var mark: String?
  /// Marked, and a holder has no certificate that reaches as far as the mark says.
  public var isUncertified: Bool
  /// Every holder has a certificate, and no mark is printed.
  public var isUnmarked: Bool
  /// Marked with a scope that is not known.
  public var isScopeUnknown: Bool
  public var time: Instant

  public init(
    institution: String, item: String, mark: String?, isUncertified: Bool, isUnmarked: Bool, isScopeUnknown: Bool,
    time: Instant
  ) {
    self.institution = institution
    self.item = item
    self.mark = mark
    self.isUncertified = isUncertified
    self.isUnmarked = isUnmarked
    self.isScopeUnknown = isScopeUnknown
    self.time = time
  }

  enum Column: Int, CaseIterable { case alike }

  /// All but the time: results that have it in common count together.
  fileprivate var alike: String {
    let traits = [isUncertified, isUnmarked, isScopeUnknown].map { $0 ? "1" : nil }
    return PageWord.join([institution, item, mark] + traits)
  }

  fileprivate init?(alike: String) {
    guard let texts = PageWord.split(alike), texts.count == 6, let institution = texts[0], let item = texts[1] else {
      return nil
    }
    self.init(
      institution: institution, item: item, mark: texts[2], isUncertified: texts[3] != nil, isUnmarked: texts[4] != nil,
      isScopeUnknown: texts[5] != nil, time: Instant(milliseconds: 0))
  }

  public func values(_ word: (String) throws -> Int64) rethrows -> [Int64] { [try word(alike)] }
}

/// How many results of a period are marked, and whether there is a certificate behind it.
public struct MarkFigures: Encodable, Sendable, Hashable {
  /// Results with a value that are not cancelled.
  public private(set) var results = 0
  public private(set) var marked = 0
  /// Marked, and a holder had no certificate reaching as far as the mark says.
  public private(set) var uncertified = 0
  /// Every holder had a certificate, and no mark is printed.
  public private(set) var unmarked = 0
  /// Marked with a scope that is neither 全国, an agreement nor a province: any certificate was taken for it.
  public private(set) var unknownScope = 0
  /// Results by mark, as sent.
  public private(set) var marks: [String: Int] = [:]

  public init() {}

  mutating func add(_ line: MarkLine, count: Int) {
    results += count
    uncertified += line.isUncertified ? count : 0
    unmarked += line.isUnmarked ? count : 0
    unknownScope += line.isScopeUnknown ? count : 0
    guard let mark = line.mark else { return }
    marked += count
    marks[mark, default: 0] += count
  }
}

/// The marks of a period, by clinical time.
public struct MarkBooks: Sendable {
  /// The results of one source for one item.
  public struct Row: Sendable {
    public let institution: String
    public let item: String
    public fileprivate(set) var figures = MarkFigures()
  }

  private let period: PagePeriod
  private var lines: [MarkLine: Int] = [:]
  /// By the number of what lines have in common; small numbers, of which there are a million lines, in a table.
  private var counts: [Int] = []
  private var others: [Int: Int] = [:]
  private static let most = 1 << 20

  public init(_ scope: AuditScope) { period = PagePeriod(scope, through: scope.at.milliseconds) }

  /// Adds one result.
  public mutating func add(_ line: MarkLine) {
    guard period.contains(line.time.milliseconds) else { return }
    var alike = line
    alike.time = Instant(milliseconds: 0)
    lines[alike, default: 0] += 1
  }

  /// Adds a page; it, or results, never both.
  ///
  /// - Returns: false for bytes that are no page.
  public mutating func add(page bytes: UnsafeRawBufferPointer) -> Bool {
    guard let page = ReadPage(.mark, bytes) else { return false }
    let numbers = page[MarkLine.Column.alike.rawValue]
    for index in 0..<page.count where period.contains(page.times[index]) {
      let number = Int(numbers[index])
      guard (0..<Self.most).contains(number) else {
        others[number, default: 0] += 1
        continue
      }
      if counts.count <= number { counts += Array(repeating: 0, count: number + 1 - counts.count) }
      counts[number] += 1
    }
    return true
  }

  /// The figures in all, and by institution and item.
  ///
  /// - Parameter word: what a number of the pages stands for.
  /// - Returns: nil where a number stands for nothing that a page says.
  public func figures(word: (Int64) throws -> String?) rethrows -> (total: MarkFigures, rows: [Row])? {
    var lines = lines
    let numbers = counts.enumerated().map { (key: $0, value: $1) } + others.map { $0 }
    for (number, count) in numbers where count > 0 {
      guard let line = try word(Int64(number)).flatMap(MarkLine.init(alike:)) else { return nil }
      lines[line, default: 0] += count
    }
    var total = MarkFigures()
    var rows: [[String]: Row] = [:]
    for (line, count) in lines {
      total.add(line, count: count)
      rows[[line.institution, line.item], default: Row(institution: line.institution, item: line.item)].figures
        .add(line, count: count)
    }
    return (total, rows.values.sorted { ($0.institution, $0.item) < ($1.institution, $1.item) })
  }
}
