import Foundation
import Testing

@testable import XMLReading

@Suite("what is read without libxml2 is read as libxml2 reads it")
struct PlainReaderTests {
  private let plain = XMLTreeReader()
  private let whole = XMLTreeReader(readsPlain: false)

  /// Everything there is to know of a tree, or why there is none.
  private func told(_ reader: XMLTreeReader, _ bytes: [UInt8], _ prologue: String, _ column: Int = 1) -> [String] {
    bytes.withUnsafeBufferPointer { buffer in
      do throws(XMLReadingError) {
        let tree = try reader.read(buffer, within: Array(prologue.utf8), line: 3, column: column)
        var lines = [tree.rootNamespace ?? "–"]
        tell(tree.root, &lines)
        return lines
      } catch {
        return ["\(error.kind) \(error.location)"]
      }
    }
  }

  private func tell(_ element: XMLElement, _ lines: inout [String]) {
    let attributes = element.attributes.map { "\($0.name)=\($0.value)" }
    lines.append("\(element.location) \(attributes)")
    for piece in element.pieces {
      switch piece {
      case .text(let text): lines.append("“\(text)”")
      case .element(let child): tell(child, &lines)
      }
    }
  }

  private func isPlain(_ text: String, within prologue: String = "") -> Bool {
    let bytes = Array((prologue + text).utf8)
    var table = NameTable()
    return bytes.withUnsafeBufferPointer {
      var reader = PlainReader($0, limits: XMLLimits(), line: 1, column: 1)
      return reader.read(after: prologue.utf8.count, &table) != nil
    }
  }

  /// Documents of every kind of piece; those marked `!` are for libxml2.
  private static let documents = [
    "<a/>", "<a></a>", "<a >x</a >", "<a>\n  <b/><c\n x='1'\n/> <d>文字<e/></d>\n\t<f/>&amp;<g/></a> \n",
    "<a x='1' y=\"文'&lt;&quot;&amp;#38;\"> 1 <b/> 2<c/>  <d> </d><e>\n</e> </a>", "<a>\n 文<b/>\n 字</a>",
    "<a> \n&lt;x&gt;\n 文]</a>", "<a xmlns='u'><b xmlns=''/><p:c xmlns:p='v' p:x='1' x2='2'/></a>",
    "<s:a xmlns:s='urn:hl7-org:sdtc'><s:b/><b/></s:a>", "<a xmlns='urn:hl7-org:sdtc'><b/></a>",
    "<a xmlns:i='http://www.w3.org/2001/XMLSchema-instance' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><b i:type='CD'/><c xsi:nil='1'/></a>",
    "<OBX.12.7><OBX.3/>a\tb</OBX.12.7>", "<a>\u{7F}\u{80}\u{FFFD}\u{10FFFF}\u{E000}</a>",
    "!<a>\r\n<b/></a>", "!<a b='\t1\n'/>", "!<a><!-- --><b/></a>", "!<a><![CDATA[<]]></a>", "!<a>&#65;</a>",
    "!<a>]]</a>",
    "!<文/>", "!<a xml:lang='zh'/>", "!<p:a/>", "!<a p:b=''/>", "!<a b='1' b='2'/>", "!<a><b></a></b>", "!<a>", "!<a/>x",
    "!<a>&b;</a>", "!<a>&amp</a>", "!<a>\u{FFFE}</a>", "!<a b='<'/>", "!<a b=1/>", "!<a b/>", "!<a b='1'c='2'/>",
    "!<a>\u{1}</a>",
    "!<a></a", "!<a", "!<", "!", "!<a></b>", "!<a xmlns:p=''/>", "!<a xmlns:xml='u'/>", "!<a:b:c xmlns:a='u'/>",
    "! <a/>",
    "!<a b = '1'/>", "!<a xmlns='u' xmlns='v'/>", "!<xmlns:a/>", "!<a/><b/>", "!<?xml version='1.0'?><a/>",
  ]

  @Test(arguments: documents, ["", "<w xmlns='urn:w' xmlns:p='文'>"])
  func alike(_ document: String, within prologue: String) {
    let isForLibXML2 = document.first == "!"
    let text = String(document.drop { $0 == "!" })
    let bytes = Array(text.utf8)
    #expect(told(plain, bytes, prologue, 5) == told(whole, bytes, prologue, 5))
    if prologue.isEmpty { #expect(isPlain(text) != isForLibXML2) }
  }

  @Test("every byte, changed or left out")
  func changed() {
    for document in Self.documents {
      let bytes = Array(document.drop { $0 == "!" }.utf8)
      for index in bytes.indices {
        for byte in Array("<>/&;'\"= \n\r:]!?x\0".utf8) + [0x80, 0xC2, 0xE4, 0xEF, 0xF4, 0xFF] {
          var other = bytes
          other[index] = byte
          #expect(told(plain, other, "") == told(whole, other, ""))
        }
        var other = bytes
        other.remove(at: index)
        #expect(told(plain, other, "") == told(whole, other, ""))
      }
    }
  }

  @Test("the samples")
  func samples() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Samples/feeds")
      .standardized
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    var count = 0
    for case let file as URL in files where file.pathExtension == "xml" {
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      // Without the declaration and with LF, as far as that makes them plain.
      let bytes = Array(text.replacing("\r\n", with: "\n").drop { $0 != "<" }.utf8)
      let body =
        bytes.starts(with: "<?xml".utf8) ? Array(bytes.drop { $0 != 0x3E }.dropFirst().drop { $0 <= 32 }) : bytes
      #expect(told(plain, body, "") == told(whole, body, ""))
      count += 1
    }
    #expect(count > 0)
  }
}
