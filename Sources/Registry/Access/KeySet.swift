public import Clinical
import Crypto
import Foundation

/// The public keys by which a client's tokens are known: of a JWK set (RFC 7517) those that this registry verifies with.
public struct KeySet: Hashable, Sendable {
  /// What a token is signed by (RFC 7518, section 3.1). A key is of one alone: a token never chooses what its key is used for.
  public enum Algorithm: String, Hashable, Sendable, CaseIterable {
    case es384 = "ES384"
    case rs384 = "RS384"
  }

  public struct Key: Hashable, Sendable {
    public enum Material: Hashable, Sendable {
      /// 48 bytes each.
      case p384(x: [UInt8], y: [UInt8])
      /// Without zeros before them.
      case rsa(modulus: [UInt8], exponent: [UInt8])
    }

    /// `kid`.
    public var id: String?
    public var material: Material

    public var algorithm: Algorithm {
      switch material {
      case .p384: .es384
      case .rsa: .rs384
      }
    }

    /// The members that make the key, as RFC 7638, section 3.2, orders them.
    private var members: String {
      switch material {
      case .p384(let x, let y):
        #""crv":"P-384","kty":"EC","x":"\#(Base64URL.text(x))","y":"\#(Base64URL.text(y))""#
      case .rsa(let modulus, let exponent):
        #""e":"\#(Base64URL.text(exponent))","kty":"RSA","n":"\#(Base64URL.text(modulus))""#
      }
    }

    /// RFC 7638, SHA-256.
    public var thumbprint: String { Base64URL.text(SHA256.hash(data: Array("{\(members)}".utf8))) }

    fileprivate var canonical: String {
      guard let id else { return "{\(members)}" }
      return "{" + members + ",\"kid\":" + JSONString.quoted(id) + "}"
    }
  }

  public private(set) var keys: [Key] = []
  /// What of the set is not used, and why.
  public private(set) var notes: [PrintedText] = []

  /// The same keys, always written alike.
  public var canonical: String { "{\"keys\":[" + keys.map(\.canonical).joined(separator: ",") + "]}" }

  /// Those that can verify a token: by its `kid`, or without one the only one that fits.
  ///
  /// - Returns: nil for an unknown `kid`, a key of the other algorithm, and where it is not said which of several.
  public func key(id: String?, for algorithm: Algorithm) -> Key? {
    if let id { return keys.first { $0.id == id && $0.algorithm == algorithm } }
    let fitting = keys.filter { $0.algorithm == algorithm }
    return fitting.count == 1 ? fitting[0] : nil
  }
}

extension KeySet {
  private static let mostBytes = 65_536
  private static let mostKeys = 32

  /// Reads a JWK set, or one JWK.
  ///
  /// - Throws: `RegistryError.unusableKeys`, which says nothing of the keys themselves.
  public init(jwks bytes: [UInt8]) throws(RegistryError) {
    guard bytes.count <= Self.mostBytes,
      let object = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any]
    else { throw .unusableKeys("it is no JSON object of 64 KB at most") }
    let list = object["keys"] == nil ? [object] : (object["keys"] as? [[String: Any]] ?? [])
    if list.isEmpty || list.count > Self.mostKeys { throw .unusableKeys("`keys` is to hold from 1 to 32 keys") }
    var ids: Set<String> = []
    for (index, jwk) in list.enumerated() {
      let place = "key \(index + 1)"
      if ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].contains(where: { jwk[$0] != nil }) {
        throw .unusableKeys(
          "\(place) holds a secret: it is known to others now, so make a new one, and give its public half")
      }
      if let id = jwk["kid"] {
        guard let id = id as? String, !id.isEmpty, id.utf8.count <= 256 else {
          throw .unusableKeys("the kid of \(place) is no text of 1 to 256 bytes")
        }
        if !ids.insert(id).inserted { throw .unusableKeys("\(place) has the kid of another: a kid is one key's") }
      }
      if let note = try Self.unused(jwk) {
        notes.append("\(place) is not used: \(note)")
      } else {
        keys.append(try Self.key(jwk, place))
      }
    }
    if keys.isEmpty {
      throw .unusableKeys("none is an EC key of P-384 or an RSA key, which alone verify ES384 and RS384")
    }
    if keys.count > 1, keys.contains(where: { $0.id == nil }) {
      throw .unusableKeys("of several keys each needs a kid, by which tokens name it")
    }
    if Set(keys.map(\.thumbprint)).count < keys.count { throw .unusableKeys("the same key is there twice") }
  }

  /// What was registered.
  ///
  /// - Throws: `RegistryError.unusableKeys` for what never was.
  public init(canonical: String) throws(RegistryError) { try self.init(jwks: Array(canonical.utf8)) }

  /// Why a key is left aside; nil when it is to be read.
  private static func unused(_ jwk: [String: Any]) throws(RegistryError) -> PrintedText? {
    let kind = jwk["kty"] as? String
    if kind != "EC" && kind != "RSA" { return "only EC and RSA keys are" }
    if kind == "EC", jwk["crv"] as? String != "P-384" { return "of EC keys only those of P-384 are" }
    if let use = jwk["use"], use as? String != "sig" { return "it is not for signatures (use)" }
    if let operations = jwk["key_ops"], !((operations as? [Any])?.contains { $0 as? String == "verify" } ?? false) {
      return "it is not to verify with (key_ops)"
    }
    let algorithm: Algorithm = kind == "EC" ? .es384 : .rs384
    if let named = jwk["alg"], named as? String != algorithm.rawValue {
      return "it is not for \(algorithm.rawValue) (alg)"
    }
    return nil
  }

  private static func key(_ jwk: [String: Any], _ place: String) throws(RegistryError) -> Key {
    func number(_ name: String) throws(RegistryError) -> [UInt8] {
      guard let text = jwk[name] as? String, let bytes = Base64URL.bytes(text.utf8) else {
        throw .unusableKeys("\(name) of \(place) is no base64url without padding")
      }
      return bytes
    }
    let id = jwk["kid"] as? String
    if jwk["kty"] as? String == "EC" {
      let (x, y) = (try number("x"), try number("y"))
      guard x.count == 48, y.count == 48, (try? P384.Signing.PublicKey(x963Representation: [4] + x + y)) != nil else {
        throw .unusableKeys("\(place) is no point of P-384: x and y are 48 bytes each")
      }
      return Key(id: id, material: .p384(x: x, y: y))
    }
    let modulus = Array(try number("n").drop { $0 == 0 })
    let exponent = Array(try number("e").drop { $0 == 0 })
    let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
    guard (2048...8192).contains(bits), modulus.last.map({ $0 & 1 == 1 }) ?? false else {
      throw .unusableKeys("\(place) is no RSA key of 2048 to 8192 bits")
    }
    guard (1...4).contains(exponent.count), exponent.last.map({ $0 & 1 == 1 }) ?? false, exponent != [1] else {
      throw .unusableKeys("\(place) has an exponent that no RSA key has")
    }
    return Key(id: id, material: .rsa(modulus: modulus, exponent: exponent))
  }
}
