public import Clinical
import Foundation
public import Logging
import Synchronization

/// Logs as JSON lines on standard error: time, level, message, the request's id. What is logged is written by us alone: no path with a
/// query, no body, no name.
public struct JSONLog: LogHandler {
  public var logLevel = Logger.Level.info
  public var metadata: Logger.Metadata = [:]
  private let zone: RegistryZone
  private let clock: @Sendable () -> Instant
  private let write: @Sendable (String) -> Void

  public init(
    zone: RegistryZone = .shanghai, clock: @escaping @Sendable () -> Instant,
    write: @escaping @Sendable (String) -> Void = JSONLog.standardError
  ) {
    (self.zone, self.clock, self.write) = (zone, clock, write)
  }

  public static let standardError: @Sendable (String) -> Void = { text in
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var members = [
      ("at", zone.rfc3339(clock())), ("level", event.level.rawValue), ("message", event.message.description),
    ]
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    for (key, value) in all.sorted(by: { $0.key < $1.key }) {
      members.append((key == "hb.request.id" ? "request" : key, value.description))
    }
    let text = members.map { JSONString.quoted($0) + ":" + JSONString.quoted($1) }.joined(separator: ",")
    write("{" + text + "}\n")
  }
}
