import Clinical
import Foundation
import Testing
import XMLReading

@testable import Messages

@Suite("HL7 v2: what hospitals say of their patients' numbers")
struct V2PatientEventTests {
  private func events(_ type: String, _ segments: [String]) throws -> [PatientEvent] {
    let text = ([V2.header(type)] + segments).joined(separator: "\r")
    let (message, _) = try V2.read(text)
    #expect(message.reports.isEmpty)
    var notes = ReadingNotes(ReadingContext())
    let xml = try V2Reader.read(XMLTreeReader().read(V2.xml(text)).root, dialect: .hl7v2XML, notes: &notes)
    #expect(xml.patientEvents == message.patientEvents, "pipes and XML say the same")
    return message.patientEvents
  }

  private func refusal(_ type: String, _ segments: [String]) -> Finding.Code? {
    #expect(throws: Refusal.self) { _ = try events(type, segments) }?.finding.code
  }

  private let old = "PID|||O1^^^H001^MR||样例一||19800101|M"
  private let new = "PID|||N1^^^H001^MR~999999199001010017^^^^NI||样例一"

  @Test(
    "the kinds of events",
    arguments: [
      ("A18", PatientEvent.Kind.merge), ("A30", .merge), ("A34", .merge), ("A36", .merge), ("A39", .merge),
      ("A40^ADT_A39", .merge),
      ("A46", .changeNumber), ("A47^ADT_A30", .changeNumber), ("A48", .changeNumber),
    ])
  func replacements(event: String, kind: PatientEvent.Kind) throws {
    let told = try events(
      "ADT^" + event, ["EVN||20260518100000||||20260518093000", new, "PD1|", "MRG|O1^^^H001^MR||||||旧^名"])
    #expect(told.map(\.kind) == [kind])
    #expect(told[0].patient.identifiers.map(\.value) == ["N1", "999999199001010017"])
    #expect(told[0].patient.name == "样例一")
    #expect(told[0].prior?.identifiers == [Identifier(.local, "O1", assigner: "H001")])
    #expect(told[0].prior?.name == "旧名")
    #expect(told[0].at == V2.instant("20260518093000"))
    #expect(told[0].source.identifier == "H001")
  }

  @Test("several patients in one message, several numbers in one MRG, MRG-4 where MRG-1 is empty")
  func groups() throws {
    let told = try events("ADT^A40^ADT_A39", [new, "MRG|O1~O2", "PV1||N", "PID|||N2", "MRG||||O3"])
    #expect(told.map { $0.patient.identifiers[0].value } == ["N1", "N2"])
    #expect(told.map { $0.prior?.identifiers.map(\.value) } == [["O1", "O2"], ["O3"]])
    #expect(told.map(\.at) == [V2.instant("20260518120000"), V2.instant("20260518120000")])
  }

  @Test("updates, links and their undoing")
  func others() throws {
    #expect(try events("ADT^A08^ADT_A01", ["EVN|A08|20260518", old, "PV1||I"]).map(\.kind) == [.update])
    #expect(try events("ADT^A31^ADT_A05", [old])[0].prior == nil)
    for (event, kind) in [("A24", PatientEvent.Kind.link), ("A37", .unlink)] {
      let told = try events("ADT^" + event, [new, "PV1||I", old])
      #expect(told.map(\.kind) == [kind])
      #expect(told[0].patient.identifiers[0].value == "N1")
      #expect(told[0].prior?.identifiers.map(\.value) == ["O1"])
    }
    #expect(try events("ADT", ["EVN|A40", new, "MRG|O1"]).map(\.kind) == [.merge], "the event stands in EVN-1 too")
  }

  @Test(
    "what says nothing of who a patient is, is refused",
    arguments: [
      "A01", "A03", "A04", "A11", "A28", "A29", "A35", "A41", "A42", "A43", "A44", "A45", "A50", "X",
    ])
  func otherEvents(event: String) {
    #expect(refusal("ADT^" + event, [new, "MRG|O1"]) == .unknownDialect)
  }

  @Test("events without their patients are refused, and so are tests")
  func incomplete() {
    #expect(refusal("ADT^A40", [new]) == .missingPatient)
    #expect(refusal("ADT^A40", ["MRG|O1"]) == .missingPatient)
    #expect(refusal("ADT^A40", [new, "MRG|||5"]) == .missingPatient)
    #expect(refusal("ADT^A40", ["PID|||||样例一", "MRG|O1"]) == .missingPatient)
    #expect(refusal("ADT^A40", [new, "MRG|N1"]) == .missingPatient)
    #expect(refusal("ADT^A40", [new, "MRG|O1", "PID|||N2"]) == .missingPatient)
    #expect(refusal("ADT^A08", ["EVN|A08"]) == .missingPatient)
    #expect(refusal("ADT^A37", [new]) == .missingPatient)
    #expect(refusal("ADT^A24", [new, new]) == .missingPatient)
    for mode in ["T", "D", "t", "N"] {
      let text = [V2.header("ADT^A40").replacing("|P|", with: "|\(mode)|"), new, "MRG|O1"].joined(separator: "\r")
      #expect(#expect(throws: Refusal.self) { try V2.read(text) }?.finding.code == .testMessage)
    }
  }

  @Test("every ADT structure is a root that is looked for")
  func roots() {
    for root in ["ADT_A01", "ADT_A05", "ADT_A09", "ADT_A24", "ADT_A30", "ADT_A37", "ADT_A39", "ADT_A43", "ADT_A61"] {
      #expect(MessageReader.roots.contains(root))
    }
  }
}
