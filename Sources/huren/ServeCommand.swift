import ArgumentParser
import Clinical
import Foundation
import Glibc
import Logging
import Registry
import RegistryServer

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "The registry over the network: feeds in, and the question answered.",
    discussion: """
      Without a configuration it listens on 127.0.0.1, in plain HTTP. Elsewhere only with TLS, or behind a proxy that is trusted.
      SIGHUP reads configuration and reference data again; SIGTERM lets answers under way finish. Logs are JSON lines on standard error.
      """)

  @Option(
    name: .long, help: "The registry: a SQLite file. Default: the configuration's, $HUREN_DB, else ./huren.sqlite.")
  var db: String?
  @Option(help: "HOST:PORT; port 0: any that is free. Default: the configuration's, else 127.0.0.1:8080.")
  var listen: String?
  @Option(help: "The configuration, in YAML. Default: huren.yaml where there is one.")
  var config: String?

  func run() async throws {
    // A file that may not grow is a disk that is full: an error of writing, and no end.
    signal(SIGXFSZ, SIG_IGN)
    let read = { @Sendable in try self.configured() }
    let configuration: ServerConfiguration
    do {
      configuration = try read()
    } catch let problem as ConfigurationProblem {
      let file = config ?? Self.defaultFile
      Output.note("Error: \(PrintedText("\(file): \(problem)"))")
      throw ExitCode.failure
    }
    var store = StoreOptions()
    store.db = db ?? configuration.database
    store.format = .text
    let registry = try Registry(path: store.path)
    let clock = { @Sendable in registry.now }
    let logger = Logger(label: "huren") { _ in JSONLog(clock: clock) }
    let service = RegistryService(registry: registry, configuration: configuration, logger: logger)
    let scheme = configuration.tls == nil ? "http" : "https"
    try await service.run(reload: read) { port in
      Output.note("listening at \(scheme)://\(configuration.listen.host):\(port)")
    }
  }

  private static let defaultFile = "huren.yaml"

  /// The configuration, with what the command line says in its place.
  private func configured() throws -> ServerConfiguration {
    let path = config ?? (FileManager.default.fileExists(atPath: Self.defaultFile) ? Self.defaultFile : nil)
    var configuration = ServerConfiguration()
    if let path {
      guard let bytes = FileManager.default.contents(atPath: path),
        let text = String(validating: bytes, as: UTF8.self)
      else { throw RegistryError.unreadable(path: path) }
      configuration = try ServerConfiguration(yaml: text)
    }
    if let listen {
      guard let address = ServerConfiguration.Address(listen) else {
        throw ValidationError("--listen takes HOST:PORT, e.g. 127.0.0.1:8080")
      }
      configuration.listen = address
    }
    try configuration.refuseInTheClear()
    return configuration
  }
}
