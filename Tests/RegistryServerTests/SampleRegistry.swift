import Clinical
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Registry
import RegistryStore
import SQLiteStore
import Synchronization

@testable import RegistryServer

/// A registry with the sample hospitals in it, and a clock that a test sets.
final class SampleRegistry: Sendable {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  let folder: URL
  let registry: Registry
  let time: TestClock

  var path: String { folder.appending(path: "registry.sqlite").path }

  /// - Parameter wrap: puts another store before the real one.
  init(at moment: String = "2026-05-20T09:05:00+08:00", _ wrap: (any Store) -> any Store = { $0 }) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "huren-service-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let time = TestClock(moment)
    self.time = time
    let path = folder.appending(path: "registry.sqlite").path
    let clock: @Sendable () -> Instant = { time.now }
    registry = Registry(store: wrap(try SQLiteStore(path: path, mayCreate: true, clock: clock)), clock: clock)
    _ = try registry.loadReference(directory: Self.root.appending(path: "Samples/reference").path)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Takes the sample feeds in.
  func fill() async throws {
    let feeds = Self.root.appending(path: "Samples/feeds").path
    _ = try await registry.receive([feeds])
  }

  /// The service before it, with callers who show who they are by their name alone.
  ///
  /// - Parameter within: how long a question may take; a machine with much else to do takes its time.
  func service(_ callers: [Caller], answersWithin within: Duration = .seconds(60)) -> RegistryService {
    var configuration = ServerConfiguration()
    configuration.answersWithin = within
    return RegistryService(
      registry: registry, configuration: configuration,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, authenticating: [NamedCallers(callers)])
  }
}

/// What time it is, as a test says.
final class TestClock: Sendable {
  private let moment: Mutex<Instant>

  init(_ text: String) { moment = Mutex(RegistryZone.shanghai.instant(text)!) }

  var now: Instant { moment.withLock { $0 } }
  func set(_ text: String) { moment.withLock { $0 = RegistryZone.shanghai.instant(text)! } }
}

/// Believes a header: for tests of what comes after it is known who asks.
struct NamedCallers: Authenticating {
  private let callers: [String: Caller]

  init(_ callers: [Caller]) { self.callers = Dictionary(uniqueKeysWithValues: callers.map { ($0.name, $0) }) }

  func caller(of request: Request, _ context: ServerContext) async throws -> Caller? {
    guard let name = request.headers[.authorization] else { return nil }
    guard let caller = callers[name] else { throw ServiceError.notAuthenticated }
    return caller
  }
}

extension Caller {
  static func orderEntry(_ institution: String) -> Caller {
    Caller(name: "orders-\(institution)", kind: .client, role: .orderEntry, institutions: [institution])
  }

  static let auditor = Caller(name: "auditor", kind: .user, role: .auditor, institutions: [])
}
