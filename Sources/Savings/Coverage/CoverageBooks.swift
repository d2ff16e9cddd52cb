public import Clinical

/// What institutions uploaded in a period, from the lines of their reports: one by one, or from pages of them.
public struct CoverageBooks: Sendable {
  /// One institution's.
  public struct Uploads: Sendable {
    public fileprivate(set) var reports = 0
    public fileprivate(set) var reportsWithOrder = 0
    public fileprivate(set) var results = 0
    public fileprivate(set) var mappedResults = 0
    /// Of what counts.
    public fileprivate(set) var last: Instant?
    /// With anything reported by the books' end, in the zone, as days since 1970-01-01.
    public fileprivate(set) var days: Set<Int> = []
    /// By category, empty for what is of none.
    public fileprivate(set) var timeliness: [String: Timeliness] = [:]
  }

  /// Of one category.
  public struct Timeliness: Sendable {
    public fileprivate(set) var reports = 0
    public fileprivate(set) var results = 0
    public fileprivate(set) var reporting = DurationFigures()
    public fileprivate(set) var uploading = DurationFigures()
  }

  private let period: PagePeriod
  private let end: Int64
  private let zone: RegistryZone
  private var words = PageWords()
  /// By the number of its word.
  private var institutions: [Int64: Int] = [:]
  private var uploads: [Uploads] = []
  private var last: (institution: Int64, day: Int, place: Int) = (-1, .min, 0)
  private var categories = BookGroups()
  private var timeliness: [Timeliness] = []
  /// Reports of several parts that were counted: of an institution, with an order, of a category.
  private var counted: Set<[Int64]> = []
  private var reports: Int64 = 0

  /// - Parameter end: what was reported after it is left aside.
  public init(_ scope: AuditScope, end: Instant, zone: RegistryZone) {
    period = PagePeriod(scope, through: end.milliseconds)
    self.end = end.milliseconds
    self.zone = zone
  }

  /// Adds all parts of a report.
  public mutating func add(report parts: [UploadLine]) {
    reports += 1
    for part in parts {
      let values = part.values { words.number($0) }
      add(subject: reports, time: part.time.milliseconds) { values[$0.rawValue] }
    }
  }

  /// Adds a page; it, or reports, never both.
  ///
  /// - Returns: false for bytes that are no page.
  public mutating func add(page bytes: UnsafeRawBufferPointer) -> Bool {
    guard let page = ReadPage(.upload, bytes) else { return false }
    for index in 0..<page.count {
      add(subject: page.subjects[index], time: page.times[index]) { page[$0.rawValue][index] }
    }
    return true
  }

  @inline(__always)
  private mutating func add(subject: Int64, time: Int64, _ value: (UploadLine.Column) -> Int64) {
    if time > end { return }
    let institution = value(.institution)
    let day = Int((Double(time &+ zone.offset(at: time)) / 86_400_000).rounded(.down))
    // Many lines of one institution and day follow one another.
    if institution != last.institution || day != last.day {
      last = (institution, day, place(of: institution))
      uploads[last.place].days.insert(day)
    }
    let place = last.place
    let traits = UploadLine.Traits(rawValue: value(.traits))
    guard !traits.contains(.cancelled), period.contains(time) else { return }
    // A report of several parts counts once, wherever they lie.
    func isFirst(_ what: Int64, _ of: Int64 = 0) -> Bool {
      traits.contains(.only) || counted.insert([subject, what, of]).inserted
    }
    uploads[place].reports += isFirst(0) ? 1 : 0
    if traits.contains(.hasOrder), isFirst(1) { uploads[place].reportsWithOrder += 1 }
    uploads[place].results.add(Int(value(.results)))
    uploads[place].mappedResults.add(Int(value(.mapped)))
    uploads[place].last = max(uploads[place].last ?? Instant(milliseconds: time), Instant(milliseconds: time))

    let group = Int(categories.child(of: categories.child(of: 0, institution), value(.category)))
    while timeliness.count <= group { timeliness.append(Timeliness()) }
    timeliness[group].reports += isFirst(2, value(.category)) ? 1 : 0
    timeliness[group].results.add(Int(value(.results)))
    func elapsed(_ column: UploadLine.Column, _ judged: UploadLine.Traits, _ within: UploadLine.Traits) -> Elapsed {
      let length = value(column)
      return Elapsed(
        seconds: length == 0 ? nil : Int32(clamping: length &- 1), isJudged: traits.contains(judged),
        isWithinTarget: traits.contains(within))
    }
    timeliness[group].reporting.add(elapsed(.reporting, .reportingJudged, .reportingWithin))
    timeliness[group].uploading.add(elapsed(.uploading, .uploadingJudged, .uploadingWithin))
  }

  private mutating func place(of institution: Int64) -> Int {
    if let known = institutions[institution] { return known }
    institutions[institution] = uploads.count
    uploads.append(Uploads())
    return uploads.count - 1
  }

  /// What each institution uploaded.
  ///
  /// - Parameter word: what a number of the pages stands for; nil where reports were added.
  public func byInstitution(word: ((Int64) throws -> String?)? = nil) rethrows -> [String: Uploads] {
    func text(_ number: Int64) throws -> String? { try word.map { try $0(number) } ?? words.text(number) }
    var result: [String: Uploads] = [:]
    for (institution, place) in institutions {
      if let code = try text(institution) { result[code] = uploads[place] }
    }
    for (path, figures) in zip(categories.paths, timeliness) where path.count == 2 {
      guard let code = try text(path[0]) else { continue }
      result[code]?.timeliness[path[1] == 0 ? "" : try text(path[1]) ?? ""] = figures
    }
    return result
  }
}

/// Numbers for words that are not from pages.
struct PageWords: Sendable {
  private var numbers: [String: Int64] = [:]
  private var texts: [String] = []

  mutating func number(_ text: String) -> Int64 {
    if let known = numbers[text] { return known }
    texts.append(text)
    numbers[text] = Int64(texts.count)
    return Int64(texts.count)
  }

  func text(_ number: Int64) -> String? {
    texts.indices.contains(Int(number) - 1) ? texts[Int(number) - 1] : nil
  }
}
