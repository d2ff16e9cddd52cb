import Clinical
import Testing
import XMLReading

@testable import Messages

@Suite struct CDAResultsTests {
  static func document(
    _ entries: String, header: String = "", template: String = "1.3.6.1.4.1.19376.1.3.3", section: String = "18719-5"
  ) -> String {
    """
    <ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\
    <templateId root="\(template)"/><id root="1.2.3" extension="D1"/><code code="11502-2"/>\
    <effectiveTime value="20250301120000+0100"/><setId root="1.2.3" extension="SET"/>\
    <recordTarget><patientRole><id root="1.2.3.4" extension="P1"/><patient><name use="L"><given>Jan</given>\
    <family>Proef</family></name><administrativeGenderCode code="M"/><birthTime value="1980"/></patient></patientRole>\
    </recordTarget><author><time value="20250301113000+0100"/></author><custodian><assignedCustodian>\
    <representedCustodianOrganization><id root="1.2.40.0.34.99"/><name>Labor</name></representedCustodianOrganization>\
    </assignedCustodian></custodian>\(header)<component><structuredBody><component><section>\
    <code code="\(section)"/><text><content ID="n1">Seen in
       the narrative</content></text>\(entries)</section></component></structuredBody></component></ClinicalDocument>
    """
  }

  static func observation(_ value: String, more: String = "", code: String = #"<code code="2345-7"/>"#) -> String {
    "<observation classCode=\"OBS\" moodCode=\"EVN\">\(code)<statusCode code=\"completed\"/>"
      + "<effectiveTime value=\"20250301080000+0100\"/>\(value)\(more)</observation>"
  }

  static func read(_ observation: String) throws -> Observation {
    let xml = document(
      "<entry><organizer classCode=\"BATTERY\"><component>\(observation)</component></organizer></entry>")
    return try #require(try readCDA(xml).message.reports.first?.observations.first)
  }

