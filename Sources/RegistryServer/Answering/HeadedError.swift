import HTTPTypes
import Hummingbird
import Registry

/// A refusal that HTTP has a header for: it says what would be taken.
struct HeadedError: Error {
  let error: ServiceError
  let name: HTTPField.Name
  let value: String

  /// `Allow`, of every answer 405 (RFC 9110, section 15.5.6).
  init(allowing methods: [HTTPRequest.Method]) {
    (error, name) = (.wrongMethod, .allow)
    value = methods.map(\.rawValue).joined(separator: ", ")
  }

  /// When it is worth trying again, in seconds (RFC 9110, section 10.2.3).
  init(retryAfter seconds: Int) { (error, name, value) = (.tooMany, .retryAfter, String(seconds)) }

  /// The scope that is needed (RFC 6750, section 3.1). Nil for other errors.
  init?(_ error: ServiceError, of route: Route) {
    guard error == .insufficientScope, let scope = route.scope else { return nil }
    (self.error, name) = (error, .wwwAuthenticate)
    value = "Bearer error=\"insufficient_scope\", scope=\"\(scope)\""
  }

  var response: Response {
    var response = ErrorAnswer(ErrorTable.row(of: error)).response
    response.headers[name] = value
    return response
  }
}
