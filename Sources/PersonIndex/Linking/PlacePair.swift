/// Two records of a list, by their places, whichever is named first.
public struct PlacePair: Hashable, Sendable {
  public let a: Int
  public let b: Int

  public init(_ a: Int, _ b: Int) {
    self.a = min(a, b)
    self.b = max(a, b)
  }
}
