/// Bounds within which feeds are read. What goes beyond them becomes a problem; reading goes on behind it.
public struct FeedLimits: Sendable {
  /// Bytes of one message.
  public var message = 64 << 20
  /// Bytes kept of a message that is larger.
  public var head = 64 << 10
  /// Bytes that all entries of one archive unpack to.
  public var unpacked = 8 << 30
  /// Entries of one archive.
  public var entries = 1_000_000

  public init() {}
}
