internal import COpenSSL

/// The hash SM3 (GB/T 32905-2016), by OpenSSL.
enum SM3 {
  static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    var count: UInt32 = 0
    let done = EVP_Digest(bytes, bytes.count, &digest, &count, EVP_sm3(), nil)
    precondition(done == 1 && count == 32, "OpenSSL has no SM3")
    return digest
  }

  /// HMAC (RFC 2104) with it.
  static func authenticationCode(of bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    let secret = EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, nil, key, key.count)
    let context = EVP_MD_CTX_new()
    defer {
      EVP_MD_CTX_free(context)
      EVP_PKEY_free(secret)
    }
    var code = [UInt8](repeating: 0, count: 32)
    var count = code.count
    let done =
      EVP_DigestSignInit(context, nil, EVP_sm3(), nil, secret) == 1
      && EVP_DigestSign(context, &code, &count, bytes, bytes.count) == 1
    precondition(done && count == 32, "OpenSSL has no SM3")
    return code
  }
}

/// The block cipher SM4 (GB/T 32907-2016), by OpenSSL, padded after PKCS #7.
enum SM4 {
  static let block = 16

  enum Mode: Hashable, Sendable {
    case ecb
    case cbc(vector: [UInt8])
  }

  /// - Returns: nil for a key or a vector that is not 16 bytes.
  static func encrypt(_ bytes: [UInt8], key: [UInt8], _ mode: Mode) -> [UInt8]? { run(bytes, key, mode, 1) }

  /// - Returns: nil for what was not encrypted so.
  static func decrypt(_ bytes: [UInt8], key: [UInt8], _ mode: Mode) -> [UInt8]? { run(bytes, key, mode, 0) }

  private static func run(_ bytes: [UInt8], _ key: [UInt8], _ mode: Mode, _ direction: Int32) -> [UInt8]? {
    var vector = [UInt8](repeating: 0, count: block)
    if case .cbc(let given) = mode { vector = given }
    guard key.count == block, vector.count == block, bytes.count < Int(Int32.max) - block,
      let context = EVP_CIPHER_CTX_new()
    else { return nil }
    defer { EVP_CIPHER_CTX_free(context) }
    var output = [UInt8](repeating: 0, count: bytes.count + block)
    var (first, last): (Int32, Int32) = (0, 0)
    let cipher = mode == .ecb ? EVP_sm4_ecb() : EVP_sm4_cbc()
    guard EVP_CipherInit_ex(context, cipher, nil, key, vector, direction) == 1,
      EVP_CipherUpdate(context, &output, &first, bytes, Int32(bytes.count)) == 1
    else { return nil }
    let finished = output.withUnsafeMutableBufferPointer { buffer in
      EVP_CipherFinal_ex(context, buffer.baseAddress.map { $0 + Int(first) }, &last)
    }
    guard finished == 1 else { return nil }
    return Array(output[..<Int(first + last)])
  }
}
