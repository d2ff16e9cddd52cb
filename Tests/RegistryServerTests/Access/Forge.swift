import Crypto
import CryptoExtras
import Foundation
import Registry

/// Makes tokens, good and bad, as clients and others would. Its keys are made anew for each.
struct Forge {
  let ec = P384.Signing.PrivateKey()
  let otherEC = P384.Signing.PrivateKey()
  let p256 = P256.Signing.PrivateKey()
  /// Making one takes a second, so all share it.
  let rsa = Forge.sharedRSA

  private static let sharedRSA = try! _RSA.Signing.PrivateKey(keySize: .bits2048)

  static func jwk(_ key: P384.Signing.PublicKey, kid: String? = nil) -> [String: Any] {
    let point = Array(key.x963Representation.dropFirst())
    var jwk: [String: Any] = ["kty": "EC", "crv": "P-384"]
    jwk["x"] = Base64URL.text(point[..<48])
    jwk["y"] = Base64URL.text(point[48...])
    jwk["kid"] = kid
    return jwk
  }

  func rsaJWK(kid: String?) throws -> [String: Any] {
    let parts = try rsa.publicKey.getKeyPrimitives()
    var jwk: [String: Any] = ["kty": "RSA"]
    jwk["n"] = Base64URL.text(parts.modulus)
    jwk["e"] = Base64URL.text(parts.publicExponent)
    jwk["kid"] = kid
    return jwk
  }

  /// Both, by the kids `es` and `rs`.
  func keys() throws -> KeySet {
    let set = ["keys": [Self.jwk(ec.publicKey, kid: "es"), try rsaJWK(kid: "rs")]]
    return try KeySet(jwks: Array(JSONSerialization.data(withJSONObject: set)))
  }

  static func part(_ object: Any) -> String {
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed]
    return Base64URL.text((try? JSONSerialization.data(withJSONObject: object, options: options)) ?? Data())
  }

  /// `header` over those of a good ES384 token; a member that is `NSNull` is taken away.
  func signed(_ claims: [String: Any], _ header: [String: Any] = [:], by key: P384.Signing.PrivateKey? = nil) -> String
  {
    let members = Self.merged(["alg": "ES384", "typ": "JWT", "kid": "es"], header)
    let text = Self.part(members) + "." + Self.part(claims)
    let signature = try? (key ?? ec).signature(for: Data(text.utf8)).rawRepresentation
    return text + "." + Base64URL.text(signature ?? Data())
  }

  func signedRSA(
    _ claims: [String: Any], _ header: [String: Any] = [:], padding: _RSA.Signing.Padding = .insecurePKCS1v1_5,
    digest: (Data) -> any Digest = { SHA384.hash(data: $0) }
  ) throws -> String {
    let members = Self.merged(["alg": "RS384", "typ": "JWT", "kid": "rs"], header)
    let text = Self.part(members) + "." + Self.part(claims)
    let signature = try rsa.signature(for: digest(Data(text.utf8)), padding: padding)
    return text + "." + Base64URL.text(signature.rawRepresentation)
  }

  static func merged(_ members: [String: Any], _ changes: [String: Any]) -> [String: Any] {
    members.merging(changes) { $1 }.filter { !($0.value is NSNull) }
  }
}
