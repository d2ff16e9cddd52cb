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

/// Problems as they are found. Of one file the first are told, and how many more there are: nobody reads a million.
struct ProblemList {
  private static let toldOfFile = 200

  private var first: [ReferenceProblem] = []
  private var counts: [String: Int] = [:]

  var isEmpty: Bool { first.isEmpty }

  mutating func add(_ problem: ReferenceProblem) {
    let count = counts[problem.file, default: 0] + 1
    counts[problem.file] = count
    if count <= ProblemList.toldOfFile { first.append(problem) }
  }

  var told: [ReferenceProblem] {
    let severity = first.contains { $0.severity == .error } ? ReferenceProblem.Severity.error : .warning
    let more = counts.filter { $0.value > ProblemList.toldOfFile }.sorted { $0.key < $1.key }.map { file, count in
      ReferenceProblem(
        severity, file: file,
        message: "\(count - ProblemList.toldOfFile) more like these: mend the first, they may be one")
    }
    return first + more
  }
}

/// Why a folder of reference data is not loaded: its bad rows.
public struct ReferenceRejection: Error, Hashable, Sendable {
  public var problems: [ReferenceProblem]

  public init(problems: [ReferenceProblem]) { self.problems = problems }
}
