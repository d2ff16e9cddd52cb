import Clinical
import Foundation
import Testing
import XMLReading

@testable import Messages

typealias FHIRReading = (message: Message, findings: [Finding])

private func read(_ tree: XMLTree, _ dialect: Dialect) throws -> FHIRReading {
  try #require(FHIRReader.recognises(tree.root))
  var notes = ReadingNotes(ReadingContext())
  let message = try FHIRReader.read(tree.root, dialect: dialect, notes: &notes)
  return (message, notes.findings)
}

func readFHIR(xml: String) throws -> FHIRReading { try read(XMLTreeReader().read(xml), .fhirXML) }

func readFHIR(json: String) throws -> FHIRReading { try read(tree(json: json), .fhirJSON) }

func tree(json: String, limits: XMLLimits = XMLLimits()) throws -> XMLTree { try tree(json: Array(json.utf8), limits) }

func tree(json: [UInt8], _ limits: XMLLimits = XMLLimits()) throws -> XMLTree {
  try json.withUnsafeBufferPointer { try FHIRJSONTree.read($0, limits: limits, line: 1) }
}

func fhirMoment(_ text: String) -> Instant? { RegistryZone.shanghai.instant(text) }

/// A Bundle in JSON of resources that a test spells, around a patient and a reporting institution. Every person is invented.
struct FHIRSample {
  var patient = #"""
    {"resourceType":"Patient","identifier":[
    {"type":{"coding":[{"code":"MR"}]},"system":"urn:hospital:H001:mrn","value":"L-1"},
    {"type":{"coding":[{"code":"NI"}]},"system":"urn:oid:2.16.156.10011.1.3","value":"999999199001010017"}],
    "name":[{"text":"测试甲"}],"gender":"female","birthDate":"1990-01-01"}
    """#
  var organization = #"""
    {"resourceType":"Organization",
    "identifier":[{"system":"urn:oid:2.16.156.10011.1.5","value":"H001"}],"name":"第一医院"}
    """#
  var head = #""identifier":[{"value":"R1"}],"status":"final","issued":"2025-03-01T10:00:00+08:00""#
  /// Further properties of the report.
  var report = ""
  /// `fullUrl` and resource.
  var entries: [(url: String, resource: String)] = []
  var bundle = #""type":"collection","timestamp":"2025-03-01T11:00:00+08:00""#

  init(report: String = "", _ entries: (String, String)...) {
    self.report = report
    self.entries = entries.map { (url: $0.0, resource: $0.1) }
  }

  /// A report of one Observation, whose properties beside code and status are given.
  init(observation: String, status: String = "final") {
    self.init(
      report: #""result":[{"reference":"urn:uuid:x"}]"#,
      (
        "urn:uuid:x",
        #"{"resourceType":"Observation","status":"\#(status)","code":{"coding":[{"code":"K","display":"钾"}]},\#(observation)}"#
      ))
  }

  var json: String {
    let report = """
      {"resourceType":"DiagnosticReport",\(head),"subject":{"reference":"urn:uuid:p"},\
      "performer":[{"reference":"urn:uuid:o"}]\(self.report.isEmpty ? "" : "," + self.report)}
      """
    let all =
      [(url: "urn:uuid:p", resource: patient), (url: "urn:uuid:o", resource: organization)] + entries
      + [(url: "urn:uuid:dr", resource: report)]
    let texts = all.map { #"{"fullUrl":"\#($0.url)","resource":\#($0.resource)}"# }
    return #"{"resourceType":"Bundle",\#(bundle),"entry":[\#(texts.joined(separator: ","))]}"#
  }

  func read() throws -> (report: Report, findings: [Finding]) {
    let reading = try readFHIR(json: json)
    return (try #require(reading.message.reports.first), reading.findings)
  }

  func observations() throws -> [Observation] { try read().report.observations }

  /// The code of the refusal, or nil when it is taken.
  func refusal() throws -> Finding.Code? {
    do {
      _ = try read()
      return nil
    } catch let refusal as Refusal {
      return refusal.finding.code
    }
  }
}
