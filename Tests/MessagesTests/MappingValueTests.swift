import Clinical
import Messages
import Testing
import XMLReading

/// SplitMix64: the same draws in every run.
private struct Draws: RandomNumberGenerator {
  private var state: UInt64 = 20_270_601

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Values of mappings: numbers with their units, dashes, and what must not go without a word.
struct MappingValueTests {
  private func observation(
    _ keys: String, _ result: String, top: String = "", patient: String = "", report: String = ""
  ) throws -> (report: Report, observation: Observation, findings: [Finding]) {
    let mapping = try MappingSupport.small(top: top, report: report, patient: patient, observations: keys)
    let (message, findings) = try MappingSupport.read(
      mapping, MappingSupport.root("<m t='20260316' n='R1' p='L1'>\(result)</m>"))
    let read = try #require(message.reports.first)
    return (read, try #require(read.observations.first), findings)
  }

  private static let splitting = """
    {name: n, root: m, message: {time: "@t"}, report: {source: {const: H}, number: "@n"},
    patient: {identifiers: [{type: local, path: "@p"}]}, observations: {each: r, code: "@c",
    value: {path: ., trim: "↑↓", split: number}, unit: {path: ., trim: "↑↓", split: unit}}}
    """

  @Test(
    arguments: [
      ("4.2mmol/L", "4.2", "mmol/L"), ("4.2 mmol/L ↑", "4.2", "mmol/L"), ("<0.01 ng/mL", "<0.01", "ng/mL"),
      ("≤ 5 %", "≤ 5", "%"), ("-1.5mmol/L", "-1.5", "mmol/L"), ("3-5/HP", "3-5", "/HP"), ("1:128", "1:128", nil),
      ("1.2×10^9/L", "1.2", "×10^9/L"), ("1.2×10^5 IU/mL", "1.2×10^5", "IU/mL"), ("10^6IU/mL", "10^6", "IU/mL"),
      ("７．５ｍｍｏｌ／Ｌ", "７．５", "ｍｍｏｌ／Ｌ"), ("37.2℃", "37.2", "℃"), ("1,234 g", "1,234", "g"), ("1.2e3 U/L", "1.2e3", "U/L"),
      // No number in front, or nothing behind it that may be a unit: whole.
      ("阴性", "阴性", nil), ("2+", "2+", nil), ("+", "+", nil), ("7.5 H", "7.5 H", nil),
      ("阴性(0.02 COI)", "阴性(0.02 COI)", nil),
      ("4.2", "4.2", nil), ("-", "-", nil), ("3.5 (3.5-5.3)", "3.5 (3.5-5.3)", nil),
    ] as [(String, String, String?)])
  func numberAndUnitOfOneText(_ text: String, _ number: String, _ unit: String?) throws {
    let mapping = try Mapping(yaml: Self.splitting, file: "f")
    let escaped = text.split(separator: "<", omittingEmptySubsequences: false).joined(separator: "&lt;")
    let root = try MappingSupport.root("<m t='20260316' n='R1' p='L1'><r c='K'>\(escaped)</r></m>")
    let (message, findings) = try MappingSupport.read(mapping, root)
    let observation = try #require(message.reports.first?.observations.first)
    #expect(observation.value == number)
    #expect(observation.unit == unit)
    #expect(findings == [])
  }

  // MARK: Dashes and fillers

  @Test(arguments: ["-", "－", "—"]) func aDashIsAnAnswer(_ dash: String) throws {
    #expect(try observation("", "<r c='PRO'>\(dash)</r>").observation.value == dash)
    // But not in other places.
    #expect(try observation("note: a", "<r c='PRO'>1<a>\(dash)</a></r>").observation.note == nil)
    let dropped = try observation("", "<r c='PRO'>\(dash)</r>", top: "fillers: [\"-\"]")
    #expect(dropped.observation.value == nil)
    #expect(dropped.findings.map(\.code) == [.noResults])
  }

  @Test func aMappingHasFillersOfItsOwn() throws {
    let read = try observation("note: a", "<r c='K'>未做<a>详见</a></r>", top: "fillers: [未做, 详见]")
    #expect(read.observation.value == nil)
    #expect(read.observation.note == nil)
    #expect(try observation("", "<r c='K'>未做</r>").observation.value == "未做")
  }

  /// What a table knows is no filler.
  @Test func aTableMayKnowADash() throws {
    let read = try observation("flags: {path: f, table: {\"-\": N}, default: ~}", "<r c='K'>1<f>-</f></r>")
    #expect(read.observation.flags == ["N"])
    #expect(try observation("flags: f", "<r c='K'>1<f>-</f></r>").observation.flags == [])
  }

  // MARK: What is new of a report

  @Test func assignersIdentitiesIsolatesAndSites() throws {
    let mapping = try Mapping(
      yaml: """
        {name: n, root: m, message: {time: "@t"}, report: {source: {const: H}, number: "@n", identities: [doc, set]},
        patient: {identifiers: [{type: local, path: "@p", assigner: "@a"}, {type: passport, path: "@q", assigner: "@a"}]},
        observations: {each: r, code: "@c", value: ., isolate: "@i"},
        studies: {studyInstanceUID: "@u", bodySite: "@b", otherSites: {each: part, bodySite: "@b", laterality: "@s"}}}
        """, file: "f")
    let root = try MappingSupport.root(
      """
      <m t='20260316' n='R1' p='L1' q='E1' a='LAB&amp;1.2' u='1.2.3' b='knee'><doc>D1</doc><set>S1</set>
      <r c='AMP' i='大肠埃希菌'>R</r><part b='knee'/><part b='hip' s='R'/><part b='hip' s='R'/></m>
      """)
    let explanation = mapping.explain(root)
    let data = Dictionary(uniqueKeysWithValues: explanation.data.map { ($0.name, $0.value) })
    #expect(data["report[1].patient.identifiers[1].assigner"] == "LAB&1.2")
    #expect(data["report[1].patient.identifiers[2]"] == "passport E1")
    #expect(data["report[1].patient.identifiers[2].assigner"] == nil)
    #expect(data["report[1].identities[2]"] == "S1")
    #expect(data["report[1].observations[1].isolate"] == "大肠埃希菌")
    #expect(data["report[1].studies[1].otherSites[1].bodySite"] == "hip")
    #expect(data["report[1].studies[1].otherSites[1].laterality"] == "R")
    #expect(data["report[1].studies[1].otherSites[2].bodySite"] == nil)
    #expect(explanation.data.first { $0.name.hasSuffix("isolate") }?.path == "/m/r/@i")
  }

  @Test func theFeedSaysWhoseItIs() throws {
    let yaml = """
      {name: n, root: m, message: {time: "@t"}, report: {number: "@n", source: "@h"},
      patient: {identifiers: [{type: local, path: "@p"}]}, observations: {each: r, code: "@c", value: .}}
      """
    let from = ReadingContext(from: OrganizationReference(identifier: "H1"))
    for yaml in [yaml, yaml.replacing(", source: \"@h\"", with: "")] {
      let mapping = try Mapping(yaml: yaml, file: "f")
      let root = try MappingSupport.root("<m t='20260316' n='R1' p='L1'><r c='K'>1</r></m>")
      var notes = ReadingNotes(from)
      #expect(try mapping.read(root, notes: &notes).reports.first?.source.identifier == "H1")
      notes = ReadingNotes(ReadingContext())
      #expect(throws: Refusal.self) { try mapping.read(root, notes: &notes) }
    }
  }

  // MARK: Times

  @Test func formsOfTimesAreNamed() throws {
    let read = try observation("observed: o", "<r c='K'>1<o>16.3.26</o></r>", top: "dates: [DD/MM/YYYY]")
    #expect(read.observation.observed == nil)
    #expect(read.findings.map(\.code) == [.unreadableTime])
    #expect(read.findings.first?.message.contains("DD/MM/YYYY, YYYYMMDD") == true)
    let bare = try observation("observed: o", "<r c='K'>1<o>16.3.26</o></r>")
    #expect(bare.findings.first?.message.contains("write this one to `dates`") == true)
    // Where a text would be of two forms, the calendar tells.
    let both = try observation("observed: o", "<r c='K'>1<o>20260316</o></r>", top: "dates: [DDMMYYYY]")
    #expect(both.observation.observed == RegistryZone.shanghai.instant("20260316"))
    let never = try observation("observed: o", "<r c='K'>1<o>01/01/1900</o></r>", top: "dates: [DD/MM/YYYY]")
    #expect(never.findings.map(\.code) == [.implausibleTime])
    let born = try observation("", "<r c='K'>1</r><b>1/2/84</b>", patient: "birthDate: b")
    #expect(born.findings.map(\.code) == [.unreadableDate])
  }

  // MARK: Which mapping is meant

  @Test func anUnmetConditionIsTold() throws {
    let reader = MessageReader(
      context: ReadingContext(), mappings: [try MappingSupport.small(top: "when: [a/b]\nunless: [c]")])
    for (xml, reason) in [
      ("<m><c/></m>", "small (when: a/b leads nowhere), small (unless: c leads somewhere)"),
      ("<x/>", "write a mapping for it"),
    ] {
      let bytes = Array(xml.utf8)
      let result = bytes.withUnsafeBufferPointer { reader.read($0, notation: .xml) }
      #expect(result.refusal?.code == .unknownDialect)
      #expect(result.refusal?.message.contains(reason) == true, "\(result.refusal?.message ?? "")")
    }
  }

  // MARK: Nothing goes without a word

  @Test func severalValuesOfOneResultAreTold() throws {
    let mapping = try Mapping(
      yaml: """
        {name: n, root: m, message: {time: "@t"}, report: {source: {const: H}, number: "@n"},
        patient: {identifiers: [{type: local, path: "@p"}]}, observations: {each: r, code: "@c", value: v}}
        """, file: "f")
    let root = try MappingSupport.root("<m t='20260316' n='R1' p='L1'><r c='K'><v>1</v><v/><v>2</v></r></m>")
    let (message, findings) = try MappingSupport.read(mapping, root)
    #expect(message.reports.first?.observations.map(\.value) == ["1"])
    #expect(findings.map(\.code) == [.leftAside])
  }

  /// Of every row either the value's text comes out, or a finding stands at the row: whatever is missing, doubled, or in the wrong place.
  @Test func everyValueComesOutOrIsTold() throws {
    var generator = Draws()
    let yaml = """
      {name: rows, root: rows, message: {time: "@t"}, fillers: [未做], report: {each: row, source: {const: H}, number: n},
      patient: {identifiers: [{type: local, path: p}]},
      observations: [{each: r, code: [c, name], value: {path: v, trim: "↑↓"}, subID: s},
      {each: ../result, where: {n: n}, code: c, value: [v, w]}]}
      """
    let mapping = try Mapping(yaml: yaml, file: "f")
    for _ in 0..<300 {
      var values: Set<String> = []
      func value() -> String {
        let filler = ["", "-", "未做", "↑", "无"].randomElement(using: &generator) ?? ""
        if Bool.random(using: &generator), Bool.random(using: &generator) { return "<v>\(filler)</v>" }
        let text = "V\(values.count)"
        values.insert(text)
        return "<v>\(text)\(["", "↑", " "].randomElement(using: &generator) ?? "")</v>"
      }
      func some(_ text: String) -> String { Int.random(in: 0..<5, using: &generator) == 0 ? "" : text }
      var xml = "<rows t='20260316'>"
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let number = Int.random(in: 1...3, using: &generator)
        xml += "<row><n>\(number)</n><p>A</p>"
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
          let code = some("<c>K</c>")
          let isTwice = !code.isEmpty && Int.random(in: 0..<6, using: &generator) == 0
          xml += "<r>" + code + value() + (isTwice ? value() : "") + "</r>"
        }
        xml += "</row>"
      }
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        xml +=
          "<result>" + some("<n>\(Int.random(in: 1...5, using: &generator))</n>") + some("<c>NA</c>") + value()
          + "</result>"
      }
      let (message, findings) = try MappingSupport.read(mapping, MappingSupport.root(xml + "</rows>"))
      let out = Set(message.reports.flatMap(\.observations).compactMap { $0.value?.filter { $0 != "↑" } })
      let lost = values.subtracting(out)
      let told = findings.filter { [.missingCode, .leftAside].contains($0.code) }
      let belongingNowhere = told.compactMap { finding in
        finding.message.contains("results belong to no report") ? Int(finding.message.prefix { $0.isNumber }) : nil
      }
      #expect(lost.count <= told.count + belongingNowhere.reduce(0, +), "\(xml) \(lost) \(findings)")
    }
  }
}
