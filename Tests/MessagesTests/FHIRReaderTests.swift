import Clinical
import Testing
import XMLReading

@testable import Messages

@Suite("FHIR reports")
struct FHIRReaderTests {
  static let xml = """
    <Bundle xmlns="http://hl7.org/fhir"><id value="B1"/><type value="collection"/>\
    <timestamp value="2025-05-26T17:16:00+08:00"/>\
    <entry><fullUrl value="urn:uuid:p"/><resource><Patient><identifier><type><coding><code value="MR"/></coding></type>\
    <system value="urn:hospital:H001:mrn"/><value value="L-1"/></identifier><identifier><system value="urn:oid:2.16.156.10011.1.3"/>\
    <value value="999999199001010017"/></identifier><name><text value="测试甲"/></name><telecom><system value="phone"/>\
    <value value="10000000000"/></telecom><gender value="female"/><birthDate value="1990-01-01"/></Patient></resource></entry>\
    <entry><fullUrl value="urn:uuid:o"/><resource><Organization><identifier><system value="urn:oid:2.16.156.10011.1.5"/>\
    <value value="H001"/></identifier><name value="第一医院"/></Organization></resource></entry>\
    <entry><fullUrl value="urn:uuid:oo"/><resource><Organization><identifier><system value="urn:oid:2.16.156.10011.1.5"/>\
    <value value="H002"/></identifier></Organization></resource></entry>\
    <entry><fullUrl value="urn:uuid:sr"/><resource><ServiceRequest><identifier><type><coding><code value="PLAC"/></coding></type>\
    <value value="O-7"/></identifier><status value="active"/><intent value="order"/><subject><reference value="urn:uuid:p"/></subject>\
    <encounter><reference value="urn:uuid:e"/></encounter><authoredOn value="2025-05-24T04:28:00+08:00"/>\
    <requester><reference value="urn:uuid:oo"/></requester></ServiceRequest></resource></entry>\
    <entry><fullUrl value="urn:uuid:e"/><resource><Encounter><status value="finished"/><class><code value="IMP"/></class></Encounter></resource></entry>\
    <entry><fullUrl value="urn:uuid:s0"/><resource><Specimen><type><text value="全血"/></type><collection>\
    <collectedDateTime value="2025-05-25T22:04:00+08:00"/></collection></Specimen></resource></entry>\
    <entry><fullUrl value="urn:uuid:im"/><resource><ImagingStudy><identifier><system value="urn:dicom:uid"/>\
    <value value="urn:oid:1.2.840.1.71"/></identifier><status value="available"/><subject><reference value="urn:uuid:p"/></subject>\
    <started value="2025-05-25T01:02:00+08:00"/><series><uid value="1.2.840.1.71.1"/><modality><code value="CT"/></modality>\
    <bodySite><code value="chest"/></bodySite><laterality><code value="left"/></laterality></series></ImagingStudy></resource></entry>\
    <entry><fullUrl value="urn:uuid:x0"/><resource><Observation><status value="final"/><code><coding>\
    <system value="urn:hospital:H001"/><code value="0074"/></coding><coding><system value="http://loinc.org"/><code value="777-3"/>\
    </coding></code><subject><reference value="urn:uuid:p"/></subject><effectiveDateTime value="2025-05-25T22:04:00+08:00"/>\
    <performer><reference value="urn:uuid:oo"/></performer><valueQuantity><value value="370.90"/><comparator value="&lt;"/><unit value="10*9/L"/>\
    </valueQuantity><interpretation><coding><code value="H"/></coding></interpretation><specimen><reference value="urn:uuid:s0"/></specimen>\
    <referenceRange><low><value value="3.90"/></low><high><value value="6.10"/></high></referenceRange></Observation></resource></entry>\
    <entry><fullUrl value="urn:uuid:dr"/><resource><DiagnosticReport><identifier><value value="R000203"/></identifier>\
    <basedOn><reference value="urn:uuid:sr"/></basedOn><status value="corrected"/><category><coding><code value="LAB"/></coding></category>\
    <code><coding><system value="urn:hospital:H001"/><code value="P1"/></coding></code><subject><reference value="urn:uuid:p"/></subject>\
    <effectiveDateTime value="2025-05-25T22:04:00+08:00"/><issued value="2025-05-26T17:15:00+08:00"/>\
    <performer><reference value="urn:uuid:o"/></performer><result><reference value="urn:uuid:x0"/></result>\
    <conclusion value="未见异常"/></DiagnosticReport></resource></entry></Bundle>
    """

