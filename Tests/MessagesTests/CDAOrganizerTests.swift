import Clinical
import Testing
import XMLReading

@testable import Messages

@Suite struct CDAOrganizerTests {
  @Test func dutchOrganizer() throws {
    let (message, _) = try readCDA(
      """
      <organizer xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" classCode="CLUSTER" moodCode="EVN">
      <templateId root="2.16.840.1.113883.2.4.3.11.60.66.10.77"/><code code="26436-6"/><statusCode code="completed"/>
      <recordTarget><patientRole><id root="2.16.840.1.113883.2.4.6.3" extension="999911120"/><patient><name><given>An</given>
      <family>Proef</family></name></patient></patientRole></recordTarget>
      <author><time value="20250301120000+0100"/><assignedAuthor><representedOrganization>
      <id root="2.16.528.1.1007.3.3" extension="1234567"/></representedOrganization></assignedAuthor></author>
      <component><act><code code="1"/><entryRelationship><observation classCode="OBS" moodCode="EVN">
      <id root="1.2" extension="55555"/><code code="14749-6"/><statusCode code="completed"/>
      <value xsi:type="PQ" value="2.4" unit="mmol/L"/></observation></entryRelationship></act></component></organizer>
      """)
    let report = try #require(message.reports.first)
    #expect(message.dialect == .hl7v3Organizer && report.reportNumber == "55555")
    #expect(report.source.identifier == "1234567" && report.versionTime == moment("20250301120000+0100"))
    #expect(report.patient.identifiers == [Identifier(.insurance, "999911120")])
    #expect(report.observations.map(\.value) == ["2.4"] && report.status == .final)
  }

  static func polb(processing: String = "P", subject: String) -> String {
    """
    <POLB_IN224200UV01 xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
    <id><item root="1.1" extension="M9"/></id><creationTime value="20250301120000"/>
    <processingCode code="\(processing)"/><sender><device><id><item root="2.16.156.10011.2.5.1.3" extension="LIS1"/></id>
    </device></sender><controlActProcess><subject>\(subject)</subject></controlActProcess></POLB_IN224200UV01>
    """
  }

  static let battery = """
    <observationBattery><id><item root="1.1" extension="B1"/></id><code code="CBC"/><statusCode code="completed"/>
    <recordTarget><patient><id><item root="2.16.156.10011.2.5.1.4" extension="P9"/></id><patientPerson>
    <name><item><part value="测试乙"/></item></name><administrativeGenderCode code="1"/></patientPerson></patient></recordTarget>
    <component1><observationEvent><code code="WBC"><displayName value="白细胞"/></code>
    <value xsi:type="PQ" value="6.1" unit="10*9/L"/><interpretationCode code="N"/></observationEvent></component1>
    </observationBattery>
    """

  @Test func resultMessageInDatatypesR2() throws {
    let message = try readCDA(Self.polb(subject: Self.battery)).message
    let report = try #require(message.reports.first)
    #expect(message.messageID == "M9" && report.reportNumber == "B1" && report.source.identifier == "LIS1")
    #expect(report.patient.name == "测试乙" && report.patient.identifiers == [Identifier(.local, "P9")])
    #expect(report.observations.first?.code == Code("WBC", display: "白细胞"))
    #expect(report.observations.first?.value == "6.1" && report.observations.first?.flags == ["N"])
  }

  @Test func whatIsFatal() throws {
    #expect(try refusalOfCDA(Self.polb(processing: "T", subject: Self.battery)) == .testMessage)
    #expect(try refusalOfCDA(Self.polb(subject: "<order/>")) == .unknownDialect)
    #expect(try refusalOfCDA(Self.polb(subject: "<observationBattery/>")) == .missingPatient)
  }
}
