import Clinical
import Foundation
import Testing
import XMLReading

@testable import Messages

/// The specification's own examples, in JSON and re-serialised in XML.
@Suite(
  "FHIR R4 examples in both notations",
  .enabled(
    if: Corpora.has("fhir-r4-xml") && Corpora.has("fhir-r4-json"), "no ../shared/corpora/fhir-r4-*: skipped"))
struct FHIRCorpusTests {
  private static func text(_ folder: String, _ name: String) -> String? {
    let url = Corpora.directory.appending(path: folder).appending(path: name)
    return (try? Data(contentsOf: url)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// What the examples of both folders are called.
  private static let names: [String] = {
    let xml = Corpora.directory.appending(path: "fhir-r4-xml")
    let found = (try? FileManager.default.contentsOfDirectory(atPath: xml.path)) ?? []
    return found.filter { $0.hasSuffix(".xml") }.map { String($0.dropLast(4)) }.sorted()
  }()

  private static func pair(_ name: String) -> (xml: String, json: String)? {
    guard let xml = text("fhir-r4-xml", name + ".xml"), let json = text("fhir-r4-json", name + ".json") else {
      return nil
    }
    let start = xml.firstRange(of: "?>")?.upperBound ?? xml.startIndex
    return (String(xml[start...]), json)
  }

  /// What becomes of a document: everything said of it but where it stands. The program that re-serialised the examples took
  /// decimals for binary fractions (820 became 820.0), so numbers are compared as such here; `FHIRJSONTreeTests` does better.
  private enum Outcome: Equatable {
    case message(Message, [String])
    case refusal(Finding.Code)
    case unreadable
  }

  private static func outcome(_ read: () throws -> FHIRReading) -> Outcome {
    do {
      var reading = try read()
      reading.message.dialect = .fhirXML
      for report in reading.message.reports.indices {
        for index in reading.message.reports[report].observations.indices {
          asNumbers(&reading.message.reports[report].observations[index].value)
          asNumbers(&reading.message.reports[report].observations[index].referenceRange)
        }
      }
      return .message(reading.message, reading.findings.map { $0.code.rawValue + $0.message }.sorted())
    } catch let refusal as Refusal {
      return .refusal(refusal.finding.code)
    } catch {
      return .unreadable
    }
  }

  private static func asNumbers(_ text: inout String?) {
    text = text?.replacing(/[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/) { Double(String($0.0)).map { String($0) } ?? "" }
  }

  private static func bothOutcomes(_ xml: String, _ json: String) -> (Outcome, Outcome) {
    (outcome { try readFHIR(xml: xml) }, outcome { try readFHIR(json: json) })
  }

  @Test("every example becomes the same of either notation")
  func sameOfEither() {
    #expect(Self.names.count > 100)
    for name in Self.names {
      guard let pair = Self.pair(name) else { continue }
      let (xml, json) = Self.bothOutcomes(pair.xml, pair.json)
      if xml != json { Issue.record("\(name)\n\(xml)\n\(json)") }
      #expect(xml != .unreadable, "\(name)")
    }
  }

  @Test("every Observation is read the same as a result of a report")
  func observationsOfReports() {
    var results = 0
    for name in Self.names where name.hasPrefix("Observation-") {
      guard let pair = Self.pair(name) else { continue }
      let (xml, json) = Self.bothOutcomes(Self.wrapped(xml: pair.xml), Self.wrapped(json: pair.json))
      if xml != json { Issue.record("\(name)\n\(xml)\n\(json)") }
      guard case .message(let message, _) = xml else {
        Issue.record("\(name) is refused: \(xml)")
        continue
      }
      results += message.reports.reduce(0) { $0 + $1.observations.count }
    }
    #expect(results > 60)
  }

  @Test("every DiagnosticReport and Bundle is read the same among all the other examples")
  func reportsAmongAll() {
    let others = Self.names.filter { name in
      [
        "Patient-", "Organization-", "Observation-", "Specimen-", "ServiceRequest-", "Practitioner", "Encounter-",
        "ImagingStudy-",
      ]
      .contains { name.hasPrefix($0) }
    }.compactMap(Self.pair)
    var accepted = 0
    for name in Self.names where name.hasPrefix("DiagnosticReport-") || name.hasPrefix("Bundle-") {
      guard let pair = Self.pair(name) else { continue }
      let all = others + [pair]
      let xml = all.map { "<entry><resource>\($0.xml)</resource></entry>" }.joined()
      let json = all.map { #"{"resource":\#($0.json)}"# }.joined(separator: ",")
      let (a, b) = Self.bothOutcomes(
        "<Bundle xmlns=\"http://hl7.org/fhir\"><type value=\"collection\"/>\(xml)</Bundle>",
        #"{"resourceType":"Bundle","type":"collection","entry":[\#(json)]}"#)
      if a != b { Issue.record("\(name)\n\(a)\n\(b)") }
      if case .message = a { accepted += 1 }
    }
    #expect(accepted > 2)
  }

  private static func wrapped(xml resource: String) -> String {
    """
    <Bundle xmlns="http://hl7.org/fhir"><type value="collection"/><entry><fullUrl value="urn:uuid:x"/><resource>\(resource)\
    </resource></entry><entry><resource><DiagnosticReport><identifier><value value="R1"/></identifier>\
    <status value="final"/><subject><identifier><system value="urn:oid:2.16.156.10011.1.3"/>\
    <value value="999999199001010017"/></identifier></subject><issued value="2025-03-01T10:00:00+08:00"/>\
    <performer><identifier><value value="H001"/></identifier></performer>\
    <result><reference value="urn:uuid:x"/></result></DiagnosticReport></resource></entry></Bundle>
    """
  }

  private static func wrapped(json resource: String) -> String {
    #"""
    {"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:x","resource":\#(resource)},
    {"resource":{"resourceType":"DiagnosticReport","identifier":[{"value":"R1"}],"status":"final",
    "subject":{"identifier":{"system":"urn:oid:2.16.156.10011.1.3","value":"999999199001010017"}},
    "issued":"2025-03-01T10:00:00+08:00","performer":[{"identifier":{"value":"H001"}}],
    "result":[{"reference":"urn:uuid:x"}]}}]}
    """#
  }
}
