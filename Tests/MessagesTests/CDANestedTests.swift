import Clinical
import Testing
import XMLReading

@testable import Messages

/// Results at any depth, each in its place.
@Suite struct CDANestedTests {
  private func report(_ entries: String) throws -> (observations: [Observation], findings: [Finding]) {
    let (message, findings) = try readCDA(CDAResultsTests.document(entries))
    return (try #require(message.reports.first).observations, findings)
  }

  private static func observation(_ code: String, _ inside: String = "", below: String = "", type: String = "COMP")
    -> String
  {
    "<observation classCode=\"OBS\" moodCode=\"EVN\"><code code=\"\(code)\"/>\(inside)"
      + (below.isEmpty ? "" : "<entryRelationship typeCode=\"\(type)\">\(below)</entryRelationship>") + "</observation>"
  }

  private static func value(_ text: String) -> String { "<value xsi:type=\"ST\">\(text)</value>" }

  @Test(arguments: ["COMP", "REFR", "SUBJ", "SPRT"])
  func everyValueBelowIsAResult(type: String) throws {
    let deepest = Self.observation("D", Self.value("four"))
    let organizer = "<organizer classCode=\"CLUSTER\"><component>\(deepest)</component></organizer>"
    let third = Self.observation("C", Self.value("three"), below: organizer, type: type)
    let second = Self.observation("B", below: third, type: type)
    let entry =
      "<entry><act classCode=\"ACT\"><entryRelationship>\(Self.observation("A", Self.value("one"), below: second, type: type))"
      + "</entryRelationship></act></entry>"
    let (observations, findings) = try report(entry)
    #expect(observations.map(\.code.identifier) == ["A", "B", "C", "D"])
    #expect(observations.map(\.value) == ["one", nil, "three", "four"] && findings.isEmpty)
  }

  @Test func whatStandsAroundHoldsForWhatIsBelow() throws {
    let inner = Self.observation("B", Self.value("x"))
    let outer = """
      <observation classCode="OBS" moodCode="EVN"><code code="A"/><statusCode code="active"/><effectiveTime value="20250301080000"/>\
      <specimen><specimenRole><id root="1.6" extension="T1"/></specimenRole></specimen>\
      <performer><assignedEntity><representedOrganization><name>Outside</name></representedOrganization></assignedEntity></performer>\
      <entryRelationship>\(inner)</entryRelationship></observation>
      """
    let last = try #require(try report("<entry>\(outer)</entry>").observations.last)
    #expect(last.code.identifier == "B" && last.status == .preliminary && last.observed == moment("20250301080000"))
    #expect(last.specimen?.identifier == "T1" && last.performer?.name == "Outside")
  }

  @Test(arguments: [
    #"<specimen><specimenRole classCode="ISLT"><specimenPlayingEntity><code code="3092008" codeSystem="2.16.840.1.113883.6.96" displayName="Staphylococcus aureus"/></specimenPlayingEntity></specimenRole></specimen>"#,
    #"<specimen><specimenRole classCode="SPEC"><specimenPlayingEntity classCode="MIC"><code code="3092008" codeSystem="2.16.840.1.113883.6.96" displayName="Staphylococcus aureus"/></specimenPlayingEntity></specimenRole></specimen>"#,
    #"<templateId root="1.3.6.1.4.1.19376.1.3.1.5"/><specimen><specimenRole><specimenPlayingEntity><name>Staphylococcus aureus</name></specimenPlayingEntity></specimenRole></specimen>"#,
  ])
  func susceptibilitiesAreOfTheirOrganism(specimen: String) throws {
    let battery = """
      <organizer classCode="BATTERY"><component>\(Self.observation("18964-7", #"<interpretationCode code="R" displayName="Resistant"/>"#))\
      </component><component>\(Self.observation("18919-1", #"<value xsi:type="PQ" value="0.25" unit="mg/L"/><interpretationCode code="S"/>"#))\
      </component></organizer>
      """
    let entry = """
      <entry><act classCode="ACT"><code code="18725-2"/><entryRelationship><procedure><effectiveTime value="20250301070000"/>\
      <participant typeCode="PRD"><participantRole><id root="1.6" extension="T1"/></participantRole></participant></procedure>\
      </entryRelationship><entryRelationship><organizer classCode="CLUSTER">\(specimen)<component>\
      \(Self.observation("11475-1", Self.value("Detected")))</component><component>\(battery)</component></organizer></entryRelationship>\
      <entryRelationship>\(Self.observation("664-3", Self.value("Gram positive cocci")))</entryRelationship></act></entry>
      """
    let (observations, findings) = try report(entry)
    #expect(
      observations.map(\.isolate) == Array(repeating: "Staphylococcus aureus", count: 3) + [nil] && findings.isEmpty)
    #expect(observations.map(\.value) == ["Detected", "Resistant", "0.25", "Gram positive cocci"])
    #expect(observations.map(\.flags) == [[], ["R"], ["S"], []])
    // Of the patient the specimen is still what was collected.
    #expect(observations.allSatisfy { $0.specimen?.identifier == "T1" && $0.collected == moment("20250301070000") })
  }

