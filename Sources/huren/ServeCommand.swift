import ArgumentParser
import Clinical
import Foundation
import Logging
import Registry
import RegistryServer

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "The registry over the network: feeds in, and the question answered.")

  @OptionGroup var store: StoreOptions
  @Option(help: "HOST:PORT. Default: 127.0.0.1:8080; elsewhere only with TLS, or behind a trusted proxy.")
  var listen: String?
  @Option(help: "The configuration, in YAML.")
  var config: String?

  func run() async throws {
    let registry = try store.open()
    let configuration = try config.map { path throws in
      try ServerConfiguration(yaml: String(contentsOfFile: path, encoding: .utf8))
    }
    let service = RegistryService(
      registry: registry, configuration: configuration ?? ServerConfiguration(), logger: Logger(label: "huren"))
    try await service.run { port in Output.note("listening on port \(port)") }
  }
}
