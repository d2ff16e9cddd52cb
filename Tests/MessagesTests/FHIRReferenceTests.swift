import Clinical
import Testing

@testable import Messages

@Suite("FHIR references and identifiers")
struct FHIRReferenceTests {
  private static let observation =
    #"{"resourceType":"Observation","id":"1","status":"final","code":{"text":"a"},"valueInteger":1}"#

  private func results(_ report: String, _ entries: (String, String)...) throws -> (Int, [Finding.Code]) {
    var sample = FHIRSample(report: report)
    sample.entries = entries.map { (url: $0.0, resource: $0.1) }
    let reading = try sample.read()
    return (reading.report.observations.count, reading.findings.map(\.code))
  }

  private func result(_ reference: String) -> String { #""result":[{"reference":"\#(reference)"}]"# }

  @Test(
    "lead to an entry by its address, its id, or a version of it",
    arguments: [
      ("http://a/fhir/Observation/1", "http://a/fhir/Observation/1"), ("urn:uuid:ABC", "urn:uuid:abc"),
      ("urn:uuid:x", "Observation/1"), ("http://a/fhir/Observation/1", "Observation/1"),
      ("http://a/fhir/Observation/1", "http://a/fhir/Observation/1/_history/2"),
    ])
  func found(_ fullURL: String, _ reference: String) throws {
    #expect(try results(result(reference), (fullURL, Self.observation)).0 == 1)
  }

  @Test("one that leads nowhere, or to two, is noted and not guessed")
  func dangling() throws {
    #expect(try results(result("urn:uuid:none")) == (0, [.danglingReference, .noResults]))
    #expect(
      try results(result("http://b/fhir/Observation/1"), ("http://a/fhir/Observation/1", Self.observation)).0 == 0)
    let (count, findings) = try results(
      result("Observation/1"), ("http://a/Observation/1", Self.observation),
      ("http://b/Observation/1", Self.observation))
    #expect(count == 0)
    #expect(findings.contains(.danglingReference))
  }

  @Test("contained resources are found within their container only")
  func contained() throws {
    let inside = #""contained":[\#(Self.observation)]"#
    #expect(try results(inside + ",\"result\":[{\"reference\":\"#1\"}]").0 == 1)
    let elsewhere = #"{"resourceType":"Basic",\#(inside)}"#
    #expect(try results("\"result\":[{\"reference\":\"#1\"}]", ("urn:uuid:e", elsewhere)).0 == 0)
  }

