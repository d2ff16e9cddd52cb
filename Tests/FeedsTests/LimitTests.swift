import Testing

@testable import Feeds

@Suite struct LimitTests {
  private var limits: FeedLimits {
    var limits = FeedLimits()
    limits.message = 200_000
    limits.head = 1000
    return limits
  }

  private let long = String(repeating: "long ", count: 80_000)

  @Test(arguments: [
    "<ORU_R01>%</ORU_R01>", "<ORU_R01><!-- % --></ORU_R01>", "<ORU_R01><a b='%'/></ORU_R01>",
    "<ORU_R01><![CDATA[%]]></ORU_R01>", "{\"a\":\"%\"}", "MSH|%\r",
    "<b><ORU_R01/><m>&lt;ORU_R01>%&lt;/ORU_R01></m></b>", "<b><ORU_R01/><m><![CDATA[<ORU_R01>%</ORU_R01>]]></m></b>",
    "<b>%<c/>%</b>",
  ])
  func aMessageTooLargeIsHeldBackAlone(_ shape: String) throws {
    let text =
      shape.split(separator: "%", omittingEmptySubsequences: false).joined(separator: long)
      + "\n<?xml version='1.0'?><ORU_R01>next</ORU_R01>"
    for piece in [4096, .max] {
      let frames = split(text, piece: piece, limits: limits).filter { $0.text != "<ORU_R01/>" }
      #expect(frames.map(\.code) == ["limit-exceeded", ""])
      #expect(frames.last?.text == "<ORU_R01>next</ORU_R01>")
      #expect(try #require(frames.first).bytes.count == 1000)
    }
  }

  @Test func whatIsNotKeptMayBeLarge() {
    let text = "<b><ORU_R01/><m>\(long)</m><!-- \(long) --><n><![CDATA[\(long)]]></n><ORU_R01>1</ORU_R01></b>"
    #expect(summary(split(text, limits: limits)) == ["<ORU_R01/>", "<ORU_R01>1</ORU_R01>"])
    let late = "<b>\(long)<c/><!-- \(long) --><ORU_R01>1</ORU_R01></b>"
    #expect(summary(split(late, piece: 4096, limits: limits)) == ["<ORU_R01>1</ORU_R01>"])
  }

  @Test func theWindowStaysSmall() {
    let window = Window(Endless(), limits: limits)
    var place = 0
    while place < 40_000_000 { place = window.find(0x78, from: place)! + 1 }
    #expect(window.end - window.start < 1 << 20)
  }

  private final class Endless: ByteSource {
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
      for index in stride(from: 0, to: buffer.count, by: 1000) { buffer[index] = 0x78 }
      return buffer.count
    }
  }
}
