import Foundation

extension ServerConfiguration {
  /// How recognition platforms sign and encrypt what they send, and with which keys.
  public struct Platform: Hashable, Sendable {
    /// Both are over the members of the envelope but `sign`, sorted by name, `name=value` joined by `&`.
    public enum Signature: String, Hashable, Sendable, CaseIterable {
      /// SM3 of it with `&key=KEY` behind it.
      case sm3
      case hmacSM3 = "hmac-sm3"
    }

    public enum Cipher: String, Hashable, Sendable, CaseIterable {
      case ecb = "sm4-ecb"
      /// The first 16 bytes are the initialisation vector.
      case cbc = "sm4-cbc"
    }

    /// Where a key is kept; it is read when it is needed, never logged, never in the configuration itself.
    public enum Secret: Hashable, Sendable {
      case file(String)
      case environment(String)

      /// - Returns: nil where there is none.
      func read() -> String? {
        let text =
          switch self {
          case .file(let path): try? String(contentsOfFile: path, encoding: .utf8)
          case .environment(let name): ProcessInfo.processInfo.environment[name]
          }
        let key = text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        return key.isEmpty ? nil : key
      }
    }

    public struct Hospital: Hashable, Sendable {
      /// As the envelope names it.
      public var code: String
      public var institution: String
      public var signingKey: Secret
      public var cipherKey: Secret

      public init(code: String, institution: String, signingKey: Secret, cipherKey: Secret) {
        (self.code, self.institution) = (code, institution)
        (self.signingKey, self.cipherKey) = (signingKey, cipherKey)
      }
    }

    public var signature: Signature
    public var cipher: Cipher
    public var hospitals: [Hospital]

    public init(signature: Signature, cipher: Cipher, hospitals: [Hospital]) {
      (self.signature, self.cipher, self.hospitals) = (signature, cipher, hospitals)
    }
  }
}

extension ServerConfiguration.Platform {
  init(_ section: inout ConfigurationSection) throws(ConfigurationProblem) {
    guard let signature = Signature(rawValue: try section.text("signature") ?? Signature.sm3.rawValue) else {
      throw section.problem("signature", "one of " + Signature.allCases.map(\.rawValue).joined(separator: ", "))
    }
    guard let cipher = Cipher(rawValue: try section.text("cipher") ?? Cipher.ecb.rawValue) else {
      throw section.problem("cipher", "one of " + Cipher.allCases.map(\.rawValue).joined(separator: ", "))
    }
    let hospitals = try section.sections("hospitals") { section throws(ConfigurationProblem) in
      try Hospital(&section)
    }
    if hospitals.isEmpty {
      throw section.problem("hospitals", "missing: say which hospitals send, and with which keys")
    }
    if Set(hospitals.map(\.code)).count < hospitals.count {
      throw section.problem("hospitals", "a hospital stands there twice")
    }
    self.init(signature: signature, cipher: cipher, hospitals: hospitals)
  }
}

extension ServerConfiguration.Platform.Hospital {
  init(_ section: inout ConfigurationSection) throws(ConfigurationProblem) {
    let code = try section.needed("hospital")
    let institution = try section.text("institution") ?? code
    let (signing, cipher) = (try section.secret("signingKey"), try section.secret("cipherKey"))
    self.init(code: code, institution: institution, signingKey: signing, cipherKey: cipher)
  }
}

extension ConfigurationSection {
  /// Where a key is kept: `{file: PATH}` or `{environment: NAME}`.
  mutating func secret(_ name: String) throws(ConfigurationProblem) -> ServerConfiguration.Platform.Secret {
    let secret = try section(name) {
      (section: inout ConfigurationSection) throws(ConfigurationProblem) -> ServerConfiguration.Platform.Secret in
      let (file, variable) = (try section.text("file"), try section.text("environment"))
      switch (file, variable) {
      case (let file?, nil): return .file(file)
      case (nil, let variable?): return .environment(variable)
      default: throw section.problem("file", "a key lies in a file or in a variable of the environment: name one")
      }
    }
    guard let secret else { throw problem(name, "missing: {file: PATH} or {environment: NAME}") }
    return secret
  }
}
