import Clinical
import Testing
import XMLReading

@testable import Messages

/// Messages as servers and senders write them: what a report lacks stands elsewhere, or is known of the feed.
@Suite("FHIR messages of the field")
struct FHIRMessageTests {
  private func read(_ json: String, from: String? = nil) throws -> FHIRReading {
    var notes = ReadingNotes(ReadingContext(from: from.map { OrganizationReference(identifier: $0) }))
    let message = try FHIRReader.read(try tree(json: json).root, dialect: .fhirJSON, notes: &notes)
    return (message, notes.findings)
  }

  private func bundle(_ type: String, _ resources: String..., more: String = "") -> String {
    let entries = resources.map { #"{"resource":\#($0)}"# }.joined(separator: ",")
    return #"{"resourceType":"Bundle","type":"\#(type)",\#(more)"entry":[\#(entries)]}"#
  }

  private let patient =
    #"{"resourceType":"Patient","id":"p1","identifier":[{"type":{"coding":[{"code":"MR"}]},"value":"L-1"}],"name":[{"text":"样例甲"}]}"#

  private func observation(_ id: String, _ code: String, _ value: String, _ more: String = "") -> String {
    #"{"resourceType":"Observation","id":"\#(id)","status":"final","code":{"coding":[{"code":"\#(code)"}]},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2025-03-01T08:00:00+08:00","valueString":"\#(value)"\#(more.isEmpty ? "" : "," + more)}"#
  }

  private func report(_ id: String, _ number: String?, _ code: String, _ results: [String], _ more: String = "")
    -> String
  {
    let identifier = number.map { #""identifier":[{"value":"\#($0)"}],"# } ?? ""
    let references = results.map { #"{"reference":"Observation/\#($0)"}"# }.joined(separator: ",")
    return
      #"{"resourceType":"DiagnosticReport","id":"\#(id)",\#(identifier)"status":"final","code":{"coding":[{"code":"\#(code)"}]},"subject":{"reference":"Patient/p1"},"performer":[{"type":"Organization","identifier":{"value":"H1"}}],"result":[\#(references)]\#(more.isEmpty ? "" : "," + more)}"#
  }

  // MARK: Numbers and times

  @Test(
    "a report without identifier has its id for a number, written so that it is nobody's; without any id what it is of")
  func numbers() throws {
    let bare = observation("o1", "K", "1", #""issued":"2025-03-01T09:00:00+08:00""#)
    let (message, findings) = try read(bare, from: "H1")
    #expect(message.reports.map(\.reportNumber) == ["Observation/o1"])
    #expect(message.reports.first?.source.identifier == "H1")
    #expect(message.reports.first?.updateMode == .part)
    #expect(findings.map(\.code) == [.danglingReference])
    let without = bare.replacing(#""id":"o1","#, with: "")
    let made = try read(without, from: "H1")
    let number = try #require(made.message.reports.first?.reportNumber)
    #expect(made.findings.contains { $0.code == .missingReportNumber })
    #expect(
      try read(without.replacing(#""valueString":"1""#, with: #""valueString":"2""#), from: "H1")
        .message.reports.first?.reportNumber == number)
    #expect(
      try read(without.replacing("Patient/p1", with: "Patient/p2"), from: "H1")
        .message.reports.first?.reportNumber != number)
    let addressed =
      #"{"resourceType":"Bundle","type":"batch","entry":[{"fullUrl":"urn:uuid:A","resource":\#(without)}]}"#
    #expect(try read(addressed, from: "H1").message.reports.first?.reportNumber == "urn:uuid:a")
  }

  @Test(
    "the time of a version: issued, lastUpdated, the Bundle's, the Composition's, the newest within, with a finding")
  func times() throws {
    func version(_ more: String, _ bundleMore: String = "", _ other: String = patientless) throws -> FHIRReading {
      try read(
        bundle(
          "collection", patient, report("r", "R1", "P", ["o"], more), observation("o", "K", "1"), other,
          more: bundleMore))
    }
    let stamp = #""timestamp":"2025-03-04T10:00:00+08:00","#
    let updated = #""meta":{"lastUpdated":"2025-03-03T10:00:00+08:00"}"#
    let composition = #"{"resourceType":"Composition","date":"2025-03-04T09:00:00+08:00"}"#
    #expect(
      try version(#""issued":"2025-03-02T10:00:00+08:00","# + updated, stamp).message.reports.first?.versionTime
        == fhirMoment("2025-03-02T10:00:00+08:00"))
    #expect(try version(updated, stamp).message.reports.first?.versionTime == fhirMoment("2025-03-03T10:00:00+08:00"))
    #expect(try version("", stamp).message.reports.first?.versionTime == fhirMoment("2025-03-04T10:00:00+08:00"))
    #expect(
      try version("", "", composition).message.reports.first?.versionTime == fhirMoment("2025-03-04T09:00:00+08:00"))
    let (message, findings) = try version("")
    #expect(message.reports.first?.versionTime == fhirMoment("2025-03-01T08:00:00+08:00"))
    #expect(message.messageTime == fhirMoment("2025-03-01T08:00:00+08:00"))
    #expect(findings.map(\.code) == [.missingMessageTime])
    #expect(message.reports.first?.reported == nil)
    // One that lies after the message itself is none.
    let ahead = try version(#""issued":"2099-03-02T10:00:00+08:00","# + updated, stamp)
    #expect(ahead.message.reports.first?.versionTime == fhirMoment("2025-03-03T10:00:00+08:00"))
    #expect(ahead.findings.map(\.code) == [.implausibleTime])
    // Of a document its own time before the Bundle's.
    #expect(
      try version("", stamp, composition).message.reports.first?.versionTime == fhirMoment("2025-03-04T09:00:00+08:00"))
  }

  private static let patientless = #"{"resourceType":"Device"}"#
  private var patientless: String { Self.patientless }

  // MARK: Who reports

  @Test(
    "a document's custodian, else its author's organization; words alone; a Provenance; the encounter's institution; the feed's"
  )
  func sources() throws {
    let organization = #"{"resourceType":"Organization","id":"g","identifier":[{"system":"http://x","value":"H9"}]}"#
    func source(_ others: String..., from: String? = nil) throws -> OrganizationReference? {
      let loose = observation("o", "K", "1", #""encounter":{"reference":"Encounter/e"}"#)
      let all = [patient, organization, loose] + others
      let entries = all.map { #"{"resource":\#($0)}"# }.joined(separator: ",")
      return try read(
        #"{"resourceType":"Bundle","type":"document","timestamp":"2025-03-01T10:00:00+08:00","entry":[\#(entries)]}"#,
        from: from
      ).message.reports.first?.source
    }
    let nine = OrganizationReference(identifier: "H9", oid: "http://x")
    #expect(
      try source(
        #"{"resourceType":"Composition","author":[{"display":"Dr"}],"custodian":{"reference":"Organization/g"}}"#)
        == nine)
    #expect(
      try source(
        #"{"resourceType":"Composition","author":[{"reference":"Practitioner/d"}]}"#,
        #"{"resourceType":"Practitioner","id":"d"}"#,
        #"{"resourceType":"PractitionerRole","practitioner":{"reference":"Practitioner/d"},"organization":{"reference":"Organization/g"}}"#
      ) == nine)
    #expect(
      try source(
        #"{"resourceType":"Provenance","target":[{"reference":"Observation/o"}],"agent":[{"who":{"display":"Dr"},"onBehalfOf":{"reference":"Organization/g"}}]}"#
      ) == nine)
    let encounter = #"{"resourceType":"Encounter","id":"e","serviceProvider":{"reference":"Organization/g"}}"#
    #expect(try source(encounter) == nine)
    #expect(try source(encounter, from: "H1")?.identifier == "H1")
    #expect(throws: Refusal.self) { try source() }
    #expect(
      try source(#"{"resourceType":"Composition","custodian":{"display":"第九医院"}}"#)
        == OrganizationReference(name: "第九医院"))
  }

  @Test(
    "a performer who is not in the message counts by condition, identifier, name or address; a person never",
    arguments: [
      (
        #"{"reference":"Organization?identifier=urn:oid:2.16.156.10011.1.5|H7"}"#,
        OrganizationReference(identifier: "H7")
      ),
      (
        #"{"reference":"Organization?identifier=http%3A%2F%2Fx%7CH7"}"#,
        OrganizationReference(identifier: "H7", oid: "http://x")
      ),
      (#"{"identifier":{"value":"H7"},"display":"七院"}"#, OrganizationReference(identifier: "H7", name: "七院")),
      (#"{"reference":"Organization/7772","display":"Zentrallabor"}"#, OrganizationReference(name: "Zentrallabor")),
      (
        #"{"reference":"https://s/fhir/Organization/7/_history/2"}"#,
        OrganizationReference(identifier: "https://s/fhir/Organization/7")
      ),
      (#"{"display":"七院"}"#, OrganizationReference(name: "七院")),
      (#"{"reference":"Practitioner/7","display":"Dr"}"#, nil), (#"{"reference":"urn:uuid:7"}"#, nil),
    ] as [(String, OrganizationReference?)])
  func absentPerformers(_ performer: String, _ expected: OrganizationReference?) throws {
    let json = FHIRSample().json.replacing(#"{"reference":"urn:uuid:o"}"#, with: performer)
    let found = try? read(json).message.reports.first?.source
    #expect(found == expected)
  }

  @Test("a condition finds the resource that has the identifier, and so does an identifier alone")
  func conditions() throws {
    let sample = FHIRSample().json
    let byCondition = sample.replacing(
      #""subject":{"reference":"urn:uuid:p"}"#,
      with: #""subject":{"reference":"Patient?identifier=urn:hospital:H001:mrn|L-1"}"#)
    let patient = try read(sample).message.reports.first?.patient
    #expect(try read(byCondition).message.reports.first?.patient == patient)
    let byIdentifier = sample.replacing(
      #""subject":{"reference":"urn:uuid:p"}"#,
      with: #""subject":{"identifier":{"system":"urn:hospital:H001:mrn","value":"L-1"}}"#)
    #expect(try read(byIdentifier).message.reports.first?.patient == patient)
    let absent = sample.replacing(
      #""subject":{"reference":"urn:uuid:p"}"#, with: #""subject":{"reference":"Patient?identifier=http://z|9"}"#)
    #expect(
      try read(absent).message.reports.first?.patient.identifiers == [Identifier(.local, "9", assigner: "http://z")])
  }

  // MARK: Whose it is

  @Test("a patient who is not in the message is known by their reference, within its server")
  func absentPatients() throws {
    func identifiers(_ subject: String) throws -> [Identifier]? {
      try read(FHIRSample().json.replacing(#""subject":{"reference":"urn:uuid:p"}"#, with: #""subject":\#(subject)"#))
        .message.reports.first?.patient.identifiers
    }
    #expect(try identifiers(#"{"reference":"Patient/7"}"#) == [Identifier(.local, "Patient/7")])
    #expect(
      try identifiers(#"{"reference":"https://s/fhir/Patient/7"}"#)
        == [Identifier(.local, "Patient/7", assigner: "https://s/fhir/")])
    #expect(try identifiers(#"{"display":"样例甲"}"#) == [])
    #expect(throws: Refusal.self) { try identifiers(#"{"reference":"urn:uuid:7","display":"样例甲"}"#) }
  }

  @Test("a result whose subject or focus is somebody else is not the report's")
  func others() throws {
    func results(_ subject: String) throws -> Int? {
      let other = observation("o", "K", "1").replacing(#""subject":{"reference":"Patient/p1"}"#, with: subject)
      return try read(
        bundle(
          "collection", patient, report("r", "R1", "P", ["o"]), other,
          more: #""timestamp":"2025-03-01T10:00:00+08:00","#)
      ).message.reports.first?.observations.count
    }
    #expect(try results(#""subject":{"reference":"Patient/p1"}"#) == 1)
    #expect(try results(#""subject":{"reference":"Patient/p2"}"#) == 0)
    #expect(try results(#""subject":{"reference":"Group/p1"}"#) == 0)
    #expect(try results(#""subject":{"reference":"Patient/p1"},"focus":[{"reference":"RelatedPerson/f"}]"#) == 0)
    #expect(try results(#""subject":{"reference":"Patient/p1"},"focus":[{"reference":"Specimen/f"}]"#) == 1)
  }

  @Test("two Patients of one insurance number, or born on two days, are two people")
  func twoPeople() throws {
    func results(_ type: String, _ birth: String) throws -> Int? {
      func person(_ id: String, _ birth: String) -> String {
        #"{"resourceType":"Patient","id":"\#(id)","identifier":[{"type":{"coding":[{"code":"\#(type)"}]},"system":"http://x","value":"77"}],"name":[{"text":"样例"}],"birthDate":"\#(birth)"}"#
      }
      return try read(
        bundle(
          "collection", person("p1", "1990-01-01"), person("p2", birth), report("r", "R1", "P", ["o"]),
          observation("o", "K", "1").replacing("Patient/p1", with: "Patient/p2"),
          more: #""timestamp":"2025-03-01T10:00:00+08:00","#)
      ).message.reports.first?.observations.count
    }
    #expect(try results("MR", "1990-01-01") == 1)
    #expect(try results("MR", "1991-01-01") == 0)
    #expect(try results("MC", "1990-01-01") == 0)
  }

  // MARK: One report, one truth

  @Test("reports of one number and order are one with all results; of another order they are another part")
  func oneNumber() throws {
    func reports(_ second: String, _ code: String = "P") throws -> [Report] {
      try read(
        bundle(
          "collection", patient, report("r", "R1", "P", ["a"], #""issued":"2025-03-01T10:00:00+08:00""#), second,
          observation("a", "K", "1"), observation("b", "NA", "2"), observation("c", "K", "3"))
      ).message.reports
    }
    let same = #""issued":"2025-03-01T10:00:00+08:00""#
    let later = #""issued":"2025-03-01T12:00:00+08:00""#
    #expect(
      try reports(report("s", "R1", "P", ["b"], same)).map { $0.observations.compactMap(\.value) } == [["1", "2"]])
    #expect(
      try reports(report("s", "R1", "Q", ["b"], same)).map { $0.observations.compactMap(\.value) } == [["1"], ["2"]])
    #expect(try reports(report("s", "R2", "P", ["b"], same)).count == 2)
    // The same results twice are one; another value of the same moment stands beside it.
    #expect(try reports(report("s", "R1", "P", ["a"], same)).map { $0.observations.compactMap(\.value) } == [["1"]])
    #expect(
      try reports(report("s", "R1", "P", ["c"], same)).map { $0.observations.compactMap(\.value) } == [["1", "3"]])
    // Under one report with one time each result keeps its own.
    let own = #","effectiveDateTime":"2025-03-01T08:00:00+08:00""#
    let moments = ["2025-03-01", "2025-02-27"].map { #""effectiveDateTime":"\#($0)T08:00:00+08:00""# }
    let timed = try read(
      bundle(
        "collection", patient, report("r", "R1", "P", ["a"], same + "," + moments[0]),
        report("s", "R1", "P", ["c"], same + "," + moments[1]),
        observation("a", "K", "1").replacing(own, with: ""), observation("c", "K", "1").replacing(own, with: ""))
    ).message.reports
    #expect(timed.map { $0.observations.compactMap(\.value) } == [["1", "1"]])
    #expect(
      timed.flatMap { $0.observations.map(\.observed) }
        == ["2025-03-01T08:00:00+08:00", "2025-02-27T08:00:00+08:00"].map(fhirMoment))
    // What is told anew later is a newer version, a withdrawal too.
    let two = try reports(report("s", "R1", "P", ["c"], later))
    #expect(two.map { $0.observations.compactMap(\.value) } == [["1"], ["3"]])
    let withdrawn = try reports(report("s", "R1", "P", [], later).replacing("final", with: "entered-in-error"))
    #expect(withdrawn.count == 2)
    let versions = withdrawn.map { ReportVersion(report: $0, institution: "H1", contentDigest: "") }
    #expect(ReportState.parts(of: versions).map(\.isCancelled) == [true])
  }

  @Test(
    "of several versions of a resource the newest counts, of equal ones the first, and what tells nothing is taken whole"
  )
  func duplicates() throws {
    func observations(_ type: String, _ second: String) throws -> ([String], [Finding.Code]) {
      let first = observation("a", "K", "1", #""meta":{"versionId":"1"}"#)
      let reading = try read(
        bundle(type, patient, report("r", "R1", "P", ["a"], #""issued":"2025-03-01T10:00:00+08:00""#), first, second))
      return (reading.message.reports.flatMap { $0.observations.compactMap(\.value) }, reading.findings.map(\.code))
    }
    #expect(try observations("collection", observation("a", "K", "1", #""meta":{"versionId":"1"}"#)) == (["1"], []))
    #expect(
      try observations("collection", observation("a", "K", "2", #""meta":{"versionId":"2"}"#)) == (["2"], [.older]))
    #expect(try observations("history", observation("a", "K", "2", #""meta":{"versionId":"0"}"#)) == (["1"], [.older]))
    #expect(try observations("history", observation("a", "K", "2")) == (["1"], [.older]))
    let (both, findings) = try observations("collection", observation("a", "K", "2"))
    #expect(both == ["1", "2"])
    #expect(findings == [.danglingReference, .duplicateObservation])
  }

  @Test("what a history deleted is withdrawn; what was written again after it stands")
  func deletedInHistory() throws {
    func status(_ delete: String, first: Bool) throws -> ResultStatus? {
      let resource = #"{"resource":\#(observation("a", "K", "1", #""meta":{"versionId":"2"}"#))}"#
      let entries = first ? [delete, resource] : [resource, delete]
      let json =
        #"{"resourceType":"Bundle","type":"history","timestamp":"2025-03-01T10:00:00+08:00","entry":[\#(entries.joined(separator: ","))]}"#
      return try read(json, from: "H1").message.reports.first?.status
    }
    let delete = #"{"request":{"method":"DELETE","url":"Observation/a"}}"#
    #expect(try status(delete, first: true) == .enteredInError)
    #expect(try status(delete, first: false) == .final)
    let told = #"{"request":{"method":"DELETE","url":"Observation/a"},"response":{"status":"204","etag":"W/\"3\""}}"#
    #expect(try status(told, first: false) == .enteredInError)
  }

  @Test("a document that was entered in error withdraws its report, and one that replaces another knows its id")
  func documents() throws {
    func document(_ composition: String) throws -> Report? {
      try read(
        bundle(
          "document", #"{"resourceType":"Composition","date":"2025-03-01T10:00:00+08:00",\#(composition)}"#, patient,
          report("r", "R1", "P", ["a"]), observation("a", "K", "1"),
          more: #""identifier":{"system":"urn:ietf:rfc:3986","value":"urn:uuid:d2"},"#)
      ).message.reports.first
    }
    #expect(try document(#""status":"entered-in-error""#)?.status == .enteredInError)
    let replacing = try document(
      #""status":"final","relatesTo":[{"code":"replaces","targetIdentifier":{"system":"http://x","value":"d1"}}]"#)
    #expect(replacing?.identities == ["http://x|d1", "d1", "urn:uuid:d2"])
    #expect(try document(#""status":"final","identifier":{"value":"template"}"#)?.identities == ["urn:uuid:d2"])
  }

  // MARK: Forms

  @Test("Parameters hold resources and Bundles; a searchset, a batch and bare Observations are read")
  func forms() throws {
    let loose = observation("a", "K", "1")
    let parameters =
      #"{"resourceType":"Parameters","parameter":[{"name":"x","part":[{"name":"y","resource":\#(loose)}]},{"name":"z","resource":\#(FHIRSample().json)}]}"#
    #expect(try read(parameters, from: "H1").message.reports.map(\.reportNumber) == ["R1", "Observation/a"])
    for type in ["searchset", "batch", "transaction", "collection", "message", "document", "history"] {
      #expect(try read(bundle(type, patient, loose), from: "H1").message.reports.count == 1)
    }
    let xml = """
      <Observation xmlns="http://hl7.org/fhir"><id value="a"/><status value="final"/><code><text value="K"/></code>\
      <subject><reference value="Patient/p1"/></subject><issued value="2025-03-01T10:00:00+08:00"/>\
      <performer><type value="Organization"/><identifier><value value="H1"/></identifier></performer>\
      <valueInteger value="4"/></Observation>
      """
    #expect(try readFHIR(xml: xml).message.reports.map(\.reportNumber) == ["Observation/a"])
  }

  @Test("STU3 and DSTU2 call some things otherwise")
  func olderReleases() throws {
    let json = #"""
      {"resourceType":"DiagnosticReport","id":"r","contained":[
      {"resourceType":"Organization","id":"o","identifier":[{"value":"H1"}]},
      {"resourceType":"Observation","id":"g","status":"final","code":{"text":"G"},
      "related":[{"type":"has-member","target":{"reference":"#k"}}]},
      {"resourceType":"Observation","id":"k","status":"final","code":{"text":"K"},"valueString":"1"},
      {"resourceType":"Encounter","id":"e","class":"inpatient"}],"status":"final","code":{"text":"P"},
      "subject":{"reference":"Patient/1"},"context":{"reference":"#e"},"issued":"2025-03-01T10:00:00+08:00",
      "performer":[{"role":{"text":"x"},"actor":{"reference":"#o"}}],"result":[{"reference":"#g"}],
      "codedDiagnosis":[{"text":"d"}]}
      """#
    let report = try #require(read(json).message.reports.first)
    #expect(report.source.identifier == "H1")
    #expect(report.observations.map(\.value) == ["1"])
    #expect(report.setting == .inpatient)
    #expect(report.impression == "d")
  }

  @Test("an Observation contained in a report is its result, named or not; one contained elsewhere is told")
  func containedObservations() throws {
    let inside = observation("k", "K", "1")
    let (message, findings) = try read(
      bundle(
        "collection", patient,
        report("r", "R1", "P", [], #""issued":"2025-03-01T10:00:00+08:00","contained":[\#(inside)]"#),
        #"{"resourceType":"Basic","contained":[\#(inside)]}"#))
    #expect(message.reports.first?.observations.map(\.value) == ["1"])
    #expect(findings.map(\.code) == [.leftAside])
    #expect(findings.first?.location.path == "/Bundle/entry[3]/resource/Basic/contained/Observation")
  }
}