  @Test(
    arguments: [
      (#"<value xsi:type="PQ" value="5.80" unit="mmol/L"/>"#, .quantity, "5.80", "mmol/L"),
      (#"<value xsi:type="IVL_PQ"><low value="500" unit="g" inclusive="false"/></value>"#, .quantity, ">500", "g"),
      (#"<value xsi:type="IVL_PQ"><low nullFlavor="NINF"/><high value="5" unit="g"/></value>"#, .quantity, "<=5", "g"),
      (#"<value xsi:type="IVL_PQ"><high value="5" unit="g" inclusive="false"/></value>"#, .quantity, "<5", "g"),
      (
        #"<value xsi:type="IVL_PQ"><low value="1" unit="g"/><high value="2" unit="g"/></value>"#, .structured, "1-2",
        "g"
      ),
      (#"<value xsi:type="ST">&lt;0.01</value>"#, .quantity, "<0.01", nil),
      (#"<value xsi:type="ST"> 1:128 </value>"#, .text, "1:128", nil),
      (#"<value xsi:type="ST">Amber</value>"#, .text, "Amber", nil),
      (#"<value xsi:type="INT" value="7"/>"#, .quantity, "7", nil),
      (#"<value xsi:type="BL" value="true"/>"#, .coded, "true", nil),
      (#"<value xsi:type="TS" value="20250301"/>"#, .time, "20250301", nil),
      (##"<value xsi:type="ED"><reference value="#n1"/></value>"##, .text, "Seen in the narrative", nil),
      (
        #"<value xsi:type="ED" mediaType="application/pdf" representation="B64">AAAA</value>"#, .attachment,
        "application/pdf", nil
      ),
      (#"<value xsi:type="RTO"><numerator value="1"/><denominator value="64"/></value>"#, .structured, "1:64", nil),
      (#"<value xsi:type="CD" code="260373001" displayName="Detected"/>"#, .coded, "Detected", nil),
      (#"<value xsi:type="CD" nullFlavor="OTH"><originalText>turbid</originalText></value>"#, .text, "turbid", nil),
      (#"<value xsi:type="PQ" nullFlavor="NA"/>"#, .none, nil, nil),
      (
        #"<value xsi:type="PQ" nullFlavor="OTH"><translation value="152"><originalText>THOUS/MCL</originalText></translation></value>"#,
        .quantity, "152", "THOUS/MCL"
      ),
    ] as [(String, Observation.ValueKind, String?, String?)])
  func values(xml: String, kind: Observation.ValueKind, value: String?, unit: String?) throws {
    let observation = try Self.read(Self.observation(xml))
    #expect(observation.valueKind == kind && observation.value == value && observation.unit == unit)
  }

  @Test func codesTranslationsFlagsAndRange() throws {
    let observation = try Self.read(
      Self.observation(
        #"<value xsi:type="PQ" value="7" unit="mmol/L"/>"#,
        more: """
          <interpretationCode code="H"/><interpretationCode code="&lt;" codeSystem="2.16.840.1.113883.4.642.3.59"/>
          <performer><assignedEntity><representedOrganization><id root="1.9" extension="LAB2"/></representedOrganization>
          </assignedEntity></performer>
          <referenceRange><observationRange><value xsi:type="IVL_PQ"><low value="10" unit="mmol/L"/></value>
          <interpretationCode code="H"/></observationRange></referenceRange>
          <referenceRange><observationRange><text>3.9 to 6.1</text><value xsi:type="IVL_PQ">
          <low value="3.9" unit="mmol/L"/><high value="6.1" unit="mmol/L"/></value><interpretationCode code="N"/>
          </observationRange></referenceRange>
          """,
        code:
          #"<code nullFlavor="OTH"><translation code="GLU" codeSystem="1.9.1"/><translation code="2345-7" codeSystem="2.16.840.1.113883.6.1"/></code>"#
      ))
    #expect(observation.code == Code("GLU", system: "1.9.1"))
    #expect(observation.translations == [Code("2345-7", system: "2.16.840.1.113883.6.1")])
    #expect(observation.flags == ["H"] && observation.value == "<7" && observation.referenceRange == "3.9-6.1")
    #expect(observation.performer?.identifier == "LAB2" && observation.status == .final)
  }

  @Test func specimenOfACollectionProcedureAndContext() throws {
    let xml = Self.document(
      """
      <entry><act classCode="ACT"><statusCode code="completed"/>
      <performer><assignedEntity><representedOrganization><name>Outside</name></representedOrganization></assignedEntity></performer>
      <entryRelationship><organizer classCode="BATTERY"><id root="1.5" extension="F1"/><code code="24323-8"/>
      <statusCode code="active"/><component><procedure><code code="33882-2"/><effectiveTime value="20250301070000+0100"/>
      <participant typeCode="PRD"><participantRole><id root="1.6" extension="T1"/><playingEntity><code code="SER"/></playingEntity>
      </participantRole></participant></procedure></component>
      <component><observation classCode="OBS" moodCode="EVN"><code code="2345-7"/><value xsi:type="PQ" value="5" unit="g"/>
      <entryRelationship><act><code code="48767-8"/><text>shaken</text></act></entryRelationship>
      <entryRelationship><observation><code code="92236-9"/><value xsi:type="CD" code="corrected"/></observation>
      </entryRelationship></observation></component>
      <component><observation classCode="OBS" moodCode="RQO"><code code="9"/></observation></component>
      </organizer></entryRelationship></act></entry>
      """)
    let report = try #require(try readCDA(xml).message.reports.first)
    let observation = try #require(report.observations.first)
    #expect(report.observations.count == 1 && report.reportNumber == "F1" && report.orderCode?.identifier == "24323-8")
    #expect(observation.specimen == Specimen(identifier: "T1", type: Code("SER")))
    #expect(observation.collected == moment("20250301070000+0100") && observation.performer?.name == "Outside")
    #expect(observation.note == "shaken" && observation.status == .corrected && report.status == .corrected)
    #expect(report.source == OrganizationReference(oid: "1.2.40.0.34.99", name: "Labor"))
    #expect(
      report.patient.name == "Jan Proef"
        && report.patient.identifiers == [Identifier(.local, "P1", assigner: "&1.2.3.4")])
  }

  @Test func statusOfTheWhole() throws {
    func status(_ codes: String...) throws -> ResultStatus? {
      let entries = codes.map {
        "<entry><organizer classCode=\"BATTERY\"><statusCode code=\"\($0)\"/><component><observation><code code=\"1\"/>"
          + "<value xsi:type=\"INT\" value=\"1\"/></observation></component></organizer></entry>"
      }
      return try readCDA(Self.document(entries.joined())).message.reports.first?.status
    }
    #expect(try status("completed", "active") == .final)
    #expect(try status("active", "active") == .preliminary)
    #expect(try status("aborted", "cancelled") == .cancelled)
    #expect(try status("completed", "aborted") == .final)
  }

  @Test func numberOfACorrectedDocumentIsTheFillers() throws {
    let one =
      "<entry><act>" + "<entryRelationship><observation><id root=\"1.7\" extension=\"55555\"/><code code=\"1\"/>"
      + "<value xsi:type=\"INT\" value=\"1\"/></observation></entryRelationship></act></entry>"
    #expect(try readCDA(Self.document(one)).message.reports.first?.reportNumber == "55555")
    #expect(try readCDA(Self.document(one + one)).message.reports.first?.reportNumber == "SET")
  }

  @Test func documentsWithoutResultsAreRefused() throws {
    let xml = Self.document("<entry><act/></entry>", template: "2.16.840.1.113883.10.20.22.1.2", section: "48765-2")
    #expect(try refusalOfCDA(xml) == .unknownDialect)
  }

  @Test func fragmentsAreNoMessages() throws {
    for xml in [
      "<section><templateId root=\"2.16.840.1.113883.10.20.22.2.3.1\"/></section>", "<ClinicalDocument/>",
      "<organizer><templateId root=\"1.2\"/></organizer>", "<observation/>",
    ] {
      #expect(CDAReader.recognises(try XMLTreeReader().read(xml).root) == nil)
    }
  }
}
