import Clinical
import Foundation
import Testing
import XMLReading

@testable import Messages

/// Reads one message in a test.
func readV2(_ text: String, er7: Bool = false) throws -> (message: Message, findings: [Finding]) {
  let tree = try er7 ? ER7Tree.read(Array(text.utf8)) : XMLTreeReader().read(text)
  var notes = ReadingNotes(ReadingContext())
  let message = try V2Reader.read(tree.root, dialect: er7 ? .hl7v2ER7 : .hl7v2XML, notes: &notes)
  return (message, notes.findings)
}

private func instant(_ text: String) -> Instant? { RegistryZone.shanghai.instant(text) }

@Suite("HL7 v2 results")
struct V2ReaderTests {
  static let xml = """
    <ORU_R01 xmlns="urn:hl7-org:v2xml"><MSH><MSH.3><HD.1>LIS</HD.1></MSH.3><MSH.4><HD.1>H001</HD.1></MSH.4>\
    <MSH.7><TS.1>20250130164000</TS.1></MSH.7><MSH.9><MSG.1>ORU</MSG.1><MSG.2>R01</MSG.2></MSH.9><MSH.10>M1</MSH.10>\
    <MSH.11><PT.1>P</PT.1></MSH.11></MSH><ORU_R01.PATIENT_RESULT><ORU_R01.PATIENT><PID>\
    <PID.3><CX.1>L-1</CX.1><CX.5>MR</CX.5></PID.3><PID.3><CX.1>999999199001010017</CX.1><CX.5>NI</CX.5></PID.3>\
    <PID.5><XPN.1><FN.1>测</FN.1></XPN.1><XPN.2>试甲</XPN.2></PID.5><PID.7><TS.1>19900101</TS.1></PID.7><PID.8>M</PID.8>\
    </PID></ORU_R01.PATIENT><ORU_R01.ORDER_OBSERVATION><ORC><ORC.1>RE</ORC.1><ORC.9><TS.1>20250128095400</TS.1></ORC.9>\
    <ORC.21><XON.1>x</XON.1><XON.10>H002</XON.10></ORC.21></ORC><OBR><OBR.3><EI.1>R9</EI.1></OBR.3>\
    <OBR.4><CE.1>P1</CE.1></OBR.4><OBR.7><TS.1>20250129174000</TS.1></OBR.7><OBR.22><TS.1>20250130164000</TS.1></OBR.22>\
    <OBR.24>LAB</OBR.24><OBR.25>F</OBR.25></OBR><ORU_R01.OBSERVATION><OBX><OBX.2>NM</OBX.2>\
    <OBX.3><CE.1>K</CE.1><CE.2>钾</CE.2><CE.3>L</CE.3></OBX.3><OBX.5>4.770</OBX.5><OBX.6><CE.1>mmol/L</CE.1></OBX.6>\
    <OBX.7>3.50-5.30</OBX.7><OBX.8>N</OBX.8><OBX.11>F</OBX.11></OBX></ORU_R01.OBSERVATION><ORU_R01.OBSERVATION><OBX>\
    <OBX.2>SN</OBX.2><OBX.3><CE.1>TNI</CE.1></OBX.3><OBX.5><SN.1>&lt;</SN.1><SN.2>0.01</SN.2></OBX.5><OBX.11>C</OBX.11>\
    <OBX.23><XON.1>lab</XON.1><XON.10>H004</XON.10></OBX.23></OBX></ORU_R01.OBSERVATION>\
    <ORU_R01.SPECIMEN><SPM><SPM.4><CWE.1>SER</CWE.1></SPM.4><SPM.17><DR.1>20250129173000</DR.1></SPM.17></SPM>\
    </ORU_R01.SPECIMEN></ORU_R01.ORDER_OBSERVATION></ORU_R01.PATIENT_RESULT></ORU_R01>
    """

