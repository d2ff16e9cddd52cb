import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Registry
import Testing

@testable import RegistryServer

/// What others reported of their viewers, archives and the proxies between.
@Suite("faults reported of DICOMweb elsewhere")
struct ImageReportedFaultTests {
  private static let study = "/dicom-web/studies/\(ImagesBench.study)"
  private static let frames = study + "/series/1.2/instances/1.3/frames/1"

  private static func archive(_ acts: @escaping @Sendable (String) -> [FakeArchive.Act]) async throws -> (
    FakeArchive, ImagesBench
  ) {
    let archive = try await FakeArchive.start(acts)
    return (archive, try await ImagesBench(["SYNTH-H1": archive.root]))
  }

  /// The `Accept` that the archive saw.
  private static func asked(_ path: String, _ accept: String) async throws -> String {
    let (archive, bench) = try await archive { head in
      FakeArchive.answer(
        Array("[]".utf8), type: head.contains("dicom+json") ? "application/dicom+json" : "multipart/related; boundary=b"
      )
    }
    try await bench.app.test(.router) { client in
      let answer = try await client.get(path, bench.headers(accept: accept))
      #expect(answer.status == .ok, "\(accept): \(answer.text)")
    }
    try await archive.stop()
    let lines = (archive.asked.last ?? "").split(separator: "\r\n").filter { $0.hasPrefix("Accept: ") }
    #expect(lines.count == 1)
    return String(lines.first?.dropFirst(8) ?? "")
  }

  /// cornerstonejs/cornerstoneWADOImageLoader #54 and #78, microsoft/dicom-server #1284; ImagingDataCommons/dicom-microscopy-viewer #32.
  @Test("quotes that a viewer leaves out, or sets around too much, are set as the standard has them")
  func quotes() async throws {
    let whole = "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*"
    #expect(try await Self.asked(Self.frames, "multipart/related;type=application/octet-stream") == whole)
    #expect(
      try await Self.asked(
        Self.frames, "multipart/related; type=\"image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50\"")
        == "multipart/related; type=\"image/jpeg\"; transfer-syntax=1.2.840.10008.1.2.4.50")
  }

  /// OHIF/Viewers #3726 and #3990: archives that read only one range refuse several.
  @Test("of several ranges the archive sees one, that of what is asked for")
  func several() async throws {
    let ohif = "application/dicom+json, multipart/related; type=application/octet-stream; transfer-syntax=*"
    #expect(try await Self.asked(Self.study + "/metadata", ohif) == "application/dicom+json")
  }

  /// OHIF/Viewers #1756, and Orthanc's answer 500 to who asks a compressed study for nothing in particular.
  @Test("a viewer that names no transfer syntax gets what was stored")
  func stored() async throws {
    let stored = "multipart/related; type=\"application/dicom\"; transfer-syntax=*"
    for accept in ["multipart/related; type=\"application/dicom\"", "*/*"] {
      #expect(try await Self.asked(Self.study, accept) == stored)
    }
  }

  /// cornerstonejs/cornerstoneWADOImageLoader #356, dcm4che/dcm4chee-arc-light #1470, UMEssen/DICOM-RST #60.
  @Test(
    "what the archive would answer with something else is refused as not acceptable, in the header and in the address")
  func acceptable() async throws {
    let (archive, bench) = try await Self.archive { _ in FakeArchive.answer([1], type: "multipart/related") }
    try await bench.app.test(.router) { client in
      for (path, accept) in [
        (Self.study, "multipart/related; type=\"application/octet-stream\""),
        (Self.study + "?accept=multipart/related;type=application/pdf", nil), (Self.study + "/metadata", "text/html"),
      ] {
        let answer = try await client.get(path, bench.headers(accept: accept))
        #expect(answer.status == .notAcceptable, "\(path)")
      }
    }
    #expect(archive.asked.isEmpty)
    try await archive.stop()
  }

  /// fli-iam/shanoir-ng #3712: a proxy without the type, and with every error as 200.
  @Test("the type comes with its transfer syntax, and an archive's error is none of ours with 200")
  func types() async throws {
    let type = "multipart/related; type=\"image/jp2; transfer-syntax=1.2.840.10008.1.2.4.91\"; boundary=a-b"
    let (archive, bench) = try await Self.archive { head in
      head.contains("/frames/1 ")
        ? FakeArchive.answer([1, 2, 3], type: type)
        : FakeArchive.answer(Array("{}".utf8), type: "application/json", status: "500 Internal Server Error")
    }
    try await bench.app.test(.router) { client in
      let good = try await client.get(Self.frames, bench.headers())
      #expect(good.status == .ok && good.headers[.contentType] == type)
      let bad = try await client.get(Self.study, bench.headers())
      #expect(bad.status == .badGateway && bad.headers[.contentType] == "application/json")
    }
    try await archive.stop()
  }

  /// dcm4che/dcm4chee-arc-light #477 and #3111, UMEssen/DICOM-RST #50: 204 of the older standard, 200 of the newer.
  @Test("nothing found is told as the archive tells it")
  func nothing() async throws {
    for isOld in [true, false] {
      let (archive, bench) = try await Self.archive { _ in
        isOld
          ? [.send("HTTP/1.1 204 No Content\r\n\r\n")]
          : FakeArchive.answer(Array("[]".utf8), type: "application/dicom+json")
      }
      try await bench.app.test(.router) { client in
        for path in ["/dicom-web/studies?StudyInstanceUID=\(ImagesBench.study)", Self.study + "/series"] {
          let answer = try await client.get(path, bench.headers())
          #expect(answer.status.code == (isOld ? 204 : 200) && answer.text == (isOld ? "" : "[]"))
        }
      }
      try await archive.stop()
    }
  }

  /// dcm4che/dcm4chee-arc-light #4062: `…/studies/null`. #1652: attributes that it does not know do not narrow a search.
  @Test("an address that leads nowhere names no archive all the same; what was not asked for is not given")
  func strange() async throws {
    let own = "\"0020000D\":{\"vr\":\"UI\",\"Value\":[\"\(ImagesBench.study)\"]}"
    let (archive, bench) = try await Self.archive { head in
      let root = "http://" + (head.firstMatch(of: /[Hh]ost: (\S+)/).map { String($0.1) } ?? "") + "/dicom-web"
      let found = "[{\(own),\"00081190\":{\"vr\":\"UR\",\"Value\":[\"\(root)/studies/null\"]}}]"
      return FakeArchive.answer(Array(found.utf8), type: "application/dicom+json")
    }
    try await bench.app.test(.router) { client in
      let answer = try await client.get("/dicom-web/studies?StudyInstanceUID=\(ImagesBench.study)", bench.headers())
      #expect(
        answer.text.contains("https://registry.example/dicom-web/studies/null") && !answer.text.contains("127.0.0.1"))
    }
    try await archive.stop()
  }

  /// OHIF/Viewers #749: an archive of before, whose search is XML in parts.
  @Test("an archive that does not speak JSON is told as one that answers otherwise than it was asked")
  func older() async throws {
    let (archive, bench) = try await Self.archive { _ in
      FakeArchive.answer([1], type: "multipart/related; type=\"application/dicom+xml\"; boundary=b")
    }
    try await bench.app.test(.router) { client in
      let answer = try await client.get(Self.study + "/series", bench.headers())
      #expect(answer.status == .badGateway && answer.text.contains("archive-refused"))
    }
    try await archive.stop()
  }
}
