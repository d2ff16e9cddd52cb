import Hummingbird
import Messages
import NIOCore

/// A Bundle whose entries are written while it is sent, as fast as they are taken: a whole record need not be in memory as text.
struct FHIRBundleStream: Sendable {
  /// Without its entries.
  let bundle: FHIRDocument
  let entries: [FHIREntry]
  let base: String
  let notation: FHIRNotation

  /// What is written at once, in bytes.
  private static let piece = 1 << 16

  var body: ResponseBody {
    ResponseBody { writer in
      let (head, tail) = bundle.open(as: notation)
      var text = head
      for (place, entry) in entries.enumerated() {
        if notation == .json, place > 0 { text += "," }
        FHIRBundle.entry(entry, "match", base).write("entry", as: notation, to: &text)
        if text.utf8.count < Self.piece { continue }
        try await writer.write(ByteBuffer(string: text))
        text = ""
      }
      try await writer.write(ByteBuffer(string: text + tail))
      try await writer.finish(nil)
    }
  }
}

extension FHIRDocument {
  /// A resource in two parts, between which a list of entries is to stand.
  fileprivate func open(as notation: FHIRNotation) -> (head: String, tail: String) {
    let whole = written(as: notation)
    switch notation {
    case .json: return (String(whole.dropLast("}\n".count)) + ",\"entry\":[", "]}\n")
    case .xml:
      let tail = "</Bundle>\n"
      return (String(whole.dropLast(tail.count)), tail)
    }
  }
}