  static let er7 = [
    #"MSH|^~\&|LIS|H001|||20250130164000||ORU^R01|M1|P"#,
    "PID|||L-1^^^^MR~999999199001010017^^^^NI||测^试甲||19900101|M",
    "ORC|RE||||||||20250128095400||||||||||||x^^^^^^^^^H002",
    "OBR|||R9|P1|||20250129174000|||||||||||||||20250130164000||LAB|F",
    "OBX||NM|K^钾^L||4.770|mmol/L|3.50-5.30|N|||F",
    "OBX||SN|TNI||<^0.01||||||C||||||||||||lab^^^^^^^^^H004",
    "SPM||||SER|||||||||||||20250129173000",
  ].joined(separator: "\r")

  @Test("every datum is where formats.md says")
  func everyDatum() throws {
    let (message, findings) = try readV2(Self.xml)
    #expect(findings.isEmpty)
    #expect(message.messageID == "M1")
    let report = try #require(message.reports.first)
    #expect(report.source == OrganizationReference(application: "LIS", identifier: "H001"))
    #expect(report.reportNumber == "R9")
    #expect(report.patient.identifiers == [Identifier(.local, "L-1"), Identifier(.residentID, "999999199001010017")])
    #expect(report.patient.name == "测试甲")
    #expect(report.patient.sex == .male)
    #expect(report.patient.birthDate == CalendarDate(year: 1990, month: 1, day: 1))
    #expect(report.status == .final)
    #expect(report.versionTime == instant("20250130164000"))
    #expect(report.reported == instant("20250130164000"))
    #expect(report.ordered == instant("20250128095400"))
    #expect(report.orderingInstitution?.identifier == "H002")
    #expect(report.orderCode?.identifier == "P1")
    #expect(report.updateMode == .update)
    #expect(report.observations.count == 2)
    let potassium = report.observations[0]
    #expect(potassium.code == Code("K", display: "钾", system: "L"))
    #expect(potassium.value == "4.770")
    #expect(potassium.valueKind == .quantity)
    #expect(potassium.unit == "mmol/L")
    #expect(potassium.referenceRange == "3.50-5.30")
    #expect(potassium.flags == ["N"])
    #expect(potassium.collected == instant("20250129173000"), "SPM-17 before OBR-7")
    #expect(potassium.specimen?.type?.identifier == "SER")
    let troponin = report.observations[1]
    #expect(troponin.value == "<0.01")
    #expect(troponin.valueKind == .quantity)
    #expect(troponin.status == .corrected)
    #expect(troponin.performer?.identifier == "H004")
  }

  @Test("law of one meaning: XML and pipes become the same reports")
  func pipes() throws {
    #expect(try readV2(Self.xml).message.reports == readV2(Self.er7, er7: true).message.reports)
  }

  @Test(
    "what is fatal is refused, with its code",
    arguments: [
      ("<MSH.7><TS.1>20250130164000</TS.1></MSH.7>", "", Finding.Code.missingMessageTime),
      ("<MSH.7><TS.1>20250130164000</TS.1></MSH.7>", "<MSH.7><TS.1>yesterday</TS.1></MSH.7>", .missingMessageTime),
      ("<PT.1>P</PT.1>", "<PT.1>T</PT.1>", .testMessage),
      ("<EI.1>R9</EI.1>", "<EI.1>-</EI.1>", .missingReportNumber),
      ("<HD.1>H001</HD.1>", "", .missingSource),
      ("<MSG.1>ORU</MSG.1>", "<MSG.1>ADT</MSG.1>", .unknownDialect),
    ])
  func fatal(original: String, replacement: String, code: Finding.Code) throws {
    var text = Self.xml.replacingOccurrences(of: original, with: replacement)
    if code == .missingSource { text = text.replacingOccurrences(of: "<HD.1>LIS</HD.1>", with: "") }
    let refusal = #expect(throws: Refusal.self) { _ = try readV2(text) }
    #expect(refusal?.finding.code == code)
  }

  @Test("a patient without number and name is refused; a name alone is enough")
  func patient() throws {
    let nobody = Self.xml.replacing(/<PID>.*<\/PID>/, with: "<PID><PID.8>M</PID.8></PID>")
    #expect(#expect(throws: Refusal.self) { _ = try readV2(nobody) }?.finding.code == .missingPatient)
    let named = Self.xml.replacing(/<PID.3>.*<\/PID.3>/, with: "")
    #expect(try readV2(named).message.reports[0].patient.identifiers.isEmpty)
  }

