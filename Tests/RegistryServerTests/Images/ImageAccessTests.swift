import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Registry
import RegistryStore
import Synchronization
import Testing

@testable import RegistryServer

@Suite("who may see images")
struct ImageAccessTests {
  private static let part = Array("--b\r\nContent-Type: application/dicom\r\n\r\nDICM\r\n--b--".utf8)
  private static let type = "multipart/related; type=\"application/dicom\"; boundary=b"
  private static let path = "/dicom-web/studies/\(ImagesBench.study)"

  private static func archive() async throws -> FakeArchive {
    try await FakeArchive.start { head in
      head.contains("/studies?")
        ? FakeArchive.answer(
          Array("[{\"0020000D\":{\"vr\":\"UI\",\"Value\":[\"\(ImagesBench.study)\"]}}]".utf8),
          type: "application/dicom+json") : FakeArchive.answer(part, type: type)
    }
  }

  private func code(_ response: TestResponse) -> String {
    "\(response.status.code) " + ((response.json["error"] as? [String: Any])?["code"] as? String ?? "")
  }

  @Test(
    "who was shown the result, the clinician and the person: byte for byte; the opening is one event, before a byte")
  func may() async throws {
    let archive = try await Self.archive()
    let bench = try await ImagesBench(["SYNTH-H1": archive.root])
    try await bench.app.test(.router) { client in
      for caller in ["orders-SYNTH-H4", "orders-SYNTH-H1", "wang"] {
        for _ in 0..<3 {
          let answer = try await client.get(Self.path, bench.headers(caller))
          #expect(answer.status == .ok && Array(answer.body.readableBytesView) == Self.part)
          #expect(answer.headers[.contentType] == Self.type && answer.headers[.contentLength] == "\(Self.part.count)")
          #expect(answer.headers[.contentSecurityPolicy] != nil && answer.headers[.cacheControl] == "no-store")
        }
      }
      // A resident need not say who they are.
      let own = try await client.get(Self.path, [.authorization: "own"])
      #expect(own.status == .ok)
      let found = try await client.get(
        "/dicom-web/studies?StudyInstanceUID=\(ImagesBench.study)", [.authorization: "own"])
      #expect(found.status == .ok && found.text.contains("0020000D"))
    }
    #expect(try bench.accesses() == ["answered", "answered", "answered", "answered"])
    // Of nobody's request anything but what is asked for goes on.
    for head in archive.asked {
      let lines = head.lowercased()
      #expect(!lines.contains("authorization") && !lines.contains("huren-") && !lines.contains("cookie"), "\(head)")
    }
    #expect(archive.asked[0].contains("Accept: multipart/related; type=\"application/dicom\"; transfer-syntax=*"))
    #expect(try bench.sample.registry.verifyEvents().firstDifference == nil)
    try await archive.stop()
  }

  @Test("what is withheld is told as what nobody has, and asked of no archive; each time is an event")
  func mayNot() async throws {
    let archive = try await Self.archive()
    let deny = "resident-id,\(ImagesBench.resident),SYNTH-H4,imaging,deny,2026-01-01T00:00:00+08:00,\n"
    let bench = try await ImagesBench(["SYNTH-H1": archive.root], consents: deny)
    try await bench.app.test(.router) { client in
      let withheld = try await client.get(Self.path, bench.headers())
      let unknown = try await client.get("/dicom-web/studies/2.999.7", bench.headers())
      var nobody = bench.headers()
      nobody[.hurenPerson] = "NOBODY"
      let stranger = try await client.get(Self.path, nobody)
      for answer in [withheld, unknown, stranger] { #expect(code(answer) == "404 unknown-study") }
      #expect(withheld.text == unknown.text && withheld.text == stranger.text)
      #expect(withheld.headers.map(\.name) == unknown.headers.map(\.name))
      // Whose archive it is sees it, as the person does.
      #expect(try await client.get(Self.path, bench.headers("orders-SYNTH-H1")).status == .ok)
      #expect(try await client.get(Self.path, [.authorization: "own"]).status == .ok)
      // Another resident's code is nobody's.
      var other: HTTPFields = [.authorization: "own"]
      other[.hurenPerson] = "NOBODY"
      #expect(code(try await client.get(Self.path, other)) == "404 unknown-study")
      #expect(code(try await client.get(Self.path, [.authorization: "orders-SYNTH-H4"])) == "400 person-needed")
    }
    #expect(archive.asked.count == 2)
    #expect(
      try bench.accesses() == [
        "refused unknown-study", "refused unknown-study", "refused unknown-study", "answered", "answered",
        "refused unknown-study",
      ])
    try await archive.stop()
  }

