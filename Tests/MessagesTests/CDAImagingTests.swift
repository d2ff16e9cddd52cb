import Clinical
import Testing
import XMLReading

@testable import Messages

/// Imaging reports as CDA: what was seen and concluded, and where the pictures are.
@Suite struct CDAImagingTests {
  static func document(
    _ sections: String..., event: String = #"<code code="CT-CHEST"/>"#, code: String = #"<code code="18748-4"/>"#,
    order: String = ""
  ) -> String {
    """
    <ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><templateId root="1.2.3"/>\
    <id root="1.9.5" extension="D1"/>\(code)<effectiveTime value="20250301120000"/><recordTarget><patientRole>\
    <id root="1.9.7" extension="P1"/></patientRole></recordTarget><custodian><assignedCustodian><representedCustodianOrganization>\
    <id root="1.9"/></representedCustodianOrganization></assignedCustodian></custodian>\(order)<documentationOf><serviceEvent>\(event)\
    <effectiveTime value="20250301080000"/></serviceEvent></documentationOf><component><structuredBody>\
    \(sections.map { "<component>\($0)</component>" }.joined())</structuredBody></component></ClinicalDocument>
    """
  }

  static func section(_ code: String, _ text: String, _ inside: String = "") -> String {
    "<section><code code=\"\(code)\"/><text>\(text)</text>\(inside)</section>"
  }

  @Test func findingsOfAllTheirSectionsAndTheImpression() throws {
    let below = "<component>\(Self.section("X1", "Right: clear"))</component>"
    let (message, findings) = try readCDA(
      Self.document(
        Self.section("121109", "Cough"), Self.section("59776-5", "Left: nodule", below),
        Self.section("18782-3", "No effusion"),
        Self.section("19005-8", "Follow up"), Self.section("99999-9", "Something else")))
    let report = try #require(message.reports.first)
    #expect(report.findingsText == "Left: nodule\nRight: clear\nNo effusion" && report.impression == "Follow up")
    #expect(report.observations.map(\.value) == [report.findingsText] && report.orderCode?.identifier == "CT-CHEST")
    #expect(report.performed == moment("20250301080000") && report.reportNumber == "D1")
    #expect(findings.map(\.code) == [.leftAside] && findings[0].location.path.hasSuffix("component[5]/section/text"))
  }

  @Test func measurementsInEntriesAreToldByTheText() throws {
    let entry = """
      <entry><observation classCode="OBS" moodCode="EVN"><code code="121071"/><value xsi:type="ED">nodule</value><entryRelationship>\
      <observation><code code="246120007"/><value xsi:type="PQ" value="45" unit="mm"/></observation></entryRelationship></observation></entry>
      """
    let (message, findings) = try readCDA(Self.document(Self.section("121070", "A nodule of 45 mm", entry)))
    #expect(message.reports.first?.observations.count == 1 && findings.map(\.code) == [.leftAside, .leftAside])
  }

  @Test func picturesByTheServiceEventOrTheAccessionNumber() throws {
    let order = "<inFulfillmentOf><order><id root=\"1.9.8\" extension=\"ACC77\"/></order></inFulfillmentOf>"
    let text = Self.section("121070", "clear")
    let uid = "1.2.840.113619.2.62.994044785528.114289542805"
    let both = try readCDA(Self.document(text, event: "<id root=\"\(uid)\"/><code code=\"A\"/>", order: order)).message
      .reports.first
    #expect(both?.studies.map(\.studyInstanceUID) == [uid] && both?.studies.map(\.accessionNumber) == ["ACC77"])
    let accession = try readCDA(Self.document(text, order: order)).message.reports.first
    #expect(
      accession?.studies.map(\.studyInstanceUID) == [nil] && accession?.studies.map(\.accessionNumber) == ["ACC77"])
    #expect(try readCDA(Self.document(text)).message.reports.first?.studies == [])
  }

  @Test func theSiteAndItsSide() throws {
    let procedure = """
      <entry><procedure classCode="PROC" moodCode="EVN"><code code="1"/><targetSiteCode code="KNEE"><qualifier><name code="272741003"/>\
      <value code="7771000"/></qualifier></targetSiteCode></procedure></entry>
      """
    let report = try readCDA(
      Self.document(Self.section("55111-9", "As usual", procedure), Self.section("121070", "clear"))
    ).message.reports.first
    #expect(
      report?.observations.first?.bodySite?.identifier == "KNEE"
        && report?.observations.first?.laterality?.identifier == "7771000")
  }

  @Test(arguments: [
    #"<code code="18748-4"/>"#, #"<code code="X"><translation code="18748-4"/></code>"#, #"<code code="18747-6"/>"#,
  ])
  func isKnownByItsCode(code: String) throws {
    #expect(
      try readCDA(Self.document(Self.section("121070", "clear"), code: code)).message.reports.first?.findingsText
        == "clear")
  }
}
