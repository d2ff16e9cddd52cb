import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Registry
import RegistryStore
import Testing

@testable import RegistryServer

/// A registry that knows of studies, and where their archives are; the service before it.
final class ImagesBench: Sendable {
  static let resident = "999901196205141019"
  static let study = "2.999.1.1.1"

  let sample: SampleRegistry
  let service: RegistryService
  let person: String

  /// - Parameters:
  ///   - archives: by institution.
  ///   - studies: that reports of the institutions name, all of one person.
  ///   - consents: further rows.
  init(
    _ archives: [String: String], studies: [(institution: String, uid: String)] = [("SYNTH-H1", study)],
    consents: String = "", silence: Duration = .seconds(60),
    logger: Logger = AccessBench.quiet, _ change: (inout ServerConfiguration.Images) -> Void = { _ in }
  ) async throws {
    sample = try SampleRegistry()
    try sample.load(archives: archives, consents: consents)
    for (number, study) in studies.enumerated() {
      let message = Self.message("CT\(number)", of: study.uid, at: study.institution)
      let taken = try await sample.registry.submit(
        Array(message.utf8), of: FeedOwner(study.institution), label: "test")
      try #require(taken.refusal == nil, "\(taken.written)")
    }
    person = try #require(
      try sample.registry.persons(with: Identifier(.residentID, Self.resident), institution: nil).first)
    var configuration = ServerConfiguration()
    configuration.answersWithin = .seconds(60)
    configuration.publicURL = "https://registry.example"
    configuration.images.silence = silence
    configuration.images.origins = ["https://viewer.example"]
    change(&configuration.images)
    service = RegistryService(
      registry: sample.registry, configuration: configuration, logger: logger,
      authenticating: [NamedCallers(Self.callers(person))])
    for caller in Self.callers(person) {
      _ = try sample.registry.addAccount(
        Account(
          name: caller.name, kind: caller.kind == .user ? .user : .client, role: caller.role,
          institutions: caller.institutions.sorted(), person: caller.person,
          keys: caller.kind == .client ? try Forge().keys().canonical : nil), by: "operator")
    }
  }

  static func callers(_ person: String) -> [Caller] {
    [
      .orderEntry("SYNTH-H1"), .orderEntry("SYNTH-H4"),
      Caller(name: "wang", kind: .user, role: .clinician, institutions: ["SYNTH-H4"]),
      Caller(name: "own", kind: .user, role: .resident, institutions: [], person: person),
    ]
  }

  var app: some ApplicationProtocol { Application(router: service.router(), logger: AccessBench.quiet) }

  static func message(_ number: String, of study: String, at institution: String, resident: String = resident) -> String
  {
    [
      "MSH|^~\\&|RIS|\(institution)|HUREN||20260506114000||ORU^R01^ORU_R01|M-\(number)|P|2.5.1|||||CHN|UNICODE UTF-8",
      "PID|1||L\(institution.suffix(1))-9^^^\(institution)^MR~\(resident)^^^CN^NI||样^例子^^^^^L^I||19620514|M",
      "OBR|1||\(number)|A-CTCHEST^胸部CT平扫^L|||20260506103000|||||||||||||||20260506114000||RAD|F",
      "OBX|1|TX|A-CTCHEST^胸部CT平扫^L||两肺未见异常||||||F",
      "OBX|2|ST|113014^DICOM Study^DCM||\(study)||||||F", "",
    ].joined(separator: "\r")
  }

  /// What every good request of an order-entry client has.
  func headers(_ caller: String = "orders-SYNTH-H4", accept: String? = nil) -> HTTPFields {
    var headers: HTTPFields = [.authorization: caller]
    headers[.hurenPerson] = person
    headers[.accept] = accept
    return headers
  }

  /// Accesses to images, the oldest first: outcome, and the error's code.
  func accesses() throws -> [String] {
    var rows: [String] = []
    try sample.registry.auditAccess(AccessFilter()) { row in
      if row.what == "image" { rows.append(([row.outcome, row.error].compactMap { $0 }).joined(separator: " ")) }
    }
    return rows
  }
}

extension SampleRegistry {
  /// Loads the samples' reference data with archives that are elsewhere.
  func load(archives: [String: String], consents: String = "") throws {
    let copy = folder.appending(path: "reference-\(UUID().uuidString)")
    try FileManager.default.copyItem(at: Self.root.appending(path: "Samples/reference"), to: copy)
    let file = copy.appending(path: "institutions.csv")
    let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { row -> String in
      guard let code = row.split(separator: ",").first, let archive = archives[String(code)] else { return String(row) }
      return row.split(separator: ",", omittingEmptySubsequences: false).dropLast().joined(separator: ",")
        + ",\(archive)"
    }
    try (rows.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
    let own = copy.appending(path: "consents.csv")
    try (try String(contentsOf: own, encoding: .utf8) + consents).write(to: own, atomically: true, encoding: .utf8)
    _ = try registry.loadReference(directory: copy.path)
  }
}

extension TestClientProtocol {
  func get(_ uri: String, _ headers: HTTPFields) async throws -> TestResponse {
    try await execute(uri: uri, method: .get, headers: headers)
  }
}
