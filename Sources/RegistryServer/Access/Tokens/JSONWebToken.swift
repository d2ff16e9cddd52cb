import Foundation
import Registry

/// Why a token is not believed. For the log alone: whoever sent it is told nothing of it.
enum TokenProblem: String, Error, CaseIterable {
  /// Not three parts of base64url, the first two JSON objects with members of the right types.
  case malformed
  /// Neither ES384 nor RS384.
  case algorithm
  /// It asks for what is not understood (`crit`), or says that it is something else (`typ`).
  case header
  case unknownIssuer = "unknown-issuer"
  case disabled
  /// The issuer is registered by a certificate alone.
  case noKeys = "no-keys"
  /// It says that its keys lie where none are registered.
  case keyAddress = "key-address"
  case unknownKey = "unknown-key"
  case signature
  case subject
  case audience
  case expired
  /// Good for more than five minutes from now.
  case tooLongLived = "too-long-lived"
  case notYet = "not-yet"
  case used
}

/// A signed token as it was sent (RFC 7519, RFC 7515 compact), read and not believed yet.
struct JSONWebToken {
  struct Header: Decodable {
    var alg: String
    var kid: String?
    var typ: String?
    var jku: String?
    /// Whether it demands that something beyond RFC 7515 be understood.
    var isCritical: Bool

    private enum Member: String, CodingKey {
      case alg, kid, typ, jku, crit
    }

    init(from decoder: any Decoder) throws {
      let members = try decoder.container(keyedBy: Member.self)
      alg = try members.decode(String.self, forKey: .alg)
      kid = try members.decodeIfPresent(String.self, forKey: .kid)
      typ = try members.decodeIfPresent(String.self, forKey: .typ)
      jku = try members.decodeIfPresent(String.self, forKey: .jku)
      isCritical = members.contains(.crit)
    }
  }

  struct Claims: Decodable {
    var iss: String
    var sub: String?
    var aud: [String]
    /// Seconds since 1970.
    var exp: Double
    var iat: Double?
    var nbf: Double?
    var jti: String

    private enum Member: String, CodingKey {
      case iss, sub, aud, exp, iat, nbf, jti
    }

    init(from decoder: any Decoder) throws {
      let members = try decoder.container(keyedBy: Member.self)
      iss = try members.decode(String.self, forKey: .iss)
      sub = try members.decodeIfPresent(String.self, forKey: .sub)
      if let one = try? members.decode(String.self, forKey: .aud) {
        aud = [one]
      } else {
        aud = try members.decode([String].self, forKey: .aud)
      }
      exp = try members.decode(Double.self, forKey: .exp)
      iat = try members.decodeIfPresent(Double.self, forKey: .iat)
      nbf = try members.decodeIfPresent(Double.self, forKey: .nbf)
      jti = try members.decode(String.self, forKey: .jti)
    }
  }

  let algorithm: KeySet.Algorithm
  let header: Header
  let claims: Claims
  /// What the signature is over.
  let signed: [UInt8]
  let signature: [UInt8]

  /// Real ones have a kilobyte.
  private static let mostBytes = 8192
  private static let types: Set<String> = ["jwt", "client-authentication+jwt"]

  init(_ text: String) throws(TokenProblem) {
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.mostBytes else { throw .malformed }
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let head = Base64URL.bytes(parts[0]),
      let header = try? JSONDecoder().decode(Header.self, from: Data(head))
    else { throw .malformed }
    // Before anything else of it is looked at: `none` has no signature to decode.
    guard let algorithm = KeySet.Algorithm(rawValue: header.alg) else { throw .algorithm }
    if header.isCritical || !Self.types.contains(header.typ?.lowercased() ?? "jwt") { throw .header }
    guard let body = Base64URL.bytes(parts[1]), let signature = Base64URL.bytes(parts[2]), !signature.isEmpty,
      let claims = try? JSONDecoder().decode(Claims.self, from: Data(body)), !claims.jti.isEmpty
    else { throw .malformed }
    self.algorithm = algorithm
    self.header = header
    self.claims = claims
    self.signature = signature
    signed = Array(bytes[..<parts[2].startIndex].dropLast())
  }
}
