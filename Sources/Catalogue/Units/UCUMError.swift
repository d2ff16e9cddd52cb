/// Why a code is not a unit of UCUM.
public struct UCUMError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Bytes of the code before the place in question, plus one.
  public let position: Int
  /// What is wrong and what to write; never repeats the code, which a sender may have filled with anything.
  public let message: String

  public var description: String { "not a UCUM unit, at position \(position): \(message)" }
}
