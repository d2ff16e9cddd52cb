import Catalogue
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Registry
import Testing

@testable import RegistryServer

@Suite("what is asked of archives, and what of their addresses is told on")
struct ImageRequestTests {
  @Test("a UID is numbers with dots between, and nothing that leads elsewhere")
  func uids() {
    for good in ["1", "1.2.840.10008.1.2.1", "2.999.1", String(repeating: "1", count: 64), "0.0"] {
      #expect(ImageUID(good)?.text == good)
    }
    for bad in [
      "", ".", "..", "1.", ".1", "1..2", "1.2/3", "1.2%2F", "1.2?x", "1.2 ", "a", "１.2", "1.2\n", "1,2",
      String(repeating: "1", count: 65), "1.2;x", "-1", "1.2#",
    ] { #expect(ImageUID(bad) == nil, "\(bad)") }
  }

  @Test("an archive's address is https, or on this machine")
  func roots() {
    for (text, address) in [
      ("https://pacs.example/dicomweb", "https://pacs.example/dicomweb"),
      ("https://pacs.example/dicomweb/", "https://pacs.example/dicomweb"),
      ("https://pacs.example", "https://pacs.example"),
      ("https://10.0.0.1:8443/a/b", "https://10.0.0.1:8443/a/b"),
      ("http://127.0.0.1:8042/d", "http://127.0.0.1:8042/d"),
      ("http://localhost/d", "http://localhost/d"), ("http://[::1]:8042", "http://[::1]:8042"),
    ] { #expect(DICOMwebRoot(text)?.address == address, "\(text)") }
    for bad in [
      "", "pacs", "http://pacs.example/d", "http://127.0.0.1.example/d", "http://127.0.0.1@pacs.example/", "ftp://x/",
      "https://", "https:///d", "https://u:p@pacs.example/", "https://pacs.example/?x", "https://pacs.example/#x",
      "https://pacs.example/../x", "https://pacs.example:0/", "https://pacs.example:99999/",
      "https://pacs.example:/a b",
      "file:///etc/passwd", "https://pacs.example/\u{0A}x", "https://pacs.example:8x/", "https://[::1/",
    ] { #expect(DICOMwebRoot(bad) == nil, "\(bad)") }
  }

  @Test("the configuration says whom archives' certificates are signed by, and which viewers may show images")
  func configured() throws {
    let yaml = """
      images:
        authorities: /etc/huren/archives.pem
        origins: ["https://viewer.example"]
        tls: {certificate: /etc/huren/registry.pem, key: /etc/huren/registry.key}
        archives:
          - {institution: H1, authorization: {file: /etc/huren/h1.archive}}
      """
    let images = try ServerConfiguration(yaml: yaml).images
    #expect(
      images.tls?.key == "/etc/huren/registry.key" && images.authorizations == ["H1": .file("/etc/huren/h1.archive")])
    #expect(images.authorization(at: "H1") == nil && images.authorization(at: "H2") == nil)
    #expect(images.authorities == "/etc/huren/archives.pem" && images.origins == ["https://viewer.example"])
    for wrong in [
      "images:\n  origins: [\"*\"]", "images:\n  archive: https://x.example", "images:\n  silence: 9",
      "images:\n  archives: [{institution: H1}]",
      "images:\n  archives: [{institution: H1, authorization: {file: a}}, {institution: H1, authorization: {file: b}}]",
    ] {
      #expect(throws: ConfigurationProblem.self) { try ServerConfiguration(yaml: wrong) }
    }
  }

  @Test("one form is asked for, as it was stored where nothing else is said")
  func media() throws {
    let stored = "multipart/related; type=\"application/dicom\"; transfer-syntax=*"
    for accepted in [
      nil, "*/*", "multipart/related", "multipart/related; type=\"application/dicom\"",
      "multipart/related;type=application/dicom;transfer-syntax=*", "text/html, */*;q=0.1",
      "multipart/related; type=\"application/dicom\"; transfer-syntax=nonsense",
    ] { #expect(try ImageMedia(.dicom, accepted: accepted).accept == stored, "\(accepted ?? "none")") }
    #expect(
      try ImageMedia(
        .dicom, accepted: "multipart/related; type=\"application/dicom\"; transfer-syntax=1.2.840.10008.1.2.1"
      )
      .accept.hasSuffix("transfer-syntax=1.2.840.10008.1.2.1"))
    let pixels = "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*"
    for accepted in [nil, "*/*", "multipart/related; type=application/octet-stream"] {
      #expect(try ImageMedia(.bytes, accepted: accepted).accept == pixels)
    }
    #expect(
      try ImageMedia(.bytes, accepted: "multipart/related; type=\"image/jp2\"").accept
        == "multipart/related; type=\"image/jp2\"")
    let browser = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
    #expect(try ImageMedia(.rendered, accepted: browser).accept == "image/jpeg")
    #expect(try ImageMedia(.rendered, accepted: "image/jpeg;q=0.5, image/png").accept == "image/png")
    for accepted in [nil, "application/json", "application/dicom+json", "application/dicom+xml;q=0.5, */*;q=0.1"] {
      #expect(try ImageMedia(.json, accepted: accepted).accept == "application/dicom+json")
    }
    for (content, accepted) in [
      (ImagePart.Content.dicom, "text/html"), (.dicom, "multipart/related; type=\"image/jpeg\""), (.json, "text/html"),
      (.json, "multipart/related; type=\"application/dicom+xml\""), (.rendered, "image/svg+xml"), (.bytes, "text/html"),
      (.dicom, "*/*;q=0"), (.dicom, "nonsense"), (.dicom, ""),
    ] {
      #expect(throws: ServiceError.imagesNotAcceptable, "\(accepted)") { try ImageMedia(content, accepted: accepted) }
    }
  }

  private static let root = "https://r/dicom-web"

  private func rewritten(_ text: String, pieces: Int) -> String {
    var (rewriting, written) = (AddressRewriting(root: Self.root, archive: "https://pacs.example/d"), ByteBuffer())
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      written.writeImmutableBuffer(
        rewriting.rewrite(ByteBuffer(bytes: bytes[start..<min(start + pieces, bytes.count)])))
    }
    written.writeImmutableBuffer(rewriting.finish())
    return String(buffer: written)
  }

