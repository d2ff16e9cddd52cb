import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Messages
import NIOCore
import Registry
import RegistryStore
import Testing
import XMLReading

@testable import RegistryServer

/// The samples' registry with everybody who may read it by FHIR.
final class FHIRBench: Sendable {
  let sample: SampleRegistry
  let service: RegistryService
  /// The person of the samples' blood counts.
  let person: String

  static let residentID = "999901200109091065"

  /// - Parameter consents: rows of `consents.csv` beside the samples' own.
  init(
    consents: String = "", callers others: [Caller] = [], at moment: String = "2026-05-20T09:05:00+08:00"
  ) async throws {
    sample = try SampleRegistry(at: moment)
    if !consents.isEmpty { try await Self.load(consents, sample) }
    try await sample.fill()
    person = try #require(
      try sample.registry.persons(with: Identifier(.residentID, Self.residentID), institution: nil).first)
    let callers =
      ["SYNTH-H1", "SYNTH-H4"].map { Caller.orderEntry($0) } + [
        .auditor, Caller(name: "source", kind: .client, role: .source, institutions: ["SYNTH-H1"]),
        Caller(name: "resident", kind: .user, role: .resident, institutions: [], person: person),
        Caller(name: "clinician", kind: .user, role: .clinician, institutions: ["SYNTH-H4"]),
        Caller(name: "reviewer", kind: .user, role: .reviewer, institutions: []),
      ]
    service = sample.service(callers + others)
  }

  /// Has other consents be in force.
  static func load(_ consents: String, _ sample: SampleRegistry) async throws {
    let folder = sample.folder.appending(path: "reference-\(UUID().uuidString)")
    try FileManager.default.copyItem(at: SampleRegistry.root.appending(path: "Samples/reference"), to: folder)
    let file = folder.appending(path: "consents.csv")
    try (String(contentsOf: file, encoding: .utf8) + consents).write(to: file, atomically: true, encoding: .utf8)
    _ = try sample.registry.loadReference(directory: folder.path)
  }

  struct Answer {
    var status: Int
    var headers: HTTPFields
    var body: String

    var json: JSONValue { (try? JSONValue(Array(body.utf8))) ?? .null }
    var entries: [JSONValue] { json["entry"]?.elements ?? [] }
    var matches: [JSONValue] { resources("match") }
    var included: [JSONValue] { resources("include") }
    var total: Int? { if case .number(let text)? = json["total"] { Int(text) } else { nil } }
    /// The code of an OperationOutcome.
    var error: String? {
      json["issue"]?.elements?.first?["details"]?["coding"]?.elements?.first?["code"]?.text
    }

    func resources(_ mode: String) -> [JSONValue] {
      entries.filter { $0["search"]?["mode"]?.text == mode }.compactMap { $0["resource"] }
    }

    func link(_ relation: String) -> String? {
      json["link"]?.elements?.first { $0["relation"]?.text == relation }?["url"]?.text
    }
  }

  func call(
    _ path: String, _ method: HTTPRequest.Method = .get, as caller: String? = "orders-SYNTH-H4", body: String? = nil,
    _ headers: HTTPFields = [:]
  ) async throws -> Answer {
    var headers = headers
    headers[.authorization] = caller
    if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/x-www-form-urlencoded" }
    // Links are addresses of a service; the path is what is asked again.
    let path = path.replacing(/^https?:\/\/[^\/]+/, with: "")
    let sent = headers
    return try await Application(router: service.router(), logger: CDSBench.quiet).test(.router) { client in
      let response = try await client.execute(
        uri: path, method: method, headers: sent, body: body.map { ByteBuffer(string: $0) })
      if let length = response.headers[.contentLength] { #expect(Int(length) == response.body.readableBytes) }
      return Answer(
        status: response.status.code, headers: response.headers, body: String(buffer: response.body))
    }
  }

  /// All pages of a search.
  func pages(_ path: String, as caller: String = "orders-SYNTH-H4") async throws -> [Answer] {
    var answers = [try await call(path, as: caller)]
    while let next = answers[answers.count - 1].link("next") {
      answers.append(try await call(next, as: caller))
      if answers.count > 500 { break }
    }
    return answers
  }
}

extension JSONValue {
  var id: String? { self["id"]?.text }
  var type: String? { self["resourceType"]?.text }
  /// The codes of a CodeableConcept, each as `system|code`.
  var codes: [String] {
    (self["coding"]?.elements ?? []).map { "\($0["system"]?.text ?? "")|\($0["code"]?.text ?? "")" }
  }
}
