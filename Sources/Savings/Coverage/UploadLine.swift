public import Clinical

/// What coverage asks of one part of a report.
public struct UploadLine: PageLine {
  public static let kind = PageKind.upload

  public var institution: String
  /// When it was reported, as far as that is told.
  public var time: Instant
  public var isCancelled: Bool
  /// Whether it says when, and by whom, it was ordered.
  public var hasOrder: Bool
  /// Whether its report has no other part.
  public var isOnly: Bool
  public var results: Int
  /// Results that the catalogue maps to an item.
  public var mapped: Int
  /// nil: nothing of it is mapped to an item.
  public var category: String?
  /// From collected (examinations: performed) to first reported final.
  public var reporting: Elapsed
  /// From there to recorded here.
  public var uploading: Elapsed

  public init(
    institution: String, time: Instant, isCancelled: Bool, hasOrder: Bool, isOnly: Bool, results: Int, mapped: Int,
    category: String?, reporting: Elapsed, uploading: Elapsed
  ) {
    self.institution = institution
    self.time = time
    self.isCancelled = isCancelled
    self.hasOrder = hasOrder
    self.isOnly = isOnly
    self.results = results
    self.mapped = mapped
    self.category = category
    self.reporting = reporting
    self.uploading = uploading
  }

  enum Column: Int, CaseIterable { case institution, category, traits, results, mapped, reporting, uploading }

  /// What is true of it.
  struct Traits: OptionSet {
    let rawValue: Int64

    static let cancelled = Traits(rawValue: 1)
    static let hasOrder = Traits(rawValue: 2)
    static let only = Traits(rawValue: 4)
    static let reportingJudged = Traits(rawValue: 8)
    static let reportingWithin = Traits(rawValue: 16)
    static let uploadingJudged = Traits(rawValue: 32)
    static let uploadingWithin = Traits(rawValue: 64)
  }

  private var traits: Traits {
    var traits: Traits = []
    func set(_ trait: Traits, _ condition: Bool) { if condition { traits.insert(trait) } }
    set(.cancelled, isCancelled)
    set(.hasOrder, hasOrder)
    set(.only, isOnly)
    set(.reportingJudged, reporting.isJudged)
    set(.reportingWithin, reporting.isWithinTarget)
    set(.uploadingJudged, uploading.isJudged)
    set(.uploadingWithin, uploading.isWithinTarget)
    return traits
  }

  public func values(_ word: (String) throws -> Int64) rethrows -> [Int64] {
    func length(_ elapsed: Elapsed) -> Int64 { elapsed.seconds.map { Int64($0) + 1 } ?? 0 }
    return [
      try word(institution), try category.map(word) ?? 0, traits.rawValue, Int64(results), Int64(mapped),
      length(reporting), length(uploading),
    ]
  }
}
