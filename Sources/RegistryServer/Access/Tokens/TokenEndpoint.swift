import Clinical
import HTTPTypes
import Hummingbird
import Logging
import Registry
import RegistryStore

/// What the token endpoint answers where it gives none (RFC 6749, section 5.2).
enum TokenRefusal: String, Error {
  case invalidRequest = "invalid_request"
  case invalidClient = "invalid_client"
  case unsupportedGrantType = "unsupported_grant_type"
  case invalidScope = "invalid_scope"

  /// What to do; nothing of what is wrong with an assertion.
  private var advice: String {
    switch self {
    case .invalidRequest: "send grant_type, client_assertion_type, client_assertion and scope, each once, as a form"
    case .invalidClient:
      "sign a new assertion: ES384 or RS384 by a registered key, iss and sub the client's name, aud this address, exp in at most five minutes, jti never used before"
    case .unsupportedGrantType: "only client_credentials is given"
    case .invalidScope:
      "nothing of this scope is this client's: see scopes_supported of /.well-known/smart-configuration"
    }
  }

  var response: Response {
    TokenEndpoint.response(
      self == .invalidClient ? .unauthorized : .badRequest,
      #"{"error":"\#(rawValue)","error_description":\#(JSONString.quoted(advice))}"#)
  }
}

/// `POST /oauth/token`: SMART Backend Services (HL7, SMART App Launch 2.2, "Backend Services" and "Client Authentication: Asymmetric").
struct TokenEndpoint {
  let signed: SignedTokens
  let tokens: BearerTokens
  let configuration: ServerConfiguration

  /// Real requests have two kilobytes.
  private static let mostBytes = 32_768
  private static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

  func answer(_ request: Request, _ context: ServerContext) async throws -> Response {
    do {
      return try await token(request, context)
    } catch let refusal as TokenRefusal {
      return refusal.response
    }
  }

  private func token(_ request: Request, _ context: ServerContext) async throws -> Response {
    guard request.isForm,
      let fields = FormFields(try await request.body.collect(upTo: Self.mostBytes).readableBytesView)
    else { throw TokenRefusal.invalidRequest }
    guard let grant = fields["grant_type"] else { throw TokenRefusal.invalidRequest }
    guard grant == "client_credentials" else { throw TokenRefusal.unsupportedGrantType }
    // A shared secret, in whatever way, is none of a client's.
    if request.headers[.authorization] != nil || fields["client_secret"] != nil { throw TokenRefusal.invalidClient }
    guard let type = fields["client_assertion_type"], let assertion = fields["client_assertion"] else {
      throw TokenRefusal.invalidRequest
    }
    guard type == Self.assertionType else { throw TokenRefusal.invalidClient }
    let account: Account
    do {
      let audience = configuration.base(context) + Route.token.path
      account = try await signed.account(of: assertion, for: audience, needsSubject: true)
    } catch let problem as TokenProblem {
      context.logger.notice("an assertion is not believed", metadata: ["reason": "\(problem.rawValue)"])
      throw TokenRefusal.invalidClient
    }
    if let named = fields["client_id"], named != account.name { throw TokenRefusal.invalidClient }
    guard let scopes = GrantedScopes(asked: fields["scope"], by: account.role) else { throw TokenRefusal.invalidScope }
    let token = try tokens.issue(to: account, scopes)
    return Self.response(
      .ok,
      #"{"access_token":"\#(token)","token_type":"bearer","expires_in":\#(BearerTokens.life),"scope":\#(JSONString.quoted(scopes.text))}"#
    )
  }

  static func response(_ status: HTTPResponse.Status, _ json: String) -> Response {
    Response(
      status: status,
      headers: [.contentType: "application/json", .cacheControl: "no-store", .pragma: "no-cache"],
      body: .init(byteBuffer: ByteBuffer(string: json)))
  }

  /// `/.well-known/smart-configuration`.
  func smartConfiguration(_ context: ServerContext) -> Response {
    func list(_ texts: [String]) -> String { "[" + texts.map(JSONString.quoted).joined(separator: ",") + "]" }
    let members = [
      #""token_endpoint":"# + JSONString.quoted(configuration.base(context) + Route.token.path),
      #""token_endpoint_auth_methods_supported":["private_key_jwt"]"#,
      #""token_endpoint_auth_signing_alg_values_supported":"# + list(KeySet.Algorithm.allCases.map(\.rawValue)),
      #""grant_types_supported":["client_credentials"]"#,
      #""scopes_supported":"# + list(GrantedScopes.supported),
      #""capabilities":["client-confidential-asymmetric","permission-v1","permission-v2"]"#,
      #""code_challenge_methods_supported":["S256"]"#,
    ]
    return Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(string: "{" + members.joined(separator: ",") + "}")))
  }
}

extension HTTPField.Name {
  fileprivate static let pragma = HTTPField.Name("Pragma")!
}
