import Crypto
import CryptoExtras
import Registry

/// A registered key, ready to verify with. What it verifies is a matter of the key, never of the token.
enum VerifyingKey: Sendable {
  case es384(P384.Signing.PublicKey)
  case rs384(_RSA.Signing.PublicKey)

  /// - Throws: for what is no key.
  init(_ key: KeySet.Key) throws {
    switch key.material {
    case .p384(let x, let y): self = .es384(try P384.Signing.PublicKey(x963Representation: [4] + x + y))
    case .rsa(let modulus, let exponent): self = .rs384(try _RSA.Signing.PublicKey(n: modulus, e: exponent))
    }
  }

  func isValid(_ signature: [UInt8], over signed: [UInt8]) -> Bool {
    let digest = SHA384.hash(data: signed)
    switch self {
    case .es384(let key):
      // R and S as they are, 48 bytes each (RFC 7518, section 3.4); DER is none.
      guard let signature = try? P384.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
      return key.isValidSignature(signature, for: digest)
    case .rs384(let key):
      return key.isValidSignature(
        _RSA.Signing.RSASignature(rawRepresentation: signature), for: digest, padding: .insecurePKCS1v1_5)
    }
  }
}
