import Catalogue
import Clinical
import Foundation
import Recognition
import Testing

@testable import Messages
@testable import RegistryServer

@Suite("CDS Hooks: what a call says")
struct CDSRequestTests {
  private func read(_ text: String, _ hook: CDSHook = .orderSign) throws -> CDSRequest {
    try CDSRequest(Array(text.utf8), for: hook)
  }

  private func field(_ text: String, _ hook: CDSHook = .orderSign) -> String? {
    do {
      _ = try read(text, hook)
      return "taken"
    } catch {
      return (error as? CDSProblem)?.field
    }
  }

  private static let whole = CDSBench.request(.orderSign, [CDSBench.draft("a", "K")])

  @Test(
    "what must be there and is not is named",
    arguments: [
      ("", nil), ("[]", nil), ("{", nil), ("null", nil), (whole + "x", nil),
      (whole.replacing(#""hook":"order-sign","#, with: ""), "hook"),
      (whole.replacing(#""hook":"order-sign","#, with: #""hook":"order-select","#), "hook"),
      (whole.replacing("hookInstance", with: "hookinstance"), "hookInstance"),
      (whole.replacing("d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", with: " "), "hookInstance"),
      (whole.replacing(#""context":{"#, with: #""context":null,"x":{"#), "context"),
      (whole.replacing(#""patientId":"1""#, with: #""patientId":null"#), "context.patientId"),
      (whole.replacing("draftOrders", with: "orders"), "context.draftOrders"),
      (whole.replacing(#""draftOrders":{"#, with: #""draftOrders":[],"x":{"#), "context.draftOrders"),
    ] as [(String, String?)])
  func malformed(text: String, expected: String?) {
    #expect(field(text) == expected)
  }

  @Test("of a selection it must be said what was selected")
  func noSelections() {
    let text = CDSBench.request(.orderSelect, []).replacing(#""selections":[]"#, with: #""x":1"#)
    #expect(field(text, .orderSelect) == "context.selections")
    #expect(field(CDSBench.request(.orderSelect, []), .orderSelect) == "taken")
  }

  @Test("more orders than a patient can have are none of one patient")
  func many() {
    let drafts = (0...CDSRequest.orderLimit).map { CDSBench.draft("d\($0)", "K") }
    #expect(field(CDSBench.request(.orderSign, drafts)) == "context.draftOrders")
    #expect(field(CDSBench.request(.orderSign, Array(drafts.dropLast()))) == "taken")
  }

  @Test("deep nesting is refused, and costs nothing")
  func deep() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(field(#"{"hook":"order-sign","x":"# + deep) == nil)
  }

  @Test("draft orders for services alone are asked about, whatever stands beside them")
  func others() throws {
    let entries = [
      CDSBench.draft("a", "K"), "7", "null", "[]", #""ServiceRequest""#, "{}", #"{"resource":null}"#,
      #"{"resource":{"resourceType":"MedicationRequest","id":"m","status":"draft"}}"#,
      #"{"resource":{"resourceType":"ServiceRequest","id":"b","status":"active"}}"#,
      #"{"resource":{"resourceType":"ServiceRequest","id":"c"}}"#,
      #"{"resource":{"resourceType":"ServiceRequest","id":7,"status":"draft","code":"K"}}"#,
      #"{"resource":{"resourceType":"SomethingOfR9","status":"draft","code":{"coding":[{"code":"K"}]}}}"#,
      CDSBench.draft("d", "NA"),
    ]
    let request = try read(CDSBench.request(.orderSign, entries))
    #expect(request.drafts.map(\.reference) == ["ServiceRequest/a", nil, "ServiceRequest/d"])
    #expect(request.drafts[1].codes.isEmpty)
  }

  @Test(
    "a selection may be written in any of a reference's forms",
    arguments: [
      #""ServiceRequest/b""#, #""b""#, #""https://ehr.example/fhir/ServiceRequest/b""#,
      #""https://ehr.example/fhir/ServiceRequest/b/_history/3""#,
    ])
  func selections(selection: String) throws {
    let drafts = [CDSBench.draft("a", "K"), CDSBench.draft("b", "NA")]
    let text = CDSBench.request(.orderSelect, drafts, select: [selection, "null", "7", #""MedicationRequest/a""#])
    let request = try read(text, .orderSelect)
    #expect(request.drafts.map(\.reference) == ["ServiceRequest/b"])
    #expect(request.session.count == 2)
  }

  @Test("a draft that is known by its full URL alone is selected and named by it")
  func urn() throws {
    let url = "urn:uuid:0F0E0D0C-0000-4000-8000-000000000001"
    let entry = #"""
      {"fullUrl":"\#(url)","resource":{"resourceType":"ServiceRequest","status":"draft","code":{"coding":[{"code":"K"}]}}}
      """#
    let request = try read(
      CDSBench.request(.orderSelect, [entry], select: ["\"\(url.lowercased())\""]), .orderSelect)
    #expect(request.drafts.map(\.reference) == [url])
  }

  @Test(
    "what is prefetched may be anything",
    arguments: [
      "null", "{}", "[]", #"{"patient":null}"#, #"{"patient":"<html>"}"#, #"{"patient":{}}"#, #"{"patient":[1,2]}"#,
      #"{"patient":{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found"}]}}"#,
      #"{"patient":{"resourceType":"Patient"}}"#, #"{"patient":{"resourceType":"Patient","id":"2"}}"#,
      #"{"patient":{"resourceType":"Patient","id":"1","...":"<snipped>","identifier":null,"name":[]}}"#,
      #"{"patient":{"resourceType":"Patient","id":"1","identifier":[7,null,{"value":{}}],"birthDate":false}}"#,
    ])
  func prefetch(text: String) throws {
    let reference = try ReferenceData(
      ReferenceFolder(directory: CDSBench.samples.appending(path: "reference")))
    let request = try read(
      CDSBench.request(.orderSign, [], patient: "4711", prefetch: text).replacing("4711", with: "1"))
    let patient = request.patient(reference, institution: "SYNTH-H4")
    #expect(patient.identifiers.map(\.identifier) == [Identifier(.local, "1")])
    #expect(patient.identifiers.allSatisfy { $0.institution == nil })
  }
}
