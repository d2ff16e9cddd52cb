import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Registry
import Testing

@testable import RegistryServer

@Suite("images of a real archive, through the registry", .enabled(if: Orthanc.isThere))
struct OrthancTests {
  private static let stored = "multipart/related; type=\"application/dicom\"; transfer-syntax=*"
  private static let pixels = "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*"

  private func digests(_ parts: [ArraySlice<UInt8>]) -> [String] {
    parts.map { SHA256.hash(data: Array($0)).description }
  }

  private static func string(_ instance: [String: Any], _ tag: String) -> String? {
    ((instance[tag] as? [String: Any])?["Value"] as? [String])?.first
  }

  @Test("studies, series, instances, frames and pictures: every part is what the archive gives, bit by bit")
  func whole() async throws {
    let orthanc = try await Orthanc.started()
    for name in Orthanc.names { try await orthanc.store(name) }
    let search = try await orthanc.get("/studies", accept: "application/dicom+json")
    let found = try #require(try JSONSerialization.jsonObject(with: Data(search.body)) as? [[String: Any]])
    let studies = found.compactMap { Self.string($0, "0020000D") }
    #expect(studies.count == 4)
    let bench = try await ImagesBench(["SYNTH-H1": orthanc.root], studies: studies.map { ("SYNTH-H1", $0) })
    let (files, frames, pictures) = try await bench.app.test(.router) { client in
      var (files, frames, pictures) = (0, 0, 0)
      func same(_ path: String, accept: String) async throws -> Int {
        let own = try await orthanc.get(path, accept: accept)
        let told = try await client.get("/dicom-web" + path, bench.headers(accept: accept))
        #expect(told.status == .ok, "\(path)")
        let type = told.headers[.contentType] ?? ""
        #expect(type.prefix { $0 != ";" } == own.type.prefix { $0 != ";" })
        guard type.hasPrefix("multipart/") else {
          #expect(SHA256.hash(data: Array(told.body.readableBytesView)) == SHA256.hash(data: own.body), "\(path)")
          return 1
        }
        let parts = try Multipart.parts(Array(told.body.readableBytesView), type: type)
        let given = try Multipart.parts(own.body, type: own.type)
        #expect(!parts.isEmpty && digests(parts) == digests(given), "\(path)")
        return parts.count
      }
      for study in studies {
        files += try await same("/studies/\(study)", accept: Self.stored)
        // What every viewer asks for first, and from where it goes on.
        let metadata = try await client.get("/dicom-web/studies/\(study)/metadata", bench.headers())
        #expect(metadata.status == .ok && !metadata.text.contains("127.0.0.1"))
        let instances = try #require(
          try JSONSerialization.jsonObject(with: Data(metadata.body.readableBytesView)) as? [[String: Any]])
        let own = try await orthanc.get("/studies/\(study)/metadata", accept: "application/dicom+json")
        let text = String(decoding: own.body, as: UTF8.self).replacing(
          orthanc.root, with: "https://registry.example/dicom-web")
        #expect(metadata.text == text)
        for instance in instances {
          let series = try #require(Self.string(instance, "0020000E"))
          let uid = try #require(Self.string(instance, "00080018"))
          let path = "/studies/\(study)/series/\(series)/instances/\(uid)"
          #expect(try await same("/studies/\(study)/series/\(series)", accept: Self.stored) >= 1)
          #expect(try await same(path, accept: Self.stored) == 1)
          frames += try await same(path + "/frames/1", accept: Self.pixels)
          // Debian's Orthanc has no decoder for JPEG 2000.
          let picture = try await client.get("/dicom-web\(path)/rendered", bench.headers(accept: "image/png"))
          if picture.status == .ok {
            pictures += try await same(path + "/rendered", accept: "image/png")
            pictures += try await same(path + "/frames/1/rendered?window=300,600,linear", accept: "image/jpeg")
          } else {
            #expect(picture.status == .notAcceptable && picture.text.contains("images-not-acceptable"))
          }
        }
        // Each list leads on with the registry's addresses.
        for list in ["/studies?StudyInstanceUID=\(study)", "/studies/\(study)/series", "/studies/\(study)/instances"] {
          let told = try await client.get("/dicom-web" + list, bench.headers())
          #expect(told.text.contains("https://registry.example/dicom-web/studies/\(study)"), "\(list)")
          #expect(told.status == .ok && !told.text.contains("127.0.0.1"))
        }
      }
      return (files, frames, pictures)
    }
    #expect(files == Orthanc.names.count && frames == files && pictures >= 6)
    #expect(try bench.accesses() == studies.map { _ in "answered" })
  }

  @Test(
    "a study that the archive does not have is told as that, and values that metadata leaves out are found by their addresses"
  )
  func bulk() async throws {
    let orthanc = try await Orthanc.started()
    try await orthanc.store("CT_small")
    let search = try await orthanc.get("/studies", accept: "application/dicom+json")
    let found = try #require(try JSONSerialization.jsonObject(with: Data(search.body)) as? [[String: Any]])
    let study = try #require(found.first.flatMap { Self.string($0, "0020000D") })
    let bench = try await ImagesBench(
      ["SYNTH-H1": orthanc.root], studies: [("SYNTH-H1", study), ("SYNTH-H1", ImagesBench.study)])
    try await bench.app.test(.router) { client in
      let missing = try await client.get("/dicom-web/studies/\(ImagesBench.study)", bench.headers())
      #expect(missing.status == .notFound && missing.text.contains("images-missing"))
      let none = try await client.get(
        "/dicom-web/studies?StudyInstanceUID=\(ImagesBench.study)", bench.headers())
      #expect(none.status == .ok && none.text == "[]")
      let metadata = try await client.get("/dicom-web/studies/\(study)/metadata", bench.headers())
      let address = metadata.text.firstMatch(of: /"BulkDataURI" ?: ?"https:\/\/registry\.example([^"]+)"/)
      let path = String(try #require(address, "\(metadata.text.prefix(2000))").1)
      let value = try await client.get(path, bench.headers())
      #expect(value.status == .ok && value.body.readableBytes > 0, "\(path) \(value.text.prefix(300))")
    }
  }
}
