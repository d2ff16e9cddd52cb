import Clinical
import Logging
import NIOPosix
import Registry
import RegistryStore
import ServiceLifecycle
import Synchronization

/// Whether the service can answer: what it needs in memory is there.
final class Readiness: Sendable {
  private let prepared = Atomic(false)
  private let ending = Atomic(false)

  private let written = Atomic(0)

  /// What was written since the start: whether much goes on.
  var units: Int { written.load(ordering: .relaxed) }
  func wrote(_ units: Int) { written.add(units, ordering: .relaxed) }

  var isPrepared: Bool { prepared.load(ordering: .acquiring) }
  func setPrepared() { prepared.store(true, ordering: .releasing) }

  /// Whether the service stops, so that what nobody waits for is left where it is.
  var isEnding: Bool { ending.load(ordering: .acquiring) }
  func setEnding() { ending.store(true, ordering: .releasing) }
}

/// Loads the index of people and the reference data before the first who needs them, and keeps what audits read up to date while nobody
/// asks anything else.
struct Preparing: Service {
  let service: RegistryService
  /// Of its own: those that answer questions wait for none of it.
  private let thread = NIOThreadPool(numberOfThreads: 1)

  init(service: RegistryService) { self.service = service }

  /// Between two looks at what was recorded.
  private static let pause = Duration.seconds(20)
  /// Units written in a pause that are too many to be called idle.
  private static let busy = 200
  /// Between two looks at who is silent, which is a matter of days.
  private static let longPause = Duration.seconds(300)

  func run() async throws {
    thread.start()
    await withTaskCancellationOrGracefulShutdownHandler {
      await keepPrepared()
    } onCancelOrGracefulShutdown: {
      service.readiness.setEnding()
    }
    thread.shutdownGracefully { _ in }
  }

  private func keepPrepared() async {
    var seen = 0
    var silenceLookedAt: ContinuousClock.Instant?
    var told: Int64 = 0
    while !service.readiness.isEnding {
      do {
        if !service.readiness.isPrepared {
          try await aside { try service.registry.prepare() }
          if service.readiness.isEnding { return }
          service.readiness.setPrepared()
        }
        told = try tell(after: told)
        try service.measure()
        // What audits read is looked after while nobody else wants anything, and left where it is as soon as somebody does.
        let units = service.readiness.units
        if units - seen < Self.busy {
          let isQuiet = { @Sendable in !service.readiness.isEnding && service.readiness.units == units }
          try await aside { try service.registry.keepUp(while: isQuiet) }
          let isDue = silenceLookedAt.map { ContinuousClock.now - $0 >= Self.longPause } ?? true
          if isDue, isQuiet() {
            try await aside { try service.measureSilence() }
            silenceLookedAt = .now
          }
        }
        seen = service.readiness.units
      } catch {
        // Another process writes, or nothing was loaded yet: there is a next time.
        service.logger.debug("what audits read was not brought up to date")
      }
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pause) }
    }
  }

  /// Does what may take long on a thread of its own; the service that ends does not wait for it. It reads, or writes what is derived: a
  /// process may end in the midst of either.
  private func aside(_ work: @escaping @Sendable () throws -> Void) async throws {
    let (done, told) = AsyncThrowingStream.makeStream(of: Void.self)
    thread.submit { state in
      guard case .active = state else { return told.finish() }
      do {
        try work()
        told.finish()
      } catch {
        told.finish(throwing: error)
      }
    }
    try await cancelWhenGracefulShutdown { for try await _ in done {} }
  }

  /// Writes down how far the registry has come: a log that is kept elsewhere names what a restored one lacks.
  private func tell(after told: Int64) throws -> Int64 {
    let (commit, digest) = try service.registry.lastCommit()
    if commit.number > told {
      service.logger.info(
        "recorded", metadata: ["commit": "\(commit.number)", "digest": .string(digest.hex)])
    }
    return commit.number
  }
}

extension RegistryService {
  /// What is measured when somebody asks, or from time to time.
  func measure() throws {
    let status = try registry.status()
    metrics.set(.fileBytes, Double(status.size))
    metrics.set(.logBytes, Double(status.logSize))
    metrics.set(.diskFree, status.freeShare)
    let last = try registry.lastCommit().commit
    metrics.set(.lastCommit, Double(last.number))
    if let folder = configuration.copy,
      let behind = secondPlace.behind(in: folder, lastCommit: last.at, now: registry.now)
    {
      metrics.set(.copyBehind, behind)
    }
  }

  /// How many feeds are silent; it reads pages of all days, so it is not done for everybody who asks.
  func measureSilence() throws { metrics.set(.silentFeeds, Double(try registry.silentFeeds().count)) }

  /// Less of the disk free is no place for what must be durable.
  static let leastFreeShare = 0.05

  /// Why it cannot answer; nil when it can.
  func hindrance() -> String? {
    if !readiness.isPrepared { return "the index of people is being loaded" }
    guard let status = try? registry.status() else { return "the registry's file cannot be examined" }
    if !status.isWritable { return "the registry cannot be written" }
    if status.freeShare < Self.leastFreeShare { return "less than 5 % of the disk is free" }
    return nil
  }
}
