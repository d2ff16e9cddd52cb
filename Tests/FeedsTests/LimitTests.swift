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
    private let beginning: [UInt8]
    private let filling: [UInt8]
    private var isBegun = false

    /// - Parameter filling: what comes again and again.
    init(_ beginning: String = "", filling: String = "x\0") {
      self.beginning = Array(beginning.utf8)
      self.filling = Array(filling.utf8)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
      if !isBegun, !beginning.isEmpty {
        isBegun = true
        buffer.copyBytes(from: beginning)
        return beginning.count
      }
      let count = buffer.count / filling.count * filling.count
      for index in 0..<count { buffer[index] = filling[index % filling.count] }
      return count
    }
  }

  /// Whatever has no end ends, with the bound named.
  @Test(arguments: [
    ("", "\0"), ("", "x y\n"), ("", " "), ("", "<!x"), ("", "<"), ("<b>", "text "), ("<b>", "<c/>"), ("<b a='", "x"),
    ("<!-- ", "x"),
    ("<b><![CDATA[", "]]"), ("<ORU_R01>", "x"), ("<ORU_R01>", "<a>1</a>"), ("<ORU_R01 a='", "x"), ("{\"a\":\"", "x"),
    ("{\"a\":[", "{},"),
    ("MSH|^~\\&|", "a"), ("MSH|^~\\&|\r", "OBX|1\r"), ("<!DOCTYPE a [", "<!-- -->"), ("<b><m>&lt;ORU_R01>", "&amp;"),
    ("\u{FEFF}", "\u{FEFF}"),
    ("<b><ORU_R01/>", "text"), ("[", "1 "), ("<?xml", " "), ("<?a ", "x"), ("</a", " "),
  ])
  func whatHasNoEndEnds(_ beginning: String, _ filling: String) throws {
    var limits = limits
    limits.between = 1 << 20
    limits.broken = 200
    limits.message = 50_000
    let splitter = MessageSplitter(
      Endless(beginning, filling: filling), label: "test", roots: roots, limits: limits)
    var frames = 0
    while splitter.next() != nil { frames += 1 }
    #expect(frames <= 201)
    #expect(splitter.bytesRead < 4_000_000)
    let problem = try #require(splitter.problem)
    #expect(problem.code == .limitExceeded)
    #expect(problem.reason.hasPrefix("more than 1 MiB without a message"))
  }

  /// Messages without an end are none of that.
  @Test func messagesMayComeForEver() {
    var limits = limits
    limits.between = 200_000
    let splitter = MessageSplitter(Endless(filling: "<ORU_R01/>\n"), label: "test", roots: roots, limits: limits)
    for _ in 0..<60_000 { #expect(splitter.next()?.problem == nil) }
    #expect(splitter.bytesRead > 600_000)
  }

  @Test(arguments: ["</a> ", "[\n", "{\n", "<ORU_R01>", "<!DOCTYPE '><a>"]) func manyBrokenPieces(_ piece: String)
    throws
  {
    var limits = limits
    limits.broken = 200
    limits.between = 1 << 20
    let splitter = MessageSplitter(Endless(filling: piece), label: "test", roots: roots, limits: limits)
    var frames = 0
    while splitter.next() != nil, frames < 1000 { frames += 1 }
    #expect(frames <= 201)
    if piece.hasPrefix("<!") { return }
    #expect(splitter.problem?.reason.hasPrefix("more than 200 pieces") == true)
  }

  /// Twice the bytes take twice the time, whatever they are: none of these is looked at again from its beginning.
  @Test(arguments: [
    ("", "<!x"), ("", "<?1"), ("", "<a "), ("<!DOCTYPE a><a>", "<!DOCTYPE a [<!--"), ("<b>", "<a b='\"<c d=\"'"),
    ("<b ", "xmlns "),
    ("<b><![CDATA[", "\u{80}]]"), ("<b>", "<?xml version='1.0'?>"), ("<b><m>&lt;", "<!--x-->&lt;!-- -->"),
    ("<ORU_R01>", "<MSH.18>"),
    ("{\"a\":\"", "\u{80}\\"), ("<b><m>", "&lt;"),
  ])
  func timeIsLinear(_ beginning: String, _ filling: String) {
    func seconds(_ count: Int) -> Double {
      let text = beginning + String(repeating: filling, count: count / filling.utf8.count)
      let start = ContinuousClock.now
      _ = split(Array(text.utf8))
      let passed = (ContinuousClock.now - start).components
      return Double(passed.seconds) + Double(passed.attoseconds) / 1e18
    }
    // Ten times the bytes, which would take a hundred times the time.
    let (small, large) = (seconds(20_000), seconds(200_000))
    #expect(large < 40 * small + 2, "\(small) s, then \(large) s")
  }
}
