import Clinical
import Testing

@testable import Messages

@Suite("FHIR organisms, images and links of patients")
struct FHIRMicrobiologyTests {
  private func organism(_ name: String, _ more: String = "") -> String {
    #"{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"634-6"}]},"valueCodeableConcept":{"coding":[{"code":"1","display":"\#(name)"}]}\#(more.isEmpty ? "" : "," + more)}"#
  }

  private func susceptibility(_ drug: String, _ flag: String, _ more: String = "") -> String {
    #"{"resourceType":"Observation","status":"final","code":{"text":"\#(drug)"},"valueQuantity":{"value":2,"unit":"ug/mL"},"interpretation":[{"coding":[{"code":"\#(flag)"}]}]\#(more.isEmpty ? "" : "," + more)}"#
  }

  private func isolates(_ results: String, _ entries: (String, String)...) throws -> [String?] {
    var sample = FHIRSample(
      report:
        #""result":[\#(results.split(separator: ",").map { #"{"reference":"urn:uuid:\#($0)"}"# }.joined(separator: ","))]"#
    )
    sample.entries = entries.map { (url: "urn:uuid:" + $0.0, resource: $0.1) }
    return try sample.observations().map(\.isolate)
  }

  @Test("a susceptibility is of the organism whose member, component or child it is, or whose specimen")
  func isolates() throws {
    let members = #""hasMember":[{"reference":"urn:uuid:s"}]"#
    #expect(
      try isolates(
        "a,b", ("a", organism("大肠埃希菌", members)), ("s", susceptibility("氨苄西林", "R")),
        ("b", organism("肺炎克雷伯菌", #""hasMember":[{"reference":"urn:uuid:t"}]"#)), ("t", susceptibility("氨苄西林", "S")))
        == [nil, "大肠埃希菌", nil, "肺炎克雷伯菌"])
    #expect(
      try isolates(
        "a,s", ("a", organism("大肠埃希菌")),
        ("s", susceptibility("氨苄西林", "R", #""derivedFrom":[{"reference":"urn:uuid:a"}]"#)))
        == [nil, "大肠埃希菌"])
    // Through a panel.
    let panel =
      #"{"resourceType":"Observation","status":"final","code":{"text":"药敏"},"hasMember":[{"reference":"urn:uuid:s"}]}"#
    #expect(
      try isolates(
        "a", ("a", organism("大肠埃希菌", #""hasMember":[{"reference":"urn:uuid:g"}]"#)), ("g", panel),
        ("s", susceptibility("氨苄西林", "R"))) == [nil, "大肠埃希菌"])
    let component = #""component":[{"code":{"text":"氨苄西林"},"valueString":"耐药"}]"#
    #expect(try isolates("a", ("a", organism("大肠埃希菌", component))) == [nil, "大肠埃希菌"])
    let specimen = #""specimen":{"identifier":{"value":"I1"}}"#
    let second = #""specimen":{"identifier":{"value":"I2"}}"#
    #expect(
      try isolates(
        "a,b,s,t", ("a", organism("大肠埃希菌", specimen)), ("b", organism("肺炎克雷伯菌", second)),
        ("s", susceptibility("氨苄西林", "R", second)), ("t", susceptibility("氨苄西林", "R")))
        == [nil, nil, "肺炎克雷伯菌", nil])
  }

  @Test("the only organism of a report is that of susceptibilities which say nothing; of two neither is")
  func onlyOrganism() throws {
    #expect(
      try isolates("a,s", ("a", organism("大肠埃希菌")), ("s", susceptibility("氨苄西林", "R"))) == [nil, "大肠埃希菌"])
    #expect(
      try isolates(
        "a,b,s", ("a", organism("大肠埃希菌")), ("b", organism("肺炎克雷伯菌")), ("s", susceptibility("氨苄西林", "R")))
        == [nil, nil, nil])
  }

  @Test("what is no susceptibility has no organism")
  func noSusceptibility() throws {
    let number =
      #"{"resourceType":"Observation","status":"final","code":{"text":"菌落计数"},"valueQuantity":{"value":2,"unit":"CFU/mL"}}"#
    #expect(
      try isolates("a", ("a", organism("大肠埃希菌", #""hasMember":[{"reference":"urn:uuid:n"}]"#)), ("n", number)) == [
        nil, nil,
      ])
  }

  private func studies(
    _ series: String, report: String = #""imagingStudy":[{"reference":"urn:uuid:i"}]"#, _ more: String = ""
  ) throws
    -> [ImagingStudy]
  {
    try FHIRSample(
      report: report,
      (
        "urn:uuid:i",
        #"{"resourceType":"ImagingStudy","identifier":[{"type":{"coding":[{"code":"ACSN"}]},"value":"A1"}],"series":[\#(series)]\#(more)}"#
      )
    ).read().report.studies
  }

  @Test("a side belongs to the site it stands beside")
  func sites() throws {
    let knee = #"{"modality":{"code":"DX"},"bodySite":{"code":"knee"},"laterality":{"code":"L"}}"#
    let hip = #"{"modality":{"code":"DX"},"bodySite":{"code":"hip"},"laterality":{"code":"R"}}"#
    let study = try #require(
      studies(#"{"modality":{"code":"SR"},"laterality":{"code":"R"}},"# + knee + "," + hip + "," + knee).first)
    #expect(
      study.sites == [
        ExaminedSite(bodySite: Code("knee"), laterality: Code("L")),
        ExaminedSite(bodySite: Code("hip"), laterality: Code("R")),
      ])
    #expect(study.accessionNumber == "A1")
    let unsided = try #require(
      studies(#"{"bodySite":{"code":"chest"}},{"bodySite":{"code":"knee"},"laterality":{"code":"L"}}"#).first)
    #expect(unsided.laterality == nil)
    #expect(unsided.otherSites == [ExaminedSite(bodySite: Code("knee"), laterality: Code("L"))])
  }

  @Test("images of the order that a report answers are its own, where it names none; an address for WADO-RS goes first")
  func images() throws {
    let order = #""basedOn":[{"identifier":{"value":"O-1"}}]"#
    #expect(try studies("{}", report: order, "," + order).count == 1)
    #expect(try studies("{}", report: #""basedOn":[{"identifier":{"value":"O-2"}}]"#, "," + order).isEmpty)
    let endpoints =
      ##","contained":[{"resourceType":"Endpoint","id":"a","address":"https://viewer"},{"resourceType":"Endpoint","id":"b","connectionType":{"code":"dicom-wado-rs"},"address":"https://pacs/wado"}],"endpoint":[{"reference":"#a"},{"reference":"#b"}]"##
    #expect(try studies("{}", endpoints).first?.endpoint == "https://pacs/wado")
  }

  @Test("of several studies an Observation has the site of its own")
  func partOfStudy() throws {
    func study(_ site: String) -> String {
      #"{"resourceType":"ImagingStudy","identifier":[{"system":"urn:dicom:uid","value":"urn:oid:1.2.\#(site.count)"}],"series":[{"bodySite":{"code":"\#(site)"},"laterality":{"code":"R"}}]}"#
    }
    let observations = try FHIRSample(
      report:
        #""imagingStudy":[{"reference":"urn:uuid:i"},{"reference":"urn:uuid:j"}],"result":[{"reference":"urn:uuid:x"}]"#,
      ("urn:uuid:i", study("knee")), ("urn:uuid:j", study("hip")),
      (
        "urn:uuid:x",
        #"{"resourceType":"Observation","status":"final","code":{"text":"所见"},"partOf":[{"reference":"urn:uuid:j"}],"valueString":"清晰"}"#
      )
    ).observations()
    #expect(observations.first?.bodySite == Code("hip"))
    #expect(observations.first?.laterality == Code("R"))
  }

  // MARK: Links

  private func events(_ patients: String..., more: String = "") throws -> [PatientEvent] {
    let entries = patients.map { #"{"resource":\#($0)}"# }.joined(separator: ",")
    return try readFHIR(
      json:
        #"{"resourceType":"Bundle","type":"collection","timestamp":"2025-03-01T10:00:00+08:00","entry":[\#(entries)]}"#
    ).message.patientEvents
  }

  private func person(_ id: String, _ more: String) -> String {
    #"{"resourceType":"Patient","id":"\#(id)","identifier":[{"type":{"coding":[{"code":"MR"}]},"value":"M\#(id)"}],"managingOrganization":{"identifier":{"value":"H1"}},\#(more)}"#
  }

  @Test("replaced-by and replaces merge, seealso links; the number that stays is the survivor's")
  func links() throws {
    let replaced = try events(
      person("1", #""active":false,"link":[{"other":{"reference":"Patient/2"},"type":"replaced-by"}]"#),
      person("2", #""active":true"#))
    #expect(replaced.map(\.kind) == [.merge, .update])
    #expect(replaced[0].patient.identifiers.map(\.value) == ["M2", "Patient/2"])
    #expect(replaced[0].prior?.identifiers.map(\.value) == ["M1", "Patient/1"])
    #expect(replaced[0].source.identifier == "H1")
    #expect(replaced[0].at == fhirMoment("2025-03-01T10:00:00+08:00"))
    let replaces = try events(person("2", #""link":[{"other":{"identifier":{"value":"M1"}},"type":"replaces"}]"#))
    #expect(replaces.map(\.kind) == [.merge])
    #expect(replaces[0].patient.identifiers.first?.value == "M2")
    #expect(replaces[0].prior?.identifiers.map(\.value) == ["M1"])
    #expect(
      try events(person("1", #""link":[{"other":{"reference":"Patient/2"},"type":"seealso"}]"#)).map(\.kind) == [.link])
    #expect(throws: Refusal.self) {
      try events(person("1", #""link":[{"other":{"reference":"Patient/2"},"type":"refer"}]"#))
    }
  }

  @Test("beside results only links are told; without source a link is left aside")
  func besideResults() throws {
    var sample = FHIRSample(observation: #""valueInteger":1"#)
    #expect(try readFHIR(json: sample.json).message.patientEvents.isEmpty)
    sample.patient = sample.patient.replacing(
      #""gender""#, with: #""link":[{"other":{"reference":"Patient/2"},"type":"replaced-by"}],"gender""#)
    let message = try readFHIR(json: sample.json).message
    #expect(message.patientEvents.map(\.kind) == [.merge])
    #expect(message.patientEvents.first?.source == message.reports.first?.source)
    #expect(throws: Refusal.self) { try events(#"{"resourceType":"Patient","id":"1","name":[{"text":"样例"}]}"#) }
  }
}
