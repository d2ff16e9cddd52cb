import Clinical
import Hummingbird
import HummingbirdTLS
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

extension ServerConfiguration.TLS {
  /// TLS 1.2 or later, by the certificate and key of the configuration. Clients may show a certificate: that they have its key is shown by
  /// the handshake, who they are by what is registered, so that no authority is trusted with either.
  ///
  /// - Throws: where a file is missing or no PEM of a certificate or key.
  func channelConfiguration() throws -> TLSChannelConfiguration {
    var tls = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
    tls.minimumTLSVersion = .tlsv12
    tls.applicationProtocols = ["http/1.1"]
    tls.certificateVerification = .optionalVerification
    tls.trustRoots = .certificates([])
    return TLSChannelConfiguration(
      tlsConfiguration: tls, customVerificationCallback: { _, promise in promise.succeed(.certificateVerified) })
  }
}
