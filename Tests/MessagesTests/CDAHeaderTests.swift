import Clinical
import Testing
import XMLReading

@testable import Messages

/// Who sent a document, whose it is, and when.
@Suite struct CDAHeaderTests {
  private static let result =
    "<entry><observation classCode=\"OBS\" moodCode=\"EVN\"><code code=\"2345-7\"/><value xsi:type=\"INT\" value=\"1\"/></observation></entry>"

  private static func read(
    custodian: String? = nil, author: String = "", patient: String? = nil, from: OrganizationReference? = nil
  ) throws -> (report: Report, findings: [Finding]) {
    var xml = CDAResultsTests.document(result)
    if let custodian { xml = xml.replacing(/<custodian>.*<\/custodian>/, with: custodian) }
    if let patient {
      xml = xml.replacing(
        /<patientRole>.*<\/patientRole>/.dotMatchesNewlines(), with: "<patientRole>\(patient)</patientRole>")
    }
    xml = xml.replacing(#"<author><time value="20250301113000+0100"/></author>"#, with: author)
    let root = try XMLTreeReader().read(xml).root
    var notes = ReadingNotes(ReadingContext(from: from))
    let message = try CDAReader.read(root, dialect: .cda, notes: &notes)
    return (try #require(message.reports.first), notes.findings)
  }

  private static func custodian(_ inside: String) -> String {
    "<custodian><assignedCustodian><representedCustodianOrganization>\(inside)</representedCustodianOrganization></assignedCustodian></custodian>"
  }

  @Test(arguments: [
    (
      #"<id root="1.9.77" extension="3"/><name>A</name>"#,
      OrganizationReference(identifier: "3", oid: "1.9.77", name: "A")
    ),
    (#"<id root="1.9.77"/>"#, OrganizationReference(oid: "1.9.77")),
    // Registers of many institutions: their numbers mean something by themselves, and a register alone nobody.
    (#"<id root="2.16.156.10011.1.5" extension="H1"/>"#, OrganizationReference(identifier: "H1")),
    (#"<id root="2.16.840.1.113883.4.6" extension="1093929010"/>"#, OrganizationReference(identifier: "1093929010")),
    (#"<id root="2.51.1.3" extension="7605555555555"/>"#, OrganizationReference(identifier: "7605555555555")),
    (#"<id root="2.16.840.1.113883.4.6"/><name>B</name>"#, OrganizationReference(name: "B")),
    (#"<id root="2.16.840.1.113883.4.6" extension="unknown"/><name>B</name>"#, OrganizationReference(name: "B")),
  ])
  func aRootSaysWhoseNumberItIs(custodian: String, source: OrganizationReference) throws {
    #expect(try Self.read(custodian: Self.custodian(custodian)).report.source == source)
  }

  @Test func withoutACustodianTheAuthorElseTheFeedIsTheSource() throws {
    let author = """
      <author><time value="20250301"/><assignedAuthor><id root="1.9" extension="D1"/><assignedPerson/></assignedAuthor></author>\
      <author><time value="20250301"/><assignedAuthor><representedOrganization><id root="1.9.8"/></representedOrganization></assignedAuthor></author>
      """
    let feed = OrganizationReference(identifier: "H7")
    for nobody in ["", Self.custodian("<id nullFlavor=\"NASK\"/><name nullFlavor=\"NASK\"/>")] {
      #expect(
        try Self.read(custodian: nobody, author: author, from: feed).report.source
          == OrganizationReference(oid: "1.9.8"))
      #expect(try Self.read(custodian: nobody, from: feed).report.source == feed)
      #expect(throws: Refusal.self) { try Self.read(custodian: nobody) }
    }
  }

  @Test func thePerformersNumberMayStandAtItsRole() throws {
    let performer = """
      <performer><assignedEntity><id root="2.16.528.1.1007.3.3" extension="11112222"/><representedOrganization><name>Dienst</name>\
      </representedOrganization></assignedEntity></performer>
      """
    let xml = CDAResultsTests.document(Self.result.replacing("<value", with: performer + "<value"))
    #expect(
      try readCDA(xml).message.reports.first?.observations.first?.performer
        == OrganizationReference(identifier: "11112222", name: "Dienst"))
    let person = xml.replacing("<representedOrganization>", with: "<assignedPerson/><representedOrganization>")
    #expect(
      try readCDA(person).message.reports.first?.observations.first?.performer == OrganizationReference(name: "Dienst"))
  }

  @Test func reportedWhenItWasAuthoredElseMade() throws {
    #expect(
      try Self.read(author: "<author><time nullFlavor=\"NI\"/></author>").report.reported
        == moment("20250301120000+0100"))
    let (report, findings) = try Self.read(author: "<author><time value=\"00010101\"/></author>")
    #expect(report.reported == moment("20250301120000+0100") && findings.map(\.code) == [.implausibleTime])
  }

  @Test func numbersBelongToWhoseRootTheyStandUnder() throws {
    let patient = """
      <id root="1.9.1" extension="1001"/><id root="1.9.2" extension="1001"/><id root="2.16.156.10011.1.3" extension="500101199001011232"/>\
      <id root="2.16.840.1.113883.4.1" extension="111-00-2330"/><id root="1.9.1" extension="V77" assigningAuthorityName="门诊号"/>\
      <id root="2.16.156.10011.1.33" extension="R1"/><id extension="77"/><patient><name>Jan</name></patient>
      """
    #expect(
      try Self.read(patient: patient).report.patient.identifiers == [
        Identifier(.local, "1001", assigner: "&1.9.1"), Identifier(.local, "1001", assigner: "&1.9.2"),
        Identifier(.residentID, "500101199001011232"), Identifier(.insurance, "111-00-2330"),
        Identifier(.outpatient, "V77", assigner: "&1.9.1"), Identifier(.local, "77"),
      ])
  }

  @Test(
    arguments: [
      ("<name>王小明</name>", "王小明", []),
      ("<name use=\"ABC\">Wang Xiaoming</name><name use=\"IDE\">王小明</name>", "王小明", ["Wang Xiaoming"]),
      (
        "<name><family>王</family><given>小明</given><family>Wang</family><given>Xiaoming</given></name>", "王小明",
        ["Xiaoming Wang"]
      ),
      ("<name><family>王</family><given>小明</given><given>Xiaoming</given></name>", "王小明", ["Xiaoming"]),
      ("<name><family>李</family><given>Peter</given></name>", "李Peter", []),
      (
        "<name><given>Maria</given><given>Johanna</given><family>Muster</family><family qualifier=\"BR\">Vorher</family></name>",
        "Maria Johanna Muster", ["Maria Johanna Vorher"]
      ),
      (
        "<name><given qualifier=\"IN\">E.</given><given qualifier=\"BR\">Elise</given><given qualifier=\"CL\">Els</given><family qualifier=\"BR\">Proef</family></name>",
        "Elise Proef", []
      ),
      ("<name use=\"OLD\">Jan Oud</name><name use=\"L\">Jan Nieuw</name>", "Jan Nieuw", ["Jan Oud"]),
      ("<name><item><part type=\"FAM\" value=\"王\"/><part type=\"GIV\" value=\"小明\"/></item></name>", "王小明", []),
    ] as [(String, String, [String])])
  func names(xml: String, name: String, others: [String]) throws {
    let patient = try Self.read(patient: "<id root=\"1.9.1\" extension=\"1\"/><patient>\(xml)</patient>").report.patient
    #expect(patient.name == name && patient.otherNames == others)
  }

  @Test func aBirthAfterTheDocumentIsNone() throws {
    for (birth, date, code) in [
      ("20250302", nil, Finding.Code.implausibleTime), ("20250301", CalendarDate("20250301"), nil),
      ("19000101", nil, .implausibleTime),
      ("1980", CalendarDate("1980"), nil),
    ] as [(String, CalendarDate?, Finding.Code?)] {
      let (report, findings) = try Self.read(
        patient: "<id root=\"1.9.1\" extension=\"1\"/><patient><birthTime value=\"\(birth)\"/></patient>")
      #expect(report.patient.birthDate == date && findings.map(\.code) == [code].compactMap { $0 })
    }
  }

  @Test func theMotherIsAnother() throws {
    let guardian = """
      <guardian><id root="2.16.156.10011.1.3" extension="500101196001011224"/><code code="MTH"/><guardianPerson><name>样例母</name>\
      </guardianPerson></guardian>
      """
    let patient = try Self.read(
      patient: "<id root=\"1.9.1\" extension=\"1\"/><patient><name>样例之子</name>\(guardian)</patient>"
    ).report.patient
    #expect(patient.motherName == "样例母" && patient.name == "样例之子")
    #expect(
      patient.identifiers == [
        Identifier(.local, "1", assigner: "&1.9.1"), Identifier(.motherResidentID, "500101196001011224"),
      ])
  }

  @Test func aDocumentOfTwoPatientsIsOfNobody() throws {
    func target(_ id: String) -> String {
      "<recordTarget><patientRole><id root=\"1.2.3.4\" extension=\"\(id)\"/></patientRole></recordTarget>"
    }
    let xml = CDAResultsTests.document(Self.result)
    #expect(try refusalOfCDA(xml.replacing("<author>", with: target("P2") + "<author>")) == .conflictingPatient)
    #expect(try refusalOfCDA(xml.replacing("<author>", with: target("P1") + "<author>")) == nil)
  }
}
