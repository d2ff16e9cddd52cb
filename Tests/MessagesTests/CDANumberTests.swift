import Clinical
import Testing
import XMLReading

@testable import Messages

/// By what a document's report is known.
@Suite struct CDANumberTests {
  static func observation(_ id: String, code: String = "2345-7", more: String = "") -> String {
    "<observation classCode=\"OBS\" moodCode=\"EVN\">\(id)<code code=\"\(code)\"/><value xsi:type=\"INT\" value=\"1\"/>\(more)</observation>"
  }

  static func organizer(_ id: String, _ inner: String...) -> String {
    "<entry><organizer classCode=\"BATTERY\" moodCode=\"EVN\">\(id)<code code=\"24323-8\"/>"
      + inner.map { "<component>\($0)</component>" }.joined() + "</organizer></entry>"
  }

  /// The number of a document whose own id is D1 and whose set is SET.
  private func number(_ entries: String, header: String = "") throws -> String? {
    let (message, _) = try readCDA(CDAResultsTests.document(entries, header: header))
    return message.reports.first.map { $0.reportNumber + ($0.numberAssigner.map { "^" + $0 } ?? "") }
  }

  @Test(arguments: [
    (#"<id root="1.5" extension="F1"/>"#, "F1^&1.5"),
    (#"<id root="1.5" extension="55555"/>"#, "55555^&1.5"),
    (#"<id root="D36F1A2B-1111-4AAA-8BBB-123456789ABC"/>"#, "d36f1a2b-1111-4aaa-8bbb-123456789abc"),
    // Ids that name no act: of examples, of kinds, counters, fillers, the act's own code, the patient's number.
    (#"<id root="7d5a02b0-67a4-11db-bd13-0800200c9a66"/>"#, "SET^&1.2.3"),
    (#"<id root="107C2DC0-67A5-11DB-BD13-0800200C9A66"/>"#, "SET^&1.2.3"),
    (#"<id root="a40027e4-67a5-11db-bd13-0800200c9a66" extension="77"/>"#, "SET^&1.2.3"),
    (#"<id root="00000000-0000-0000-0000-000000000000"/>"#, "SET^&1.2.3"),
    (#"<id root="2.16.840.1.113883.10.20.1.32"/>"#, "SET^&1.2.3"),
    (#"<id root="1.5.7.9"/>"#, "SET^&1.2.3"),
    (#"<id root="1.5" extension="1"/>"#, "SET^&1.2.3"),
    (#"<id root="1.5" extension="-1"/>"#, "SET^&1.2.3"),
    (#"<id root="1.5" extension="0000"/>"#, "SET^&1.2.3"),
    (#"<id root="1.5" extension="unknown"/>"#, "SET^&1.2.3"),
    (#"<id root="2.16.840.1.113883.19.5.99999.1" extension="TT988"/>"#, "SET^&1.2.3"),
    (#"<id root="2.16.840.1.113883.6.1" extension="24323-8"/>"#, "SET^&1.2.3"),
    (#"<id root="1.5" extension="24323-8"/>"#, "SET^&1.2.3"),
    (#"<id root="1.2.3.4" extension="P1"/>"#, "SET^&1.2.3"),
    (#"<id nullFlavor="NI"/>"#, "SET^&1.2.3"),
    (#"<id root="1.5.9"/><id root="1.5" extension="F1"/>"#, "F1^&1.5"),
  ])
  func ofOneAct(id: String, number: String) throws {
    #expect(try self.number(Self.organizer(id, Self.observation(""), Self.observation("", code: "9"))) == number)
  }

  @Test func anActWithoutItsOwnIDIsKnownByTheOnlyOneInIt() throws {
    let copied = #"<id root="7d5a02b0-67a4-11db-bd13-0800200c9a66"/>"#
    let own = #"<id root="1.5" extension="F9"/>"#
    #expect(try number(Self.organizer(copied, Self.observation(own))) == "F9^&1.5")
    #expect(try number(Self.organizer("", Self.observation(own), Self.observation(own))) == "SET^&1.2.3")
  }

  @Test(arguments: [
    // Comment, specimen collection, status, copy and order number of the Dutch, an order, a history.
    #"<act classCode="ACT" moodCode="EVN"><id root="1.5" extension="C1"/><code code="48767-8"/><text>shaken</text></act>"#,
    #"<observation classCode="OBS" moodCode="EVN"><id root="1.5" extension="C1"/><code code="48767-8"/><value xsi:type="ST">shaken</value></observation>"#,
    #"<procedure classCode="PROC" moodCode="EVN"><id root="1.5" extension="C1"/><code code="33882-2"/></procedure>"#,
    #"<observation classCode="OBS" moodCode="EVN"><id root="1.5" extension="C1"/><code code="92235-1"/><value xsi:type="CD" code="final"/></observation>"#,
    #"<observation classCode="OBS" moodCode="EVN"><code code="16" codeSystem="2.16.840.1.113883.2.4.3.11.60.20.77.5.2"/><value xsi:type="BL" value="true"/></observation>"#,
    #"<observation classCode="OBS" moodCode="EVN"><code nullFlavor="OTH"><originalText>MEDLAB-IDE-2</originalText></code><value xsi:type="ST">111333</value></observation>"#,
    #"<observation classCode="OBS" moodCode="RQO"><id root="1.5" extension="C1"/><code code="1"/></observation>"#,
    #"<organizer classCode="CLUSTER" moodCode="EVN"><id root="1.5" extension="C1"/></organizer>"#,
  ])
  func aSupplementIsNoAct(_ supplement: String) throws {
    let own = #"<id root="1.5" extension="F9"/>"#
    let act =
      "<entry><act classCode=\"ACT\" moodCode=\"EVN\"><code code=\"26436-6\"/><entryRelationship>\(supplement)</entryRelationship>"
      + "<entryRelationship>\(Self.observation(own))</entryRelationship></act></entry>"
    #expect(try number(act) == "F9^&1.5")
    #expect(try number("<entry>\(supplement)</entry>" + Self.organizer("", Self.observation(own))) == "F9^&1.5")
    #expect(try readCDA(CDAResultsTests.document(act)).message.reports.first?.observations.count == 1)
  }

  private func report(_ header: String, entries: String? = nil) throws -> (report: Report, findings: [Finding]) {
    let both = Self.organizer("", Self.observation(""), Self.observation(""))
    let (message, findings) = try readCDA(CDAResultsTests.document(entries ?? both, header: header))
    return (try #require(message.reports.first), findings)
  }

  @Test func whatADocumentSaysOfOthers() throws {
    let parent = """
      <parentDocument><id root="1.2.3" extension="D0"/><setId root="1.2.3" extension="OLD"/></parentDocument>
      """
    for type in ["RPLC", "XFRM"] {
      let report = try report(
        "<versionNumber value=\"2\"/><relatedDocument typeCode=\"\(type)\">\(parent)</relatedDocument>"
      ).report
      #expect(
        report.lineage == DocumentLineage(document: "D1^&1.2.3", replaces: ["D0^&1.2.3", "OLD^&1.2.3"], version: 2))
      #expect(report.identities == ["SET^&1.2.3"] && report.updateMode == .document)
    }
    let act = Self.organizer(#"<id root="1.5" extension="F1"/>"#, Self.observation(""))
    let addendum = try report("<relatedDocument typeCode=\"APND\">\(parent)</relatedDocument>", entries: act).report
    #expect(addendum.reportNumber == "D1" && addendum.identities.isEmpty)
    #expect(addendum.lineage == DocumentLineage(document: "D1^&1.2.3"))
  }

  @Test func aReplacementWithoutANameIsSaid() throws {
    for parent in ["<parentDocument/>", "<parentDocument><id nullFlavor=\"UNK\"/></parentDocument>", ""] {
      let (report, findings) = try report("<relatedDocument typeCode=\"RPLC\">\(parent)</relatedDocument>")
      #expect(report.lineage?.replaces == [] && findings.map(\.code) == [.danglingReference])
    }
  }

  @Test func emptyVersionsAreNone() throws {
    for version in [
      "<versionNumber/>", "<versionNumber value=\"\"/>", "<versionNumber value=\"x\"/>", "<versionNumber value=\"0\"/>",
    ] {
      #expect(try report(version).report.lineage?.version == nil)
    }
    #expect(try report("<versionNumber value=\"3\"/>").report.lineage?.version == 3)
  }

  @Test func documentsOfExamplesKeepTheirIDButTieNothing() throws {
    let xml = CDAResultsTests.document(Self.organizer("", Self.observation(""), Self.observation("")))
      .replacing(
        #"<id root="1.2.3" extension="D1"/>"#, with: #"<id root="2.16.840.1.113883.19.5.99999.1" extension="TT988"/>"#
      )
      .replacing(
        #"<setId root="1.2.3" extension="SET"/>"#,
        with: #"<setId root="2.16.840.1.113883.19.5.99999.19" extension="sTT988"/><versionNumber value="1"/>"#)
    let report = try #require(try readCDA(xml).message.reports.first)
    #expect(report.reportNumber == "TT988" && report.identities.isEmpty && report.lineage == nil)
  }

  @Test func aChineseDocumentIsKnownByItsReportNumber() throws {
    let sample = ChineseSample(
      header: """
        <setId root="2.16.156.10011.1.1" extension="T1"/><versionNumber value="1"/><relatedDocument typeCode="RPLC">\
        <parentDocument><id root="2.16.156.10011.1.1" extension="DOC-0"/></parentDocument></relatedDocument>
        """)
    let report = try #require(try readCDA(sample.xml).message.reports.first)
    #expect(report.reportNumber == "R1" && report.numberAssigner == nil && report.identities.isEmpty)
    #expect(report.updateMode == .snapshot)
    #expect(report.lineage?.replaces == ["DOC-0^&2.16.156.10011.1.1"])
  }
}
