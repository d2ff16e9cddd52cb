import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Registry
import RegistryStore

/// How people show who they are: `POST /enrol` once, by the code that an operator gave, then `POST /sign-in`.
struct SignIn: Sendable {
  let registry: Registry
  let passwords: Passwords
  let attempts: Attempts
  let sessions: Sessions
  /// From where a request comes.
  let address: @Sendable (Request, ServerContext) -> String?

  private static let mostBytes = 8192
  /// NIST SP 800-63B-4, 3.1.1.2: no rule of what must be in it; what is long can be remembered.
  private static let passwordLength = 12...256

  /// What is sent, as JSON or as a form.
  private struct Fields {
    private var values: [String: String]

    init(_ request: Request) async throws {
      // A browser says when another site has it send this: to sign somebody in as somebody else is a change, too.
      if let from = request.headers[.secFetchSite], from != "same-origin", from != "none" {
        throw ServiceError.formTokenNeeded
      }
      let bytes = try await request.body.collect(upTo: SignIn.mostBytes)
      if request.isForm {
        guard let form = FormFields(bytes.readableBytesView) else { throw ServiceError.malformed }
        values = Dictionary(
          uniqueKeysWithValues: ["name", "password", "code"].compactMap { name in form[name].map { (name, $0) } })
      } else if request.isJSON {
        guard let read = try? JSONDecoder().decode([String: String].self, from: Data(bytes.readableBytesView)) else {
          throw ServiceError.malformed
        }
        values = read
      } else {
        throw ServiceError.unsupportedMedia
      }
    }

    func needed(_ name: String) throws(ServiceError) -> String {
      guard let value = values[name], !value.isEmpty else { throw .malformed }
      return value
    }
  }

  /// Sets password and TOTP: `{"name","code","password"}` → `{"otpauth","secret"}`.
  func enrol(_ request: Request, _ context: ServerContext) async throws -> Response {
    let fields = try await Fields(request)
    let (name, code, password) = (
      try fields.needed("name"), try fields.needed("code"), try fields.needed("password")
    )
    return try await slowly(name, request, context) {
      guard Self.passwordLength.contains(password.count), password.lowercased() != name.lowercased() else {
        throw ServiceError.weakPassword
      }
      // Nobody has a hash computed who has no code.
      guard try registry.isEnrolmentCode(code, of: name) else { return nil }
      let totp = OneTimePassword()
      let hash = try await passwords.hash(password)
      guard try await registry.enrol(name, code: code, password: hash.text, totp: totp.secret) else { return nil }
      if request.isByPage { return EntryPages(request).enrolled(totp, name).response }
      return Self.response(
        #"{"otpauth":\#(JSONString.quoted(totp.address(for: name))),"secret":"\#(totp.base32)"}"#)
    }
  }

  /// Begins a session: `{"name","password","code"}`, the code of the authenticator.
  func signIn(_ request: Request, _ context: ServerContext) async throws -> Response {
    let fields = try await Fields(request)
    let (name, password, code) = (
      try fields.needed("name"), try fields.needed("password"), try fields.needed("code")
    )
    return try await slowly(name, request, context) {
      let account = try registry.account(name).flatMap { $0.kind == .user && $0.isEnabled ? $0 : nil }
      let secrets = try registry.accountSecrets(name)
      // All of it is computed whether the name exists or not.
      let isRight = try await passwords.isRight(password, secrets?.password.flatMap { PasswordHash($0) })
      let step = OneTimePassword(secret: secrets?.totp ?? [0]).step(of: code, at: registry.now)
      guard isRight, let account, secrets?.totp != nil, let step, try await isFirstUse(of: step, name) else {
        return nil
      }
      if let held = request.sessionCookie { sessions.end(held) }
      let session = Session(Caller(account), standingOn: account, at: registry.now)
      let secret = try sessions.begin(session)
      var response = Self.response(Self.json(session))
      if request.isForm {
        response = .seeOther(EntryPages(request).target ?? PagePath(""))
      }
      response.headers[.setCookie] = SessionAuthentication.setCookie(secret)
      return response
    }
  }

  /// Each step is good once (RFC 6238, section 5.2).
  private func isFirstUse(of step: Int64, _ name: String) async throws -> Bool {
    let end = Instant(milliseconds: (step + 3) * OneTimePassword.seconds * 1000)
    return try await registry.useOnce("totp", name, String(step), expires: end)
  }

  /// What the page of a session needs to know: who it is of, and what goes with every change.
  func session(_ request: Request, _ context: ServerContext) async throws -> Response {
    guard let held = request.sessionCookie, let session = try sessions.session(held) else {
      throw ServiceError.notAuthenticated
    }
    return Self.response(Self.json(session))
  }

  func signOut(_ request: Request, _ context: ServerContext) async throws -> Response {
    if let held = request.sessionCookie { sessions.end(held) }
    var response = Response(status: .noContent, headers: [.cacheControl: "no-store"])
    if request.isForm { response = .seeOther(PagePath("sign-in")) }
    response.headers[.setCookie] = SessionAuthentication.setCookie(nil)
    return response
  }

  /// Makes an attempt, unless too many failed.
  ///
  /// - Parameter attempt: nil when it fails: one answer for all that can be wrong.
  private func slowly(
    _ name: String, _ request: Request, _ context: ServerContext, _ attempt: () async throws -> Response?
  ) async throws -> Response {
    let account = "account:" + name
    // A connection that is none, as in tests, comes from nowhere.
    let address = address(request, context).map { "address:" + $0 }
    if let seconds = attempts.begin([account] + (address.map { [$0] } ?? []), at: registry.now) {
      context.logger.notice("attempts are slowed down", metadata: ["seconds": "\(seconds)"])
      throw HeadedError(retryAfter: seconds)
    }
    guard let response = try await attempt() else { throw ServiceError.signInFailed }
    attempts.succeeded(account: account, address: address)
    return response
  }

  private static func json(_ session: Session) -> String {
    let institutions = session.caller.institutions.sorted().map(JSONString.quoted).joined(separator: ",")
    return #"{"account":\#(JSONString.quoted(session.caller.name)),"role":"\#(session.caller.role.rawValue)","#
      + #""institutions":[\#(institutions)],"formToken":"\#(session.formToken)"}"#
  }

  private static func response(_ json: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(string: json)))
  }
}

extension HTTPField.Name {
  /// Fetch Metadata (W3C), which no page can change.
  static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
