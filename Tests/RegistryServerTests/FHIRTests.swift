import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Messages
import NIOCore
import Registry
import Testing
import XMLReading

@testable import RegistryServer

@Suite("Bundles of FHIR")
struct FHIRTests {
  private func post(
    _ bench: ServerBench, _ bytes: [UInt8], as caller: String = "platform", accept: String? = nil
  ) async throws -> TestResponse {
    var headers: HTTPFields = [.testCaller: caller]
    headers[.accept] = accept
    let sent = headers
    return try await bench.app().test(.router) { client in
      try await client.execute(uri: "/fhir", method: .post, headers: sent, body: ByteBuffer(bytes: bytes))
    }
  }

  /// A sample as a Bundle of another type, of a message with its header.
  private func bundle(_ type: String, isXML: Bool = false) throws -> [UInt8] {
    var text = String(decoding: try ServerBench.sample("fhir/h6-cbc-bundle." + (isXML ? "xml" : "json")), as: UTF8.self)
    text = text.replacing(
      isXML ? "<type value=\"collection\"/>" : "\"type\": \"collection\"",
      with: isXML ? "<type value=\"\(type)\"/>" : "\"type\": \"\(type)\"")
    guard type == "message" else { return Array(text.utf8) }
    let header =
      isXML
      ? "<entry><fullUrl value=\"urn:uuid:1\"/><resource><MessageHeader><id value=\"H-1\"/><eventCoding><system value=\"urn:e\"/><code value=\"R01\"/></eventCoding><source><endpoint value=\"urn:lis\"/></source></MessageHeader></resource></entry>"
      : #"{"fullUrl":"urn:uuid:1","resource":{"resourceType":"MessageHeader","id":"H-1","eventCoding":{"system":"urn:e","code":"R01"},"source":{"endpoint":"urn:lis"}}},"#
    let place = try #require(
      isXML ? text.firstRange(of: "<entry>")?.lowerBound : text.firstRange(of: "\"entry\": [")?.upperBound)
    text.insert(contentsOf: header, at: place)
    return Array(text.utf8)
  }

  /// As one tree, whichever notation it is in.
  private func read(_ response: TestResponse) throws -> XMLElement {
    let isXML = response.headers[.contentType] == "application/fhir+xml; charset=utf-8"
    return try Array(response.body.readableBytesView).withUnsafeBufferPointer {
      isXML ? try XMLTreeReader().read($0).root : try FHIRJSONTree.read($0, limits: XMLLimits(), line: 1).root
    }
  }

  private func value(_ element: XMLElement?, _ names: String...) -> String? {
    names.reduce(element) { $0?.first($1) }?.attribute("value")
  }

  @Test("each type has its response, in the notation it came in: created, then known", arguments: [false, true])
  func types(isXML: Bool) async throws {
    for type in ["transaction", "message", "collection"] {
      let bench = try ServerBench()
      let sent = try bundle(type, isXML: isXML)
      let count = try #require(FHIRRequest(sent)).entries
      for isKnown in [false, true] {
        let response = try await post(bench, sent)
        let root = try read(response)
        switch type {
        case "collection":
          #expect(root.name == "OperationOutcome")
          #expect(response.status == (isKnown ? .ok : .created))
        case "message":
          #expect(response.status == .ok)
          #expect(value(root, "type") == "message")
          let header = root.first("entry", "resource", "MessageHeader")
          #expect(value(header, "response", "identifier") == "H-1" && value(header, "response", "code") == "ok")
          #expect(value(header, "eventCoding", "code") == "R01")
          #expect(value(header, "destination", "endpoint") == "urn:lis")
          let details = value(header, "response", "details", "reference")
          let outcome = root.all("entry").last
          #expect(value(outcome, "fullUrl") == details && outcome?.first("resource", "OperationOutcome") != nil)
        default:
          #expect(response.status == .ok)
          #expect(value(root, "type") == type + "-response")
          let statuses = root.all("entry").map { value($0, "response", "status") }
          #expect(statuses == Array(repeating: isKnown ? "200 OK" : "201 Created", count: count))
        }
      }
      #expect(try bench.registry.check().messages == 1)
    }
  }

  @Test(
    "refused: one OperationOutcome for a transaction, fatal-error for a message; in quarantine")
  func refused() async throws {
    let bench = try ServerBench()
    let transaction = try await post(bench, try bundle("transaction"), as: "lis-1")
    #expect(transaction.status == .forbidden)
    #expect(try read(transaction).name == "OperationOutcome")
    let message = try await post(bench, try bundle("message"), as: "lis-1")
    #expect(message.status == .forbidden)
    let header = try read(message).first("entry", "resource", "MessageHeader")
    #expect(value(header, "response", "code") == "fatal-error" && value(header, "response", "identifier") == "H-1")
    let empty = try await post(bench, Array(#"{"resourceType":"Bundle","type":"transaction","entry":[]}"#.utf8))
    #expect(empty.status == .unprocessableContent)
    #expect(try bench.registry.quarantined().count == 3)
    #expect(try bench.registry.check().messages == 0)
  }

  @Test(
    "what cannot be read is 400, what is no FHIR is 415, each with an OperationOutcome; the notation may be asked for")
  func unreadable() async throws {
    let bench = try ServerBench()
    for text in [#"{"resourceType":"Bundle","type":"#, "<Bundle xmlns=\"http://hl7.org/fhir\"><type"] {
      let response = try await post(bench, Array(text.utf8))
      #expect(response.status == .badRequest, "\(text)")
      #expect(try read(response).name == "OperationOutcome")
    }
    for text in [ServerBench.message("1"), "<ORU_R01 xmlns=\"urn:hl7-org:v2xml\"><MSH/></ORU_R01>", ""] {
      let response = try await post(bench, Array(text.utf8))
      #expect(response.status == .unsupportedMediaType || response.status == .badRequest)
      #expect(try read(response).name == "OperationOutcome")
    }
    let xml = try await post(bench, try bundle("transaction"), accept: "application/fhir+xml")
    #expect(xml.headers[.contentType] == "application/fhir+xml; charset=utf-8")
    #expect(try read(xml).name == "Bundle")
    #expect(try bench.registry.check().messages == 1)
  }
}
