import Foundation
import Testing
import XMLReading

@testable import Feeds

/// Files that are beside the project on some machines only.
private enum Corpora {
  static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/corpora").path

  static func has(_ folder: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + folder) }
}

@Suite struct CorporaTests {
  @Test(.enabled(if: Corpora.has("hostile-xml"), "the corpora are not on this machine"))
  func hostileDocumentsAreRefusedOrHarmless() {
    var reader = FeedReader(paths: [Corpora.path + "/hostile-xml"], roots: roots)
    var frames = 0
    while let frame = reader.next() {
      frames += 1
      #expect(frame.problem != nil)
      #expect(!frame.text.contains("<!DOCTYPE") || frame.problem?.code != .unknownDialect)
    }
    #expect(frames > 0)
  }

  @Test(.enabled(if: Corpora.has("v2xml"), "the corpora are not on this machine"))
  func realMessagesAreOneFrameEach() {
    var reader = FeedReader(paths: [Corpora.path + "/v2xml"], roots: roots)
    let parser = XMLTreeReader()
    var messages = 0
    while let frame = reader.next() {
      guard frame.problem == nil else { continue }
      messages += 1
      let tree = try? frame.bytes.withUnsafeBufferPointer { try parser.read($0, within: frame.prologue) }
      #expect(tree != nil)
    }
    #expect(messages > 100)
  }
}
