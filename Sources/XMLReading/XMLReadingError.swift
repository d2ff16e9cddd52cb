/// Where in the bytes that were read something stands.
public struct XMLLocation: Hashable, Sendable {
  /// Counted from 1.
  public var line: Int
  /// Counted from 1, in characters; 0 where it is not known.
  public var column: Int
  /// Names of elements only, e.g. `/ORU_R01/PID/PID.3[2]`.
  public var path: String

  public init(line: Int, column: Int, path: String) {
    self.line = line
    self.column = column
    self.path = path
  }
}

/// Why a document could not be read. The texts hold names of rules, never content of the document.
public struct XMLReadingError: Error, Hashable, Sendable {
  public enum Kind: String, Sendable {
    case malformed
    case doctype
    case limit
    case encoding
  }

  public var kind: Kind
  public var message: String
  public var location: XMLLocation

  public init(_ kind: Kind, _ message: String, at location: XMLLocation) {
    self.kind = kind
    self.message = message
    self.location = location
  }
}
