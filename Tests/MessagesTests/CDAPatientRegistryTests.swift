import Clinical
import Testing
import XMLReading

@testable import Messages

/// What an institution says of its own patients' numbers.
@Suite struct CDAPatientRegistryTests {
  static func message(
    _ interaction: String,
    patient: String = #"<id root="1.9.1" extension="120-01"/><patientPerson><name>Unknown</name></patientPerson>"#,
    after: String = "", processing: String = "P", sender: String? = nil
  ) -> String {
    let sender = sender ?? "<asAgent><representedOrganization><id root=\"1.9.77\"/></representedOrganization></asAgent>"
    return """
      <\(interaction) xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0"><id root="1.1" extension="M1"/><creationTime value="20250301120000"/>\
      <interactionId root="2.16.840.1.113883.1.6" extension="\(interaction)"/><processingCode code="\(processing)"/>\
      <sender><device><id root="1.9.77.5"/>\(sender)</device></sender><controlActProcess><subject><registrationEvent>\
      <subject1><patient>\(patient)</patient></subject1><custodian><assignedEntity><id root="1.9.78"/></assignedEntity></custodian>\(after)\
      </registrationEvent></subject></controlActProcess></\(interaction)>
      """
  }

  static let replacement = """
    <replacementOf typeCode="RPLC"><priorRegistration><statusCode code="obsolete"/><subject1><priorRegisteredRole>\
    <id root="1.9.1" extension="120-02"/></priorRegisteredRole></subject1></priorRegistration></replacementOf>
    """

  @Test func aMergeNamesTheNumberThatStaysAndTheOneThatGoes() throws {
    let message = try readCDA(
      Self.message("PRPA_IN201304UV02", after: Self.replacement + Self.replacement.replacing("120-02", with: "120-03"))
    ).message
    #expect(message.dialect == .hl7v3Organizer && message.reports.isEmpty && message.messageID == "M1")
    #expect(message.patientEvents.map(\.kind) == [.merge, .merge])
    let event = try #require(message.patientEvents.first)
    #expect(event.source == OrganizationReference(oid: "1.9.77") && event.at == moment("20250301120000"))
    #expect(
      event.patient.identifiers == [Identifier(.local, "120-01", assigner: "&1.9.1")] && event.patient.name == "Unknown"
    )
    #expect(message.patientEvents.map { $0.prior?.identifiers.map(\.value) } == [["120-02"], ["120-03"]])
  }

  @Test func aMergeOfTheChineseHospitalSet() throws {
    let message = try readCDA(
      Self.message(
        "PRPA_IN201304UV02",
        patient: """
          <id><item root="2.16.156.10011.2.5.1.4" extension="P1"/></id><patientPerson><id><item root="2.16.156.10011.1.3" \
          extension="500101199001011232"/></id><name><item><part value="样例甲"/></item></name></patientPerson><providerOrganization>\
          <id><item root="2.16.156.10011.1.5" extension="H001"/></id></providerOrganization>
          """,
        after: """
          <replacementOf><priorRegistration><subject1><priorRegisteredRole><id><item root="2.16.156.10011.2.5.1.4" extension="P2"/></id>\
          </priorRegisteredRole></subject1></priorRegistration></replacementOf>
          """, sender: "")
    ).message
    let event = try #require(message.patientEvents.first)
    #expect(event.source == OrganizationReference(identifier: "H001"))
    #expect(event.patient.identifiers == [Identifier(.local, "P1"), Identifier(.residentID, "500101199001011232")])
    #expect(event.prior?.identifiers == [Identifier(.local, "P2")])
  }

  @Test(arguments: ["PRPA_IN201301UV02", "PRPA_IN201302UV02", "PRPA_IN201311UV02", "PRPA_IN201314UV02"])
  func whatIsKnownOfAPatient(interaction: String) throws {
    let patient = """
      <id root="1.9.1" extension="7"/><patientPerson><name>样例乙</name><administrativeGenderCode code="F"/><birthTime value="19800101"/>\
      <asOtherIDs><id root="2.16.840.1.113883.4.1" extension="100-09-1234"/></asOtherIDs><personalRelationship><code code="MTH"/>\
      <relationshipHolder1><name>样例母</name></relationshipHolder1></personalRelationship></patientPerson>
      """
    let event = try #require(try readCDA(Self.message(interaction, patient: patient)).message.patientEvents.first)
    #expect(event.kind == .update && event.prior == nil && event.patient.sex == .female)
    #expect(event.patient.motherName == "样例母" && event.patient.birthDate == CalendarDate("19800101"))
    #expect(
      event.patient.identifiers == [Identifier(.local, "7", assigner: "&1.9.1"), Identifier(.insurance, "100-09-1234")])
  }

  @Test func whatIsFatal() throws {
    #expect(
      try refusalOfCDA(Self.message("PRPA_IN201304UV02", after: Self.replacement, processing: "T")) == .testMessage)
    #expect(try refusalOfCDA(Self.message("PRPA_IN201304UV02")) == .missingPatient)
    #expect(try refusalOfCDA(Self.message("PRPA_IN201302UV02", patient: "<patientPerson/>")) == .missingPatient)
    let root = try XMLTreeReader().read(Self.message("PRPA_IN201305UV02")).root
    #expect(CDAReader.recognises(root) == nil)
  }

  @Test func isAMessageThatAFeedCanHold() {
    for name in ["PRPA_IN201301UV02", "PRPA_IN201302UV02", "PRPA_IN201304UV02"] {
      #expect(MessageReader.roots.contains(name))
    }
  }
}
