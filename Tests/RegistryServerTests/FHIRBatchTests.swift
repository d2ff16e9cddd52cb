import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Messages
import NIOCore
import Registry
import RegistryStore
import Testing
import XMLReading

@testable import RegistryServer

@Suite("a batch of FHIR: each entry by itself")
struct FHIRBatchTests {
  private func post(_ bench: ServerBench, _ text: String, as caller: String = "platform") async throws -> TestResponse {
    try await bench.app().test(.router) { client in
      try await client.execute(
        uri: "/fhir", method: .post, headers: [.testCaller: caller], body: ByteBuffer(string: text))
    }
  }

  private func read(_ response: TestResponse) throws -> XMLElement {
    let isXML = response.headers[.contentType] == "application/fhir+xml; charset=utf-8"
    return try Array(response.body.readableBytesView).withUnsafeBufferPointer {
      isXML ? try XMLTreeReader().read($0).root : try FHIRJSONTree.read($0, limits: XMLLimits(), line: 1).root
    }
  }

  /// Of each entry of the answer its status, and the codes of what is wrong.
  private func outcomes(_ response: TestResponse) throws -> [String] {
    #expect(response.status == .ok)
    let root = try read(response)
    #expect(root.first("type")?.attribute("value") == "batch-response")
    return try root.all("entry").map { entry in
      let answer = try #require(entry.first("response"))
      let issues = try #require(answer.first("outcome", "OperationOutcome")).all("issue")
      let codes = issues.filter { $0.first("severity")?.attribute("value") == "error" }
        .compactMap { $0.first("details", "coding", "code")?.attribute("value") }
      let status = answer.first("status")?.attribute("value") ?? ""
      return ([String(status.prefix(3))] + codes).joined(separator: " ")
    }
  }

