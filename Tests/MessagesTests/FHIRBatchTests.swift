import Testing
import XMLReading

@testable import Messages

@Suite("the units of a batch")
struct FHIRBatchTests {
  private func batch(_ text: String, limit: Int = 1 << 20) throws -> FHIRBatch? {
    let (bytes, isXML) = (Array(text.utf8), text.hasPrefix("<"))
    let tree = try bytes.withUnsafeBufferPointer {
      isXML ? try XMLTreeReader().read($0) : try FHIRJSONTree.read($0, limits: XMLLimits(), line: 1)
    }
    return FHIRBatch(bytes, tree, isXML: isXML, limit: limit)
  }

  private func texts(_ batch: FHIRBatch?) throws -> [String] {
    let batch = try #require(batch)
    return batch.units.map { String(decoding: batch.bytes(of: $0), as: UTF8.self) }
  }

  @Test("what was sent stays as it was written, whatever stands in it")
  func json() throws {
    let first =
      #"{ "resource" : {"resourceType":"Observation", "note":"\"entry\":[{},{\\","value": 4.10 , "x":[{"entry":[{}]},{}]} }"#
    let second = #"{"resource":{"resourceType":"Patient","a":"]}"}}"#
    let text =
      #"{"meta":{"entry":[{"resource":{}}]},"\u0065":"entry","type" : "batch","resourceType":"Bundle", "entry" : [\#(first) ,\#n\#(second)], "z":{"entry":[1]}}"#
    #expect(
      try texts(try batch(text))
        == [first, second].map { #"{"resourceType":"Bundle","type":"batch","entry":[\#($0)]}"# })
  }

  @Test("of XML too, with prefixes, comments, CDATA and empty elements")
  func xml() throws {
    let first =
      #"<f:entry><!-- </f:entry> --><f:resource><f:Basic><f:id value='a>"b'/><f:entry/></f:Basic></f:resource></f:entry>"#
    let second =
      "<f:entry ><f:resource><f:Basic><f:text><![CDATA[</f:entry><f:entry>]]></f:text></f:Basic></f:resource></f:entry\n>"
    let root = #"<f:Bundle xmlns:f="http://hl7.org/fhir" a="<entry>">"#.replacing("<entry>", with: "&lt;entry>")
    let text =
      #"<?xml version="1.0"?><!-- <entry> -->\#(root)<f:type value="batch"/><f:timestamp value="2026-05-19T15:00:00+08:00"/>\#(first)<?x <entry>?>\#(second)</f:Bundle>"#
    let found = try texts(try batch(text))
    #expect(
      found
        == [first, second].map {
          root + #"<f:type value="batch"/><f:timestamp value="2026-05-19T15:00:00+08:00"/>"# + $0 + "</f:Bundle>"
        })
    for unit in found { #expect(try batch(unit)?.count == 1) }
  }

  @Test("each entry that nobody names begins a unit, with all that it names; of a ring the report")
  func units() throws {
    func entry(_ type: String, _ id: String, _ names: String...) -> String {
      let references = names.map { #"{"reference":"\#($0)"}"# }.joined(separator: ",")
      return
        ##"{"resource":{"resourceType":"\##(type)","id":"\##(id)","contained":[{"resourceType":"Basic","id":"x","q":[\##(references.isEmpty ? "" : references + ","){"reference":"#x"}]}]}}"##
    }
    func units(_ entries: String...) throws -> [[Int]] {
      let text = #"{"resourceType":"Bundle","type":"batch","entry":[\#(entries.joined(separator: ","))]}"#
      return try #require(try batch(text)).units.map(\.entries)
    }
    #expect(
      try units(
        entry("Patient", "p"), entry("DiagnosticReport", "a", "Patient/p", "Observation/o"),
        entry("Observation", "o", "Patient/p"), entry("DiagnosticReport", "b", "Patient/p", "Patient/nowhere"))
        == [[0, 1, 2], [0, 3]])
    #expect(
      try units(
        entry("Observation", "o", "DiagnosticReport/r"), entry("DiagnosticReport", "r", "Observation/o"),
        entry("Observation", "p")) == [[0, 1], [2]])
    #expect(try units(entry("Observation", "o", "Observation/o")) == [[0]])
    #expect(try units(entry("Observation", "o"), entry("Observation", "o")) == [[0], [1]])
  }

  @Test("a reference by urn:uuid to another entry is one that a batch may not have; to oneself, or to nobody, is not")
  func dependent() throws {
    func isDependent(_ reference: String) throws -> [Bool] {
      let text =
        #"{"resourceType":"Bundle","type":"batch","entry":[{"fullUrl":"urn:uuid:A","resource":{"resourceType":"Observation","subject":{"reference":"\#(reference)"}}},{"fullUrl":"urn:uuid:b","resource":{"resourceType":"Patient","id":"p"}}]}"#
      return try #require(try batch(text)).units.map(\.isDependent)
    }
    #expect(try isDependent("urn:uuid:B") == [true])
    #expect(try isDependent("urn:uuid:a") == [false, false])
    #expect(try isDependent("urn:uuid:c") == [false, false])
    #expect(try isDependent("Patient/p") == [false])
  }

  @Test("another Bundle is no batch")
  func others() throws {
    for type in ["transaction", "collection", "message"] {
      #expect(try batch(#"{"resourceType":"Bundle","type":"\#(type)","entry":[]}"#) == nil)
    }
  }
}
