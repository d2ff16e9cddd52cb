import Foundation
import Registry
import Testing

/// What hospitals say of their own patients' numbers, from the message to the people and back.
@Suite("messages about patients")
struct PatientMessageTests {
  private static let visits: [PersonFeed.Visit] = [
    .init(localID: "P1", name: "欧阳明霞", report: "R1"),
    .init(localID: "P2", name: "司马长风", birthDate: "19930702", report: "R2", minute: 1),
    // Another hospital's numbers are other numbers.
    .init(institution: "SYNTH-H2", localID: "P1", name: "诸葛青云", birthDate: "19710303", report: "R3", minute: 2),
  ]

  private static let apart: Set<Set<String>> = [["SYNTH-H1/P1"], ["SYNTH-H1/P2"], ["SYNTH-H2/P1"]]
  private static let merged: Set<Set<String>> = [["SYNTH-H1/P1", "SYNTH-H1/P2"], ["SYNTH-H2/P1"]]

  /// - Parameter segments: PID, MRG and what else follows the event.
  private static func adt(_ trigger: String, _ segments: String...) -> String {
    let header = "MSH|^~\\&|ADT|SYNTH-H1|HUREN||20260111090000||ADT^\(trigger)|ADT-\(trigger)|P|2.5.1"
    return ([header, "EVN|\(trigger)|20260111090000"] + segments).joined(separator: "\r") + "\r"
  }

  private static let prpa = """
    <PRPA_IN201304UV02 xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0"><id root="2.999.1" extension="PRPA-1"/>\
    <creationTime value="20260111090000"/><interactionId root="2.16.840.1.113883.1.6" extension="PRPA_IN201304UV02"/>\
    <processingCode code="P"/><controlActProcess><subject><registrationEvent><subject1><patient>\
    <id><item root="2.16.156.10011.2.5.1.4" extension="P2"/></id><providerOrganization><id>\
    <item root="2.16.156.10011.1.5" extension="SYNTH-H1"/></id></providerOrganization></patient></subject1>\
    <replacementOf typeCode="RPLC"><priorRegistration><subject1><priorRegisteredRole><id>\
    <item root="2.16.156.10011.2.5.1.4" extension="P1"/></id></priorRegisteredRole></subject1></priorRegistration>\
    </replacementOf></registrationEvent></subject></controlActProcess></PRPA_IN201304UV02>
    """

  private static let fhir = """
    {"resourceType":"Bundle","type":"collection","timestamp":"2026-01-11T09:00:00+08:00","entry":[
     {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"1","active":false,
      "identifier":[{"type":{"coding":[{"code":"MR"}]},"value":"P1"}],
      "managingOrganization":{"identifier":{"value":"SYNTH-H1"}},
      "link":[{"other":{"reference":"urn:uuid:2"},"type":"replaced-by"}]}},
     {"fullUrl":"urn:uuid:2","resource":{"resourceType":"Patient","id":"2",
      "identifier":[{"type":{"coding":[{"code":"MR"}]},"value":"P2"}],
      "managingOrganization":{"identifier":{"value":"SYNTH-H1"}}}}]}
    """

  private static func bench() async throws -> Bench {
    let bench = try Bench()
    try await bench.receive(visits)
    return bench
  }

  private static func take(_ text: String, _ bench: Bench) async throws -> ImportSummary {
    let outcome = try await bench.registry.receive([bench.file("event-\(UUID().uuidString)", text)])
    #expect(outcome.summary.quarantined == 0, "\(outcome.problems)")
    return outcome.summary
  }

  @Test(
    "a merge, a link and a change of number are taken in from ADT, HL7 V3 and FHIR, of their own institution alone",
    arguments: [
      adt("A18", "PID|1||P2^^^SYNTH-H1^MR", "MRG|P1^^^SYNTH-H1^MR"),
      adt("A40", "PID|1||P2^^^SYNTH-H1^MR", "MRG|P1^^^SYNTH-H1^MR"),
      adt("A47", "PID|1||P2^^^SYNTH-H1^MR", "MRG|P1^^^SYNTH-H1^MR"),
      adt("A24", "PID|1||P2^^^SYNTH-H1^MR", "PID|2||P1^^^SYNTH-H1^MR"),
      prpa, fhir,
    ])
  func merge(text: String) async throws {
    let bench = try await Self.bench()
    #expect(try bench.partition() == Self.apart)
    let code = try bench.code("SYNTH-H1", "P1")
    #expect(try await Self.take(text, bench).patientEvents ?? 0 > 0)
    #expect(try bench.partition() == Self.merged)
    // The same again says nothing new.
    #expect(try await Self.take(text, bench).duplicate == 1)
    #expect(try bench.partition() == Self.merged)
    #expect(try bench.registry.check().problems.isEmpty)
    #expect(try bench.registry.person(bench.code("SYNTH-H1", "P1")).records.count == 2)
    #expect(try bench.registry.person(code).records.count == 2)
  }

  @Test("what A24 links A37 parts again")
  func unlink() async throws {
    let bench = try await Self.bench()
    let pids = ["PID|1||P2^^^SYNTH-H1^MR", "PID|2||P1^^^SYNTH-H1^MR"]
    _ = try await Self.take(Self.adt("A24", pids[0], pids[1]), bench)
    #expect(try bench.partition() == Self.merged)
    _ = try await Self.take(
      Self.adt("A37", pids[0], pids[1]).replacing("20260111090000", with: "20260112090000"), bench)
    #expect(try bench.partition() == Self.apart)
  }

  @Test("what A08 and A31 tell of a patient counts as evidence", arguments: ["A08", "A31"])
  func update(trigger: String) async throws {
    let bench = try await Self.bench()
    let card = PersonFeed.residentID("19800115", 1)
    try await bench.receive([
      .init(institution: "SYNTH-H2", localID: "A", name: "欧阳明霞", residentID: card, report: "R9", minute: 5)
    ])
    #expect(try bench.partition() == Self.apart.union([["SYNTH-H2/A"]]))
    let told = Self.adt(trigger, "PID|1||P1^^^SYNTH-H1^MR~\(card)^^^CN^NI||欧阳^明霞||19800115|M")
    #expect(try await Self.take(told, bench).patientEvents == 1)
    #expect(try bench.partition() == [["SYNTH-H1/P1", "SYNTH-H2/A"], ["SYNTH-H1/P2"], ["SYNTH-H2/P1"]])
  }

  @Test("a merge of another institution's numbers is refused")
  func foreign() async throws {
    let bench = try await Self.bench()
    let text = Self.adt("A40", "PID|1||P2^^^SYNTH-H2^MR", "MRG|P1^^^SYNTH-H2^MR")
    _ = try await bench.registry.receive([bench.file("foreign", text)])
    #expect(try bench.partition() == Self.apart)
  }
}
