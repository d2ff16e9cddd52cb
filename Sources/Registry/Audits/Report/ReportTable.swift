import Catalogue

/// A table of the report: printed on the page, and in full as a CSV file beside it.
struct ReportTable: Sendable {
  enum Cell: Sendable {
    case words(String)
    /// The CSV has the first, the page the second.
    case code(String, Words)
    case count(Int)
    case fen(Int)
    /// nil: not computed.
    case share(Double?)
    case minutes(Double?)
    case number(Double?)
    case empty
  }

  struct Column: Sendable {
    /// As in the audits' JSON.
    let key: String
    let title: Words
    var kind = Kind.number

    enum Kind: String {
      case number = "n"
      case words = "w"
      /// Words that stay on one line.
      case code = "k"
    }
  }

  /// The name of its file.
  let name: String
  let title: Words
  /// What its shares are of.
  let denominator: Words
  let columns: [Column]
  var rows: [[Cell]] = []
  var total: [Cell]?
  /// As many rows are printed; the file has all.
  var printed = Int.max

  func html(_ language: ReportLanguage) -> String {
    var html =
      "<table><caption>\(language.lines(title))<small>\(language.lines(denominator))</small></caption><thead><tr>"
    for column in columns { html += "<th\(mark(column))>\(language.lines(column.title))</th>" }
    html += "</tr></thead><tbody>"
    for row in rows.prefix(printed) { html += line(row, language) }
    if rows.isEmpty {
      html += "<tr><td colspan=\"\(columns.count)\">\(language.lines(Words("无", "none")))</td></tr>"
    }
    html += "</tbody>"
    if let total { html += "<tfoot>\(line(total, language))</tfoot>" }
    html += "</table>"
    if rows.count > printed {
      let rest = rows.count - printed
      html +=
        "<p class=\"note\">\(language.lines(Words("另有 \(rest) 行见 \(name).csv", "\(rest) more rows in \(name).csv")))</p>"
    }
    return html
  }

  /// RFC 4180, the total left to whoever adds.
  var csv: String {
    CSVWriter.text([columns.map(\.key)] + rows.map { $0.map(\.csv) }) + "\r\n"
  }

  private func mark(_ column: Column) -> String { " class=\"\(column.kind.rawValue)\"" }

  private func line(_ row: [Cell], _ language: ReportLanguage) -> String {
    "<tr>"
      + zip(columns, row).map { "<td\(mark($0))>\(escaped($1.text(language)))</td>" }.joined() + "</tr>"
  }
}

extension ReportTable.Cell {
  func text(_ language: ReportLanguage) -> String {
    switch self {
    case .words(let words): words
    case .code(_, let words): language.text(words)
    case .count(let count): grouped(count)
    case .fen(let fen): money(fen)
    case .share(let share):
      share.map { percent($0).replacing(" ", with: "\u{A0}") } ?? language.text(Words("未计算", "not computed"))
    case .minutes(let minutes): language.duration(minutes)
    case .number(let number):
      number.map { decimal($0, places: $0 == $0.rounded() ? 0 : 1) } ?? language.text(Words("未计算", "not computed"))
    case .empty: ""
    }
  }

  fileprivate var csv: String {
    switch self {
    case .words(let words), .code(let words, _): words
    case .count(let number), .fen(let number): String(number)
    case .share(let number), .minutes(let number), .number(let number): number.map { String($0) } ?? ""
    case .empty: ""
    }
  }
}

extension ReportLanguage {
  /// Minutes as people say them; nil: not computed.
  func duration(_ minutes: Double?) -> String {
    guard let minutes else { return text(Words("未计算", "not computed")) }
    let (unit, words) =
      minutes < 120 ? (1.0, Words("分", "min")) : minutes < 2880 ? (60, Words("小时", "h")) : (1440, Words("天", "d"))
    return "\(Int((minutes / unit).rounded()))\u{A0}\(self == .zh ? words.zh : words.en)"
  }
}

/// Fen as yuan, the thousands apart.
func money(_ fen: Int) -> String {
  let (whole, cents) = fen.magnitude.quotientAndRemainder(dividingBy: 100)
  return "\(fen < 0 ? "−" : "")¥\(grouped(Int(whole))).\(cents < 10 ? "0" : "")\(cents)"
}

/// The thousands apart.
func grouped(_ number: Int) -> String {
  var digits = Array(String(number.magnitude))
  for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
  return (number < 0 ? "−" : "") + String(digits)
}

/// So many places after the point.
func decimal(_ number: Double, places: Int) -> String {
  let scale = places == 0 ? 1 : places == 1 ? 10 : 100
  let scaled = Int(clamping: number * Double(scale))
  let (parts, rest) = scaled.magnitude.quotientAndRemainder(dividingBy: UInt(scale))
  let whole = (scaled < 0 ? "−" : "") + grouped(Int(clamping: parts))
  return places == 0 ? whole : whole + "." + (places == 2 && rest < 10 ? "0" : "") + String(rest)
}
