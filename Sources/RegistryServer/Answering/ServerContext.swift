import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// What goes with a request through the service.
struct ServerContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The connection: what its TLS says of the peer is asked of it.
  let channel: any Channel
  /// Who asks; nil until it is known, and where it need not be known.
  var caller: Caller?

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
  }

  /// The address of the peer, or of whoever a trusted proxy speaks for.
  var remoteAddress: String? { channel.remoteAddress?.ipAddress }
}

extension HTTPField.Name {
  /// The institution that a client of several acts for.
  static let hurenInstitution = HTTPField.Name("Huren-Institution")!
  /// Why something is opened that is opened for a reason alone.
  static let hurenReason = HTTPField.Name("Huren-Reason")!
  static let xForwardedFor = HTTPField.Name("X-Forwarded-For")!
  static let requestID = HTTPField.Name("X-Request-ID")!
}
