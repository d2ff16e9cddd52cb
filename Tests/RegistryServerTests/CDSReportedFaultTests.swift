import Clinical
import Foundation
import HTTPTypes
import Registry
import Testing

@testable import Messages
@testable import RegistryServer

/// Faults that were reported of other services and clients, each tried here.
@Suite("CDS Hooks: what was reported elsewhere")
struct CDSReportedFaultTests {
  private static let sign = "/cds-services/huren-order-sign"
  private static let person = "999901196205141019"

  private func bench() async throws -> CDSBench {
    let bench = try await CDSBench()
    bench.set("2026-05-20T09:00:00+08:00")
    return bench
  }

  private func request(_ drafts: [String] = [CDSBench.draft("a", "LYTES")], prefetch: String? = nil) -> String {
    CDSBench.request(.orderSign, drafts, residentID: Self.person, prefetch: prefetch)
  }

  @Test("cds-hooks/docs#37, #157: a prefetched value wrapped with its HTTP response, or an error page in its place")
  func wrappedPrefetch() async throws {
    let bench = try await bench()
    let wrapped = #"{"patient":{"response":{"status":"200 OK"},"resource":\#(CDSBench.patient(Self.person))}}"#
    #expect(try await bench.call(.post, Self.sign, request(prefetch: wrapped)).cards.count == 1)
    let page = #"{"patient":{"response":{"status":"404"},"resource":"<html><head><title>Apache Tomcat/7.0.53"}}"#
    #expect(try await bench.call(.post, Self.sign, request(prefetch: page)).body == #"{"cards":[]}"#)
  }

  @Test("HL7-DaVinci/CRD#286, #291: a prefetch that failed is no error and no card that says so")
  func failedPrefetch() async throws {
    let bench = try await bench()
    for prefetch in [
      "null", #"{"patient":null}"#,
      #"{"patient":{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"exception"}]}}"#,
      #"{"patient":{"resourceType":"Bundle","type":"searchset","total":0}}"#,
    ] {
      let answer = try await bench.call(.post, Self.sign, request(prefetch: prefetch))
      #expect(answer.status == 200 && answer.body == #"{"cards":[]}"#)
    }
  }

  @Test("HL7-DaVinci/CRD#276: the patient comes in a Bundle, or under another key")
  func bundledPatient() async throws {
    let bench = try await bench()
    let patient = CDSBench.patient(Self.person)
    for prefetch in [
      #"{"patient":{"resourceType":"Bundle","type":"searchset","entry":[{"resource":\#(patient)}]}}"#,
      #"{"serviceRequestBundle":{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Coverage"}},{"resource":\#(patient)}]}}"#,
    ] {
      #expect(try await bench.call(.post, Self.sign, request(prefetch: prefetch)).cards.count == 1)
    }
  }

