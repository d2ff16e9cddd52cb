import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import Registry
import RegistryStore
import Savings

extension RegistryService {
  /// Who asks, as events keep it.
  func askedBy(_ context: ServerContext, _ request: Request) throws(ServiceError) -> AskedBy {
    guard let caller = context.caller else { throw .notAuthenticated }
    return AskedBy(
      account: caller.name, role: caller.role.rawValue, address: address(of: request, context), request: context.id)
  }

  /// The address of the peer; of a proxy that is trusted, the one that it says it speaks for.
  func address(of request: Request, _ context: ServerContext) -> String? {
    guard let peer = context.remoteAddress, let trusted = configuration.trustedProxies, trusted.contains(peer),
      let forwarded = request.headers[.xForwardedFor]
    else { return context.remoteAddress }
    // Whoever it is can write the first ones; the last that no trusted proxy is was written by a trusted one.
    let hops = forwarded.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    return hops.last { !trusted.contains($0) } ?? peer
  }

  /// The question that a request puts.
  ///
  /// - Throws: `ServiceError` for an institution that is not the caller's, and for what auditors alone may.
  func asking(_ request: Request, _ context: ServerContext) throws -> Asking {
    guard let caller = context.caller else { throw ServiceError.notAuthenticated }
    var asking = Asking(by: try askedBy(context, request), institution: "")
    if let words = request.uri.queryParameters["record"] {
      guard words == "false" || words == "true" else { throw ServiceError.malformed }
      asking.isRecorded = words == "true"
    }
    if let text = request.uri.queryParameters["knownAt"] {
      guard caller.role == .auditor else { throw ServiceError.knownAtNotAllowed }
      guard let moment = try registry.zone().instant(String(text)) else { throw ServiceError.malformed }
      asking.knownAt = moment
    }
    if caller.role == .auditor {
      // An auditor sees what somebody was told, and says why; nobody is prompted by it.
      guard let reason = request.headers[.hurenReason]?.nonBlank else { throw ServiceError.reasonNeeded }
      asking.reason = reason
      asking.isRecorded = false
      asking.institution = try request.headers[.hurenInstitution] ?? institution(of: caller, request)
    } else {
      asking.institution = try institution(of: caller, request)
    }
    return asking
  }
}
