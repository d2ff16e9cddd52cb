/// What a store can say of itself to whoever runs it.
public struct StoreStatus: Hashable, Sendable {
  /// In bytes.
  public var size: Int64
  /// What is not yet folded into the file, in bytes.
  public var logSize: Int64
  /// Of the disk that it lies on: 0 to 1.
  public var freeShare: Double
  public var isWritable: Bool

  public init(size: Int64, logSize: Int64, freeShare: Double, isWritable: Bool) {
    (self.size, self.logSize, self.freeShare, self.isWritable) = (size, logSize, freeShare, isWritable)
  }
}
