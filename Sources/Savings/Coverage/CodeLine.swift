public import Clinical

/// Results of one report under one code, or all that are of an item.
public struct CodeLine: PageLine {
  public static let kind = PageKind.code

  /// A code that means no item.
  public struct Code: Hashable, Sendable {
    public var institution: String
    public var code: String
    public var name: String?
    public var specimen: String?
    public var unit: String?
    /// The items that its codes mean, where they disagree.
    public var conflicting: [String]?

    public init(
      institution: String, code: String, name: String?, specimen: String?, unit: String?, conflicting: [String]?
    ) {
      self.institution = institution
      self.code = code
      self.name = name
      self.specimen = specimen
      self.unit = unit
      self.conflicting = conflicting
    }

    fileprivate var word: String {
      PageWord.join([institution, code, name, specimen, unit, conflicting.map { PageWord.join($0) }])
    }

    fileprivate init?(word: String) {
      guard let texts = PageWord.split(word), texts.count == 6, let institution = texts[0], let code = texts[1] else {
        return nil
      }
      self.init(
        institution: institution, code: code, name: texts[2], specimen: texts[3], unit: texts[4],
        conflicting: texts[5].map { PageWord.split($0)?.compactMap { $0 } ?? [] })
    }
  }

  /// nil: of an item.
  public var code: Code?
  public var count: Int
  /// Codes are counted whenever they were sent: it only says in which page they are.
  public var time: Instant

  public init(_ code: Code?, count: Int, time: Instant) { (self.code, self.count, self.time) = (code, count, time) }

  enum Column: Int, CaseIterable { case code, count }

  public func values(_ word: (String) throws -> Int64) rethrows -> [Int64] {
    [try code.map { try word($0.word) } ?? 0, Int64(count)]
  }
}

/// Current results by code.
public struct CodeBooks: Sendable {
  public private(set) var results = 0
  /// Of an item.
  public private(set) var mapped = 0
  private var counts: [CodeLine.Code: Int] = [:]
  /// By the number of the code's word.
  private var numbers: [Int64: Int] = [:]

  public init() {}

  public mutating func add(_ line: CodeLine) {
    results += line.count
    guard let code = line.code else { return mapped += line.count }
    counts[code, default: 0] += line.count
  }

  /// Adds a page; it, or lines, never both.
  ///
  /// - Returns: false for bytes that are no page.
  public mutating func add(page bytes: UnsafeRawBufferPointer) -> Bool {
    guard let page = ReadPage(.code, bytes) else { return false }
    let (codes, counts) = (page[CodeLine.Column.code.rawValue], page[CodeLine.Column.count.rawValue])
    for index in 0..<page.count {
      let count = Int(counts[index])
      results.add(count)
      if codes[index] == 0 { mapped.add(count) } else { numbers[codes[index], default: 0].add(count) }
    }
    return true
  }

  /// How often each code that means no item stands in a result.
  ///
  /// - Parameter word: what a number of the pages stands for.
  /// - Returns: nil where a number stands for nothing that a page says.
  public func unmapped(word: (Int64) throws -> String?) rethrows -> [CodeLine.Code: Int]? {
    var result = counts
    for (number, count) in numbers {
      guard let code = try word(number).flatMap(CodeLine.Code.init(word:)) else { return nil }
      result[code, default: 0].add(count)
    }
    return result
  }
}
