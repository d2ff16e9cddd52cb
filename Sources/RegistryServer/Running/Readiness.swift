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

  private let written = Atomic(0)

  /// What was written since the start: whether much goes on.
  var units: Int { written.load(ordering: .relaxed) }
  func wrote(_ units: Int) { written.add(units, ordering: .relaxed) }

  var isPrepared: Bool { prepared.load(ordering: .acquiring) }
  func setPrepared() { prepared.store(true, ordering: .releasing) }
}

/// Loads the index of people and the reference data before the first who needs them, and keeps what audits read up to date while nobody
/// asks anything else.
struct Preparing: Service {
  let service: RegistryService
  /// Between two looks at what was recorded.
  private static let pause = Duration.seconds(20)
  /// Units written in a pause that are too many to be called idle.
  private static let busy = 200
  /// Between two looks at who is silent, which is a matter of days.
  private static let longPause = Duration.seconds(300)

  func run() async throws {
    // A thread of its own: those that answer questions wait for none of it.
    let thread = NIOThreadPool(numberOfThreads: 1)
    thread.start()
    var seen = 0
    var silenceLookedAt: ContinuousClock.Instant?
    var told: Int64 = 0
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      do {
        if !service.readiness.isPrepared {
          try await thread.runIfActive { try service.registry.prepare() }
          service.readiness.setPrepared()
        }
        told = try tell(after: told)
        if silenceLookedAt.map({ ContinuousClock.now - $0 >= Self.longPause }) ?? true {
          try await thread.runIfActive { try service.measureSilence() }
          silenceLookedAt = .now
        }
        try service.measure()
        let units = service.readiness.units
        if units - seen < Self.busy { try await thread.runIfActive { try service.registry.keepUp() } }
        seen = units
      } catch {
        // Another process writes, or nothing was loaded yet: there is a next time.
        service.logger.debug("what audits read was not brought up to date")
      }
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pause) }
    }
    try await thread.shutdownGracefully()
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
