import Catalogue
import Clinical
import Foundation
import Recognition
import Testing

@testable import Messages
@testable import RegistryServer

@Suite("CDS Hooks: drafts as orders")
struct CDSOrderTests {
  private let reference: ReferenceData
  private let now = RegistryZone.shanghai.instant("2026-05-20T09:00:00+08:00") ?? Instant(milliseconds: 0)

  init() throws {
    reference = try ReferenceData(ReferenceFolder(directory: CDSBench.samples.appending(path: "reference")))
  }

  private func orders(_ text: String, _ hook: CDSHook = .orderSign, at institution: String = "SYNTH-H2") throws
    -> [AskedOrder]
  {
    try CDSRequest(Array(text.utf8), for: hook).orders(reference, institution: institution, now: now)
  }

  private func items(_ draft: String, at institution: String = "SYNTH-H2") throws -> [OrderItem] {
    try orders(CDSBench.request(.orderSign, [draft]), at: institution).flatMap(\.order.items)
  }

  private func coded(_ codings: String, _ more: String = "") -> String {
    #"{"resource":{"resourceType":"ServiceRequest","id":"a","status":"draft","code":{"coding":[\#(codings)]}\#(more)}}"#
  }

  @Test(
    "a code is an item of ours, the institution's own, or LOINC; codings that contradict one another are no order",
    arguments: [
      (#"{"system":"urn:huren:item","code":"K"}"#, "K"), (#"{"system":"http://loinc.org","code":"6690-2"}"#, "WBC"),
      (#"{"system":"http://ehr.example/tests","code":"1127"}"#, "LIPIDS"), (#"{"code":"1127"}"#, "LIPIDS"),
      (#"{"code":"1127"},{"system":"urn:huren:item","code":"LIPIDS"}"#, "LIPIDS"),
      (#"{"system":"http://snomed.info/sct","code":"271649006"},{"code":"1127"}"#, "LIPIDS"),
      (#"{"code":"1127"},{"system":"urn:huren:item","code":"K"}"#, nil),
      (#"{"code":"1127"},{"system":"http://loinc.org","code":"6690-2"}"#, nil),
      (#"{"system":"urn:huren:item","code":"NOSUCH"}"#, nil), (#"{"system":"http://loinc.org","code":"99999-9"}"#, nil),
      (#"{"display":"Potassium"}"#, nil), ("null", nil),
    ] as [(String, String?)])
  func codes(codings: String, item: String?) throws {
    #expect(try items(coded(codings)).map(\.item) == (item.map { [$0] } ?? []))
  }

  @Test("another institution's own code is none here")
  func foreign() throws {
    #expect(try items(coded(#"{"code":"1127"}"#), at: "SYNTH-H1").isEmpty)
  }

  @Test(
    "a specimen is read where it is told; what cannot be read or told as one matches nothing",
    arguments: [
      (
        ##","contained":[{"resourceType":"Specimen","id":"s","type":{"coding":[{"system":"http://snomed.info/sct","code":"119364003"}]}}],"specimen":[{"reference":"#s"}]"##,
        "serum"
      ),
      (#","specimen":[{"display":"血清"}]"#, "serum"), (#","specimen":{"display":"血清"}"#, "serum"),
      (#","specimen":[{"reference":"Specimen/nowhere"}]"#, "Specimen/nowhere"),
      (#","specimen":[{"display":"血清"},{"display":"SER"}]"#, "serum"),
      (#","specimen":[{"display":"血清"},{"display":"moon dust"}]"#, "moon dust+serum"), ("", nil),
    ] as [(String, String?)])
  func specimens(more: String, specimen: String?) throws {
    #expect(try items(coded(#"{"system":"urn:huren:item","code":"K"}"#, more)).map(\.specimen) == [specimen])
  }

  @Test(
    "a site and a side are read where they are told, and nothing that was said is passed over",
    arguments: [
      (#","bodySite":[{"coding":[{"code":"72696002"},{"code":"knee"}]}]"#, "knee", nil),
      (
        #","bodySite":[{"coding":[{"code":"knee"}]},{"coding":[{"system":"http://snomed.info/sct","code":"24028007"}]}]"#,
        "knee", "24028007"
      ),
      (#","bodySite":[{"coding":[{"code":"knee"}]},{"coding":[{"code":"hip"}]}]"#, "hip+knee", nil),
      (#","bodySite":[{"text":"left knee"}]"#, "left knee", nil),
      (
        ##","contained":[{"resourceType":"BodyStructure","id":"b","includedStructure":[{"structure":{"coding":[{"code":"knee"}]},"laterality":{"coding":[{"code":"R"}]}}]}],"bodyStructure":{"reference":"#b"}"##,
        "knee", "R"
      ),
      (#","bodyStructure":{"reference":"BodyStructure/9"}"#, "BodyStructure/9", nil),
    ] as [(String, String?, String?)])
  func sites(more: String, site: String?, side: String?) throws {
    let items = try items(coded(#"{"system":"urn:huren:item","code":"DRKNEE"}"#, more))
    #expect(items.map(\.bodySite) == [site] && items.map(\.laterality) == [side])
  }

  @Test(
    "at once is an emergency; else the prefetched encounter says where the patient is",
    arguments: [
      (#","priority":"stat""#, "AMB", Setting.emergency), (#","priority":"asap""#, "IMP", .emergency),
      (#","priority":"urgent""#, "IMP", .inpatient), ("", "EMER", .emergency), ("", "AMB", .outpatient),
      ("", "ZZZ", .outpatient), (#","priority":7"#, "IMP", .inpatient),
    ] as [(String, String, Setting)])
  func settings(more: String, kind: String, setting: Setting) throws {
    let draft = CDSBench.draft("a", "K", more)
    for form in [#"{"code":"\#(kind)"}"#, #""\#(kind)""#, #"[{"coding":[{"code":"\#(kind)"}]}]"#] {
      let encounter = #"{"resourceType":"Encounter","id":"E1","class":\#(form)}"#
      for prefetch in [
        #"{"visit":\#(encounter)}"#, #"{"e":{"resourceType":"Bundle","entry":[{"resource":\#(encounter)}]}}"#,
      ] {
        let text = CDSBench.request(.orderSign, [draft], prefetch: prefetch, context: #","encounterId":"E1""#)
        #expect(try orders(text).map(\.order.setting) == [setting])
        // Another encounter's class says nothing of this one.
        let other = try orders(text.replacing(#""encounterId":"E1""#, with: #""encounterId":"E2""#))
        #expect(
          other.map(\.order.setting) == [more.contains("stat") || more.contains("asap") ? .emergency : .outpatient])
      }
    }
  }

  @Test(
    "a draft is one order when it is selected and when it is signed, and another patient's, day's or institution's is another"
  )
  func oneOrder() throws {
    let draft = CDSBench.draft("request-1", "K")
    func id(
      _ hook: CDSHook, patient: String = "1", instance: String = "i1", at institution: String = "SYNTH-H2",
      on now: String = "2026-05-20T09:00:00+08:00", draft: String? = nil
    ) throws -> String {
      let text = CDSBench.request(
        hook, [draft ?? CDSBench.draft("request-1", "K")], patient: patient,
        select: [#""ServiceRequest/request-1""#]
      ).replacing("d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", with: instance)
      let time = RegistryZone.shanghai.instant(now) ?? self.now
      return try CDSRequest(Array(text.utf8), for: hook).orders(reference, institution: institution, now: time)[0].order
        .id
    }
    let first = try id(.orderSelect)
    #expect(try id(.orderSign, instance: "i2", draft: draft) == first)
    #expect(try id(.orderSign, patient: "2") != first)
    #expect(try id(.orderSign, at: "SYNTH-H4") != first)
    #expect(try id(.orderSign, on: "2026-05-21T09:00:00+08:00") != first)
    // Nothing of a person goes into the chain.
    #expect(first.hasPrefix("cds-") && first.utf8.count == 36)
    // What is unique by its form is the same order on another day.
    let unique = CDSBench.draft("0f0e0d0c-0000-4000-8000-000000000001", "K")
    #expect(try id(.orderSign, draft: unique) == id(.orderSign, on: "2026-05-21T09:00:00+08:00", draft: unique))
  }

  @Test("what a panel of the call contains is asked with it; the same again is an order of its own")
  func panels() throws {
    let drafts = [
      CDSBench.draft("a", "K"), CDSBench.draft("b", "LYTES"), CDSBench.draft("c", "K"), CDSBench.draft("d", "GLU"),
    ]
    let orders = try orders(CDSBench.request(.orderSign, drafts))
    #expect(orders.map { $0.order.items.compactMap(\.item) } == [["LYTES", "K"], ["K"], ["GLU"]])
    #expect(
      orders.map { $0.drafts.compactMap(\.reference) }
        == [["ServiceRequest/b", "ServiceRequest/a"], ["ServiceRequest/c"], ["ServiceRequest/d"]])
    #expect(Set(orders.map(\.order.id)).count == 3)
  }

  @Test("the prefetched patient's numbers, name, sex and birth date are read as those of messages are")
  func patient() throws {
    let patient = #"""
      {"patient":{"resourceType":"Patient","id":"1","identifier":[
        {"system":"urn:oid:2.16.156.10011.1.3","value":"999901196205141019"},
        {"type":{"coding":[{"code":"MR"}]},"system":"http://SYNTH-H2/mrn","value":"Z7"},
        {"type":{"coding":[{"code":"MR"}]},"system":"urn:oid:2.999.77.4","value":"Z8"},
        {"use":"old","system":"urn:oid:2.16.156.10011.1.3","value":"999901197511031023"},
        {"type":{"coding":[{"code":"VN"}]},"value":"visit"}],
       "name":[{"family":"样","given":["例子"]}],"gender":"male","birthDate":"1962-05-14"}}
      """#
    let order = try orders(
      CDSBench.request(.orderSign, [CDSBench.draft("a", "K")], prefetch: patient))[0].order
    #expect(
      order.patient.identifiers.map(\.identifier) == [
        Identifier(.residentID, "999901196205141019"), Identifier(.local, "Z7"), Identifier(.local, "Z8"),
      ])
    #expect(order.patient.identifiers.map(\.institution) == [nil, nil, "SYNTH-H4"])
    #expect(order.patient.name == "样例子" && order.patient.sex == .male)
    #expect(order.patient.birthDate == CalendarDate("1962-05-14"))
    #expect(order.clinician == "Practitioner/7")
  }
}
