@testable import Feeds

/// Roots as a registry would name them.
let roots = MessageRoots(
  [
    "ORU_R01": .never, "OUL_R22": .never, "ClinicalDocument": .withinOthers, "RCMR_IN000002UV02": .never,
    "Bundle": .withinItself, "DiagnosticReport": .withinOthers, "organizer": .withinItself, "req": .never,
    "Patient": .withinItself,
  ], within: ["Patient": "urn:f"])

/// What the splitter makes of bytes that come in pieces.
func split(_ bytes: [UInt8], piece: Int = .max, limits: FeedLimits = FeedLimits()) -> [MessageFrame] {
  let splitter = MessageSplitter(MemorySource(bytes, piece: piece), label: "test", roots: roots, limits: limits)
  var frames: [MessageFrame] = []
  while let frame = splitter.next() { frames.append(frame) }
  return frames
}

func split(_ text: String, piece: Int = .max, limits: FeedLimits = FeedLimits()) -> [MessageFrame] {
  split(Array(text.utf8), piece: piece, limits: limits)
}

extension MessageFrame {
  var text: String { String(decoding: bytes, as: UTF8.self) }
  var code: String { problem?.code.rawValue ?? "" }
  /// `line:column`
  var place: String { "\(line):\(column)" }
}

/// The texts of the frames, those with a problem after its code.
func summary(_ frames: [MessageFrame]) -> [String] {
  frames.map { $0.problem == nil ? $0.text : "\($0.code) \($0.text)" }
}