  static let json = #"""
    {"resourceType":"Bundle","id":"B1","type":"collection","timestamp":"2025-05-26T17:16:00+08:00","entry":[
    {"fullUrl":"urn:uuid:p","resource":{"resourceType":"Patient","identifier":[{"type":{"coding":[{"code":"MR"}]},
    "system":"urn:hospital:H001:mrn","value":"L-1"},{"system":"urn:oid:2.16.156.10011.1.3","value":"999999199001010017"}],
    "name":[{"text":"测试甲"}],"telecom":[{"system":"phone","value":"10000000000"}],"gender":"female","birthDate":"1990-01-01"}},
    {"fullUrl":"urn:uuid:o","resource":{"resourceType":"Organization","identifier":[{"system":"urn:oid:2.16.156.10011.1.5",
    "value":"H001"}],"name":"第一医院"}},
    {"fullUrl":"urn:uuid:oo","resource":{"resourceType":"Organization","identifier":[{"system":"urn:oid:2.16.156.10011.1.5",
    "value":"H002"}]}},
    {"fullUrl":"urn:uuid:sr","resource":{"resourceType":"ServiceRequest","identifier":[{"type":{"coding":[{"code":"PLAC"}]},
    "value":"O-7"}],"status":"active","intent":"order","subject":{"reference":"urn:uuid:p"},"encounter":{"reference":"urn:uuid:e"},
    "authoredOn":"2025-05-24T04:28:00+08:00","requester":{"reference":"urn:uuid:oo"}}},
    {"fullUrl":"urn:uuid:e","resource":{"resourceType":"Encounter","status":"finished","class":{"code":"IMP"}}},
    {"fullUrl":"urn:uuid:s0","resource":{"resourceType":"Specimen","type":{"text":"全血"},
    "collection":{"collectedDateTime":"2025-05-25T22:04:00+08:00"}}},
    {"fullUrl":"urn:uuid:x0","resource":{"resourceType":"Observation","status":"final","code":{"coding":[
    {"system":"urn:hospital:H001","code":"0074"},{"system":"http://loinc.org","code":"777-3"}]},
    "subject":{"reference":"urn:uuid:p"},"effectiveDateTime":"2025-05-25T22:04:00+08:00","performer":[{"reference":"urn:uuid:oo"}],
    "valueQuantity":{"value":370.90,"comparator":"<","unit":"10*9/L"},"interpretation":[{"coding":[{"code":"H"}]}],
    "specimen":{"reference":"urn:uuid:s0"},"referenceRange":[{"low":{"value":3.90},"high":{"value":6.10}}]}},
    {"fullUrl":"urn:uuid:dr","resource":{"resourceType":"DiagnosticReport","identifier":[{"value":"R000203"}],
    "basedOn":[{"reference":"urn:uuid:sr"}],"status":"corrected","category":[{"coding":[{"code":"LAB"}]}],
    "code":{"coding":[{"system":"urn:hospital:H001","code":"P1"}]},"subject":{"reference":"urn:uuid:p"},
    "effectiveDateTime":"2025-05-25T22:04:00+08:00","issued":"2025-05-26T17:15:00+08:00","performer":[{"reference":"urn:uuid:o"}],
    "result":[{"reference":"urn:uuid:x0"}],"conclusion":"未见异常"}}]}
    """#

  @Test("a laboratory report, datum by datum")
  func laboratory() throws {
    let (message, findings) = try readFHIR(xml: Self.xml)
    // Its images are of no report.
    #expect(findings.map(\.code) == [.leftAside])
    #expect(message.messageID == nil)
    #expect(message.messageTime == fhirMoment("2025-05-26T17:16:00+08:00"))
    let report = try #require(message.reports.first)
    #expect(report.source == OrganizationReference(identifier: "H001", name: "第一医院"))
    #expect(report.reportNumber == "R000203")
    #expect(report.status == .corrected)
    #expect(report.updateMode == .part)
    #expect(report.versionTime == fhirMoment("2025-05-26T17:15:00+08:00"))
    #expect(report.reported == report.versionTime)
    #expect(report.orderCode == Code("P1", system: "urn:hospital:H001"))
    #expect(report.orderNumber == "O-7")
    #expect(report.orderingInstitution == OrganizationReference(identifier: "H002"))
    #expect(report.ordered == fhirMoment("2025-05-24T04:28:00+08:00"))
    #expect(report.setting == .inpatient)
    #expect(report.section == "LAB")
    #expect(report.impression == "未见异常")
    #expect(report.findingsText == nil)
    let patient = report.patient
    #expect(patient.identifiers == [Identifier(.local, "L-1"), Identifier(.residentID, "999999199001010017")])
    #expect(patient.name == "测试甲")
    #expect(patient.sex == .female)
    #expect(patient.birthDate == CalendarDate(year: 1990, month: 1, day: 1))
    #expect(patient.phones == ["10000000000"])
    let observation = try #require(report.observations.first)
    #expect(observation.code == Code("0074", system: "urn:hospital:H001"))
    #expect(observation.translations == [Code("777-3", system: "http://loinc.org")])
    #expect(observation.value == "<370.90")
    #expect(observation.valueKind == .quantity)
    #expect(observation.unit == "10*9/L")
    #expect(observation.referenceRange == "3.90-6.10")
    #expect(observation.flags == ["H"])
    #expect(observation.status == .final)
    #expect(observation.specimen == Specimen(type: Code("全血")))
    #expect(observation.collected == fhirMoment("2025-05-25T22:04:00+08:00"))
    #expect(observation.performer == OrganizationReference(identifier: "H002"))
  }

  @Test("the same case in JSON is the same message")
  func sameInJSON() throws {
    var (message, findings) = try readFHIR(json: Self.json)
    #expect(message.dialect == .fhirJSON)
    message.dialect = .fhirXML
    #expect(message == (try readFHIR(xml: Self.xml).message))
    #expect(findings.isEmpty)
  }

  @Test("an exam: images, their performer, and no finding made of a conclusion")
  func exam() throws {
    let sample = FHIRSample(
      report:
        #""category":[{"coding":[{"code":"RAD"}]}],"imagingStudy":[{"reference":"urn:uuid:im"}],"conclusion":"c","conclusionCode":[{"coding":[{"code":"1","display":"d"}]}],"result":[{"reference":"urn:uuid:x"}]"#,
      (
        "urn:uuid:im",
        ##"{"resourceType":"ImagingStudy","identifier":[{"system":"urn:dicom:uid","value":"urn:oid:1.2.3"},{"type":{"coding":[{"code":"ACSN"}]},"value":"A1"}],"started":"2025-02-01T08:00:00+08:00","endpoint":[{"reference":"#e"}],"contained":[{"resourceType":"Endpoint","id":"e","address":"https://pacs/wado"}],"series":[{"modality":{"code":"SR"}},{"modality":{"code":"CT"},"bodySite":{"code":"chest"},"laterality":{"code":"left"},"performer":[{"actor":{"reference":"urn:uuid:c"}}]},{"modality":{"code":"CT"},"bodySite":{"code":"neck"}}]}"##
      ),
      ("urn:uuid:c", #"{"resourceType":"Organization","identifier":[{"value":"H009"}]}"#),
      (
        "urn:uuid:x",
        #"{"resourceType":"Observation","status":"final","code":{"text":"所见"},"valueString":"清晰"}"#
      ))
    let (report, findings) = try sample.read()
    let study = try #require(report.studies.first)
    #expect(study.studyInstanceUID == "1.2.3")
    #expect(study.accessionNumber == "A1")
    #expect(study.modality == "CT")
    #expect(study.bodySite == Code("chest"))
    #expect(study.laterality == Code("left"))
    #expect(study.endpoint == "https://pacs/wado")
    #expect(study.started == fhirMoment("2025-02-01T08:00:00+08:00"))
    #expect(study.performer?.identifier == "H009")
    #expect(report.performed == study.started)
    #expect(report.observations.first?.performer?.identifier == "H009")
    #expect(report.impression == "c\nd")
    #expect(report.findingsText == nil)
    #expect(findings.isEmpty)
  }

  @Test("a text form is findings, another document only named")
  func presentedForms() throws {
    // <p>a &lt; b</p><style>x</style><p>c</p> in base64
    let html = "PHA+YSAmbHQ7IGI8L3A+PHN0eWxlPng8L3N0eWxlPjxwPmM8L3A+"
    let report = try FHIRSample(
      report:
        #""presentedForm":[{"contentType":"text/html","data":"\#(html)"},{"contentType":"application/pdf","data":"AAAA"},{"contentType":"application/pdf","url":"https://x/1.pdf"}]"#
    ).read().report
    #expect(report.findingsText == "a < b\nc")
    #expect(report.attachments == ["application/pdf", "https://x/1.pdf"])
  }

  @Test(
    "what contracts.md calls fatal",
    arguments: [
      (
        #""subject":{"reference":"urn:uuid:p"}"#, #""subject":{"reference":"urn:uuid:none","display":"x"}"#,
        .missingPatient
      ),
      (#""subject":{"reference":"urn:uuid:p"},"#, "", .missingPatient),
      (
        #""subject":{"reference":"urn:uuid:p"}"#, #""subject":{"reference":"Group/7"}"#, .missingPatient
      ),
      (
        #""performer":[{"reference":"urn:uuid:o"}]"#, #""performer":[{"reference":"Practitioner/1","display":"x"}]"#,
        .missingSource
      ),
      (#""type":"collection""#, #""meta":{"tag":[{"code":"HTEST"}]},"type":"collection""#, .testMessage),
      (
        #"{"resourceType":"Patient","#, #"{"resourceType":"Patient","meta":{"security":[{"code":"HTEST"}]},"#,
        .testMessage
      ),
      (#"{"resourceType":"DiagnosticReport","#, #"{"resourceType":"Basic","#, .missingReportNumber),
    ] as [(String, String, Finding.Code)])
  func fatal(_ part: String, _ replacement: String, _ code: Finding.Code) throws {
    let json = FHIRSample().json
    #expect(json.contains(part))
    do {
      _ = try readFHIR(json: json.replacing(part, with: replacement))
      Issue.record("taken: \(replacement)")
    } catch let refusal as Refusal {
      #expect(refusal.finding.code == code)
    }
  }

  @Test("statuses: the report's, final where none is stated, noted where unknown")
  func statuses() throws {
    var sample = FHIRSample()
    #expect(try sample.read().report.status == .final)
    sample.head = sample.head.replacing("final", with: "entered-in-error")
    #expect(try sample.read().report.status == .enteredInError)
    sample.head = sample.head.replacing("entered-in-error", with: "done")
    #expect(try sample.read().report.status == .unknown)
    #expect(try sample.read().findings.contains { $0.code == .unknownCode })
    sample.head = sample.head.replacing(#""status":"done","#, with: "")
    #expect(try sample.read().report.status == .final)
    #expect(try sample.read().findings.contains { $0.code == .missingStatus })
  }

  @Test("an Observation stands as a report of its own when it carries what a report needs")
  func looseObservation() throws {
    let json = #"""
      {"resourceType":"Observation","identifier":[{"value":"OB-1"}],"status":"final","code":{"text":"钾"},
      "issued":"2025-03-01T10:00:00+08:00","effectiveDateTime":"2025-03-01T08:00:00+08:00",
      "subject":{"identifier":{"system":"urn:oid:2.16.156.10011.1.3","value":"999999199001010017"}},
      "performer":[{"type":"Organization","identifier":{"value":"H001"}}],"valueQuantity":{"value":4.10,"unit":"mmol/L"}}
      """#
    let report = try #require(readFHIR(json: json).message.reports.first)
    #expect(report.reportNumber == "OB-1")
    #expect(report.observations.map(\.value) == ["4.10"])
    // Beside a report, one that lacks something is left aside.
    let lacking = json.replacing(#""type":"Organization","identifier""#, with: #""type":"Practitioner","identifier""#)
    #expect(throws: Refusal.self) { try readFHIR(json: lacking) }
    let beside = FHIRSample(report: "", ("urn:uuid:y", lacking))
    #expect(try beside.read().findings.contains { $0.code == .leftAside })
    #expect(try readFHIR(json: beside.json).message.reports.count == 1)
    let whole = FHIRSample(report: "", ("urn:uuid:y", json))
    #expect(try readFHIR(json: whole.json).message.reports.map(\.reportNumber) == ["R1", "OB-1"])
  }

  @Test(
    "who reports: a role's organization, a department's institution, the interpreter, the results' performer, the sender"
  )
  func sources() throws {
    func source(_ performer: String, _ entries: (String, String)...) throws -> OrganizationReference {
      var sample = FHIRSample()
      sample.entries = entries.map { (url: $0.0, resource: $0.1) }
      let json = sample.json.replacing(#""performer":[{"reference":"urn:uuid:o"}]"#, with: performer)
      return try #require(readFHIR(json: json).message.reports.first).source
    }
    let department = (
      "urn:uuid:d",
      #"{"resourceType":"Organization","identifier":[{"value":"LAB"}],"type":[{"coding":[{"code":"dept"}]}],"partOf":{"reference":"urn:uuid:o"}}"#
    )
    #expect(try source(#""performer":[{"reference":"urn:uuid:d"}]"#, department).identifier == "H001")
    let role = ("urn:uuid:r", #"{"resourceType":"PractitionerRole","organization":{"reference":"urn:uuid:o"}}"#)
    #expect(try source(#""performer":[{"reference":"urn:uuid:r"}]"#, role).identifier == "H001")
    #expect(try source(#""resultsInterpreter":[{"reference":"urn:uuid:o"}]"#).identifier == "H001")
    let result = (
      "urn:uuid:x",
      #"{"resourceType":"Observation","status":"final","code":{"text":"a"},"performer": [{"reference":"urn:uuid:o"}]}"#
    )
    #expect(try source(#""result":[{"reference":"urn:uuid:x"}]"#, result).identifier == "H001")
    let header = (
      "urn:uuid:h", #"{"resourceType":"MessageHeader","source":{"name":"LIS"},"sender":{"reference":"urn:uuid:o"}}"#
    )
    let sender = try source(#""conclusion":"x""#, header)
    #expect(sender.identifier == "H001")
    #expect(sender.application == "LIS")
    // A circle of roles and organizations ends.
    let circle = ("urn:uuid:r", #"{"resourceType":"PractitionerRole","organization":{"reference":"urn:uuid:r"}}"#)
    #expect(throws: Refusal.self) { try source(#""performer":[{"reference":"urn:uuid:r"}]"#, circle) }
  }

  @Test("an OID is kept where it is the organization's own")
  func organizationOID() throws {
    func source(_ identifier: String) throws -> OrganizationReference {
      var sample = FHIRSample()
      sample.organization = #"{"resourceType":"Organization","identifier":[\#(identifier)]}"#
      return try sample.read().report.source
    }
    #expect(
      try source(#"{"system":"urn:ietf:rfc:3986","value":"urn:oid:1.2.156.1"}"#)
        == OrganizationReference(oid: "1.2.156.1"))
    #expect(
      try source(#"{"system":"urn:oid:1.2.156.1","value":"LAB"}"#)
        == OrganizationReference(identifier: "LAB", oid: "1.2.156.1"))
    #expect(
      try source(#"{"system":"urn:oid:2.16.156.10011.1.5","value":"H1"}"#) == OrganizationReference(identifier: "H1"))
  }

  @Test("recognises FHIR by its root and its value attributes")
  func recognition() throws {
    func recognised(_ xml: String) throws -> Bool { FHIRReader.recognises(try XMLTreeReader().read(xml).root) }
    #expect(try recognised(#"<Bundle><type value="batch"/></Bundle>"#))
    #expect(try recognised("<Bundle><entry><resource><Patient/></resource></entry></Bundle>"))
    #expect(try !recognised("<Observation><item>K</item></Observation>"))
    #expect(try !recognised(#"<ORU_R01><MSH value="x"/></ORU_R01>"#))
  }
}
