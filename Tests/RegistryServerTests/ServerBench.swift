import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Registry
import RegistryStore

@testable import RegistryServer

/// A service over a registry in a folder of its own, which goes away with it. Callers are told by a header, as no account is made.
final class ServerBench: Sendable {
  let directory: URL
  let registry: Registry
  let service: RegistryService

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let samples = root.appending(path: "Samples")

  /// - Parameter clock: nil: the system's.
  init(
    _ configuration: ServerConfiguration = ServerConfiguration(), callers: [Caller] = ServerBench.callers,
    clock: (@Sendable () -> Instant)? = nil
  ) throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "huren-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    registry = try Registry(
      path: directory.appending(path: "huren.sqlite").path, mayCreate: true,
      clock: clock ?? Registry.systemClock)
    _ = try registry.loadReference(directory: Self.samples.appending(path: "reference").path)
    service = RegistryService(
      registry: registry, configuration: configuration, logger: Logger(label: "test"),
      authenticating: [NamedCallers(callers: callers)])
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  static let callers = [
    Caller(name: "lis-1", kind: .client, role: .source, institutions: ["SYNTH-H1"]),
    Caller(
      name: "platform", kind: .client, role: .source,
      institutions: Set((1...9).map { "SYNTH-H\($0)" })),
    Caller(name: "h6", kind: .client, role: .source, institutions: ["SYNTH-H6"]),
    Caller(name: "his", kind: .client, role: .orderEntry, institutions: ["SYNTH-H1"]),
  ]

  func app() -> some ApplicationProtocol { Application(router: service.router()) }

  static func sample(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: samples.appending(path: "feeds").appending(path: path)))
  }

  /// A message of HL7 v2 in pipes, of a patient who cannot be.
  static func message(
    _ number: String, institution: String = "SYNTH-H1", sender: String = "LIS", header: String = "|||CHN|UNICODE UTF-8"
  ) -> String {
    [
      "MSH|^~\\&|\(sender)|\(institution)|HUREN||20260310120000||ORU^R01^ORU_R01|M-\(number)|P|2.5.1|||\(header)",
      "PID|1||A\(number)^^^\(institution)^MR||样^例甲||19800101|M",
      "OBR|1||R\(number)|K^钾^L|||20260310080000|||||||||||||||20260310113000||LAB|F",
      "OBX|1|NM|K^钾^L||4.1|mmol/L|3.5-5.3|N|||F", "",
    ].joined(separator: "\r")
  }

  /// What the name in the header stands for.
  private struct NamedCallers: Authenticating {
    let callers: [Caller]

    func caller(of request: Request, _ context: ServerContext) async throws -> Caller? {
      callers.first { $0.name == request.headers[.testCaller] }
    }
  }
}

extension HTTPField.Name {
  static let testCaller = HTTPField.Name("Test-Caller")!
}
