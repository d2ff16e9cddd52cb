public import Clinical

extension PrintedText {
  /// A line of a table for people: its cells with tabs between them. What came from outside cannot add one, since a tab in it is written as
  /// an escape.
  public static func row(_ cells: PrintedText...) -> PrintedText { cells.joined(separator: "\t") }
}
