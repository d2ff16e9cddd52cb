/// One mistake in a mapping file: where it stands and what to write instead.
public struct MappingProblem: Hashable, Sendable, CustomStringConvertible {
  public var file: String
  /// Counted from 1.
  public var line: Int
  /// Counted from 1.
  public var column: Int
  /// The key it is about, e.g. `report.status`; empty for the file as a whole.
  public var key: String
  public var message: String

  /// `file:line:column: key: message`, as compilers write it.
  public var description: String {
    "\(file):\(line):\(column): " + (key.isEmpty ? message : "\(key): \(message)")
  }
}

/// All mistakes of one mapping file, in the order of its lines. At least one.
public struct MappingProblems: Error, Hashable, Sendable, CustomStringConvertible {
  public var problems: [MappingProblem]

  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
