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

@Suite("SOAP")
struct SOAPTests {
  static let message =
    (try? ServerBench.sample("rcmr/h8-rcmr-c0007-lipids.xml")).map { String(decoding: $0, as: UTF8.self) } ?? ""

  static func envelope(
    _ content: String, version: SOAPVersion = .two, namespace: String = "urn:hl7-org:v3", header: String = "",
    operation: String = "HIPMessageServer", prefix: String = ""
  ) -> String {
    let binding = prefix.isEmpty ? "xmlns" : "xmlns:" + prefix.dropLast()
    return """
      <s:Envelope xmlns:s="\(version.rawValue)">\(header)<s:Body><\(prefix)\(operation) \(binding)="\(namespace)">\
      <action>RCMR_IN000002UV02</action><message>\(content)</message></\(prefix)\(operation)></s:Body></s:Envelope>
      """
  }

  private func post(
    _ bench: ServerBench, _ text: String, as caller: String? = "platform", headers: HTTPFields = [:]
  ) async throws -> TestResponse {
    let all =
      caller.map { name in
        var all = headers
        all[.testCaller] = name
        return all
      } ?? headers
    return try await bench.app().test(.router) { client in
      try await client.execute(uri: "/soap", method: .post, headers: all, body: ByteBuffer(string: text))
    }
  }

  /// The answer's string, and the namespaces of the envelope and of the operation.
  private func result(_ response: TestResponse) throws -> (answer: XMLElement, envelope: String?, operation: String?) {
    var limits = XMLLimits()
    limits.namespaceDepth = 4
    let tree = try Array(response.body.readableBytesView).withUnsafeBufferPointer {
      try XMLTreeReader(limits: limits).read($0)
    }
    let operation = try #require(tree.root.first("Body", "HIPMessageServerResponse"))
    let text = try #require(operation.first("HIPMessageServerResult")).text
    return (try XMLTreeReader().read(text).root, tree.rootNamespace, operation.namespace)
  }

  private static let escaped = XMLText.escaped(message)

  static let ways: [(String, String)] = [
    ("escaped", escaped), ("CDATA", "<![CDATA[\(message)]]>"), ("escaped twice", XMLText.escaped(escaped)),
    ("CDATA, escaped", XMLText.escaped("<![CDATA[\(message)]]>")),
    ("as elements", message.replacing(#/<\?xml.*?\?>/#, with: "")),
  ]

  @Test(
    "a message is taken however it is written in the envelope, and again; the answer is in the caller's namespace and version",
    arguments: ways, SOAPVersion.allCases)
  func everyWay(way: (name: String, content: String), version: SOAPVersion) async throws {
    let bench = try ServerBench()
    for (namespace, prefix) in zip(SOAPDescription.namespaces + ["http://esb.ewell.cc"], ["", "n:", "", "n:"]) {
      do {
        let text = Self.envelope(way.content, version: version, namespace: namespace, prefix: prefix)
        let response = try await post(bench, text)
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == version.mediaType)
        let (answer, envelope, operation) = try result(response)
        #expect(envelope == version.rawValue && operation == namespace)
        #expect(answer.name == "MCCI_IN000002UV01")
        #expect(
          answer.first("acknowledgement")?.attribute("typeCode") == "AA",
          "\(way.name): \(String(buffer: response.body))")
        let target = answer.first("acknowledgement", "targetMessage", "id")?.attribute("extension")
        #expect(target?.isEmpty == false)
      }
    }
    #expect(try bench.registry.check().messages == 1)
  }

  @Test("a refused message is AR, with its id, and lies in quarantine; no message is AR too")
  func refused() async throws {
    let bench = try ServerBench()
    let other = try result(try await post(bench, Self.envelope(Self.escaped), as: "lis-1"))
    let acknowledgement = try #require(other.answer.first("acknowledgement"))
    #expect(acknowledgement.attribute("typeCode") == "AR")
    #expect(acknowledgement.first("targetMessage", "id")?.attribute("extension")?.isEmpty == false)
    #expect(acknowledgement.first("acknowledgementDetail", "code")?.attribute("code") == "not-your-institution")
    let cut = try result(try await post(bench, Self.envelope(XMLText.escaped(String(Self.message.prefix(900))))))
    #expect(cut.answer.first("acknowledgement")?.attribute("typeCode") == "AR")
    let empty = try result(try await post(bench, Self.envelope("")))
    #expect(empty.answer.first("acknowledgement")?.attribute("typeCode") == "AR")
    #expect(try bench.registry.check().messages == 0)
    #expect(try bench.registry.quarantined().count >= 2)
  }