  @Test("an archive's addresses in JSON become the registry's, however they come in pieces; nothing else changes")
  func addresses() {
    let own = Self.root + "/studies/1.2"
    for (sent, told) in [
      (
        "{\"00081190\":{\"vr\":\"UR\",\"Value\":[\"http://a:8042/dicom-web/studies/1.2\"]}}",
        "{\"00081190\":{\"vr\":\"UR\",\"Value\":[\"\(own)\"]}}"
      ),
      (
        "{\"BulkDataURI\":\"https:\\/\\/a\\/d\\/studies\\/1.2\\/series\\/3\\/bulk\\/7fe00010\"}",
        "{\"BulkDataURI\":\"\(own)/series/3/bulk/7fe00010\"}"
      ),
      ("[\"http://a/studies/x/studies/1.2/instances/3?x=1\"]", "[\"\(own)/instances/3?x=1\"]"),
      ("[\"https://pacs.example/d/other?a=1\"]", "[\"\(Self.root)/other?a=1\"]"),
      ("[\"http://localhost/studies/1.2\",\"http://b/studies/1.2\"]", "[\"\(own)\",\"\(own)\"]"),
    ] {
      for pieces in 1...sent.utf8.count { #expect(rewritten(sent, pieces: pieces) == told) }
    }
    let long = String(repeating: "http://a/studies/1.2", count: 2000)
    for same in [
      "{\"a\":\"b\"}", "[\"see \\\"http://a/studies/1.2\\\" there\"]", "[\"http://a/other\"]", "[\"http\"]", "[\"\"]",
      "[\"http://a/studies/x\"]", "[\"\\\\\",\"\\\"\",\"h\\u0074tp://\"]", "[\"../bulk/1\"]",
      "[\"http://a b/studies/1.2\"]",
      "[\"\(long)\"]", "[\"ftp://a/studies/1.2\"]", "[\"http:\\\\\"]", "http://a/studies/1.2", "[\"h",
      "[\"http://a/stu",
      "[\"样例^http://a/studies/1.2\"]", "[\"\\\\http://a/studies/1.2\"]",
    ] {
      for pieces in [1, 2, 3, 7, 64, 4096] { #expect(rewritten(same, pieces: pieces) == same, "\(same.prefix(60))") }
    }
  }

  @Test("every part goes to its place in the archive, and nothing that is no part of a study goes anywhere")
  func paths() async throws {
    let archive = try await FakeArchive.start { head in
      let isJSON = head.contains("dicom+json")
      let type = head.contains("image/jpeg") ? "image/jpeg" : isJSON ? "application/dicom+json" : "multipart/related"
      return FakeArchive.answer(Array("[]".utf8), type: type)
    }
    let bench = try await ImagesBench(["SYNTH-H1": archive.root])
    let study = "/studies/\(ImagesBench.study)"
    let instance = study + "/series/1.2/instances/1.3"
    try await bench.app.test(.router) { client in
      for (asked, sent) in [
        (study, study), (study + "/metadata", study + "/metadata"),
        (
          study + "/series?Modality=CT&includefield=0008103E",
          study + "/series?Modality=CT&includefield=0008103E"
        ),
        (study + "/instances?PatientName=X&00100020=1&limit=2", study + "/instances?limit=2"),
        (study + "/bulkdata/a/b", study + "/bulkdata/a/b"), (study + "/series/1.2", study + "/series/1.2"),
        (study + "/series/1.2/metadata", study + "/series/1.2/metadata"),
        (study + "/series/1.2/instances", study + "/series/1.2/instances"), (instance, instance),
        (instance + "/metadata", instance + "/metadata"), (instance + "/frames/1,2", instance + "/frames/1,2"),
        (instance + "/rendered?window=40,400,linear&x=1", instance + "/rendered?window=40,400,linear"),
        (instance + "/frames/3/rendered?quality=80", instance + "/frames/3/rendered?quality=80"),
        (instance + "/bulk/00291010/1/00291020", instance + "/bulk/00291010/1/00291020"),
        (instance + "/bulkdata/7FE00010", instance + "/bulkdata/7FE00010"),
        (
          "/studies?StudyInstanceUID=\(ImagesBench.study)&PatientID=1",
          "/studies?StudyInstanceUID=\(ImagesBench.study)&limit=1"
        ),
      ] {
        let before = archive.asked.count
        let answer = try await client.get("/dicom-web" + asked, bench.headers())
        #expect(answer.status == .ok, "\(asked): \(answer.text)")
        #expect(
          archive.asked.last?.hasPrefix("GET /dicom-web\(sent) HTTP/1.1\r\n") == true, "\(archive.asked.last ?? "")")
        #expect(archive.asked.count == before + 1)
      }
      let before = archive.asked.count
      for bad in [
        "/studies", "/studies?StudyInstanceUID=*", "/studies/..", "/studies/%2e%2e", "/studies/1.2%2F..%2F..",
        study + "/series/a", study + "/series/..", instance + "/frames/0", instance + "/frames/1,,2",
        instance + "/frames/-1",
        instance + "/bulk/..", instance + "/bulk/../../x", instance + "/bulk/%2e%2e", instance + "/bulkdata/a%3Fb",
        instance + "/rendered?window=%0d%0aX", study + "/series?a%0d%0ab=1", study + "/series?Modality=a%26b=1",
        study + "/other", study + "/series/1.2/rendered/x",
      ] {
        let answer = try await client.get("/dicom-web" + bad, bench.headers())
        #expect([400, 404].contains(answer.status.code), "\(bad): \(answer.status.code)")
      }
      #expect(archive.asked.count == before)
      let head = try await client.execute(uri: "/dicom-web" + study, method: .head, headers: bench.headers())
      #expect(head.status == .ok && head.body.readableBytes == 0)
    }
    try await archive.stop()
  }
}
