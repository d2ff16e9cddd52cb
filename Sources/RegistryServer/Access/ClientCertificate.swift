import Clinical
import Crypto
import NIOSSL
public import Registry

/// The certificate that a client shows in TLS: known by itself (SHA-256 over its DER), whoever signed it.
public struct ClientCertificate: Sendable {
  private let certificate: NIOSSLCertificate
  /// SHA-256.
  public let digest: [UInt8]

  init(_ certificate: NIOSSLCertificate) throws {
    self.certificate = certificate
    digest = Array(SHA256.hash(data: try certificate.toDERBytes()))
  }

  /// Reads a file that holds one certificate, in PEM or DER.
  ///
  /// - Throws: `RegistryError.unusableCertificate` for anything else.
  public init(file bytes: [UInt8]) throws(RegistryError) {
    let text = String(decoding: bytes, as: UTF8.self)
    if text.contains("PRIVATE KEY") {
      throw .unusableCertificate(
        "the file holds a private key: give the certificate alone, and make a new key if others saw it")
    }
    do {
      let isPEM = text.contains("-----BEGIN CERTIFICATE-----")
      let found = try isPEM ? NIOSSLCertificate.fromPEMBytes(bytes) : [NIOSSLCertificate(bytes: bytes, format: .der)]
      guard found.count == 1 else {
        throw RegistryError.unusableCertificate("the file holds several: give the client's own")
      }
      try self.init(found[0])
    } catch let error as RegistryError {
      throw error
    } catch {
      throw .unusableCertificate("it is neither PEM nor DER")
    }
  }

  /// Whether it is valid at a moment, in seconds since 1970.
  func isValid(at seconds: Int64) -> Bool {
    Int64(certificate.notValidBefore) <= seconds && seconds <= Int64(certificate.notValidAfter)
  }
}
