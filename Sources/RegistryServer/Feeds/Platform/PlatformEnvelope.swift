import Clinical
import Foundation
import Registry

/// The envelope of Chinese recognition platforms: a flat object of texts and whole numbers, signed over its members, with the message
/// encrypted in `data`. It is answered in the same.
struct PlatformEnvelope: Sendable {
  /// As they are signed: numbers as they are written.
  private var members: [String: String]

  var requestID: String { members["request_id"] ?? "" }
  var hospital: String { members["hospital_code"] ?? "" }

  /// - Throws: `ServiceError.malformed` for what is no such envelope.
  init(_ bytes: [UInt8]) throws(ServiceError) {
    guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else { throw .malformed }
    var members: [String: String] = [:]
    for (name, value) in object {
      switch value {
      case let text as String: members[name] = text
      case let number as NSNumber where number.doubleValue == Double(number.int64Value):
        members[name] = String(number.int64Value)
      case is NSNull: continue
      default: throw .malformed
      }
    }
    self.members = members
    for name in ["request_id", "hospital_code", "timestamp", "data", "sign"] where members[name]?.isEmpty ?? true {
      throw .malformed
    }
    if requestID.utf8.count > 128 || hospital.utf8.count > 128 { throw .malformed }
  }

  init(requestID: String, hospital: String, timestamp: Instant, _ more: [String: String]) {
    members = more
    members["request_id"] = requestID
    members["hospital_code"] = hospital
    members["timestamp"] = String(timestamp.milliseconds)
  }

  // MARK: Signature

  private func signature(_ form: ServerConfiguration.Platform.Signature, key: String) -> String {
    let signed = members.filter { $0.key != "sign" && !$0.value.isEmpty }
      .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { "\($0.key)=\($0.value)" }.joined(
        separator: "&")
    let digest =
      switch form {
      case .sm3: SM3.hash(Array((signed + "&key=" + key).utf8))
      case .hmacSM3: SM3.authenticationCode(of: Array(signed.utf8), key: Array(key.utf8))
      }
    return digest.hex
  }

  mutating func sign(_ form: ServerConfiguration.Platform.Signature, key: String) {
    members["sign"] = signature(form, key: key)
  }

  /// In hex, of either case; the time it takes tells nothing.
  func isSigned(_ form: ServerConfiguration.Platform.Signature, key: String) -> Bool {
    let (mine, given) = (Array(signature(form, key: key).utf8), Array((members["sign"] ?? "").lowercased().utf8))
    guard mine.count == given.count else { return false }
    return zip(mine, given).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// When it was sent: milliseconds or seconds since 1970, or a time as people write it, in the registry's zone.
  func time(in zone: RegistryZone) -> Instant? {
    let text = members["timestamp"] ?? ""
    if let number = Int64(text), text.utf8.count == 13 { return Instant(milliseconds: number) }
    if let number = Int64(text), text.utf8.count == 10 { return Instant(milliseconds: number * 1000) }
    return zone.instant(text)
  }

  // MARK: Body

  /// - Returns: nil for what was not encrypted so.
  func body(_ cipher: ServerConfiguration.Platform.Cipher, key: String) -> [UInt8]? {
    guard let key = Self.bytes(ofKey: key),
      let data = Data(base64Encoded: members["data"] ?? "", options: .ignoreUnknownCharacters)
    else { return nil }
    let bytes = Array(data)
    switch cipher {
    case .ecb: return SM4.decrypt(bytes, key: key, .ecb)
    case .cbc:
      guard bytes.count > SM4.block else { return nil }
      return SM4.decrypt(Array(bytes[SM4.block...]), key: key, .cbc(vector: Array(bytes[..<SM4.block])))
    }
  }

  /// - Returns: false for a key that is none.
  mutating func encrypt(_ body: [UInt8], _ cipher: ServerConfiguration.Platform.Cipher, key: String) -> Bool {
    guard let key = Self.bytes(ofKey: key) else { return false }
    var random = SystemRandomNumberGenerator()
    let vector = (0..<SM4.block).map { _ in UInt8.random(in: 0...255, using: &random) }
    let bytes =
      switch cipher {
      case .ecb: SM4.encrypt(body, key: key, .ecb)
      case .cbc: SM4.encrypt(body, key: key, .cbc(vector: vector)).map { vector + $0 }
      }
    members["data"] = bytes.map { Data($0).base64EncodedString() }
    return bytes != nil
  }

  /// 16 bytes: in hex, in base64, or 16 characters themselves.
  private static func bytes(ofKey text: String) -> [UInt8]? {
    if text.utf8.count == 16 { return Array(text.utf8) }
    if text.utf8.count == 32 {
      let digits = text.compactMap(\.hexDigitValue)
      guard digits.count == 32 else { return nil }
      return stride(from: 0, to: 32, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
    return Data(base64Encoded: text).flatMap { $0.count == 16 ? Array($0) : nil }
  }

  var json: String {
    "{"
      + members.sorted { $0.key < $1.key }.map { JSONString.quoted($0.key) + ":" + JSONString.quoted($0.value) }
      .joined(separator: ",") + "}"
  }
}
