import XMLReading

/// What a document's bytes are.
enum DocumentEncoding: Equatable {
  /// Nothing was said: UTF-8, or GB18030 where the bytes are not.
  case undeclared
  case utf8
  case gb18030
  /// Made UTF-8 by `UTF16Stream`.
  case utf16
  /// Declared as something that is not read.
  case refused(String)
}

/// Makes the bytes of a frame UTF-8.
final class FrameDecoder {
  struct Text {
    var bytes: [UInt8]
    var notes: [FrameNote] = []
    /// Why it cannot be read.
    var problem: String?
  }

  private let transcoder = Transcoder(from: .gb18030)

  static let undecodable = "bytes that are not of the declared encoding: declare the encoding it is written in"

  func text(_ bytes: UnsafeBufferPointer<UInt8>, _ encoding: DocumentEncoding) -> Text {
    switch encoding {
    case .utf8: return Text(bytes: Array(bytes))
    case .refused(let reason): return Text(bytes: Array(bytes), problem: reason)
    case .utf16:
      if UTF8Text.isValid(bytes) { return Text(bytes: Array(bytes)) }
      return Text(bytes: Array(String(decoding: bytes, as: UTF8.self).utf8), problem: Self.undecodable)
    case .gb18030:
      if UTF8Text.isASCII(bytes) { return Text(bytes: Array(bytes)) }
      let (decoded, unreadable) = transcode(bytes)
      return Text(bytes: decoded, problem: unreadable > 0 ? Self.undecodable : nil)
    case .undeclared:
      if UTF8Text.isValid(bytes) { return Text(bytes: Array(bytes)) }
      let (decoded, unreadable) = transcode(bytes)
      if unreadable > 0 {
        return Text(bytes: Array(bytes), problem: "bytes that are neither UTF-8 nor GB18030: declare the encoding")
      }
      let note = FrameNote(
        code: .encodingMislabelled, message: "no encoding is declared and it is not UTF-8: read as GB18030; declare it")
      return Text(bytes: decoded, notes: [note])
    }
  }

  private func transcode(_ bytes: UnsafeBufferPointer<UInt8>) -> (bytes: [UInt8], unreadable: Int) {
    guard let transcoder else { return (Array(bytes), 1) }
    var output: [UInt8] = []
    // Two bytes become at most three; a large array that grows would be there twice.
    output.reserveCapacity(bytes.count + bytes.count / 2 + 4)
    var unreadable = 0
    var start = 0
    repeat {
      let end = min(start + 1 << 20, bytes.count)
      unreadable += transcoder.append(
        UnsafeBufferPointer(rebasing: bytes[start..<end]), to: &output, isLast: end == bytes.count)
      start = end
    } while start < bytes.count
    return (output, unreadable)
  }
}