  @Test("a consent that is withdrawn, or a dispute, ends the look at once: no answer of before is remembered")
  func withdrawn() async throws {
    let archive = try await Self.archive()
    let bench = try await ImagesBench(["SYNTH-H1": archive.root])
    try await bench.app.test(.router) { client in
      let body = "{\"person\":\"\(bench.person)\",\"studyInstanceUid\":\"\(ImagesBench.study)\"}"
      var headers = bench.headers()
      headers[.contentType] = "application/json"
      let given = try await client.execute(
        uri: "/images", method: .post, headers: headers, body: ByteBuffer(string: body))
      let root = try #require(given.json["dicomWeb"] as? String).replacing("https://registry.example", with: "")
      #expect(root.hasPrefix("/images/") && root.hasSuffix("/dicom-web") && !root.contains(bench.person))
      let byTicket = "\(root)/studies/\(ImagesBench.study)"
      #expect(try await client.get(Self.path, bench.headers()).status == .ok)
      #expect(try await client.get(byTicket, [:]).status == .ok)
      try bench.sample.load(
        archives: ["SYNTH-H1": archive.root],
        consents: "resident-id,\(ImagesBench.resident),*,imaging,deny,2026-05-01T00:00:00+08:00,\n")
      #expect(code(try await client.get(Self.path, bench.headers())) == "404 unknown-study")
      #expect(code(try await client.get(byTicket, [:])) == "404 unknown-study")
      try bench.sample.load(archives: ["SYNTH-H1": archive.root])
      #expect(try await client.get(Self.path, bench.headers()).status == .ok)
      _ = try bench.sample.registry.dispute(
        institution: "SYNTH-H1", report: "CT0", try PersonActReason(actor: "test", words: "test"))
      #expect(code(try await client.get(Self.path, bench.headers())) == "404 unknown-study")
      #expect(code(try await client.get(byTicket, [:])) == "404 unknown-study")
    }
    try await archive.stop()
  }

