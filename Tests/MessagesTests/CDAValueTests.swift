import Clinical
import Testing
import XMLReading

@testable import Messages

/// What values, flags and ranges say, in the forms that senders give them.
@Suite struct CDAValueTests {
  private static func read(_ value: String, more: String = "") throws -> Observation {
    try CDAResultsTests.read(CDAResultsTests.observation(value, more: more))
  }

  @Test(
    arguments: [
      (#"<value xsi:type="BL" value="false"/>"#, .coded, "false", nil),
      (#"<value xsi:type="ST">5.2 mmol/L</value>"#, .quantity, "5.2", "mmol/L"),
      (#"<value xsi:type="ST">&lt; 2 mg/L</value>"#, .quantity, "<2", "mg/L"),
      (#"<value xsi:type="ST">46 %</value>"#, .quantity, "46", "%"),
      // A letter behind a number may be a flag.
      (#"<value xsi:type="ST">7.5 H</value>"#, .text, "7.5 H", nil),
      (#"<value xsi:type="ST">-</value>"#, .text, "-", nil),
      (#"<value xsi:type="ST">无</value>"#, .none, nil, nil),
      (#"<value xsi:type="SC" code="LA6576-8">Positive</value>"#, .coded, "Positive", nil),
      (#"<value xsi:type="CO" code="L2" displayName="++"/>"#, .coded, "++", nil),
      (#"<value xsi:type="RTO"><numerator value="3" unit="mg"/></value>"#, .quantity, "3", "mg"),
      (#"<value xsi:type="RTO"><numerator value="3"/><denominator nullFlavor="NI"/></value>"#, .quantity, "3", nil),
      (
        #"<value xsi:type="RTO_PQ_PQ"><numerator value="3" unit="mg"/><denominator value="1" unit="g"/></value>"#,
        .structured, "3:1", "mg/g"
      ),
      (
        #"<value xsi:type="PPD_PQ" value="4.2" unit="g"><standardDeviation value="0.1"/></value>"#, .quantity, "4.2",
        "g"
      ),
      (#"<value xsi:type="URG_PQ"><low value="1" unit="g"/></value>"#, .quantity, ">=1", "g"),
      (#"<value xsi:type="IVL_PQ"><center value="3" unit="g"/></value>"#, .quantity, "3", "g"),
      (#"<value xsi:type="IVL_INT"><low value="1"/><high value="1"/></value>"#, .quantity, "1", nil),
      (#"<value xsi:type="MO" value="3" currency="EUR"/>"#, .quantity, "3", "EUR"),
      (#"<value xsi:type="hl7:PQ" value="3" unit="g"/>"#, .quantity, "3", "g"),
      (#"<value xsi:type="CD.CV" code="9" displayName="Nine"/>"#, .coded, "Nine", nil),
      (#"<value xsi:type="UNHEARD_OF" value="3" unit="g"/>"#, .quantity, "3", "g"),
      (#"<value value="3" unit="g"/>"#, .quantity, "3", "g"),
      (#"<value code="9" displayName="Nine"/>"#, .coded, "Nine", nil),
      (#"<value>words</value>"#, .text, "words", nil),
      (#"<value xsi:type="ED">Gram positive<br/>cocci</value>"#, .text, "Gram positive cocci", nil),
      (
        #"<value xsi:type="ED" mediaType="application/dicom"><reference value="http://pacs/1"/></value>"#, .attachment,
        "application/dicom", nil
      ),
      (#"<value xsi:type="ED" mediaType="text/plain" representation="B64">d29yZHM=</value>"#, .text, "words", nil),
      (
        #"<value xsi:type="IVL_TS"><low value="2025030108"/><high value="2025030109"/></value>"#, .time,
        "2025030108/2025030109", nil
      ),
      (
        #"<value xsi:type="PQ" value="3"><translation value="3" code="x" unit="k/uL"/></value>"#, .quantity, "3", "k/uL"
      ),
      // Another number of another unit is not this one's.
      (#"<value xsi:type="PQ" value="3"><translation value="30" code="U"/></value>"#, .quantity, "3", nil),
      (#"<value xsi:type="II" root="1.2" extension="T7"/>"#, .text, "T7", nil),
      (
        #"<value xsi:type="SLIST_PQ"><origin value="0" unit="uV"/><scale value="5" unit="uV"/><digits>1 2 3</digits></value>"#,
        .text, "1 2 3", "uV"
      ),
    ] as [(String, Observation.ValueKind, String?, String?)])
  func values(xml: String, kind: Observation.ValueKind, value: String?, unit: String?) throws {
    let observation = try Self.read(xml)
    #expect(observation.valueKind == kind && observation.value == value && observation.unit == unit)
  }

  @Test func theCodersWordsAreNotedWhereTheCodesAreOthers() throws {
    let observation = try Self.read(
      #"<value xsi:type="CD" code="1" displayName="Detected"><originalText>schwach positiv</originalText></value>"#)
    #expect(observation.value == "Detected" && observation.note == "schwach positiv")
    let same = try Self.read(
      #"<value xsi:type="CD" code="1" displayName="Detected"><originalText>Detected</originalText></value>"#)
    #expect(same.note == nil)
  }

  @Test(
    arguments: [
      (#"<interpretationCode code="H"/>"#, ["H"], nil),
      (#"<interpretationCode nullFlavor="OTH"><translation code="HH"/></interpretationCode>"#, ["HH"], nil),
      (
        #"<interpretationCode nullFlavor="OTH"><originalText>im Normbereich</originalText></interpretationCode>"#, [],
        "im Normbereich"
      ),
      (#"<interpretationCode displayName="Normal"/>"#, ["Normal"], nil),
      (#"<interpretationCode code="N"/><interpretationCode code="N"/>"#, ["N"], nil),
    ] as [(String, [String], String?)])
  func flags(xml: String, flags: [String], note: String?) throws {
    let observation = try Self.read(#"<value xsi:type="PQ" value="7" unit="g"/>"#, more: xml)
    #expect(observation.flags == flags && observation.note == note)
  }

  @Test func anAnswerThatIsTheInterpretationAlone() throws {
    for (code, value) in [("R", "Resistant"), ("S", "Susceptible"), ("POS", "Positive"), ("ND", "Not detected")] {
      let observation = try Self.read(
        #"<value xsi:type="PQ" nullFlavor="UNK"/>"#,
        more: "<interpretationCode code=\"\(code)\" displayName=\"\(value)\"/>")
      #expect(observation.value == value && observation.valueKind == .coded && observation.flags == [code])
    }
    // How a value lies to its range says nothing without the value.
    #expect(try Self.read("", more: #"<interpretationCode code="N"/>"#).valueKind == .none)
  }

  @Test func offScaleIsABound() throws {
    #expect(
      try Self.read(#"<value xsi:type="PQ" value="0.3" unit="g"/>"#, more: #"<interpretationCode code="&lt;"/>"#).value
        == "<0.3")
    #expect(
      try Self.read(#"<value xsi:type="ST">&gt;9</value>"#, more: #"<interpretationCode code="&gt;"/>"#).value == ">9")
  }

  private static func range(_ inside: String, more: String = "") -> String {
    "<referenceRange><observationRange>\(inside)<interpretationCode code=\"N\"/></observationRange>\(more)</referenceRange>"
  }

  @Test(
    arguments: [
      (#"<low value="1"/><high value="5"/>"#, "1-5"),
      (#"<high value="5"/>"#, "≤5"),
      (#"<high value="5" inclusive="true"/>"#, "≤5"),
      (#"<high value="5" inclusive="false"/>"#, "<5"),
      (#"<low value="1"/>"#, "≥1"),
      (#"<low value="1" inclusive="false"/>"#, ">1"),
      (#"<low nullFlavor="NINF"/><high value="5"/>"#, "≤5"),
      (#"<low value="1"/><high value="9" inclusive="false"/>"#, "1-9"),
      // The value lies on the bound that is not of the range.
      (#"<low value="1"/><high value="7" inclusive="false"/>"#, "1-<7"),
    ])
  func bounds(xml: String, range: String) throws {
    let observation = try Self.read(
      #"<value xsi:type="PQ" value="7.0"/>"#, more: Self.range("<value xsi:type=\"IVL_PQ\">\(xml)</value>"))
    #expect(observation.referenceRange == range)
  }

  @Test func theRangeOfThePersonsSexAndAge() throws {
    // The person of these documents is a man.
    func sex(_ code: String, _ high: Int) -> String {
      Self.range(
        "<value xsi:type=\"IVL_PQ\"><low value=\"1\"/><high value=\"\(high)\"/></value>",
        more: "<precondition><criterion><code code=\"\(code)\"/></criterion></precondition>")
    }
    #expect(
      try Self.read(#"<value xsi:type="INT" value="7"/>"#, more: sex("F", 5) + sex("M", 9)).referenceRange == "1-9")
    #expect(
      try Self.read(#"<value xsi:type="INT" value="7"/>"#, more: sex("M", 9) + sex("F", 5)).referenceRange == "1-9")
    func age(_ bound: String, _ high: Int) -> String {
      Self.range(
        "<value xsi:type=\"IVL_PQ\"><low value=\"1\"/><high value=\"\(high)\"/></value>",
        more:
          "<precondition><criterion><code code=\"21612-7\"/><value xsi:type=\"IVL_PQ\">\(bound)</value></criterion></precondition>"
      )
    }
    let child = age(#"<high value="17" unit="a"/>"#, 5)
    let adult = age(#"<low value="18" unit="a"/>"#, 9)
    let xml = CDAResultsTests.document(
      "<entry>\(CDAResultsTests.observation(#"<value xsi:type="INT" value="7"/>"#, more: child + adult))</entry>")
    for (birth, range) in [("19800101", "1-9"), ("20150101", "1-5")] {
      let document = xml.replacing(#"<birthTime value="1980"/>"#, with: "<birthTime value=\"\(birth)\"/>")
      #expect(try readCDA(document).message.reports.first?.observations.first?.referenceRange == range)
    }
  }

  @Test func ofSeveralRangesThatNothingTellsApartTheFirstIsReadAndSaid() throws {
    let ranges =
      #"<referenceRange><observationRange><text>1-5</text></observationRange></referenceRange><referenceRange><observationRange><text>2-9</text></observationRange></referenceRange>"#
    let (message, findings) = try readCDA(
      CDAResultsTests.document(
        "<entry>\(CDAResultsTests.observation(#"<value xsi:type="INT" value="7"/>"#, more: ranges))</entry>"))
    #expect(message.reports.first?.observations.first?.referenceRange == "1-5" && findings.map(\.code) == [.leftAside])
  }

  @Test func wordsBesideAResultWithoutValueAreNoted() throws {
    let observation = try Self.read("", more: "<text>No growth after five days</text>")
    #expect(observation.valueKind == .none && observation.note == "No growth after five days")
  }

  @Test(arguments: [
    ("<paragraph ID=\"r\">Gram positive<br/>cocci</paragraph>", "#r", "Gram positive cocci"),
    ("<table><tr ID=\"r\"><td>Gram positive</td><td>cocci</td></tr></table>", "#r", "Gram positive cocci"),
    ("<content ID=\"r\">H<sub>2</sub>O <content>and more</content></content>", "#r", "H2O and more"),
    ("<content ID=\"r\">as it is</content>", "r", "as it is"),
  ])
  func theNarrativeIsReadAsAPersonReadsIt(text: String, reference: String, value: String) throws {
    let xml = CDAResultsTests.document(
      "<entry>\(CDAResultsTests.observation("<value xsi:type=\"ED\"><reference value=\"\(reference)\"/></value>"))</entry>"
    )
    .replacing("<text>", with: "<text>\(text)")
    #expect(try readCDA(xml).message.reports.first?.observations.first?.value == value)
  }
}