  @Test(
    "what is no such envelope is a fault in the version that was spoken",
    arguments: [
      ("<x/>", 500, "soap:Client"), ("no XML", 500, "soap:Client"),
      ("<!DOCTYPE x [<!ENTITY a 'b'>]>" + envelope("&a;"), 500, "soap:Client"),
      (
        envelope("x").replacing("http://www.w3.org/2003/05/soap-envelope", with: "http://other"), 500,
        "soap:VersionMismatch"
      ),
      (envelope("x", operation: "SayHello"), 400, "soap:Sender"),
      (envelope("x", version: .one, operation: "SayHello"), 500, "soap:Client"),
      (
        envelope("x", header: "<s:Header><k:Key xmlns:k=\"urn:k\" s:mustUnderstand=\"1\"/></s:Header>"), 500,
        "soap:MustUnderstand"
      ),
      ("<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body/></s:Envelope>", 400, "soap:Sender"),
      (
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body><HIPMessageServer/></s:Body></s:Envelope>",
        400, "soap:Sender"
      ),
    ])
  func faults(text: String, status: Int, code: String) async throws {
    let bench = try ServerBench()
    let response = try await post(bench, text)
    #expect(response.status.code == status)
    #expect(String(buffer: response.body).contains(code), "\(String(buffer: response.body))")
    #expect(try bench.registry.quarantined().isEmpty)
  }

  @Test("addresses in the header need not be understood; an envelope in GBK is read as it is declared")
  func tolerated() async throws {
    let bench = try ServerBench()
    let header = """
      <s:Header><a:To xmlns:a="http://www.w3.org/2005/08/addressing" s:mustUnderstand="1">urn:x</a:To></s:Header>
      """
    let taken = try result(try await post(bench, Self.envelope(Self.escaped, header: header)))
    #expect(taken.answer.first("acknowledgement")?.attribute("typeCode") == "AA")
    let gbk = try #require(
      TextEncoding(label: "GBK")?.bytes(of: "<?xml version=\"1.0\" encoding=\"GBK\"?>" + Self.envelope(Self.escaped)))
    let response = try await bench.app().test(.router) { client in
      try await client.execute(
        uri: "/soap", method: .post, headers: [.testCaller: "platform"], body: ByteBuffer(bytes: gbk))
    }
    #expect(try result(response).answer.first("acknowledgement")?.attribute("typeCode") == "AA")
    #expect(try bench.registry.check().messages == 1)
  }

  @Test("the description is open, the operation is not")
  func description() async throws {
    let bench = try ServerBench()
    #expect(try await post(bench, Self.envelope(Self.escaped), as: nil).status == .unauthorized)
    try await bench.app().test(.router) { client in
      for uri in ["/soap?wsdl", "/soap?WSDL", "/soap?wsdl&namespace=http://tempuri.org/"] {
        let response = try await client.execute(uri: uri, method: .get)
        #expect(response.status == .ok)
        let tree = try Array(response.body.readableBytesView).withUnsafeBufferPointer { try XMLTreeReader().read($0) }
        #expect(tree.root.name == "definitions")
        #expect(
          tree.root.attribute("targetNamespace") == (uri.contains("tempuri") ? "http://tempuri.org/" : "urn:hl7-org:v3")
        )
      }
      #expect(try await client.execute(uri: "/soap", method: .get).status == .notFound)
      #expect(try await client.execute(uri: "/soap?wsdl&namespace=urn:x", method: .get).status == .notFound)
    }
  }

  static let hasZeep = Command.hasPython("zeep")

  @Test(
    "zeep reads the description and calls it: AA, again AA, a bad one AR",
    .enabled(if: hasZeep, "the package zeep is not installed"))
  func calledByZeep() async throws {
    let bench = try ServerBench()
    let program = """
      import sys, zeep, requests
      session = requests.Session()
      session.headers['Test-Caller'] = 'platform'
      session.trust_env = False
      message = sys.stdin.buffer.read().decode('utf-8')
      for port in ('HIPMessageServerSoap11', 'HIPMessageServerSoap12'):
          client = zeep.Client(sys.argv[1] + '/soap?wsdl', transport=zeep.Transport(session=session), port_name=port)
          for text in (message, message, message[:900]):
              answer = client.service.HIPMessageServer(action='RCMR_IN000002UV02', message=text)
              print(answer.split('typeCode="')[2][:2])
      """
    let called = try await bench.app().test(.live) { client in
      let port = try #require(client.port)
      return try await Command.run(["python3", "-c", program, "http://127.0.0.1:\(port)"], input: Self.message)
    }
    #expect(called.output == "AA\nAA\nAR\nAA\nAA\nAR\n")
    #expect(try bench.registry.check().messages == 1)
  }
}
