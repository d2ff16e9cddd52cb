import Clinical
import Foundation
import Testing
import XMLReading

@testable import Messages

@Suite struct CDARCMRTests {
  static let inner = ChineseSample(
    body: ChineseSample.section(ChineseSample.organizer(ChineseSample.item("A"), ChineseSample.quantity("1.5"))))

  static func wrapper(_ original: String, time: String = "20250301120000", processing: String = "P") -> String {
    """
    <RCMR_IN000002UV02 xmlns="urn:hl7-org:v3"><id root="2.16.156.10011.2.5.1.1" extension="M1"/>\
    <creationTime value="\(time)"/><processingCode code="\(processing)"/><controlActProcess><subject>\
    <clinicalDocument><storageCode>\(original)</storageCode></clinicalDocument></subject></controlActProcess>\
    </RCMR_IN000002UV02>
    """
  }

  static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  @Test func holdsTheSameReportAsTheBareDocument() throws {
    let bare = try readCDA(Self.inner.xml).message
    var encoded = Self.base64(Self.inner.xml)
    encoded.insert(contentsOf: "\n  ", at: encoded.index(encoded.startIndex, offsetBy: 76))
    for original in [
      "<originalText value=\"\(encoded)\"/>", "<originalText>\(encoded)</originalText>",
      "<originalText>\(Self.inner.xml)</originalText>",
    ] {
      let message = try readCDA(Self.wrapper(original)).message
      #expect(message.dialect == .chineseCDAInRCMR && message.messageID == "M1")
      #expect(message.reports == bare.reports)
    }
  }

  @Test func messageTimeIsTheWrappersVersionTheDocuments() throws {
    let original = "<originalText value=\"\(Self.base64(Self.inner.xml))\"/>"
    let message = try readCDA(Self.wrapper(original, time: "20250302000000")).message
    #expect(message.messageTime == moment("20250302") && message.reports.first?.messageTime == moment("20250302"))
    #expect(message.reports.first?.versionTime == moment("20250301120000"))
  }

  @Test func aNullifiedRegistrationCancels() throws {
    let original = "<originalText value=\"\(Self.base64(Self.inner.xml))\"/>"
    let xml = Self.wrapper(original).replacing("<storageCode>", with: "<statusCode code=\"nullified\"/><storageCode>")
    #expect(try readCDA(xml).message.reports.first?.status == .cancelled)
  }

  @Test func innerDocumentInGB18030() throws {
    let xml = #"<?xml version="1.0" encoding="GBK"?>"# + Self.inner.xml
    // kCFStringEncodingGB_18030_2000 as Foundation counts it.
    let data = try #require(xml.data(using: String.Encoding(rawValue: 0x8000_0632)))
    let message = try readCDA(Self.wrapper("<originalText value=\"\(data.base64EncodedString())\"/>")).message
    #expect(message.reports.first?.patient.name == "测试甲")
  }

  /// It has a declaration of its own, which lies as often as the message's.
  @Test(arguments: ["GBK", "UTF-8", "8859/1", "GB 18030-2000", "Big5", nil], [true, false])
  func declarationsWithin(label: String?, isUTF8: Bool) throws {
    if label == "Big5", !isUTF8 { return }
    let declaration = label.map { "<?xml version=\"1.0\" encoding=\"\($0)\"?>" } ?? ""
    let xml = declaration + Self.inner.xml
    let chinese = try #require(xml.data(using: String.Encoding(rawValue: 0x8000_0632)))
    let data = isUTF8 ? Data(xml.utf8) : chinese
    let (message, findings) = try readCDA(Self.wrapper("<originalText value=\"\(data.base64EncodedString())\"/>"))
    #expect(message.reports.first?.patient.name == "测试甲")
    let isTold = findings.contains { $0.code == .encodingMislabelled }
    #expect(
      isTold
        == !((label?.hasPrefix("GB") == true && !isUTF8) || (label == "UTF-8" && isUTF8) || (label == nil && isUTF8)))
  }

  /// Escaped, it has been decoded with the message around it, whatever it declares.
  @Test func aDeclarationWithinEscapedText() throws {
    let xml = #"<?xml version="1.0" encoding="GBK"?>"# + Self.inner.xml
    let escaped = xml.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    let (message, findings) = try readCDA(Self.wrapper("<originalText>\(escaped)</originalText>"))
    #expect(message.reports.first?.patient.name == "测试甲")
    #expect(findings.allSatisfy { $0.code != .encodingMislabelled })
  }

  @Test func aDocumentThatIsNoTextIsRefused() throws {
    let bytes = Data(
      Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>".utf8) + [0x8E, 0x52, 0x93] + Array("</a>".utf8))
    #expect(try refusalOfCDA(Self.wrapper("<originalText value=\"\(bytes.base64EncodedString())\"/>")) == .unreadable)
  }

  @Test func whatIsFatal() throws {
    func code(_ text: String) throws -> Finding.Code? {
      try refusalOfCDA(Self.wrapper("<originalText value=\"\(Self.base64(text))\"/>"))
    }
    #expect(try refusalOfCDA(Self.wrapper("<originalText value=\"@@@\"/>")) == .unreadable)
    #expect(try refusalOfCDA(Self.wrapper("<originalText/>")) == .unreadable)
    #expect(try code("<ClinicalDocument><a></ClinicalDocument>") == .unreadable)
    #expect(try code("<!DOCTYPE a><a/>") == .doctypeRefused)
    #expect(try code("<recipe/>") == .unknownDialect)
    #expect(try code(Self.wrapper("<originalText value=\"\"/>")) == .unknownDialect)
    #expect(try code(ChineseSample(template: "1.2", code: "C0005").xml) == .unknownDialect)
    #expect(try code(ChineseSample(effectiveTime: "-").xml) == .missingMessageTime)
    let original = "<originalText value=\"\(Self.base64(Self.inner.xml))\"/>"
    #expect(try refusalOfCDA(Self.wrapper(original, time: "-")) == .missingMessageTime)
    #expect(try refusalOfCDA(Self.wrapper(original, processing: "T")) == .testMessage)
    #expect(try refusalOfCDA(Self.wrapper(original, processing: "D")) == .testMessage)
  }

  @Test func errorsOfTheInnerDocumentHoldNothingOfIt() throws {
    let broken = Self.inner.xml.replacing("</name>", with: "</nam>")
    do {
      _ = try readCDA(Self.wrapper("<originalText value=\"\(Self.base64(broken))\"/>"))
      Issue.record("a broken document was taken")
    } catch let refusal as Refusal {
      #expect(!refusal.finding.message.contains("测试"))
    }
  }
}
