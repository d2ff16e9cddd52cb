/// Bounds within which feeds are read. What goes beyond them becomes a problem; reading goes on behind it where it can.
public struct FeedLimits: Sendable {
  /// Bytes of one message.
  public var message = 64 << 20
  /// Bytes kept of a message that is larger.
  public var head = 64 << 10
  /// Bytes that all entries of one archive unpack to.
  public var unpacked = 8 << 30
  /// Entries of one archive.
  public var entries = 1_000_000
  /// Bytes that are read of a zip's directory, which would be held whole: one that is longer is read entry by entry instead.
  public var directory = 8 << 20
  /// Bytes between the end of one message and the end of the next: a device without an end, gigabytes of something else.
  public var between = 1 << 30
  /// Pieces of one feed that are no messages: what is more than that is no feed.
  public var broken = 100_000
  /// Folders within one another.
  public var folders = 100
  /// Seconds in which somebody must have begun to write to a named pipe.
  public var pipe = 5.0
  /// Problems of files that are told one by one.
  public var problems = 1000

  public init() {}
}
