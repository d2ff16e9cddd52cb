import HTTPTypes
import Hummingbird
import Registry

/// A session, by its cookie; a change also by its form token.
struct SessionAuthentication: Authenticating {
  let sessions: Sessions

  /// Only this host can set it, over TLS, for all its paths (RFC 6265bis, section 4.1.3.2).
  static let cookie = "__Host-huren"

  func caller(of request: Request, _ context: ServerContext) async throws -> Caller? {
    guard let held = request.sessionCookie, let session = try sessions.session(held) else { return nil }
    if request.method == .get || request.method == .head { return session.caller }
    if let token = request.headers[.hurenFormToken] {
      guard Secret.digest(of: token) == Secret.digest(of: session.formToken) else {
        throw ServiceError.formTokenNeeded
      }
      return session.caller
    }
    // A page's form has it in its body, which is read when it is known who asks.
    guard request.isForm else { throw ServiceError.formTokenNeeded }
    var caller = session.caller
    caller.owedFormToken = session.formToken
    return caller
  }

  /// What has a browser hold a session, or let it go.
  static func setCookie(_ secret: Secret?) -> String {
    "\(cookie)=\(secret?.text ?? ""); Path=/; Secure; HttpOnly; SameSite=Strict" + (secret == nil ? "; Max-Age=0" : "")
  }
}

extension Request {
  var sessionCookie: String? { cookies[SessionAuthentication.cookie]?.value }
}

extension HTTPField.Name {
  /// Of a session: shows that a change is meant by who is signed in.
  static let hurenFormToken = HTTPField.Name("Huren-Form-Token")!
}
