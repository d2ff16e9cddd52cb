public import Clinical

/// What the pages of audits are of. A page holds the lines of one kind and day, so that an audit reads pages instead of reports.
public enum PageKind: Int64, Sendable, CaseIterable {
  /// Parts of reports: `UploadLine`.
  case upload = 1
  /// Results with their recognition marks: `MarkLine`.
  case mark
  /// Codes of results: `CodeLine`.
  case code
  /// Tests that were done: `QuestionLine`.
  case question

  /// How many values a line has beside its subject and time.
  var width: Int {
    switch self {
    case .upload: UploadLine.Column.allCases.count
    case .mark: MarkLine.Column.allCases.count
    case .code: CodeLine.Column.allCases.count
    case .question: QuestionLine.Column.allCases.count
    }
  }
}

/// One line of a page, before its words are numbers.
public protocol PageLine: Sendable {
  static var kind: PageKind { get }
  /// By which it lies in a page.
  var time: Instant { get }
  /// As many as its kind has columns.
  ///
  /// - Parameter word: the number that stands for a text: the same for the same; `0` stands for none.
  func values(_ word: (String) throws -> Int64) rethrows -> [Int64]
}

extension PageLine {
  /// Of the page that it lies in: days since 1970-01-01 in UTC.
  public var day: Int64 { Int64((Double(time.milliseconds) / 86_400_000).rounded(.down)) }
}

/// Several texts as one word of the pages: each with its length before it, so that no text can be taken for two.
enum PageWord {
  static func join(_ texts: [String?]) -> String {
    texts.reduce(into: "") { word, text in
      guard let text else { return word += "-" }
      word += "\(text.utf8.count):"
      word += text
    }
  }

  /// - Returns: nil for what `join` did not write.
  static func split(_ word: String) -> [String?]? {
    var texts: [String?] = []
    var rest = Substring(word).utf8
    while let first = rest.first {
      if first == UInt8(ascii: "-") {
        texts.append(nil)
        rest.removeFirst()
        continue
      }
      guard let end = rest.firstIndex(of: UInt8(ascii: ":")), let count = Int(Substring(rest[..<end])) else {
        return nil
      }
      let text = rest[rest.index(after: end)...]
      guard count >= 0, text.count >= count else { return nil }
      texts.append(String(Substring(text.prefix(count))))
      rest = text.dropFirst(count)
    }
    return texts
  }
}
