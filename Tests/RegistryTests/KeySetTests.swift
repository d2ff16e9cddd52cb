import Foundation
import Registry
import Testing

@Suite("the keys that clients are known by")
struct KeySetTests {
  /// Of the CDS Hooks text.
  private static let ec = [
    "kty": "EC", "crv": "P-384", "x": "46SDH7Znh821wblCBglA61sNE9ZrHYKKt3qRtRTmSXyOI_FIGBLWrWa0GPUkDCEk",
    "y": "XMcRuuoGW7CXjQdy-F5i3FeBE0x9hPLdeFdSoDd3ELmx404tLX0VRRcqzAsPhXcI",
  ]
  /// RFC 7638, section 3.1.
  private static let rsa = [
    "kty": "RSA", "e": "AQAB",
    "n":
      "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
  ]
  private static let p256 = [
    "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
  ]

  private static func set(_ keys: [String: Any]...) throws -> [UInt8] {
    Array(try JSONSerialization.data(withJSONObject: ["keys": keys]))
  }

  private static func with(_ key: [String: String], _ more: [String: Any]) -> [String: Any] {
    (key as [String: Any]).merging(more) { $1 }
  }

  @Test("keys of both kinds, their thumbprints (RFC 7638, 3.1), and the same set again from its canonical form")
  func reads() throws {
    let set = try KeySet(
      jwks: Self.set(Self.with(Self.rsa, ["kid": "r"]), Self.with(Self.ec, ["kid": "é\"", "use": "sig"])))
    #expect(set.keys.map(\.algorithm) == [.rs384, .es384])
    #expect(set.keys[0].thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
    #expect(set.notes.isEmpty)
    #expect(try KeySet(canonical: set.canonical) == set)
    #expect(set.key(id: "r", for: .rs384) != nil)
    #expect(set.key(id: "r", for: .es384) == nil)
    #expect(set.key(id: "x", for: .rs384) == nil)
    #expect(set.key(id: nil, for: .rs384) == set.keys[0])
  }

  @Test("one JWK is a set; without a kid it is the one that fits")
  func single() throws {
    let set = try KeySet(jwks: Array(JSONSerialization.data(withJSONObject: Self.ec)))
    #expect(set.key(id: nil, for: .es384) == set.keys[0])
    #expect(set.key(id: "any", for: .es384) == nil)
    #expect(try KeySet(canonical: set.canonical) == set)
  }

  @Test("others in a set are left aside, and it is said")
  func others() throws {
    let set = try KeySet(
      jwks: Self.set(
        Self.with(Self.p256, [:]), Self.with(Self.rsa, ["use": "enc"]), Self.with(Self.rsa, ["alg": "RS256"]),
        Self.with(Self.rsa, ["key_ops": ["sign"]]), ["kty": "OKP", "crv": "Ed25519", "x": "AA"], Self.with(Self.ec, [:])
      ))
    #expect(set.keys.count == 1)
    #expect(set.notes.count == 5)
  }

  @Test("what cannot be a client's keys is refused, and no part of a key is told")
  func refused() throws {
    let short = Self.with(Self.rsa, ["n": String(Self.rsa["n"]?.prefix(168) ?? "") + "w"])
    let sets: [(String, [UInt8])] = [
      ("no JSON", Array("keys".utf8)), ("an array", Array("[]".utf8)), ("no keys", try Self.set()),
      ("keys that are none", Array(#"{"keys":[1]}"#.utf8)),
      ("a private key", try Self.set(Self.with(Self.ec, ["d": "AQAB"]))),
      (
        "a private key of a kind that is not used",
        try Self.set(Self.with(Self.ec, [:]), Self.with(Self.p256, ["d": "AQAB"]))
      ),
      ("a shared secret", try Self.set(["kty": "oct", "k": "AQAB"])),
      ("a private RSA prime", try Self.set(Self.with(Self.rsa, ["p": "AQAB"]))),
      ("only P-256", try Self.set(Self.with(Self.p256, [:]))),
      ("RSA of 1015 bits", try Self.set(short)),
      ("exponent 1", try Self.set(Self.with(Self.rsa, ["e": "AQ"]))),
      ("an even modulus", try Self.set(Self.with(Self.rsa, ["n": String(Self.rsa["n"]?.dropLast(2) ?? "") + "gg"]))),
      ("padding", try Self.set(Self.with(Self.rsa, ["e": "AQAB="]))),
      ("standard base64", try Self.set(Self.with(Self.ec, ["x": Self.ec["x"]?.replacing("_", with: "/") ?? ""]))),
      ("no point", try Self.set(Self.with(Self.ec, ["y": Self.ec["x"] ?? ""]))),
      ("a short coordinate", try Self.set(Self.with(Self.ec, ["x": "AAAA"]))),
      ("the same kid twice", try Self.set(Self.with(Self.ec, ["kid": "a"]), Self.with(Self.rsa, ["kid": "a"]))),
      ("no kid of two", try Self.set(Self.with(Self.ec, ["kid": "a"]), Self.with(Self.rsa, [:]))),
      ("a kid that is a number", try Self.set(Self.with(Self.ec, ["kid": 1]))),
      ("an empty kid", try Self.set(Self.with(Self.ec, ["kid": ""]))),
      ("the same key twice", try Self.set(Self.with(Self.ec, ["kid": "a"]), Self.with(Self.ec, ["kid": "b"]))),
      ("too long", [UInt8](repeating: 32, count: 70_000)),
    ]
    for (name, bytes) in sets {
      do {
        let set = try KeySet(jwks: bytes)
        Issue.record("\(name): \(set.keys.count) keys")
      } catch let error {
        #expect(!error.description.contains("46SDH7"), "\(name)")
        guard case .unusableKeys = error else {
          Issue.record("\(name): \(error)")
          continue
        }
      }
    }
  }

  @Test("base64url: the vectors of RFC 4648, and one text for the same bytes")
  func base64url() {
    for (bytes, text) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
      #expect(Base64URL.text(bytes.utf8) == text)
      #expect(Base64URL.bytes(text.utf8) == Array(bytes.utf8))
    }
    #expect(Base64URL.text([0xFB, 0xEF, 0xFF]) == "--__")
    for text in ["Zh", "Zm9", "Z", "Zg==", "Zm9v\n", " Zm9v", "Zm+v", "Zm/v", "Zm9vY"] {
      #expect(Base64URL.bytes(text.utf8) == nil, "\(text)")
    }
  }
}
