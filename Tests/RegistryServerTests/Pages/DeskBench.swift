import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Registry
import RegistryStore
import Testing

@testable import RegistryServer

/// The sample hospitals' registry with accounts of people, and the service in front of it as it is, sessions and all.
final class DeskBench: Sendable {
  static let institution = "SYNTH-H8"
  static let password = "a password for the desk"
  /// Of the samples: 样例卯, born on 1990-07-21, who has a potassium that the hospital can recognise.
  static let patient = "999901199007211040"
  static let moment = "2026-05-19T09:00:00+08:00"

  let sample: SampleRegistry
  let service: RegistryService

  var registry: Registry { sample.registry }

  init(filled: Bool = true) async throws {
    sample = try SampleRegistry(at: Self.moment)
    var configuration = ServerConfiguration()
    configuration.answersWithin = .seconds(60)
    service = RegistryService(
      registry: sample.registry, configuration: configuration, logger: AccessBench.quiet, authenticating: nil,
      cost: AccessBench.cost)
    if filled { try await sample.fill() }
  }

  func app() -> some ApplicationProtocol { Application(router: service.router(), logger: AccessBench.quiet) }

  func person(_ number: String = DeskBench.patient) throws -> String {
    try #require(try registry.persons(with: Identifier(.residentID, number), institution: nil).first)
  }

  /// - Returns: the one-time code.
  func addUser(_ role: Role, name: String? = nil, institution: String = DeskBench.institution) throws -> String {
    let person = role == .resident ? try person() : nil
    let account = Account(
      name: name ?? "\(role.rawValue).one", kind: .user, role: role,
      institutions: role == .resident ? [] : [institution], person: person)
    return try #require(try registry.addAccount(account, by: "operator").code)
  }

  /// A browser at which somebody of a role has signed in, by the pages themselves.
  func browser(
    _ client: any TestClientProtocol, as role: Role, name: String? = nil, institution: String = DeskBench.institution
  ) async throws -> Browser {
    let browser = Browser(client)
    let name = name ?? "\(role.rawValue).one"
    let code = try addUser(role, name: name, institution: institution)
    try await browser.get("/enrol")
    try await browser.submit(["name": name, "code": code, "password": Self.password])
    let totp = OneTimePassword(secret: try #require(try registry.accountSecrets(name)?.totp))
    try await browser.get("/sign-in")
    try await browser.submit([
      "name": name, "password": Self.password,
      "code": totp.code(step: registry.now.milliseconds / 1000 / OneTimePassword.seconds),
    ])
    return browser
  }
}

/// What a browser does: keeps cookies, sends forms as they stand, follows redirects. Each page that it sees is held to the rules of all
/// pages.
final class Browser {
  private let client: any TestClientProtocol
  private(set) var cookies: [String: String] = [:]
  private(set) var path = "/"
  private(set) var page = SeenPage.none
  private(set) var status = 0
  private(set) var text = ""
  private(set) var headers: HTTPFields = [:]
  /// To what is no page of a desk, where it is not followed.
  private(set) var leadsTo: String?

  init(_ client: any TestClientProtocol) { self.client = client }

  func get(_ path: String) async throws { try await send(.get, path, nil) }

  /// Sends a form of the page.
  ///
  /// - Parameters:
  ///   - fields: what is typed.
  ///   - action: of the form; nil: the first that is not of the frame.
  ///   - button: name and value of the one that is pressed.
  func submit(
    _ fields: [String: String] = [:], to action: String? = nil, by button: (name: String, value: String)? = nil,
    withToken: Bool = true
  ) async throws {
    let form = try #require(
      page.forms.first { action == nil ? $0.action != "/sign-out" : $0.action.hasSuffix(action ?? "") },
      "no such form at \(path)")
    var sent = form.fields
    for (name, value) in fields {
      #expect(sent[name] != nil, "no field \(name) at \(path)")
      sent[name] = value
    }
    if let button {
      #expect(page.buttons.contains { $0 == button }, "no button \(button) at \(path)")
      sent[button.name] = button.value
    }
    if !withToken { sent["formToken"] = nil }
    try await send(.post, form.action, Self.encoded(sent))
  }

  static func encoded(_ fields: [String: String]) -> String {
    fields.map { "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }
      .joined(separator: "&")
  }

  func send(_ method: HTTPRequest.Method, _ path: String, _ body: String?) async throws {
    var headers: HTTPFields = [.accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"]
    if !cookies.isEmpty { headers[.cookie] = cookies.map { "\($0)=\($1)" }.joined(separator: "; ") }
    if body != nil { headers[.contentType] = "application/x-www-form-urlencoded" }
    let answer = try await client.execute(
      uri: String(path.prefix { $0 != "#" }), method: method, headers: headers,
      body: body.map { ByteBuffer(string: $0) })
    for cookie in answer.headers[values: .setCookie] {
      let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      cookies[String(pair[0])] = pair[1].isEmpty ? nil : String(pair[1])
    }
    leadsTo = answer.headers[.location]
    if answer.status == .seeOther, leadsTo?.hasPrefix("/images/") != true {
      return try await get(try #require(answer.headers[.location]))
    }
    (self.path, status, text) = (path, answer.status.code, String(buffer: answer.body))
    self.headers = answer.headers
    page = .none
    if answer.headers[.contentType]?.hasPrefix("text/html") == true {
      page = try SeenPage(text, at: path)
      PageRules.expect(page, text, answer.headers, path)
    }
  }
}