  @Test("formatting escapes are line breaks, lines of one code are one text, an impression is no finding")
  func radiology() throws {
    let obx = """
      <ORU_R01.OBSERVATION><OBX><OBX.2>FT</OBX.2><OBX.3><CE.1>GDT</CE.1></OBX.3>\
      <OBX.5>双肺<escape V=".br"/>清晰</OBX.5><OBX.11>F</OBX.11></OBX></ORU_R01.OBSERVATION>\
      <ORU_R01.OBSERVATION><OBX><OBX.2>TX</OBX.2><OBX.3><CE.1>GDT</CE.1></OBX.3><OBX.5>心影不大</OBX.5></OBX></ORU_R01.OBSERVATION>\
      <ORU_R01.OBSERVATION><OBX><OBX.2>TX</OBX.2><OBX.3><CE.1>IMP</CE.1></OBX.3><OBX.5>未见异常</OBX.5></OBX></ORU_R01.OBSERVATION>\
      <ORU_R01.OBSERVATION><OBX><OBX.2>ST</OBX.2><OBX.3><CE.1>113014</CE.1><CE.3>DCM</CE.3></OBX.3><OBX.5>1.2.840.7</OBX.5></OBX></ORU_R01.OBSERVATION>
      """
    let text = Self.xml.replacing(/<ORU_R01.OBSERVATION>.*<\/ORU_R01.OBSERVATION>/, with: obx)
    let report = try readV2(text).message.reports[0]
    #expect(report.observations.map(\.value) == ["双肺\n清晰\n心影不大"])
    #expect(report.impression == "未见异常")
    #expect(report.studies.map(\.studyInstanceUID) == ["1.2.840.7"])
  }

  @Test("OBX-11 D and W take a result back")
  func removal() throws {
    let text = Self.xml.replacingOccurrences(of: "<OBX.11>C</OBX.11>", with: "<OBX.11>W</OBX.11>")
    #expect(try readV2(text).message.reports[0].observations.map(\.isRemoved) == [false, true])
  }

  @Test(
    "corpora: the pipe form and the XML form of a message become the same reports",
    .enabled(if: Corpora.has("er7/hl7v2-er7-vendors/valid"), "no ../shared/corpora/er7: skipped"))
  func corpora() throws {
    let corpora = Corpora.directory
    let pipes = corpora.appending(path: "er7/hl7v2-er7-vendors/valid")
    let files = try #require(FileManager.default.enumerator(at: pipes, includingPropertiesForKeys: nil))
    var compared = 0
    for case let file as URL in files where file.pathExtension == "hl7" {
      let group = file.deletingLastPathComponent().lastPathComponent
      let name = "valid_\(group)_\(file.deletingPathExtension().lastPathComponent).xml"
      let twin = corpora.appending(path: "v2xml/hl7v2-er7-vendors/\(name)")
      guard let xml = try? Data(contentsOf: twin), let er7 = try? Data(contentsOf: file) else { continue }
      // The files of pipes may hold several messages; the XML form is of the first.
      let text = String(decoding: er7, as: UTF8.self).replacing("\r\n", with: "\n").replacing("\r", with: "\n")
      let first = text.split(separator: "\n").enumerated().prefix { $0.offset == 0 || !$0.element.hasPrefix("MSH") }
      let fromPipes = Result { try readV2(first.map(\.element).joined(separator: "\r"), er7: true).message.reports }
      let fromXML = Result { try readV2(String(decoding: xml, as: UTF8.self)).message.reports }
      switch (fromPipes, fromXML) {
      case (.success(let a), .success(let b)):
        #expect(a == b, "\(name)")
        compared += 1
      case (.failure, .failure): break
      default: Issue.record("\(name): one form is read and the other is not")
      }
    }
    #expect(compared > 0)
  }
}