  @Test("a bare DiagnosticReport with everything contained is a message")
  func bareReport() throws {
    let json = ##"""
      {"resourceType":"DiagnosticReport","contained":[{"resourceType":"Patient","id":"p","name":[{"family":"测","given":["试"]}]},
      {"resourceType":"Organization","id":"o","name":"院"}],"identifier":[{"value":"PL"},
      {"type":{"coding":[{"code":"FILL"}]},"value":"R1"}],"status":"final","meta":{"lastUpdated":"2025-03-01T00:00:00Z"},
      "subject":{"reference":"#p"},"performer":[{"reference":"#o"}],"conclusion":"x"}
      """##
    let message = try readFHIR(json: json).message
    let report = try #require(message.reports.first)
    #expect(report.reportNumber == "R1")
    #expect(report.patient.name == "测试")
    #expect(report.source == OrganizationReference(name: "院"))
    #expect(report.versionTime == fhirMoment("2025-03-01T00:00:00Z"))
    #expect(report.reported == nil)
    #expect(message.messageID == nil)
  }

  @Test("Bundles within a Bundle keep their own addresses, to a depth")
  func nested() throws {
    func nest(_ json: String) -> String {
      #"{"resourceType":"Bundle","type":"collection","entry":[{"resource":\#(json)}]}"#
    }
    let a = FHIRSample()
    var b = FHIRSample()
    b.head = b.head.replacing("R1", with: "R2")
    b.patient = b.patient.replacing("L-1", with: "L-2")
    let both = #"{"resourceType":"Bundle","type":"batch","entry":[{"resource":\#(a.json)},{"resource":\#(b.json)}]}"#
    let reports = try readFHIR(json: both).message.reports
    #expect(reports.map(\.reportNumber) == ["R1", "R2"])
    #expect(reports.map { $0.patient.identifiers.first?.value } == ["L-1", "L-2"])
    #expect(reports.first?.messageTime == fhirMoment("2025-03-01T11:00:00+08:00"))
    #expect(throws: Refusal.self) { try readFHIR(json: nest(nest(nest(nest(a.json))))) }
  }

  @Test("an entry to be deleted is no report")
  func deletion() throws {
    let json = FHIRSample().json.replacing(
      #""entry":["#,
      with: #""entry":[{"request":{"method":"DELETE","url":"Observation/9"}},"#)
    #expect(try readFHIR(json: json).findings.map(\.code) == [.leftAside, .noResults])
  }

  private func identifiers(_ identifiers: String, _ entries: (String, String)...) throws -> ([Identifier], Int) {
    var sample = FHIRSample()
    sample.patient = #"{"resourceType":"Patient","name":[{"text":"测试"}],"identifier":[\#(identifiers)]}"#
    sample.entries = entries.map { (url: $0.0, resource: $0.1) }
    let reading = try sample.read()
    return (reading.report.patient.identifiers, reading.findings.count { $0.code == .leftAside })
  }

  private func typed(_ type: String, _ value: String, _ more: String = "") -> String {
    #"{"type":{"coding":[{"code":"\#(type)"}]},"value":"\#(value)"\#(more.isEmpty ? "" : "," + more)}"#
  }

  @Test("identifier types by OID, then by table 0203")
  func identifierTypes() throws {
    let (found, findings) = try identifiers(
      [
        typed("MR", "1"), typed("NI", "2"), typed("PPN", "3"), typed("HC", "4"),
        #"{"system":"urn:oid:2.16.156.10011.1.11","value":"5"}"#,
        typed("XX", "6", #""system":"urn:oid:2.16.156.10011.1.12""#),
        #"{"system":"urn:oid:2.16.156.10011.1.19","value":"7"}"#, typed("VN", "8"), typed("MR", "9", #""use":"old""#),
        typed("MR", "1"),
      ].joined(separator: ","))
    #expect(
      found == [
        Identifier(.local, "1"), Identifier(.residentID, "2"), Identifier(.passport, "3"), Identifier(.healthCard, "4"),
        Identifier(.outpatient, "5"), Identifier(.inpatient, "6"), Identifier(.healthCard, "7"),
      ])
    // A visit's number, and one that is out of use.
    #expect(findings == 2)
    #expect(
      try identifiers(#"{"type":{"text":"身份证号"},"value":"999999199001010017"},{"type":{"text":"住院号"},"value":"8"}"#).0
        == [Identifier(.residentID, "999999199001010017"), Identifier(.inpatient, "8")])
  }

  @Test("a record number carries who assigned it: the assigner, an organization its system is spelt with, the system")
  func assigners() throws {
    let other = ("urn:uuid:h2", #"{"resourceType":"Organization","identifier":[{"value":"H002"}]}"#)
    func one(_ more: String) throws -> Identifier? { try identifiers(typed("MR", "1", more), other).0.first }
    #expect(try one(#""assigner":{"reference":"urn:uuid:h2"}"#) == Identifier(.local, "1", assigner: "H002"))
    #expect(try one(#""assigner":{"display":"二院"}"#) == Identifier(.local, "1", assigner: "二院"))
    #expect(try one(#""assigner":{"reference":"urn:uuid:o"}"#) == Identifier(.local, "1"))
    #expect(try one(#""system":"urn:hospital:H002:mrn""#) == Identifier(.local, "1", assigner: "H002"))
    #expect(try one(#""system":"urn:hospital:H001:mrn""#) == Identifier(.local, "1"))
    #expect(try one(#""system":"urn:oid:1.2.3""#) == Identifier(.local, "1", assigner: "&1.2.3"))
    #expect(try one(#""system":"http://x/mrn""#) == Identifier(.local, "1", assigner: "http://x/mrn"))
    // Two systems are two domains; what identifies everywhere has none.
    let two = typed("MR", "1", #""system":"http://x""#) + "," + typed("MR", "1", #""system":"http://y""#)
    #expect(try identifiers(two).0.map(\.assigner) == ["http://x", "http://y"])
    #expect(try identifiers(typed("PPN", "1", #""system":"http://x""#)).0 == [Identifier(.passport, "1")])
  }

  @Test(
    "a number that says nothing of what it is counts within its system, or alone; another country's is none of China's")
  func untyped() throws {
    #expect(try identifiers(#"{"value":"1"}"#) == ([Identifier(.local, "1")], 0))
    #expect(try identifiers(#"{"value":"1"},{"value":"2"}"#) == ([], 2))
    #expect(try identifiers(#"{"system":"urn:hospital:H001","value":"1"}"#) == ([Identifier(.local, "1")], 0))
    #expect(
      try identifiers(#"{"system":"http://x","value":"1"},{"system":"http://y","value":"2"}"#).0
        == [Identifier(.local, "1", assigner: "http://x"), Identifier(.local, "2", assigner: "http://y")])
    #expect(
      try identifiers(typed("NI", "93.05.18-223.61", #""system":"https://www.ehealth.fgov.be/ssin""#)).0
        == [Identifier(.local, "93.05.18-223.61", assigner: "https://www.ehealth.fgov.be/ssin")])
  }

  @Test("a number whose period had ended when the message was written is out of use, a resident ID for ever")
  func ended() throws {
    let over = #""period":{"end":"2020-01-01"}"#
    #expect(try identifiers(typed("MR", "1", over)).0.isEmpty)
    #expect(try identifiers(typed("MR", "1", #""period":{"end":"2030-01-01"}"#)).0.count == 1)
    #expect(try identifiers(typed("NI", "999999199001010017", over)).0.count == 1)
  }

  @Test("a name in Han characters before its pinyin, one in use before one that is not; the others beside it")
  func names() throws {
    var sample = FHIRSample()
    sample.patient = #"""
      {"resourceType":"Patient","name":[{"use":"maiden","text":"Old"},{"use":"usual","given":["Bo"],"family":"Li"},
      {"use":"official","text":"李波"}],"birthDate":"1990-05","multipleBirthInteger":2,
      "address":[{"line":["一号"],"city":"重庆"}],
      "contact":[{"relationship":[{"coding":[{"code":"MTH"}]}],"name":{"text":"李母"}}]}
      """#
    let patient = try sample.read().report.patient
    #expect(patient.name == "李波")
    #expect(patient.otherNames == ["Old", "Bo Li"])
    #expect(patient.birthDate == CalendarDate(year: 1990, month: 5))
    #expect(patient.birthOrder == 2)
    #expect(patient.address == "重庆一号")
    #expect(patient.motherName == "李母")
    sample.patient =
      #"{"resourceType":"Patient","name":[{"use":"official","text":"Li Bo"},{"use":"official","text":"李波"}]}"#
    #expect(try sample.read().report.patient.name == "李波")
    #expect(try sample.read().report.patient.otherNames == ["Li Bo"])
  }
}
