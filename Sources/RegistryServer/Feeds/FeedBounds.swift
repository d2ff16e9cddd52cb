import Feeds

/// Within what the body of a feed is taken.
struct FeedBounds: Sendable {
  /// Bytes of a body that are held in memory; what is larger lies in a file without a name.
  var inMemory = 1 << 20
  /// Bytes of a body, as it is sent.
  var body = 2 << 30
  /// Bytes that a packed body unpacks to, and how many times its own size. What is small anyway is not held against its size.
  var unpacked = 8 << 30
  var ratio = 200
  var unpackedAnyway = 64 << 20
  /// Bytes of one message.
  var message = FeedLimits().message

  /// For a body of some size.
  func limits(of size: Int) -> FeedLimits {
    var limits = FeedLimits()
    limits.message = message
    limits.unpacked = min(unpacked, max(unpackedAnyway, size.multipliedReportingOverflow(by: ratio).partialValue))
    return limits
  }
}
