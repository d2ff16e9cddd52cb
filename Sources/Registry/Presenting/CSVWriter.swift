import Clinical

/// CSV after RFC 4180, as every table of the registry is written: for spreadsheets, which run what begins like a formula.
public enum CSVWriter {
  /// Records with CRLF between them.
  public static func text(_ records: some Sequence<[String]>) -> String {
    records.map { $0.map(field).joined(separator: ",") }.joined(separator: "\r\n")
  }

  /// A whole file of them: every record is ended.
  public static func file(_ records: some Sequence<[String]>) -> String { text(records) + "\r\n" }

  /// A field, in quotes where it needs them. One that a spreadsheet would run is kept from it by an apostrophe before it, which is not
  /// shown; control characters other than ends of lines and tabs are written as escapes.
  public static func field(_ text: String) -> String {
    let text = PrintedText(lines: isFormula(text) ? "'" + text : text).description
    let needsQuotes = text.utf8.contains { $0 == 34 || $0 == 44 || $0 == 10 || $0 == 13 }
    return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }

  /// Whether a spreadsheet takes it for a formula: by its first character, in the full width of East Asian writing too. A number is none.
  private static func isFormula(_ text: String) -> Bool {
    switch text.unicodeScalars.first {
    case "=", "+", "@", "\t", "\r", "\n", "＝", "＋", "＠", "－": true
    case "-": NumericText.decimal(text) == nil
    default: false
    }
  }
}