  /// A report with all that it needs within it.
  private static func report(
    _ number: String, institution: String = "SYNTH-H6", patient: String? = nil, name: String = "样例亥"
  ) -> String {
    let subject = patient.map { #"{"reference":"\#($0)"}"# } ?? ##"{"reference":"#p"}"##
    let own = patient == nil ? resource(patient: name, id: "p") + "," : ""
    return ##"""
      {"resourceType":"DiagnosticReport","identifier":[{"type":{"coding":[{"code":"FILL"}]},"value":"\##(number)"}],
      "contained":[\##(own){"resourceType":"Organization","id":"o","identifier":[{"system":"urn:oid:2.16.156.10011.1.5",
      "value":"\##(institution)"}]},{"resourceType":"Observation","id":"r","status":"final","code":{"coding":[{"system":
      "http://loinc.org","code":"789-8"}]},"valueQuantity":{"value":4.10,"unit":"10*12/L"}}],
      "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"58410-2"}]},"subject":\##(subject),
      "performer":[{"reference":"#o"}],"effectiveDateTime":"2026-05-19T08:10:00+08:00","issued":
      "2026-05-19T15:00:00+08:00","result":[{"reference":"#r"}]}
      """##
  }

  private static func resource(patient name: String, id: String) -> String {
    #"{"resourceType":"Patient","id":"\#(id)","identifier":[{"type":{"coding":[{"code":"MR"}]},"system":"urn:mrn","value":"H6-7"}],"#
      + #""name":[{"text":"\#(name)"}],"gender":"female","birthDate":"1994-06-30"}"#
  }

  private static func entry(_ resource: String?, _ method: String = "POST", url: String? = nil) -> String {
    let own = resource.map { #""resource":\#($0),"# } ?? ""
    let fullURL = url.map { #""fullUrl":"\#($0)","# } ?? ""
    return #"{\#(fullURL)\#(own)"request":{"method":"\#(method)","url":"DiagnosticReport"}}"#
  }

  private static func batch(_ entries: [String]) -> String {
    #"{"resourceType":"Bundle","type":"batch","timestamp":"2026-05-19T15:00:00+08:00","entry":[\#(entries.joined(separator: ","))]}"#
  }

  /// A sample whose entries name each other.
  private func sample(_ isXML: Bool, addresses: String) throws -> String {
    String(decoding: try ServerBench.sample("fhir/h6-cbc-bundle." + (isXML ? "xml" : "json")), as: UTF8.self)
      .replacing(
        isXML ? "<type value=\"collection\"/>" : "\"type\": \"collection\"",
        with: isXML ? "<type value=\"batch\"/>" : "\"type\": \"batch\""
      )
      .replacing("urn:uuid:", with: addresses)
  }

  @Test("a report and what it names by addresses are one: created, then known", arguments: [false, true])
  func linked(isXML: Bool) async throws {
    let bench = try ServerBench()
    let text = try sample(isXML, addresses: "http://lis.example/fhir/R/")
    let count = try #require(FHIRRequest(Array(text.utf8))).entries
    #expect(count > 10)
    for status in ["201", "200"] {
      let told = try outcomes(try await post(bench, text))
      // One organization is sent and named by nobody.
      #expect(told.filter { $0 == status }.count >= count - 1 && told.count == count, "\(told)")
    }
    #expect(try bench.registry.check().messages == 1)
  }

  @Test(
    "entries that name each other by urn:uuid are told so, each, and nothing of them is taken",
    arguments: [false, true])
  func dependent(isXML: Bool) async throws {
    let bench = try ServerBench()
    let told = try outcomes(try await post(bench, try sample(isXML, addresses: "urn:uuid:")))
    #expect(told.filter { $0 == "422 dependent-entries" }.count >= told.count - 1, "\(told)")
    #expect(try bench.registry.check().messages == 0)
    #expect(try bench.registry.quarantined().contains { $0.code == "dependent-entries" })
  }

  @Test("what is wrong with one hinders no other, and each is told its own")
  func mixed() async throws {
    let bench = try ServerBench()
    let alone = Self.report("R-2").replacing(##""subject":{"reference":"#p"},"##, with: "")
    let entries = [
      Self.entry(Self.report("R-1")), Self.entry(alone), Self.entry(nil, "GET"), Self.entry(nil),
      Self.entry(Self.report("R-3", institution: "SYNTH-H1")), Self.entry(Self.report("R-4"), "PUT"),
      Self.entry(Self.report("R-5"), "DELETE"), Self.entry(#"{"resourceType":"Basic","id":"1"}"#),
    ]
    let text = Self.batch(entries)
    let first = try await post(bench, text, as: "h6")
    let fared = try outcomes(first)
    #expect(
      fared == [
        "201", "422 missing-patient", "405 wrong-method", "400 malformed", "403 not-your-institution", "201",
        "405 wrong-method", "422 missing-report-number",
      ])
    // Where it stands is told as it stands in what was sent.
    #expect(String(buffer: first.body).contains("Bundle.entry[1]"))
    #expect(!String(buffer: first.body).contains("line 1, "))
    #expect(try bench.registry.check().messages == 2)
    #expect(try bench.registry.quarantined().count == 3)
    let again = try outcomes(try await post(bench, text, as: "h6"))
    #expect(again.first == "200")
    #expect(try bench.registry.check().messages == 2)
  }

  @Test("a Patient that two reports name goes with each; it is there when one of them is")
  func shared() async throws {
    let address = "http://lis.example/fhir/Patient/7"
    for named in [address, "Patient/7", "Patient?identifier=urn:mrn|H6-7"] {
      let bench = try ServerBench()
      let entries = [
        Self.entry(Self.report("R-1", patient: named)),
        Self.entry(Self.report("R-2", institution: "SYNTH-H1", patient: named)),
        Self.entry(Self.resource(patient: "样例亥", id: "7"), "PUT", url: address),
      ]
      let told = try outcomes(try await post(bench, Self.batch(entries), as: "h6"))
      #expect(told == ["201", "403 not-your-institution", "201"], "\(named)")
      #expect(try bench.registry.check().messages == 1)
    }
    // None of them.
    let bench = try ServerBench()
    let none = [
      Self.entry(Self.report("R-2", institution: "SYNTH-H1", patient: address)),
      Self.entry(Self.resource(patient: "样例亥", id: "7"), "PUT", url: address),
    ]
    let told = try outcomes(try await post(bench, Self.batch(none), as: "h6"))
    #expect(told == ["403 not-your-institution", "403 not-your-institution"])
  }

  @Test("a transaction within a batch is taken whole or not at all")
  func nested() async throws {
    let bench = try ServerBench()
    func transaction(_ second: String) -> String {
      #"{"resourceType":"Bundle","type":"transaction","entry":[\#(Self.entry(Self.report("N-1" + second))),\#(Self.entry(Self.report("N-2" + second, institution: second)))]}"#
    }
    let text = Self.batch([
      Self.entry(transaction("SYNTH-H1")), Self.entry(transaction("SYNTH-H6")), Self.entry(Self.report("R-1")),
    ])
    let fared = try outcomes(try await post(bench, text, as: "h6"))
    #expect(fared == ["403 not-your-institution", "201", "201"])
    #expect(try bench.registry.check().messages == 2)
  }

  @Test("an empty batch has an empty response; one whose entries name each other without end is too much")
  func bounds() async throws {
    let bench = try ServerBench()
    let empty = try await post(bench, #"{"resourceType":"Bundle","type":"batch"}"#)
    let fared = try outcomes(empty)
    #expect(fared.isEmpty)
    let names = (0..<3000).map { #"{"reference":"Observation/o\#($0)"}"# }.joined(separator: ",")
    let many =
      (0..<3000).map { _ in Self.entry(#"{"resourceType":"List","item":{"reference":"Group/hub"}}"#) }
      + [Self.entry(#"{"resourceType":"Group","id":"hub","extension":[\#(names)]}"#)]
      + (0..<3000).map { Self.entry(#"{"resourceType":"Observation","id":"o\#($0)"}"#) }
    let response = try await post(bench, Self.batch(many))
    #expect(response.status == .contentTooLarge)
    #expect(try read(response).name == "OperationOutcome")
    #expect(try bench.registry.quarantined().isEmpty)
  }
}
