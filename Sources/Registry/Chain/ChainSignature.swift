import Crypto
import Foundation

/// The head of the chain, signed (Ed25519, RFC 8032), so that it can be kept elsewhere and shown later.
public struct ChainSignature: Encodable, Sendable {
  /// What was signed, to the byte: `huren chain SHA-256 EVENTS HEAD`.
  public let statement: String
  /// Base64, 64 bytes.
  public let signature: String
  /// Base64, 32 bytes.
  public let publicKey: String

  /// - Parameter key: the file of a private key: PEM as `openssl genpkey -algorithm ed25519` writes it, or its 32 bytes.
  /// - Throws: `RegistryError.noSigningKey` for what is no such key.
  init(_ verification: EventVerification, key: [UInt8]) throws {
    guard let seed = ChainSignature.seed(key),
      let signer = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
    else {
      throw RegistryError.noSigningKey
    }
    statement = "huren chain \(verification.algorithm) \(verification.events) \(verification.head)"
    signature = try signer.signature(for: Data(statement.utf8)).base64EncodedString()
    publicKey = signer.publicKey.rawRepresentation.base64EncodedString()
  }

  /// The 32 bytes of a private key; in PEM they stand behind the fixed head of RFC 8410, section 7.
  private static func seed(_ file: [UInt8]) -> [UInt8]? {
    if file.count == 32 { return file }
    let lines = String(decoding: file, as: UTF8.self).split(whereSeparator: \.isNewline)
    let base64 = lines.filter { !$0.hasPrefix("-----") }.joined()
    let head: [UInt8] = [
      0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]
    guard let der = Data(base64Encoded: base64), der.count == 48, der.starts(with: head) else { return nil }
    return Array(der.suffix(32))
  }
}

extension Registry {
  /// Verifies the chain and signs its head; a broken chain is not signed.
  ///
  /// - Parameter keyPath: the file of an Ed25519 private key.
  public func verifyAndSignEvents(keyPath: String, expectedHead: String? = nil) throws -> EventVerification {
    guard let key = FileManager.default.contents(atPath: keyPath) else { throw RegistryError.unreadable(path: keyPath) }
    var verification = try verifyEvents(expectedHead: expectedHead)
    if verification.firstDifference == nil {
      verification.signature = try ChainSignature(verification, key: Array(key))
    }
    return verification
  }
}
