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

  /// As the Netherlands publish them: no time of the message's own, the custodian a participant, each act with its own performer.
  static func dutch(_ acts: String...) -> String {
    """
    <organizer xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" classCode="CLUSTER" moodCode="EVN">
    <code code="26436-6"/><statusCode code="completed"/><recordTarget><patientRole><id root="2.16.840.1.113883.2.4.6.3" extension="999911120"/>
    </patientRole></recordTarget><participant typeCode="CST"><participantRole><id root="2.16.528.1.1007.3.3" extension="00003334"/>
    <playingEntity><name>Lab</name></playingEntity></participantRole></participant>\(acts.map { "<component>\($0)</component>" }.joined())
    </organizer>
    """
  }

  static func act(
    _ id: String, _ value: String, at: String = "20211222", collected: String = "20211221", status: String = "final"
  ) -> String {
    """
    <act classCode="ACT" moodCode="EVN"><code code="26436-6"/><statusCode code="completed"/><entryRelationship><observation><code code="92235-1"/>
    <value xsi:type="CV" code="\(status)"/></observation></entryRelationship><entryRelationship><procedure><code code="33882-2"/>
    <effectiveTime value="\(collected)"/><participant typeCode="PRD"><participantRole><id root="1.6" extension="#1"/></participantRole></participant>
    </procedure></entryRelationship><entryRelationship><observation classCode="OBS" moodCode="EVN"><id root="1.7" extension="\(id)"/>
    <code code="6301-6"/><statusCode code="completed"/><effectiveTime value="\(at)"/><value xsi:type="PQ" value="\(value)" unit="{INR}"/>
    <entryRelationship><observation><code code="92236-9"/><value xsi:type="CV" code="\(status)"/></observation></entryRelationship></observation>
    </entryRelationship></act>
    """
  }

  @Test func anOrganizerWithoutAnyTimeOfItsOwnTakesTheNewestWithinIt() throws {
    let (message, findings) = try readCDA(
      Self.dutch(Self.act("55555", "2.9"), Self.act("66666", "3.1", at: "20211230")))
    #expect(message.messageTime == moment("20211230") && findings.map(\.code) == [.missingMessageTime])
    #expect(message.reports.map(\.reportNumber) == ["55555", "66666"])
    // Each act is a report, and its own times order its versions: a later message may hold one of them alone.
    #expect(message.reports.map(\.versionTime) == [moment("20211222"), moment("20211230")])
    #expect(message.reports[0].source == OrganizationReference(identifier: "00003334", name: "Lab"))
    #expect(message.reports.map { $0.observations.map(\.value) } == [["2.9"], ["3.1"]])
    #expect(message.reports[0].observations[0].collected == moment("20211221") && message.reports[0].status == .final)
    let corrected = try #require(
      try readCDA(Self.dutch(Self.act("55555", "2.4", status: "corrected"))).message.reports.first)
    #expect(
      corrected.reportNumber == "55555" && corrected.status == .corrected && corrected.versionTime == moment("20211222")
    )
    #expect(try refusalOfCDA(Self.dutch(Self.act("1", "2.9", at: "", collected: ""))) == .missingMessageTime)
  }

  @Test func resultsWithoutOwnIDsStayWithTheirGroup() throws {
    let both = Self.act("", "2.9").replacing("<id root=\"1.7\" extension=\"\"/>", with: "")
    #expect(try refusalOfCDA(Self.dutch(both)) == .missingReportNumber)
    let own = both.replacing(
      "<act classCode=\"ACT\" moodCode=\"EVN\">",
      with: "<act classCode=\"ACT\" moodCode=\"EVN\"><id root=\"1.8\" extension=\"G1\"/>")
    let message = try readCDA(Self.dutch(own, Self.act("55555", "3"))).message
    #expect(message.reports.map(\.reportNumber) == ["G1", "55555"])
    // Where one act bears none, the message's own id is that of all.
    let root = Self.dutch(both, Self.act("55555", "3")).replacing(
      "<code code=\"26436-6\"/><statusCode code=\"completed\"/><recordTarget>",
      with: "<id root=\"1.8\" extension=\"O1\"/><code code=\"26436-6\"/><statusCode code=\"completed\"/><recordTarget>")
    #expect(try readCDA(root).message.reports.map(\.reportNumber) == ["O1"])
    #expect(try readCDA(root).message.reports.first?.observations.count == 2)
  }

  @Test func anOrganizerWithoutResultsIsNone() throws {
    #expect(try refusalOfCDA(Self.dutch("<act><code code=\"1\"/></act>")) == .unknownDialect)
  }

  @Test func whoSaysNothingOfThemselvesIsWhoseFeedItIs() throws {
    let xml = Self.dutch(Self.act("55555", "2.9")).replacing(
      /<participant typeCode="CST">.*?<\/participant>/.dotMatchesNewlines(), with: "")
    #expect(try refusalOfCDA(xml) == .missingSource)
    var notes = ReadingNotes(ReadingContext(from: OrganizationReference(identifier: "H7")))
    let message = try CDAReader.read(try XMLTreeReader().read(xml).root, dialect: .hl7v3Organizer, notes: &notes)
    #expect(message.reports.first?.source.identifier == "H7")
  }
}
