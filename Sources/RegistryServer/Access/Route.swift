import HTTPTypes
import Registry
import RegistryStore

/// One row of the matrix of who may: method, path, and for whom. What is not here is not answered.
struct Route: Hashable, Sendable {
  enum Callers: Hashable, Sendable {
    /// Answered before it is known who asks.
    case anybody
    case roles(Set<Role>)
  }

  let method: HTTPRequest.Method
  /// As the router writes it: `/cds-services/{id}`; but for `{path}` at its end, which is one part or more.
  let path: String
  let callers: Callers
  /// What a token must be for, beside the role of whom it was given to; nil where no token can be used.
  let scope: Scope?
  /// What of a person's data is asked for there: whoever may not is an event of the chain, as whoever may is.
  let access: AccessEvent.Kind?
  /// For people at a screen: a session opens it, and no token.
  let isPage: Bool

  init(
    _ method: HTTPRequest.Method, _ path: String, _ callers: Callers, scope: Scope? = nil,
    access: AccessEvent.Kind? = nil, isPage: Bool = false
  ) {
    (self.method, self.path, self.callers) = (method, path, callers)
    (self.scope, self.access, self.isPage) = (scope, access, isPage)
  }

  /// As the router writes it.
  var routerPath: String { path.hasSuffix("/{path}") ? path.dropLast(6) + "**" : path }

  /// Whether a change there may come as a form that carries the session's token.
  var takesForm: Bool { isPage || self == .signOut }

  func permits(_ role: Role) -> Bool {
    switch callers {
    case .anybody: true
    case .roles(let roles): roles.contains(role)
    }
  }
}

/// The roles' matrix (service.md, "Who may"): routes, pages and tests read it, and nothing else says who may.
extension Route {
  static let health = Route(.get, "/health", .anybody)
  static let ready = Route(.get, "/ready", .anybody)
  static let metrics = Route(.get, "/metrics", .roles([.operator, .auditor]), scope: .figures)

  static let feeds = Route(.post, "/feeds", .roles([.source]), scope: .sending)
  static let fhir = Route(.post, "/fhir", .roles([.source]), scope: .sending)
  /// Known by the signature in its envelope, which is all that is read before.
  static let platform = Route(.post, "/platform/v1/messages", .anybody)
  static let soapDescription = Route(.get, "/soap", .anybody)
  static let soap = Route(.post, "/soap", .roles([.source]), scope: .sending)

  static let decisions = Route(
    .post, "/v1/decisions", .roles([.orderEntry, .clinician, .auditor]), scope: .results, access: .decision)
  static let query = Route(
    .post, "/v1/query", .roles([.orderEntry, .clinician, .auditor]), scope: .results, access: .query)
  static let feedback = Route(
    .post, "/v1/feedback", .roles([.orderEntry, .clinician]), scope: .results, access: .feedback)

  private static let ofFeeds = [feeds, fhir, platform, soapDescription, soap]

  static let all: [Route] =
    [health, ready, metrics, decisions, query, feedback, openAPI] + ofFeeds + ofAccess + ofCDSHooks + ofFHIR + ofImages
    + ofPages
}
