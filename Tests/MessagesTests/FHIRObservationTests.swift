import Clinical
import Testing

@testable import Messages

@Suite("FHIR observations")
struct FHIRObservationTests {
  private func one(_ properties: String) throws -> Observation {
    try #require(FHIRSample(observation: properties).observations().first)
  }

  @Test("a range that says what is critical is told beside the result, and is not its own")
  func otherRanges() throws {
    let critical = #"{"low":{"value":1},"high":{"value":9},"type":{"text":"critical"}}"#
    let normal = #"{"low":{"value":2},"high":{"value":8}}"#
    let both = try one(#""valueQuantity":{"value":4,"unit":"g"},"referenceRange":[\#(critical),\#(normal)]"#)
    #expect(both.referenceRange == "2-8" && both.note == "critical: 1-9")
    let alone = try one(#""valueQuantity":{"value":4,"unit":"g"},"referenceRange":[\#(critical)]"#)
    #expect(alone.referenceRange == nil && alone.note == "critical: 1-9")
  }

  @Test("of two values neither is taken, and both are spoken of")
  func twoValues() throws {
    let sample = FHIRSample(observation: #""valueQuantity":{"value":168,"code":"umol/L"},"valueString":"窦性心律""#)
    let observation = try #require(try sample.observations().first)
    #expect(observation.valueKind == .none && observation.value == nil)
  }

  @Test(
    "value[x]",
    arguments: [
      (
        #""valueQuantity":{"value":2.90,"unit":"mg/dl","code":"mg/dL"}"#, Observation.ValueKind.quantity, "2.90",
        "mg/dl"
      ),
      (
        #""valueQuantity":{"value":4.1,"unit":"毫摩尔每升","system":"http://unitsofmeasure.org","code":"mmol/L"}"#,
        .quantity,
        "4.1", "mmol/L"
      ),
      (
        #""valueQuantity":{"value":4.1,"unit":"mmol/L","system":"http://snomed.info/sct","code":"258813002"}"#,
        .quantity,
        "4.1", "mmol/L"
      ),
      (#""valueQuantity":{"value":5,"comparator":">=","code":"mmol/L"}"#, .quantity, ">=5", "mmol/L"),
      (#""valueString":"阴性""#, .text, "阴性", nil), (#""valueString":"<0.5""#, .quantity, "<0.5", nil),
      (#""valueInteger":3"#, .quantity, "3", nil), (#""valueBoolean":true"#, .text, "true", nil),
      (#""valueCodeableConcept":{"coding":[{"code":"NEG","display":"阴性"}]}"#, .coded, "阴性", nil),
      (#""valueCodeableConcept":{"coding":[{"code":"NEG"}]}"#, .coded, "NEG", nil),
      (#""valueCodeableConcept":{"text":"阴性"}"#, .text, "阴性", nil),
      (#""valueCodeableConcept":{"text":"-"}"#, .text, "-", nil),
      (
        #""valueCodeableConcept":{"coding":[{"code":"1","display":"大肠埃希菌"}],"text":"大肠埃希菌 ESBL"}"#, .coded,
        "大肠埃希菌 ESBL", nil
      ),
      (#""valueString":"7.5 mmol/L""#, .quantity, "7.5", "mmol/L"),
      (#""valueString":"< 0.01ng/mL""#, .quantity, "<0.01", "ng/mL"),
      (#""valueString":"12%""#, .quantity, "12", "%"), (#""valueString":"10^6 IU/mL""#, .text, "10^6 IU/mL", nil),
      (#""valueString":"7.5 H""#, .text, "7.5 H", nil), (#""valueString":"3 days""#, .text, "3 days", nil),
      (#""valueString":"1:128""#, .text, "1:128", nil), (#""valueString":"120/80 mmHg""#, .text, "120/80 mmHg", nil),
      (#""valueString":"±""#, .text, "±", nil),
      (
        #""extension":[{"url":"http://hl7.org/fhir/5.0/StructureDefinition/extension-Observation.value","valueInteger":3}]"#,
        .quantity, "3", nil
      ),
      (#""valueRange":{"low":{"value":3,"unit":"g"},"high":{"value":5}}"#, .structured, "3-5", "g"),
      (#""valueRatio":{"numerator":{"value":1},"denominator":{"value":128}}"#, .structured, "1:128", nil),
      (
        #""valueRatio":{"numerator":{"value":5,"unit":"mg"},"denominator":{"value":1,"unit":"L"}}"#, .quantity, "5",
        "mg/L"
      ),
      (#""valueRatio":{"numerator":{"value":5,"unit":"mg/L"}}"#, .quantity, "5", "mg/L"),
      (#""valueDateTime":"2025-03-01""#, .time, "2025-03-01", nil),
      (#""valuePeriod":{"start":"2025-03-01"}"#, .time, "2025-03-01/..", nil),
      (
        #""valueSampledData":{"origin":{"value":0},"period":1,"dimensions":1,"data":"1 2"}"#, .attachment,
        "SampledData", nil
      ),
      (#""dataAbsentReason":{"coding":[{"code":"unknown"}]}"#, .none, nil, nil),
      (#""valueString":"-""#, .text, "-", nil), (#""valueString":"无""#, .none, nil, nil),
      (#""valueQuantity":{"unit":"g"}"#, .none, nil, nil),
    ] as [(String, Observation.ValueKind, String?, String?)])
  func values(_ property: String, _ kind: Observation.ValueKind, _ value: String?, _ unit: String?) throws {
    let observation = try one(property)
    #expect(observation.valueKind == kind)
    #expect(observation.value == value)
    #expect(observation.unit == unit)
  }

  @Test(
    "the reference range: bounds, words, the normal one of several",
    arguments: [
      (#"[{"low":{"value":3.50},"high":{"value":5.30}}]"#, "3.50-5.30"), (#"[{"high":{"value":5}}]"#, "≤5"),
      (#"[{"low":{"value":5}}]"#, "≥5"), (#"[{"text":"阴性"}]"#, "阴性"),
      (
        #"[{"type":{"coding":[{"code":"therapeutic"}]},"high":{"value":9}},{"type":{"coding":[{"code":"normal"}]},"high":{"value":5}}]"#,
        "≤5"
      ),
      (#"[{"type":{"coding":[{"code":"therapeutic"}]},"high":{"value":9}},{"high":{"value":5}}]"#, "≤5"),
      (#"[{"high":{"value":5,"unit":"mg/dL"}}]"#, "≤5 mg/dL"), (#"[{"high":{"value":5,"unit":"g"}}]"#, "≤5"),
    ])
  func ranges(_ ranges: String, _ expected: String) throws {
    #expect(try one(#""valueQuantity":{"value":4,"unit":"g"},"referenceRange":\#(ranges)"#).referenceRange == expected)
  }

  @Test(
    "of several reference ranges the person's own; all of them where that cannot be told",
    arguments: [
      (
        #"[{"low":{"value":13},"high":{"value":17},"appliesTo":[{"coding":[{"system":"http://snomed.info/sct","code":"248153007"}]}]},{"low":{"value":12},"high":{"value":15},"appliesTo":[{"text":"女"}]}]"#,
        "12-15"
      ),
      (
        #"[{"high":{"value":9},"age":{"high":{"value":17,"code":"a"}}},{"high":{"value":5},"age":{"low":{"value":18,"code":"a"}}}]"#,
        "≤5"
      ),
      (
        #"[{"high":{"value":9},"appliesTo":[{"text":"pregnant"}]},{"high":{"value":5},"appliesTo":[{"text":"Caucasian"}]}]"#,
        "pregnant: ≤9; Caucasian: ≤5"
      ),
      (#"[{"high":{"value":9}},{"high":{"value":5}}]"#, "≤9; ≤5"),
      (#"[{"high":{"value":9},"appliesTo":[{"text":"pregnant"}]},{"high":{"value":5}}]"#, "≤5"),
      (#"[{"type":{"coding":[{"code":"critical"}]},"high":{"value":9}}]"#, nil),
      (#"[{"low":{"value":1,"comparator":">"}}]"#, ">1"), (#"[{"normalValue":{"text":"阴性"}}]"#, "阴性"),
    ] as [(String, String?)])
  func rangesOfPersons(_ ranges: String, _ expected: String?) throws {
    let observation = try one(
      #""effectiveDateTime":"2025-03-01","valueQuantity":{"value":4,"unit":"g"},"referenceRange":\#(ranges)"#)
    #expect(observation.referenceRange == expected)
  }

  @Test("where the sex is not known, ranges of both stand, each with its own")
  func rangesOfBoth() throws {
    var sample = FHIRSample(
      observation:
        #""valueQuantity":{"value":4,"unit":"g"},"referenceRange":[{"low":{"value":13},"high":{"value":17},"appliesTo":[{"text":"male"}]},{"low":{"value":12},"high":{"value":15},"appliesTo":[{"text":"female"}]}]"#
    )
    sample.patient = sample.patient.replacing(#""gender":"female","#, with: "")
    #expect(try sample.observations().first?.referenceRange == "男: 13-17; 女: 12-15")
  }

  @Test(
    "codes of an interpretation are flags, words are a note",
    arguments: [
      (#"[{"text":"good"}]"#, [], "good"), (#"[{"coding":[{"code":"N"}],"text":"good"}]"#, ["N"], "good"),
      (#"[{"coding":[{"code":"H","display":"High"}],"text":"High"}]"#, ["H"], nil),
      (
        #"[{"coding":[{"system":"http://hl7.org/fhir/v2/0078","code":"L"},{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"LL"}]}]"#,
        ["L", "LL"], nil
      ),
      (#"[{"coding":[{"system":"http://snomed.info/sct","code":"17621005","display":"Normal"}]}]"#, ["Normal"], nil),
      (#"[{"coding":[{"system":"http://lab/flags","code":"H*"}]},{"coding":[{"code":"A"}]}]"#, ["H*", "A"], nil),
    ] as [(String, [String], String?)])
  func interpretations(_ interpretation: String, _ flags: [String], _ note: String?) throws {
    let observation = try one(#""valueInteger":1,"interpretation":\#(interpretation)"#)
    #expect(observation.flags == flags)
    #expect(observation.note == note)
  }

  @Test("why there is no value, and what other words a coded one has, are notes")
  func remarks() throws {
    #expect(try one(#""dataAbsentReason":{"text":"标本溶血"}"#).note == "标本溶血")
    let coded = try one(
      #""valueCodeableConcept":{"coding":[{"code":"1","display":"Detected"},{"code":"2","display":"Positive"}],"text":"阳性"}"#
    )
    #expect(coded.value == "Detected")
    #expect(coded.note == "阳性\nPositive")
    // STU3 and DSTU2.
    #expect(try one(#""valueInteger":1,"comment":"c""#).note == "c")
    #expect(try one(#""valueInteger":1,"comments":"d""#).note == "d")
    // A modifier may turn it all into its contrary.
    let modified = try FHIRSample(
      observation: #""valueInteger":1,"modifierExtension":[{"url":"http://x","valueBoolean":true}]"#
    ).read()
    #expect(modified.report.observations.first?.status == .unknown)
    #expect(modified.findings.map(\.code) == [.unknownCode])
    let part = #""valueInteger":1,"meta":{"tag":[{"code":"SUBSETTED"}]}"#
    #expect(try one(part).status == .unknown)
  }

  @Test("flags, method, site, note and mark stand as sent")
  func others() throws {
    let observation = try one(
      #""valueInteger":1,"interpretation":[{"coding":[{"code":"x"},{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"HH"}]},{"text":"high"}],"method":{"text":"酶法"},"bodySite":{"coding":[{"code":"arm"}]},"note":[{"text":"溶血"},{"text":"川渝HR"}],"specimen":{"reference":"urn:uuid:none","identifier":{"value":"BC1"}}"#
    )
    #expect(observation.flags == ["HH"])
    #expect(observation.method == "酶法")
    #expect(observation.bodySite == Code("arm"))
    #expect(observation.note == "溶血\nhigh")
    #expect(observation.recognitionMark == "川渝HR")
    #expect(observation.specimen == Specimen(identifier: "BC1"))
  }

  @Test("a period counts from its start; a time that cannot be placed is noted")
  func times() throws {
    let start = try one(#""effectivePeriod":{"start":"2025-02-01T08:00:00Z","end":"2025-02-02T08:00:00Z"}"#)
    #expect(start.observed == fhirMoment("2025-02-01T08:00:00Z"))
    #expect(
      try one(#""effectivePeriod":{"end":"2025-02-02T08:00:00Z"}"#).observed == fhirMoment("2025-02-02T08:00:00Z"))
    let (report, findings) = try FHIRSample(observation: #""effectiveDateTime":"2025-02","valueInteger":1"#).read()
    #expect(report.observations.first?.observed == nil)
    #expect(findings.map(\.code) == [.unreadableTime])
    #expect(
      findings.first?.location.path == "/Bundle/entry[3]/resource/Observation/effectiveDateTime")
  }

  @Test("a quantity without unit, and an unknown status, are noted")
  func noted() throws {
    let (_, findings) = try FHIRSample(observation: #""valueQuantity":{"value":1}"#, status: "weird").read()
    #expect(findings.map(\.code) == [.unknownCode, .missingUnit])
  }

  @Test("components are observations of their own, under their parent's code")
  func components() throws {
    let observations = try FHIRSample(
      observation:
        #""effectiveDateTime":"2025-02-01","component":[{"code":{"coding":[{"code":"S"}]},"valueQuantity":{"value":120,"unit":"mm[Hg]"}},{"code":{"coding":[{"code":"S"}]},"valueInteger":2},{"valueInteger":3}]"#
    ).observations()
    #expect(observations.map(\.code.identifier) == ["S", "S"])
    #expect(observations.map(\.subID) == ["K", "K.2"])
    #expect(observations.allSatisfy { $0.observed == fhirMoment("2025-02-01") && $0.status == .final })
  }

  @Test("panels open in order, each result once, circles end")
  func members() throws {
    func observation(_ code: String, _ value: String, members: String = "") -> String {
      #"{"resourceType":"Observation","status":"final","code":{"coding":[{"code":"\#(code)"}]}\#(value.isEmpty ? "" : #","valueString":"\#(value)""#),"hasMember":[\#(members)]}"#
    }
    let sample = FHIRSample(
      report: #""result":[{"reference":"urn:uuid:g"},{"reference":"urn:uuid:c"}]"#,
      ("urn:uuid:g", observation("G", "", members: #"{"reference":"urn:uuid:a"},{"reference":"urn:uuid:b"}"#)),
      ("urn:uuid:a", observation("A", "a", members: #"{"reference":"urn:uuid:g"},{"reference":"urn:uuid:a"}"#)),
      ("urn:uuid:b", observation("B", "b", members: #"{"reference":"urn:uuid:c"}"#)),
      ("urn:uuid:c", observation("A", "c")))
    let observations = try sample.observations()
    #expect(observations.map(\.value) == ["a", "b", "c"])
    #expect(observations.map(\.subID) == ["", "", "2"])
  }

  @Test("a result of another patient is never this one's")
  func anotherPatient() throws {
    let other =
      #"{"resourceType":"Patient","identifier":[{"type":{"coding":[{"code":"NI"}]},"value":"999999200001010018"}]}"#
    var sample = FHIRSample(observation: #""subject":{"reference":"urn:uuid:q"},"valueInteger":1"#)
    sample.entries.append((url: "urn:uuid:q", resource: other))
    let (report, findings) = try sample.read()
    #expect(report.observations.isEmpty)
    // Left out of the report, and by itself nobody's: nobody performed it.
    #expect(findings.map(\.code) == [.leftAside, .noResults, .leftAside])
    // The same person spelt twice is one.
    sample.entries[1].resource = sample.patient
    #expect(try sample.observations().count == 1)
  }
}
