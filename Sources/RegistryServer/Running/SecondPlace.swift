import Clinical
import Foundation
import Logging
import NIOPosix
import Registry
import RegistryStore
import ServiceLifecycle
import Synchronization

/// The continuous copy in a second place, which another program makes (docs/operating.md): how far it is behind.
final class SecondPlace: Sendable {
  /// What was found in it last; nil: nothing was looked for yet.
  private let seen = Mutex<(folder: String, newest: Instant?)?>(nil)

  /// In seconds: further behind is worth an alarm (service.md, "Running it").
  static let most = 60.0

  /// As of when what is there is known to be: the newest of the files that end in `.ltx`, at whatever depth. Their time is that of what
  /// they hold, not of when they were compacted.
  ///
  /// - Returns: nil where there is none, or no such folder.
  static func newest(in folder: String) -> Instant? {
    let keys: [URLResourceKey] = [.contentModificationDateKey]
    guard let files = FileManager.default.enumerator(at: URL(filePath: folder), includingPropertiesForKeys: keys) else {
      return nil
    }
    var newest: Date?
    for case let file as URL in files where file.pathExtension == "ltx" {
      // One that was compacted away meanwhile is in another.
      guard let date = try? file.resourceValues(forKeys: Set(keys)).contentModificationDate else { continue }
      newest = max(newest ?? date, date)
    }
    return newest.map { Instant(milliseconds: Int64(($0.timeIntervalSince1970 * 1000).rounded(.down))) }
  }

  /// - Returns: seconds, at most: none where nothing was recorded since; infinity where nothing is there.
  static func behind(newest: Instant?, lastCommit: Instant, now: Instant) -> Double {
    guard let newest else { return .infinity }
    if newest >= lastCommit { return 0 }
    return max(0, Double(now.milliseconds - newest.milliseconds) / 1000)
  }

  func look(in folder: String) {
    let newest = Self.newest(in: folder)
    seen.withLock { $0 = (folder, newest) }
  }

  /// By what was seen last: a place that answers no more falls behind.
  ///
  /// - Returns: nil where it was not looked for.
  func behind(in folder: String, lastCommit: Instant, now: Instant) -> Double? {
    guard let seen = seen.withLock({ $0 }), seen.folder == folder else { return nil }
    return Self.behind(newest: seen.newest, lastCommit: lastCommit, now: now)
  }
}

/// Looks at the copy in the second place from time to time, and says in the log when it falls behind.
struct WatchingCopy: Service {
  let service: RegistryService
  private static let pause = Duration.seconds(10)

  func run() async throws {
    // One of its own: a disk of elsewhere may keep it for ever.
    let thread = NIOThreadPool(numberOfThreads: 1)
    thread.start()
    var isBehind = false
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      if let folder = service.configuration.copy {
        let place = service.secondPlace
        thread.submit { state in
          if case .active = state { place.look(in: folder) }
        }
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(1)) }
        isBehind = tell(folder, wasBehind: isBehind)
      }
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pause) }
    }
    thread.shutdownGracefully { _ in }
  }

  private func tell(_ folder: String, wasBehind: Bool) -> Bool {
    guard let last = try? service.registry.lastCommit().commit.at,
      let behind = service.secondPlace.behind(in: folder, lastCommit: last, now: service.registry.now)
    else { return wasBehind }
    let isBehind = behind > SecondPlace.most
    if isBehind, !wasBehind {
      service.logger.error("the copy in the second place is more than a minute behind: see what makes it")
    } else if !isBehind, wasBehind {
      service.logger.notice("the copy in the second place has caught up")
    }
    return isBehind
  }
}
