import Logging
import NIOPosix
import Registry
import ServiceLifecycle
import UnixSignals

/// Reads configuration and reference data again on SIGHUP. What cannot be read leaves everything as it was.
struct Reloading: Service {
  let service: RegistryService
  let read: @Sendable () throws -> ServerConfiguration

  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sighup)
    for await _ in signals.cancelOnGracefulShutdown() { await reload() }
  }

  private func reload() async {
    do {
      let configuration = try read()
      if let folder = configuration.reference {
        let load = try await service.threads.runIfActive { try service.registry.loadReference(directory: folder) }
        service.logger.notice(
          load.isUnchanged ? "the reference data is as it was" : "the reference data was loaded",
          metadata: ["generation": "\(load.generation)"])
      }
      service.reconfigure(configuration)
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
}