  @Test func anOrganismOfWhichNoMoreIsSaidIsAResult() throws {
    let entry = """
      <entry><act classCode="ACT"><code code="18725-2"/><entryRelationship><organizer classCode="CLUSTER"><code code="600-7"/>\
      <statusCode code="completed"/><specimen><specimenRole classCode="ISLT"><specimenPlayingEntity><code code="112283007" \
      codeSystem="2.16.840.1.113883.6.96" displayName="Escherichia coli"/></specimenPlayingEntity></specimenRole></specimen>\
      </organizer></entryRelationship></act></entry>
      """
    let observation = try #require(try report(entry).observations.first)
    #expect(
      observation.code.identifier == "600-7" && observation.value == "Escherichia coli"
        && observation.valueKind == .coded)
    #expect(observation.isolate == "Escherichia coli" && observation.status == .final)
  }

  @Test(arguments: [
    // Ordered, denied, of a procedure, of an act of another class, of the message.
    "<observation classCode=\"OBS\" moodCode=\"RQO\"><code code=\"B\"/><value xsi:type=\"ST\">left</value></observation>",
    "<observation classCode=\"OBS\" moodCode=\"EVN\" negationInd=\"true\"><code code=\"B\"/><value xsi:type=\"ST\">left</value></observation>",
    "<procedure><code code=\"1\"/><entryRelationship><observation><code code=\"B\"/><value xsi:type=\"ST\">left</value></observation></entryRelationship></procedure>",
    "<substanceAdministration><entryRelationship><observation><code code=\"B\"/><value xsi:type=\"ST\">left</value></observation></entryRelationship></substanceAdministration>",
    "<observation><code nullFlavor=\"OTH\"><originalText>MEDLAB-IDE-2</originalText></code><value xsi:type=\"ST\">left</value></observation>",
    "<observation classCode=\"OBS\" moodCode=\"EVN\"><value xsi:type=\"ST\">left</value></observation>",
    "<observation classCode=\"OBS\" moodCode=\"EVN\"><code code=\"B\"/><value xsi:type=\"ED\"><reference value=\"#nowhere\"/></value></observation>",
  ])
  func whatIsLeftIsSaid(act: String) throws {
    let entry =
      "<entry><organizer><component>\(Self.observation("A", Self.value("kept")))</component><component>\(act)</component></organizer></entry>"
    let (observations, findings) = try report(entry)
    #expect(observations.first?.value == "kept" && !observations.contains { $0.value == "left" })
    #expect(findings.count == 1 && findings[0].location.path.hasPrefix("/ClinicalDocument/component/structuredBody"))
  }

  @Test func aSectionInWordsAloneIsSaid() throws {
    let entries =
      "<entry>\(Self.observation("A", Self.value("1")))</entry></section></component><component><section>"
      + "<code code=\"18720-3\"/><text>INR 2.4</text>"
    let findings = try report(entries).findings
    #expect(findings.map(\.code) == [.leftAside] && findings[0].location.path.hasSuffix("/section/text"))
  }

  @Test func historyBesideTheResultsIsNoResult() throws {
    let entries =
      "<entry>\(Self.observation("A", Self.value("1")))</entry></section></component><component><section>"
      + "<code code=\"10164-2\"/><text/><entry>\(Self.observation("441547007", "<value xsi:type=\"BL\" value=\"true\"/>"))</entry>"
    let (observations, findings) = try report(entries)
    #expect(observations.map(\.code.identifier) == ["A"] && findings.map(\.code) == [.leftAside])
  }

  @Test func picturesAreAttachments() throws {
    let entries =
      "<entry>\(Self.observation("A", Self.value("1")))</entry>"
      + "<entry><observationMedia><value mediaType=\"image/png\" representation=\"B64\">AAAA</value></observationMedia></entry>"
    #expect(try readCDA(CDAResultsTests.document(entries)).message.reports.first?.attachments == ["image/png"])
  }

  @Test func laboratoryDocumentsAreKnownByTemplateCodeOrTranslation() throws {
    let entry =
      "<entry typeCode=\"DRIV\"><templateId root=\"1.3.6.1.4.1.19376.1.3.1\"/><act classCode=\"ACT\"><entryRelationship>"
      + "\(Self.observation("56748-7", Self.value("Detected")))</entryRelationship></act></entry>"
    // ELGA: the template on the entry, a section of SNOMED CT's.
    let bare = CDAResultsTests.document(entry, template: "1.2.3", section: "108262000")
    for code in [
      #"<code code="18725-2"/>"#, #"<code code="18748-9"><translation code="11502-2"/></code>"#,
      #"<code code="34133-9"/>"#,
    ] {
      let xml = bare.replacing(#"<code code="11502-2"/>"#, with: code)
      #expect(try readCDA(xml).message.reports.first?.observations.map(\.value) == ["Detected"])
    }
  }

  @Test func theOnlySpecimenOfALaboratoryReportIsThatOfAll() throws {
    func procedure(_ id: String, _ time: String) -> String {
      "<entry><act classCode=\"ACT\"><code code=\"10\"/><entryRelationship><procedure><code code=\"33882-2\"/><effectiveTime value=\"\(time)\"/>"
        + "<participant typeCode=\"PRD\"><participantRole><id root=\"1.6\" extension=\"\(id)\"/></participantRole></participant></procedure>"
        + "</entryRelationship></act></entry>"
    }
    let result = "<entry>\(Self.observation("A", Self.value("1")))</entry>"
    let one = try #require(try report(procedure("T1", "20250301070000") + result).observations.first)
    #expect(one.collected == moment("20250301070000") && one.specimen?.identifier == "T1")
    let two = try #require(
      try report(procedure("T1", "20250301070000") + procedure("T2", "20250301090000") + result).observations.first)
    #expect(two.collected == nil && two.specimen == nil)
    // Of two that were collected together at least the moment is known.
    let same = try #require(
      try report(procedure("T1", "20250301070000") + procedure("T2", "20250301070000") + result).observations.first)
    #expect(same.collected == moment("20250301070000") && same.specimen == nil)
  }

  @Test func adocumentThatIsNotYetWholeIsPreliminaryAndAWithdrawnOneCancelled() throws {
    let entry = "<entry>\(Self.observation("A", "<statusCode code=\"completed\"/>" + Self.value("1")))</entry>"
    let xml = CDAResultsTests.document(entry).replacing("xmlns:xsi", with: "xmlns:sdtc=\"urn:hl7-org:sdtc\" xmlns:xsi")
    for (code, status) in [("active", ResultStatus.preliminary), ("nullified", .enteredInError), ("completed", .final)]
    {
      let document = xml.replacing(
        "<effectiveTime value=\"20250301120000+0100\"/>",
        with: "<sdtc:statusCode code=\"\(code)\"/><effectiveTime value=\"20250301120000+0100\"/>")
      #expect(try readCDA(document).message.reports.first?.status == status)
    }
  }

  @Test func oneHundredThousandResultsAndDeepNesting() throws {
    let component = "<component>\(Self.observation("A", Self.value("1")))</component>"
    let entry = "<entry><organizer>" + String(repeating: component, count: 100_000) + "</organizer></entry>"
    #expect(try report(entry).observations.count == 100_000)
    var deep = Self.observation("A", Self.value("1"))
    for _ in 0..<50 { deep = Self.observation("A", Self.value("1"), below: deep) }
    #expect(try report("<entry>\(deep)</entry>").observations.count == 51)
    for _ in 0..<50 { deep = Self.observation("A", Self.value("1"), below: deep) }
    #expect(throws: XMLReadingError.self) { try report("<entry>\(deep)</entry>") }
  }

  @Test func whatIsOfAnotherIsNotThePatients() throws {
    func subject(_ code: String) -> String {
      "<subject><relatedSubject><code code=\"\(code)\"/></relatedSubject></subject>"
    }
    let own = "<entry>\(Self.observation("A", Self.value("1")))</entry>"
    let donor =
      "<entry><organizer>\(subject("DON"))<component>\(Self.observation("B", Self.value("2")))</component></organizer></entry>"
    let child = "<entry>\(Self.observation("C", Self.value("3") + subject("CHILD")))</entry>"
    let section =
      "</section></component><component><section><code code=\"18719-5\"/>\(subject("ANM"))<entry>\(Self.observation("D", Self.value("4")))</entry>"
    let (observations, findings) = try report(own + donor + child + section)
    #expect(observations.map(\.value) == ["1"] && findings.map(\.code) == [.leftAside, .leftAside, .leftAside])
    #expect(
      try report("<entry>\(Self.observation("A", Self.value("1") + subject("SELF")))</entry>").observations.count == 1)
  }
}