  @Test("no log of whatever level, no figure and no event has a study's number, an address of it, or whose it is")
  func secrecy() async throws {
    let said = Mutex<[String]>([])
    var log = JSONLog(clock: { Instant(milliseconds: 0) }, write: { line in said.withLock { $0.append(line) } })
    log.logLevel = .trace
    let logger = Logger(label: "test") { [log] _ in log }
    let archive = try await FakeArchive.start { head in
      head.contains("/metadata") ? [.close] : FakeArchive.answer(Self.part, type: Self.type)
    }
    let bench = try await ImagesBench(["SYNTH-H1": archive.root], logger: logger)
    let app = Application(router: bench.service.router(), logger: logger)
    let address = try await app.test(.router) { client in
      var headers = bench.headers()
      headers[.contentType] = "application/json"
      let body = "{\"person\":\"\(bench.person)\",\"studyInstanceUid\":\"\(ImagesBench.study)\"}"
      let given = try await client.execute(
        uri: "/images", method: .post, headers: headers, body: ByteBuffer(string: body))
      let root = try #require(given.json["dicomWeb"] as? String).replacing("https://registry.example", with: "")
      for path in [Self.path, Self.path + "/metadata", Self.path + "9", Self.path + "/series/x"] {
        _ = try await client.get(path, bench.headers())
        _ = try await client.get(path.replacing("/dicom-web", with: root), [:])
      }
      return root
    }
    let lines = said.withLock { $0 }
    #expect(lines.count > 8 && lines.contains { $0.contains("archive-unreachable") })
    let secret = try #require(address.split(separator: "/").dropFirst().first)
    let figures = bench.service.metrics.factory.text
    var events = ""
    try bench.sample.registry.auditAccess(AccessFilter()) { events += $0.text.description }
    for mark in [ImagesBench.study, String(secret), "样", ImagesBench.resident] {
      for text in lines + [figures, events] { #expect(!text.contains(mark), "\(text)") }
    }
    for text in lines + [figures] { #expect(!text.contains(bench.person), "\(text)") }
    try await archive.stop()
  }

  @Test("an address of a study is good for that study, in its time, and while its holder is let in")
  func tickets() async throws {
    let archive = try await Self.archive()
    let bench = try await ImagesBench(
      ["SYNTH-H1": archive.root], studies: [("SYNTH-H1", ImagesBench.study), ("SYNTH-H1", "2.999.1.1.2")])
    try await bench.app.test(.router) { client in
      func ticket(_ caller: String, _ person: String?, _ study: String = ImagesBench.study) async throws -> TestResponse
      {
        let person = person.map { "\"person\":\"\($0)\"," } ?? ""
        return try await client.execute(
          uri: "/images", method: .post, headers: [.authorization: caller, .contentType: "application/json"],
          body: ByteBuffer(string: "{\(person)\"studyInstanceUid\":\"\(study)\"}"))
      }
      func root(_ caller: String, _ person: String?) async throws -> String {
        try #require(try await ticket(caller, person).json["dicomWeb"] as? String).replacing(
          "https://registry.example", with: "")
      }
      #expect(code(try await ticket("orders-SYNTH-H4", "NOBODY")) == "404 unknown-study")
      #expect(code(try await ticket("orders-SYNTH-H4", bench.person, "2.999.8")) == "404 unknown-study")
      #expect(code(try await ticket("orders-SYNTH-H4", bench.person, "../x")) == "400 malformed")
      #expect(code(try await ticket("orders-SYNTH-H4", nil)) == "400 person-needed")
      #expect(code(try await ticket("own", "NOBODY")) == "404 unknown-study")
      let before = try bench.accesses().count
      let own = try await root("own", nil)
      let his = try await root("orders-SYNTH-H4", bench.person)
      #expect(try bench.accesses().count == before + 2)
      for root in [own, his] {
        for rest in [
          "/studies/\(ImagesBench.study)", "/studies/\(ImagesBench.study)", "/studies?limit=101&PatientName=X",
        ] {
          let answer = try await client.get(root + rest, [:])
          #expect(answer.status == .ok, "\(answer.text)")
        }
      }
      // No look of those is another opening.
      #expect(try bench.accesses().count == before + 2)
      #expect(!archive.asked.contains { $0.contains("PatientName") || $0.contains("limit=101") })
      #expect(code(try await client.get(his + "/studies/2.999.1.1.2", [:])) == "404 unknown-study")
      #expect(code(try await client.get("/images/x/dicom-web/studies", [:])) == "401 not-authenticated")
      // A viewer of elsewhere that is named, and one that is not.
      let good = try await client.get(his + "/studies", [.origin: "https://viewer.example"])
      #expect(good.headers[.accessControlAllowOrigin] == "https://viewer.example")
      let bad = try await client.get(his + "/studies", [.origin: "https://other.example"])
      #expect(bad.headers[.accessControlAllowOrigin] == nil)
      for (origin, status) in [("https://viewer.example", 204), ("https://other.example", 405)] {
        let asked = try await client.execute(
          uri: Self.path, method: .options, headers: [.origin: origin, .accessControlRequestMethod: "GET"])
        #expect(asked.status.code == status && asked.headers[.accessControlAllowCredentials] == nil)
        #expect(asked.headers[.accessControlAllowOrigin] == (status == 204 ? origin : nil))
      }
      // A quarter of an hour after the last look it is over, and at once with its account.
      bench.sample.time.set("2026-05-20T09:19:00+08:00")
      #expect(try await client.get(his + "/studies", [:]).status == .ok)
      bench.sample.time.set("2026-05-20T09:33:00+08:00")
      #expect(try await client.get(his + "/studies", [:]).status == .ok)
      #expect(code(try await client.get(own + "/studies", [:])) == "401 not-authenticated")
      _ = try bench.sample.registry.setAccount("orders-SYNTH-H4", .client, enabled: false, by: "operator")
      #expect(code(try await client.get(his + "/studies", [:])) == "401 not-authenticated")
    }
    try await archive.stop()
  }
}
