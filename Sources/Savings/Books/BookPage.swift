public import Catalogue
public import Clinical

/// One line of a page of the books: a `BookEntry` as the reference data reads it, words as numbers.
public struct BookLine: Sendable {
  /// What stands for a word: the same number for the same word; 0 for none.
  public struct Words: Sendable {
    public var institution: Int64 = 0
    public var sources: Int64 = 0
    public var department: Int64 = 0
    public var clinician: Int64 = 0
    public var item: Int64 = 0
    public var setting: Int64 = 0

    public init() {}

    fileprivate var columns: [Int64] { [institution, sources, department, clinician, item, setting] }
  }

  /// What was decided, as numbers that stand for words.
  public struct Question: Sendable {
    public var outcome: Int64 = 0
    /// JSON, as `causes` of a recorded decision; the institutions whose results stood in likewise, as an array.
    public var causes: Int64 = 0
    public var sourceList: Int64 = 0

    public init() {}

    fileprivate var columns: [Int64] { [outcome, causes, sourceList] }
  }

  public var words = Words()
  public var question = Question()
  public var isPrompt = false
  public var isSameInstitution = false
  public var orderReason: RetestReason?
  public var since: Instant
  public var until: Instant?
  public var orderedAt: Instant
  public var respondedAt: Instant?
  public var isAccepted = false
  public var declineReason: RetestReason?
  public var isPatientTold = false
  public var validUntil: Instant?
  public var reversedAt: Instant?
  public var deferredAt: Instant?
  public var amountFen: Int?
  public var consultationFen = 0
  /// nil: without a row of `splits.csv`.
  public var split: Split?

  public init(since: Instant, orderedAt: Instant) {
    self.since = since
    self.orderedAt = orderedAt
  }

  private var isClaim: Bool { isAccepted && validUntil != nil }
  /// When it is last changed by the passing of time.
  fileprivate var settledAt: Instant {
    // Valid until then, that moment included.
    let expired = isClaim ? validUntil.map { Instant(milliseconds: $0.milliseconds &+ 1) } : nil
    return [until, respondedAt, expired, reversedAt, deferredAt].compactMap { $0 }.reduce(since, max)
  }
}

/// A day of the books in packed columns.
public struct BookPage: Sendable {
  public let ordered: ClosedRange<Instant>
  public let accepted: ClosedRange<Instant>
  public let since: Instant
  public let settledAt: Instant
  /// What each line counts for once all its time is past, its amounts in fen.
  public let sums: [UInt8]
  public let times: [UInt8]
  public let words: [UInt8]
  /// What was asked and decided.
  public let questions: [UInt8]

  /// - Returns: nil without lines.
  public init?(_ lines: [BookLine]) {
    guard let first = lines.first else { return nil }
    func range(_ instants: [Instant]) -> ClosedRange<Instant> {
      (instants.min() ?? first.orderedAt)...(instants.max() ?? first.orderedAt)
    }
    ordered = range(lines.map(\.orderedAt))
    let acceptances = lines.filter(\.isAccepted).compactMap(\.respondedAt)
    accepted = acceptances.isEmpty ? ordered : range(acceptances)
    since = lines.map(\.since).reduce(first.since, min)
    settledAt = lines.map(\.settledAt).reduce(first.settledAt, max)
    let shares = lines.map { line in
      line.split.flatMap { split in line.amountFen.map { SavingsFigures.Shares($0, by: split) } }
    }
    let none = SavingsFigures.Shares()
    sums = PackedColumns.pack([
      lines.map(\.bits), lines.map { Int64($0.amountFen ?? 0) }, lines.map { Int64($0.consultationFen) },
      shares.map { Int64(($0 ?? none).fundFen) }, shares.map { Int64(($0 ?? none).hospitalFen) },
      lines.map { Int64($0.declineReason?.rawValue ?? 0) },
    ])
    func after(_ moment: Instant?, _ base: Instant) -> Int64 {
      moment.map { $0.milliseconds &- base.milliseconds } ?? 0
    }
    times = PackedColumns.pack([
      lines.map(\.orderedAt.milliseconds), lines.map { after($0.since, $0.orderedAt) },
      lines.map { after($0.until, $0.since) }, lines.map { after($0.respondedAt, $0.orderedAt) },
      lines.map { after($0.validUntil, $0.orderedAt) }, lines.map { after($0.reversedAt, $0.orderedAt) },
      lines.map { after($0.deferredAt, $0.orderedAt) },
    ])
    let numbers = lines.map(\.words.columns)
    words = PackedColumns.pack(
      BookLine.Words().columns.indices.map { column in numbers.map { $0[column] } } + [
        lines.map { Int64($0.orderReason?.rawValue ?? 0) }
      ])
    let asked = lines.map(\.question.columns)
    questions = PackedColumns.pack(BookColumn.Questions.allCases.indices.map { column in asked.map { $0[column] } })
  }
}

/// The columns of each part, in their order.
enum BookColumn {
  enum Sums: Int, CaseIterable { case bits, amount, consultation, fund, hospital, declineReason }
  /// All but the first are told from the order's time on, `until` from `since` on; 0 for none where `BookBits` say that there is one.
  enum Times: Int, CaseIterable { case ordered, since, until, responded, validUntil, reversed, deferred }
  enum Words: Int, CaseIterable { case institution, sources, department, clinician, item, setting, orderReason }
  enum Questions: Int, CaseIterable { case outcome, causes, sourceList }
}

/// What a line counts for.
struct BookBits: OptionSet {
  let rawValue: Int64

  /// It holds for good; of one that ends there is nothing in the end.
  static let stands = BookBits(rawValue: 1)
  static let prompt = BookBits(rawValue: 2)
  static let sameInstitution = BookBits(rawValue: 4)
  static let responded = BookBits(rawValue: 8)
  static let accepted = BookBits(rawValue: 16)
  static let declined = BookBits(rawValue: 32)
  static let patientTold = BookBits(rawValue: 64)
  static let claim = BookBits(rawValue: 128)
  static let pending = BookBits(rawValue: 256)
  static let reversed = BookBits(rawValue: 512)
  static let deferred = BookBits(rawValue: 1024)
  static let priced = BookBits(rawValue: 2048)
  static let shared = BookBits(rawValue: 4096)
  static let ends = BookBits(rawValue: 8192)

  /// What there is only from the response on.
  static let response: BookBits = [.responded, .accepted, .declined, .patientTold, .claim, .reversed, .deferred]
}

extension BookLine {
  /// Once all its time is past.
  fileprivate var bits: Int64 {
    var bits: BookBits = until == nil ? .stands : .ends
    func set(_ bit: BookBits, _ condition: Bool) { if condition { bits.insert(bit) } }
    set(.prompt, isPrompt)
    set(.sameInstitution, isSameInstitution)
    set(.responded, respondedAt != nil)
    set(.accepted, isAccepted)
    set(.declined, declineReason != nil)
    set(.patientTold, isPatientTold)
    set(.claim, isClaim)
    set(.reversed, reversedAt != nil)
    set(.deferred, reversedAt == nil && deferredAt != nil)
    set(.priced, amountFen != nil)
    set(.shared, split != nil && amountFen != nil)
    return bits.rawValue
  }
}
