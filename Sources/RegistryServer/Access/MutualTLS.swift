import Clinical
import Hummingbird
import NIOSSL
import Registry
import RegistryStore

/// A certificate shown in TLS stands for a token: that of a registered client, while it is valid.
struct CertificateAuthentication: Authenticating {
  let registry: Registry

  func caller(of request: Request, _ context: ServerContext) async throws -> Caller? {
    guard let shown = try? await context.channel.nioSSL_peerCertificate().get() else { return nil }
    let certificate = try ClientCertificate(shown)
    guard certificate.isValid(at: registry.now.milliseconds / 1000),
      let account = try registry.account(certificate: certificate.digest), account.isEnabled
    else { return nil }
    return Caller(account)
  }
}
