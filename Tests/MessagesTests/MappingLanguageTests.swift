import Clinical
import Messages
import Testing
import XMLReading

/// The language of mapping files, key by key.
struct MappingLanguageTests {
  private func observation(
    _ keys: String, _ result: String, top: String = ""
  ) throws -> (observation: Observation, findings: [Finding.Code]) {
    let mapping = try MappingSupport.small(top: top, observations: keys)
    let root = try MappingSupport.root("<m t='20260316' n='R1' p='L1'><top>T</top>\(result)</m>")
    let (message, findings) = try MappingSupport.read(mapping, root)
    return (try #require(message.reports.first?.observations.first), findings.map(\.code))
  }

  private func note(_ value: String, _ result: String) throws -> String? {
    try observation("note: \(value)", result).observation.note
  }

  @Test func paths() throws {
    #expect(try note("a/b", "<r c='K'><a/><a><b> x </b></a></r>") == "x")
    #expect(try note("\"a/@id\"", "<r c='K'><a id='7'/></r>") == "7")
    #expect(try note("../top", "<r c='K'/>") == "T")
    #expect(try note("../../..", "<r c='K'/>") == nil)
    #expect(try note("\"a[t=03]/n\"", "<r c='K'><a><t>01</t><n>x</n></a><a><t> 03</t><n>y</n></a></r>") == "y")
    #expect(try note("\"a[@t='a/b']\"", "<r c='K'><a t='a'>x</a><a t='a/b'>y</a></r>") == "y")
    #expect(try note("\".[@c=K]\"", "<r c='K'>x</r>") == "x")
    #expect(try note("\".[@c=NA]\"", "<r c='K'>x</r>") == nil)
    #expect(try note("a", "<r c='K'><a>-</a><a>无</a><a>z</a></r>") == "z")
    #expect(try note("结果", "<r c='K'><结果>z</结果></r>") == "z")
  }

  @Test func sources() throws {
    let result = "<r c='K'><a>x</a><b>-</b><d>y</d></r>"
    #expect(try note("{const: w}", result) == "w")
    #expect(try note("[b, d, a]", result) == "y")
    #expect(try note("{first: [b, {const: w}]}", result) == "w")
    #expect(try note("{join: [a, b, d], with: \"/\"}", result) == "x/y")
    #expect(try note("{join: [b, e]}", result) == nil)
    #expect(try note("{join: [{const: N}, e]}", result) == nil)
    #expect(try note("{join: [{const: N}, a]}", result) == "Nx")
  }

  @Test func transforms() throws {
    let result = "<r c='K'><a>pH (venous) 7.35↑</a></r>"
    #expect(try note("{path: a, after: \"(\", before: \")\"}", result) == "venous")
    #expect(try note("{path: a, after: \") \", trim: \"↑↓\"}", result) == "7.35")
    #expect(try note("{path: a, after: \"^\"}", result) == nil)
    #expect(try note("{path: a, before: \"^\"}", result) == "pH (venous) 7.35↑")
  }

  @Test(
    arguments: [
      ("{path: f, table: {7: seven}, default: ~}", "seven", []),
      ("{path: f, table: {8: eight}, default: other}", "other", [Finding.Code.unknownCode]),
      ("{path: f, table: {8: eight}, default: as-sent}", "7", []),
      ("{path: f, table: {8: eight}, default: ~}", nil, [.unknownCode]),
      ("{path: g, table: {8: eight}, default: other}", nil, []),
    ] as [(String, String?, [Finding.Code])])
  func tables(value: String, note: String?, findings: [Finding.Code]) throws {
    let read = try observation("note: \(value)", "<r c='K'>1<f>7</f></r>")
    #expect(read.observation.note == note)
    #expect(read.findings == findings)
  }

  @Test func compounds() throws {
    let result = "<r c='K'><l>3.5</l><h>5.3</h><v>pos</v><n>positive</n></r>"
    #expect(try observation("referenceRange: {low: l, high: h}", result).observation.referenceRange == "3.5-5.3")
    #expect(try observation("referenceRange: {low: x, high: h}", result).observation.referenceRange == "<5.3")
    #expect(try observation("referenceRange: {low: l}", result).observation.referenceRange == ">3.5")
    #expect(
      try observation("bodySite: {display: n}", result).observation.bodySite == Code("positive", display: "positive"))
    #expect(
      try observation("performer: {name: n}", result).observation.performer == OrganizationReference(name: "positive"))
    #expect(try observation("performer: {application: n}", result).observation.performer == nil)
  }

  @Test(
    arguments: [
      ("5.83", .quantity), ("-0.5", .quantity), ("< 0.01", .quantity), ("≥1000", .quantity), ("1.2e3", .quantity),
      ("1:128", .structured), ("3-5", .structured), ("3.0 ~ 5.0", .structured), ("阴性", .text), ("2+", .text),
      ("5.8 H", .text),
      ("+", .text), ("<1:8", .text), (".5", .quantity), ("5.", .text), ("＜３.５", .quantity), ("1.2×10^6", .quantity),
      ("-3--1", .structured), ("1:8:2", .text), ("3-", .text),
    ] as [(String, Observation.ValueKind)])
  func kindsOfValue(value: String, kind: Observation.ValueKind) throws {
    let escaped = value.split(separator: "<", omittingEmptySubsequences: false).joined(separator: "&lt;")
    let result = try observation("", "<r c='K'>\(escaped)</r>").observation
    #expect(result.value == value)
    #expect(result.valueKind == kind)
  }

  @Test(arguments: [
    ("DD/MM/YYYY hh:mm", "7/3/2027 08:05", "2027-03-07T08:05:00+08:00"),
    ("YYYY年MM月DD日", "2027年3月16日", "2027-03-16T00:00:00+08:00"),
    ("DDMMYYYYhhmmss", "07032027080501", "2027-03-07T08:05:01+08:00"),
  ])
  func dateFormats(format: String, sent: String, expected: String) throws {
    let read = try observation("observed: o", "<r c='K'>1<o>\(sent)</o></r>", top: "dates: [YYYYMMDD, \(format)]")
    #expect(read.observation.observed.map { RegistryZone.shanghai.rfc3339($0) } == expected)
    #expect(read.findings == [])
    // The registry's own forms are read beside them.
    let other = try observation("observed: o", "<r c='K'>1<o>2026-03-16</o></r>", top: "dates: [\(format)]")
    #expect(other.observation.observed.map { RegistryZone.shanghai.rfc3339($0) } == "2026-03-16T00:00:00+08:00")
    #expect(other.findings == [])
  }

  @Test func aStatusThatIsNotUnderstoodIsNeverFinal() throws {
    #expect(try observation("status: s", "<r c='K'><s>final</s></r>").observation.status == .final)
    #expect(try observation("status: s", "<r c='K'><s>zz</s></r>").observation.status == .unknown)
    #expect(try observation("status: s", "<r c='K'/>").observation.status == nil)
  }

  @Test func aResultWithoutCodeIsLeftAsideAndTold() throws {
    let root = try MappingSupport.root("<m t='20260316' n='R1' p='L1'><r>5</r><r c='K'>6</r><r c='K'>7</r></m>")
    let (message, findings) = try MappingSupport.read(MappingSupport.small(), root)
    #expect(message.reports.first?.observations.map(\.value) == ["6", "7"])
    #expect(findings.map(\.code) == [.missingCode, .duplicateObservation])
    #expect(findings.first?.location.path == "/m/r[1]")
  }

  // MARK: What is refused

  private func refusal(_ mapping: Mapping, _ xml: String) throws -> Finding.Code? {
    let root = try MappingSupport.root(xml)
    var notes = ReadingNotes(ReadingContext())
    do throws(Refusal) {
      _ = try mapping.read(root, notes: &notes)
      return nil
    } catch {
      return error.finding.code
    }
  }

  @Test(
    arguments: [
      ("<m n='R1' p='L1'/>", .missingMessageTime), ("<m t='soon' n='R1' p='L1'/>", .missingMessageTime),
      ("<m t='20260316' n='-' p='L1'/>", .missingReportNumber), ("<m t='20260316' n='R1'/>", .missingPatient),
      ("<m t='20260316' n='R1' p='L1'/>", nil),
    ] as [(String, Finding.Code?)])
  func refusals(xml: String, code: Finding.Code?) throws {
    #expect(try refusal(MappingSupport.small(), xml) == code)
  }

  @Test func sourceAndReportElementAreNeeded() throws {
    let yaml = """
      {name: n, root: m, message: {time: t}, report: {each: d, source: s, number: n},
      patient: {identifiers: [{type: local, path: p}]}, observations: {code: c}}
      """
    let mapping = try Mapping(yaml: yaml, file: "f")
    #expect(try refusal(mapping, "<m><t>20260316</t><d><n>1</n><p>2</p></d></m>") == .missingSource)
    #expect(try refusal(mapping, "<m><t>20260316</t></m>") == .missingReportNumber)
  }

  @Test func testMessagesAreRefused() throws {
    let mapping = try MappingSupport.small(message: "test: {path: \"@mode\", table: {debug: T, live: P}, default: P}")
    #expect(try refusal(mapping, "<m mode='debug' t='20260316' n='R1' p='L1'/>") == .testMessage)
    #expect(try refusal(mapping, "<m mode='live' t='20260316' n='R1' p='L1'/>") == nil)
    #expect(try refusal(mapping, "<m t='20260316' n='R1' p='L1'/>") == nil)
  }

  // MARK: One row per result

  private static let rows = """
    {name: rows, root: rows, message: {time: "@t"}, report: {each: row, groupBy: n, source: {const: SYNTH-H1}, number: n},
    patient: {identifiers: [{type: local, path: p}]}, observations: {code: c, value: v}}
    """

  @Test func rowsOfOneReportNumberAreOneReport() throws {
    let xml = """
      <rows t="20260316"><row><n>1</n><p>A</p><c>K</c><v>5</v></row><row><n>2</n><p>B</p><c>K</c><v>4</v></row>
      <row><n>1</n><p>A</p><c>NA</c><v>140</v></row></rows>
      """
    let (message, _) = try MappingSupport.read(Mapping(yaml: Self.rows, file: "f"), MappingSupport.root(xml))
    #expect(message.reports.map(\.reportNumber) == ["1", "2"])
    #expect(message.reports.map { $0.observations.map(\.code.identifier) } == [["K", "NA"], ["K"]])
  }

  @Test func rowsOfOneReportNumberHaveOnePatient() throws {
    let xml = """
      <rows t="20260316"><row><n>1</n><p>A</p><c>K</c><v>5</v></row><row><n>1</n><p>B</p><c>NA</c><v>4</v></row></rows>
      """
    #expect(try refusal(Mapping(yaml: Self.rows, file: "f"), xml) == .conflictingPatient)
    let silent = """
      <rows t="20260316"><row><n>1</n><p>A</p><c>K</c><v>5</v></row><row><n>1</n><p/><c>NA</c><v>4</v></row></rows>
      """
    #expect(try refusal(Mapping(yaml: Self.rows, file: "f"), silent) == nil)
  }

  // MARK: What is recognised

  @Test(arguments: [
    ("<m><a>x</a></m>", true), ("<m><a/></m>", true), ("<m/>", false), ("<m><a/><b/></m>", false),
    ("<n><a/></n>", false),
  ])
  func conditions(xml: String, isRecognised: Bool) throws {
    let mapping = try MappingSupport.small(top: "when: [a]\nunless: [b]")
    #expect(try mapping.recognises(MappingSupport.root(xml)) == isRecognised)
    let equal = try MappingSupport.small(top: "when: [\".[a=x]\"]")
    #expect(try equal.recognises(MappingSupport.root(xml)) == xml.contains("<a>x"))
  }
}
