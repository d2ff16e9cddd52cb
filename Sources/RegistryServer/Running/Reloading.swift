import Logging
import NIOPosix
import Registry
import ServiceLifecycle
import UnixSignals

/// Reads configuration, certificates and reference data again on SIGHUP. What cannot be read leaves everything as it was.
struct Reloading: Service {
  let service: RegistryService
  let listeners: [MLLPListener]
  let read: @Sendable () throws -> ServerConfiguration

  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sighup)
    for await _ in signals.cancelOnGracefulShutdown() { await reload() }
  }

  func reload() async {
    do {
      let before = service.configuration
      let configuration = try read()
      // All that may fail comes before anything is changed.
      let changes = try changes(to: configuration)
      if let folder = configuration.reference {
        let prepared = try await service.threads.runIfActive { try Registry.prepareReference(directory: folder) }
        let load = try await service.registry.submit(prepared)
        service.logger.notice(
          load.isUnchanged ? "the reference data is as it was" : "the reference data was loaded",
          metadata: ["generation": "\(load.generation)"])
      }
      for change in changes { change() }
      service.reconfigure(configuration)
      for key in Self.needingRestart(from: before, to: configuration) {
        service.logger.warning("changed in the configuration, and not before a restart", metadata: ["key": "\(key)"])
      }
      service.logger.notice("the configuration was read again")
    } catch {
      // Texts of problems name file, line and key; a value stands in none.
      let row = ErrorTable.row(ofAny: error)
      let problem = error as? ConfigurationProblem
      service.logger.error(
        "the configuration was not taken: everything stays as it was",
        metadata: ["problem": "\(problem?.description ?? row?.code ?? "unreadable")"])
    }
  }

  /// What certificates, keys and peers of those that listen become.
  ///
  /// - Throws: `ConfigurationProblem`.
  private func changes(to configuration: ServerConfiguration) throws -> [@Sendable () -> Void] {
    var changes: [@Sendable () -> Void] = []
    if service.configuration.tls != nil, let tls = configuration.tls {
      let pair = try CertificatePair(tls, name: "tls")
      changes.append { [certificate = service.certificate] in certificate.set(pair) }
    }
    var waiting = configuration.mllp
    for listener in listeners {
      guard let index = waiting.firstIndex(where: { $0.place == listener.place }) else { continue }
      changes.append(try listener.prepared(waiting.remove(at: index)))
    }
    return changes
  }

  /// The keys of what only a restart changes, as far as they were.
  static func needingRestart(from before: ServerConfiguration, to after: ServerConfiguration) -> [String] {
    var keys: [String] = []
    if before.listen != after.listen { keys.append("listen") }
    if before.database != after.database { keys.append("database") }
    if (before.tls == nil) != (after.tls == nil) { keys.append("tls") }
    let places = (before.mllp.map(\.place), after.mllp.map(\.place))
    if Set(places.0) != Set(places.1) || places.0.count != places.1.count { keys.append("mllp") }
    return keys
  }
}
