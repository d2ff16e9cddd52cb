import Foundation

/// RFC 4648, section 4, with padding: as policies of browsers write digests.
enum Base64 {
  static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
