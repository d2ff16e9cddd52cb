import HummingbirdTLS
import NIOCore
import NIOSSL
import Synchronization

/// A certificate with those it was signed by, and its key: found to belong together.
struct CertificatePair: Sendable {
  let chain: [NIOSSLCertificate]
  let key: NIOSSLPrivateKey

  /// - Parameter name: of the key in the configuration.
  /// - Throws: `ConfigurationProblem` where a file is missing or holds no PEM of a certificate or key, or the key is another's.
  init(_ tls: ServerConfiguration.TLS, name: String) throws(ConfigurationProblem) {
    do {
      chain = try NIOSSLCertificate.fromPEMFile(tls.certificate)
      key = try NIOSSLPrivateKey(file: tls.key, format: .pem)
      // What nobody could shake hands with is found now.
      _ = try NIOSSLContext(configuration: configuration)
    } catch {
      throw ConfigurationProblem(
        line: 0, key: name,
        message: "certificate and key cannot be read as PEM, or the key does not belong to the certificate")
    }
  }

  /// Of a server: TLS 1.2 or later.
  var configuration: TLSConfiguration {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    return configuration
  }
}

/// What the service shows to those who connect by HTTP: as it was read last, so that a new certificate needs no restart.
final class ServedCertificate: Sendable {
  private let held = Mutex<CertificatePair?>(nil)

  /// New connections see it; those that are open go on.
  func set(_ pair: CertificatePair) { held.withLock { $0 = pair } }

  /// Clients may show a certificate: that they have its key is shown by the handshake, who they are by what is registered, so that no
  /// authority is trusted with either.
  ///
  /// - Throws: as `CertificatePair`.
  func channelConfiguration(_ tls: ServerConfiguration.TLS) throws -> TLSChannelConfiguration {
    let first = try CertificatePair(tls, name: "tls")
    set(first)
    var configuration = first.configuration
    configuration.applicationProtocols = ["http/1.1"]
    configuration.certificateVerification = .optionalVerification
    configuration.trustRoots = .certificates([])
    configuration.sslContextCallback = { [self] _, promise in
      var shown = NIOSSLContextConfigurationOverride()
      if let pair = held.withLock({ $0 }) {
        (shown.certificateChain, shown.privateKey) = (pair.chain.map { .certificate($0) }, .privateKey(pair.key))
      }
      promise.succeed(shown)
    }
    return TLSChannelConfiguration(
      tlsConfiguration: configuration,
      customVerificationCallback: { _, promise in promise.succeed(.certificateVerified) })
  }
}
