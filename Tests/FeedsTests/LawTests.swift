import Testing
import XMLReading

@testable import Feeds

/// A feed with a bit of everything.
private let feeds: [String] = [
  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ORU_R01 xmlns=\"urn:hl7-org:v2xml\"><MSH><MSH.1>|</MSH.1></MSH>检验<a b='>'/></ORU_R01>",
  "<s:Envelope xmlns:s=\"urn:s\"><s:Body><m><![CDATA[<ORU_R01>1</ORU_R01><ORU_R01>2</ORU_R01>]]></m></s:Body></s:Envelope>",
  "<b><m>&lt;ORU_R01&gt;&amp;lt;3&lt;/ORU_R01&gt;</m><!-- <ORU_R01/> --><Bundle><Bundle/><entry/></Bundle></b>",
  "<!DOCTYPE b [<!ENTITY c \"d\">]><b><ORU_R01/></b>",
  "<ORU_R01>cut off<ORU_R01>whole</ORU_R01></b>stray",
  "<ClinicalDocument><organizer><organizer/></organizer></ClinicalDocument>",
  "<unknown><a>1</a></unknown>",
  "\u{FEFF}<ORU_R01><![CDATA[]]]]><![CDATA[>]]><?pi ?></ORU_R01>",
  "{\"resourceType\":\"Bundle\",\"a\":\"\\\"}\"}\n{\"b\":[{},{\n}]}\n",
  "[{\"a\":1},\n{\"b\":2}]\n",
  "MSH|^~\\&|a\rPID|1\rOBX|1|<0.01\rMSH|^~\\&|b\r",
]

@Suite struct LawTests {
  /// A frame by what a reader of it can tell.
  private func facts(_ frames: [MessageFrame]) -> [String] {
    frames.map {
      "\($0.kind) \($0.offset) \($0.place) \($0.code) \(String(decoding: $0.prologue, as: UTF8.self)) \($0.text)"
    }
  }

  @Test func framesAreTheSameForAnySizeOfPiece() {
    let whole = feeds.joined(separator: "\n")
    let expected = facts(split(whole))
    #expect(expected.count == 19)
    for piece in [1, 2, 7, 61, 4096] { #expect(facts(split(whole, piece: piece)) == expected) }
  }

  @Test func aConcatenationGivesTheFramesOfItsParts() {
    for first in feeds {
      for second in feeds where !first.hasPrefix("MSH") || second.hasPrefix("<?xml") || second.hasPrefix("MSH") {
        let expected = summary(split(first)) + summary(split(second))
        #expect(summary(split(first + "\n" + second)) == expected)
      }
    }
  }

  @Test func framesStandWhereTheySayTheyDo() {
    let bytes = Array(feeds.joined(separator: "\n").utf8)
    var last = 0
    for frame in split(bytes) {
      #expect(frame.offset >= last)
      last = frame.offset
      let before = bytes[..<frame.offset]
      #expect(frame.line == before.count { $0 == 10 } + 1)
      let lineStart = before.lastIndex(of: 10).map { $0 + 1 } ?? 0
      #expect(frame.column == String(decoding: bytes[lineStart..<frame.offset], as: UTF8.self).unicodeScalars.count + 1)
    }
  }

  /// Whatever is done to a feed, reading it ends, and every frame stands behind the one before it.
  @Test func mutantsAreHarmless() {
    var generator = Generator(seed: 20_270_601)
    let markup = [
      "<", ">", "\"", "'", "<!--", "-->", "<![CDATA[", "]]>", "</b>", "<ORU_R01>", "<?xml ", "&lt;", "{", "}", "\n",
      "\0",
    ]
    let reader = XMLTreeReader()
    for round in 0..<3000 {
      var bytes = Array(feeds[round % feeds.count].utf8) + Array(feeds[(round / 7) % feeds.count].utf8)
      for _ in 0...(round % 4) {
        let place = Int(generator.next(below: UInt64(bytes.count)))
        switch generator.next(below: 4) {
        case 0: bytes[place] = UInt8(generator.next(below: 256))
        case 1: bytes.remove(at: place)
        case 2:
          bytes.insert(contentsOf: Array(markup[Int(generator.next(below: UInt64(markup.count)))].utf8), at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 20))
        }
      }
      var last = 0
      let frames = split(bytes, piece: round % 3 == 0 ? 5 : .max)
      #expect(frames.count < bytes.count)
      for frame in frames {
        #expect(frame.offset >= last && frame.offset <= bytes.count)
        last = frame.offset
        if frame.kind == .xml, frame.problem == nil {
          _ = try? frame.bytes.withUnsafeBufferPointer { try reader.read($0, within: frame.prologue) }
        }
      }
      #expect(summary(frames) == summary(split(bytes, piece: 3)))
    }
  }
}

/// SplitMix64: the same mutants in every run.
struct Generator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func next(below bound: UInt64) -> UInt64 { next() % bound }
}
