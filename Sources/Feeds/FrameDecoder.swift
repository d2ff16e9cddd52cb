import XMLReading

/// Makes the bytes of a frame UTF-8.
final class FrameDecoder {
  private let decoder = TextDecoder()

  /// - Parameters:
  ///   - declared: what the document around it says.
  ///   - isMade: whether it was made of UTF-16, so that what is no UTF-8 was no character.
  func text(
    _ bytes: UnsafeBufferPointer<UInt8>, _ declared: DeclaredEncoding, isMade: Bool = false,
    _ kind: MessageFrame.Kind = .xml
  ) -> TextDecoder.Text {
    if isMade { return made(bytes) }
    return decoder.text(bytes, declared) { kind == .json ? .nothing : CharacterSetField.declared(in: bytes, kind) }
  }

  private func made(_ bytes: UnsafeBufferPointer<UInt8>) -> TextDecoder.Text {
    let isText = UTF8Text.isValid(bytes)
    return TextDecoder.Text(
      bytes: isText ? Array(bytes) : Array(String(decoding: bytes, as: UTF8.self).utf8), encoding: .utf8,
      problem: isText ? nil : "half a character of UTF-16 alone: send it again, or in UTF-8")
  }
}

/// MSH-18, in which an HL7 v2 message names its character set, found in bytes that are not decoded yet.
enum CharacterSetField {
  static func declared(in bytes: UnsafeBufferPointer<UInt8>, _ kind: MessageFrame.Kind) -> DeclaredEncoding {
    let labels = kind == .er7 ? repetitionsOfER7(bytes) : repetitionsOfXML(bytes)
    let said = labels.map { DeclaredEncoding(label: $0) }.filter { $0 != .nothing }
    // The first is that of the message, those behind it are switched to by escapes: `~ISO IR87` after ASCII.
    return said.first { $0 != .label(.utf8) } ?? said.first ?? .nothing
  }

  private static func repetitionsOfER7(_ bytes: UnsafeBufferPointer<UInt8>) -> [String] {
    let line = bytes.prefix(4096).prefix { $0 != 0x0D && $0 != 0x0A }
    guard line.count > 8 else { return [] }
    let fields = line.split(separator: line[3], maxSplits: 18, omittingEmptySubsequences: false)
    guard fields.count > 17 else { return [] }
    let repetition = fields[1].count > 1 ? fields[1][fields[1].startIndex + 1] : 0x7E
    return fields[17].split(separator: repetition).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Its segment is the first.
  private static func repetitionsOfXML(_ frame: UnsafeBufferPointer<UInt8>) -> [String] {
    let bytes = UnsafeBufferPointer(rebasing: frame.prefix(4096))
    var labels: [String] = []
    var place = 0
    while labels.count < 8, let found = firstPlace(of: "MSH.18>", in: bytes, from: place) {
      place = found + 7
      let text = bytes[place...].prefix(64).prefix { $0 != 0x3C }
      if found > 0, bytes[found - 1] != 0x2F { labels.append(String(decoding: text, as: UTF8.self)) }
    }
    return labels
  }
}