  @Test("HL7-DaVinci/CRD#168: what was not selected is not spoken of")
  func selections() async throws {
    let bench = try await bench()
    let drafts = [CDSBench.draft("a", "LYTES"), CDSBench.draft("b", "CTCHEST")]
    func cards(_ select: [String]) async throws -> Int {
      let body = CDSBench.request(.orderSelect, drafts, select: select, residentID: Self.person)
      return try await bench.call(.post, "/cds-services/huren-order-select", body).cards.count
    }
    let both = try await cards([#""ServiceRequest/a""#, #""ServiceRequest/b""#])
    #expect(try await cards([#""ServiceRequest/a""#]) == 1 && both >= 1)
    #expect(try await cards([]) == 0)
    #expect(try await cards([#""NutritionOrder/a""#]) == 0)
  }

  @Test("cds-hooks/docs#517: draftOrders without a type, or of any type")
  func bundleType() async throws {
    let bench = try await bench()
    for type in ["", #""type":"searchset","#, #""type":null,"total":1.0,"link":[],"#] {
      let body = request().replacing(#""type":"collection","#, with: type)
      #expect(try await bench.call(.post, Self.sign, body).cards.count == 1)
    }
  }

  @Test("hapi-fhir#6026, #6262: an extension of any form changes nothing")
  func extensions() async throws {
    let bench = try await bench()
    for value in [#""text""#, "1.50", "[{}]", #"{"com.example.x":{"a":null}}"#, "null"] {
      let body = request().replacing(
        #"{"hook":"#, with: #"{"extension":\#(value),"x-\u0000":"\b\f\ud83d\ude00","hook":"#)
      #expect(try await bench.call(.post, Self.sign, body).cards.count == 1)
    }
  }

  @Test("cqf-ruler#598: a field that is missing is malformed, not unknown; one that is optional may be missing")
  func missingFields() async throws {
    let bench = try await bench()
    let body = request()
    #expect(
      try await bench.call(.post, Self.sign, body.replacing(#""fhirServer":"https://ehr.example/fhir","#, with: ""))
        .cards.count == 1)
    #expect(
      try await bench.call(.post, Self.sign, body.replacing(#""userId":"Practitioner/7","#, with: "")).cards.count == 1)
    for missing in ["hook", "hookInstance", "context", "patientId"] {
      let answer = try await bench.call(.post, Self.sign, body.replacing("\"\(missing)\"", with: "\"other\""))
      #expect(answer.status == 400, "\(missing)")
    }
  }

  @Test("HL7-DaVinci/CRD#302: a draft without its optional elements")
  func bareDraft() async throws {
    let bench = try await bench()
    for draft in [
      #"{"resource":{"resourceType":"ServiceRequest","status":"draft","code":{"coding":[{"system":"urn:huren:item","code":"LYTES"}]}}}"#,
      #"{"resource":{"resourceType":"ServiceRequest","status":"draft"}}"#,
    ] {
      let answer = try await bench.call(.post, Self.sign, request([draft]))
      #expect(answer.status == 200 && CDSRules.problems(ofAnswer: answer.json) == [])
      // What nothing names cannot be taken back by a button.
      #expect(answer.cards.allSatisfy { $0["suggestions"] == nil && $0["selectionBehavior"] == nil })
    }
  }

  @Test(
    "cds-hooks/docs#458: links of null; cqf-ruler#11: actions in capitals, a resource as text; docs#400, #554: a delete"
  )
  func answerForm() async throws {
    let bench = try await bench()
    let answer = try await bench.call(.post, Self.sign, request())
    #expect(!answer.body.contains("null") && !answer.body.contains("[]") && !answer.body.contains("{}"))
    let action = answer.cards.first?["suggestions"]?.elements?.first?["actions"]?.elements?.first
    #expect(action?["type"]?.text == "delete" && action?["resourceId"]?.text == "ServiceRequest/a")
    #expect(action?["resource"] == nil)
    bench.set("2026-05-18T09:00:00+08:00")
    let part = CDSBench.request(.orderSign, [CDSBench.draft("cbc", "CBC")], residentID: "99990119830317258X")
    let actions =
      try await bench.call(.post, Self.sign, part, as: "ehr@SYNTH-H9").cards
      .first?["suggestions"]?.elements?.first?["actions"]?.elements ?? []
    #expect(actions.count == 2 && actions.allSatisfy { $0["resource"]?.isObject == true })
  }

  @Test("HL7-DaVinci/CRD#296: prefetch asks by fields of the context's first level alone")
  func prefetchTokens() async throws {
    for match in CDSDiscovery.json.matches(of: /\{\{([^}]*)\}\}/) {
      #expect(match.1.split(separator: ".").count == 2 && match.1.hasPrefix("context."))
    }
  }

  @Test("a call sent again, hookInstance and all, is one prompt with the same card")
  func again() async throws {
    let bench = try await bench()
    let first = try await bench.call(.post, Self.sign, request())
    let second = try await bench.call(.post, Self.sign, request())
    #expect(first.body == second.body && first.cards.count == 1)
    #expect(try bench.registry.check().problems == [])
  }
}
