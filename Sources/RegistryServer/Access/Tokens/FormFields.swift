import Clinical
import HTTPTypes
import Hummingbird

/// The fields of a form (`application/x-www-form-urlencoded`), each once.
struct FormFields {
  private var values: [String: String] = [:]

  /// - Returns: nil for a field that is there twice (RFC 6749, section 3.2), and for what is no UTF-8.
  init?(_ bytes: some Sequence<UInt8>) {
    for field in Array(bytes).split(separator: UInt8(ascii: "&")) {
      let parts = field.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.text(parts[0]), let value = Self.text(parts.count > 1 ? parts[1] : []) else { return nil }
      guard values.updateValue(value, forKey: name) == nil else { return nil }
    }
  }

  /// Nil for none; an empty one counts as not sent (RFC 6749, section 3.2).
  subscript(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
    var decoded: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): decoded.append(0x20)
      case UInt8(ascii: "%"):
        guard let value = Hexadecimal.bytes(rest.prefix(2)), rest.count >= 2 else { return nil }
        decoded += value
        rest = rest.dropFirst(2)
      default: decoded.append(byte)
      }
    }
    return String(validating: decoded, as: UTF8.self)
  }
}

extension Request {
  var isForm: Bool {
    let type = headers[.contentType]?.prefix { $0 != ";" }
    return type?.trimmingSpaces.lowercased() == "application/x-www-form-urlencoded"
  }

  var isJSON: Bool {
    let type = headers[.contentType]?.prefix { $0 != ";" }
    return type?.trimmingSpaces.lowercased() == "application/json"
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring { drop { $0 == " " }.prefix { $0 != " " } }
}
