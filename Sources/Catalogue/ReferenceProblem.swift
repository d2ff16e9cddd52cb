/// Something wrong with a row of reference data: where it stands and what to do about it.
public struct ReferenceProblem: Hashable, Sendable, Codable, CustomStringConvertible {
  public enum Severity: String, Sendable, Codable {
    /// The directory is not loaded.
    case error
    /// The directory loads; somebody should look.
    case warning
  }

  public var severity: Severity
  public var file: String
  /// Counted from 1; 0 where no line is meant.
  public var line: Int
  public var column: String?
  public var message: String

  public init(_ severity: Severity = .error, file: String, line: Int = 0, column: String? = nil, message: String) {
    self.severity = severity
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  /// `items.csv:12: category: …`
  public var description: String {
    var text = file
    if line > 0 { text += ":\(line)" }
    text += ": "
    if let column { text += "\(column): " }
    return text + message
  }
}

/// Why a folder of reference data is not loaded: every bad row of it.
public struct ReferenceRejection: Error, Hashable, Sendable {
  public var problems: [ReferenceProblem]

  public init(problems: [ReferenceProblem]) { self.problems = problems }
}
