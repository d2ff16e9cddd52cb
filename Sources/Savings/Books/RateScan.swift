public import Catalogue
public import Clinical
import Foundation

/// Rates of a period, from the pages of the books: the same figures as `RateBooks` has of every prompt.
public struct RateScan: Sendable {
  /// What was answered, as one number.
  private struct Answer {
    let number: Int64

    init(_ bits: BookBits, declineReason: Int64) {
      let kept: BookBits = [.prompt, .sameInstitution, .accepted, .declined, .patientTold]
      number = bits.intersection(kept).rawValue << 8 | (bits.contains(.declined) ? declineReason : 0)
    }

    init(number: Int64) { self.number = number }

    var bits: BookBits { BookBits(rawValue: number >> 8) }
    var response: PromptFigures.Response {
      PromptFigures.Response(
        isAccepted: bits.contains(.accepted),
        reason: bits.contains(.declined) ? RetestReason(rawValue: Int(number & 0xFF)) : nil,
        isPatientTold: bits.contains(.patientTold))
    }
  }

  private let scope: AuditScope
  private let zone: RegistryZone
  private let columns: [BookColumn.Words]
  private let byMonth: Bool
  private var month = MonthCursor()
  /// Rows, then what was decided, why candidates failed, why it was ordered, what was answered.
  private var questions = BookGroups()
  private var questionCounts: [Int] = []
  /// The institution that ordered, those whose results stood in, what was answered.
  private var sides = BookGroups()
  private var sideCounts: [Int] = []

  public init(_ scope: AuditScope, zone: RegistryZone) {
    self.scope = scope
    self.zone = zone
    byMonth = scope.dimensions.contains(.month)
    columns = BookColumn.Words.allCases.filter { column in scope.dimensions.contains { $0.column == column } }
  }

  /// Whether anything of a page can count.
  public func concerns(since: Instant, ordered: ClosedRange<Instant>) -> Bool {
    since <= scope.at && (scope.from.map { $0 <= ordered.upperBound } ?? true)
      && (scope.to.map { ordered.lowerBound < $0 } ?? true)
  }

  /// Adds a page.
  ///
  /// - Returns: false for bytes that are no page.
  public mutating func add(
    sums: UnsafeRawBufferPointer, times: [UInt8], words: [UInt8], questions: [UInt8]
  ) -> Bool {
    times.withUnsafeBytes { times in
      words.withUnsafeBytes { words in
        questions.withUnsafeBytes { questions in
          guard let sums = PackedColumns(sums, columns: BookColumn.Sums.allCases.count),
            let times = PackedColumns(times, columns: BookColumn.Times.allCases.count), times.count == sums.count,
            let words = PackedColumns(words, columns: BookColumn.Words.allCases.count), words.count == sums.count,
            let questions = PackedColumns(questions, columns: BookColumn.Questions.allCases.count),
            questions.count == sums.count
          else { return false }
          add(sums, BookClock(times, scope), words, questions)
          return true
        }
      }
    }
  }

  private mutating func add(_ page: PackedColumns, _ clock: BookClock, _ words: PackedColumns, _ asked: PackedColumns) {
    let bitColumn = page[BookColumn.Sums.bits.rawValue]
    let declineReason = page[BookColumn.Sums.declineReason.rawValue]
    let levels = columns.map { BookLevel($0, words[$0.rawValue]) }
    let institution = words[BookColumn.Words.institution.rawValue]
    let orderReason = words[BookColumn.Words.orderReason.rawValue]
    let outcome = asked[BookColumn.Questions.outcome.rawValue]
    let causes = asked[BookColumn.Questions.causes.rawValue]
    let sourceList = asked[BookColumn.Questions.sourceList.rawValue]
    for index in 0..<page.count where clock.isOrderedInPeriod(index) {
      let bits = clock.bits(index, BookBits(rawValue: bitColumn[index]))
      guard bits.contains(.stands) else { continue }
      let reason = bits.contains(.declined) ? declineReason[index] : 0
      let answer = Answer(bits, declineReason: reason).number
      var group: UInt32 = 0
      for level in levels { group = questions.child(of: group, level.value(index, declineReason: reason)) }
      if byMonth {
        month.move(to: clock.ordered(index), zone)
        group = questions.child(of: group, month.number)
      }
      for value in [outcome[index], causes[index], orderReason[index], answer] {
        group = questions.child(of: group, value)
      }
      Self.count(group, &questionCounts)
      if bits.contains(.prompt), !bits.contains(.sameInstitution) {
        let side = sides.child(of: sides.child(of: 0, institution[index]), sourceList[index])
        Self.count(sides.child(of: side, answer), &sideCounts)
      }
    }
  }

  private static func count(_ group: UInt32, _ counts: inout [Int]) {
    while counts.count <= Int(group) { counts.append(0) }
    counts[Int(group)] += 1
  }

  /// Adds all to the books.
  ///
  /// - Parameter word: what a number of the pages stands for.
  /// - Returns: false where a number stands for nothing that a page says.
  public func add(
    to books: inout RateBooks, word: (Int64) throws -> String?, reference: () throws -> ReferenceData
  ) throws -> Bool {
    let decoder = JSONDecoder()
    func decoded<T: Decodable>(_ number: Int64, _ none: T) throws -> T? {
      guard let text = try word(number), !text.isEmpty else { return none }
      return try? decoder.decode(T.self, from: Data(text.utf8))
    }
    let depth = columns.count + (byMonth ? 1 : 0)
    for (path, count) in zip(questions.paths, questionCounts) where count > 0 {
      let told = path[depth...]
      let answer = Answer(number: told[depth + 3])
      guard let outcome = try word(told[depth]), let causes = try decoded(told[depth + 1], [String: Int]()) else {
        return false
      }
      let question = RateFigures.Question(
        outcome: outcome, causes: causes, reason: RetestReason(rawValue: Int(told[depth + 2])),
        response: answer.bits.contains(.prompt) ? answer.response : nil,
        isSameInstitution: answer.bits.contains(.sameInstitution))
      let subject = try RowSubject(columns, path, at: scope.at, word: word)
      let key = try scope.dimensions.map { dimension in
        dimension == .month
          ? MonthCursor.text(path[columns.count]) : try subject.value(of: dimension, in: try reference())
      }
      books.add(question, count: count, to: key)
    }
    for (path, count) in zip(sides.paths, sideCounts) where count > 0 {
      guard let ordering = try word(path[0]), let sources = try decoded(path[1], [String]()) else { return false }
      books.add(Answer(number: path[2]).response, count: count, of: ordering, sources: sources)
    }
    return true
  }
}
