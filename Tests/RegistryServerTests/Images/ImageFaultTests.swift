import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NIOPosix
import Registry
import Synchronization
import Testing

@testable import RegistryServer

@Suite("archives that are dead, hang or lie")
struct ImageFaultTests {
  private static let study = "/dicom-web/studies/\(ImagesBench.study)"
  private static let dicom = "multipart/related; type=\"application/dicom\"; boundary=b"

  /// What is told of an archive that does so, asked for a path.
  private static func told(
    _ path: String = study, accept: String? = nil, silence: Duration = .seconds(60),
    _ acts: @escaping @Sendable (String) -> [FakeArchive.Act]
  ) async throws -> String {
    let archive = try await FakeArchive.start(acts)
    let bench = try await ImagesBench(["SYNTH-H1": archive.root], silence: silence)
    let told = try await bench.app.test(.router) { client in
      let answer = try await client.get(path, bench.headers(accept: accept))
      #expect(!answer.text.contains("127.0.0.1") && !answer.text.contains(ImagesBench.study))
      return "\(answer.status.code) " + ((answer.json["error"] as? [String: Any])?["code"] as? String ?? "")
    }
    try await archive.stop()
    return told
  }

  @Test("one that is not there, or takes the connection and never answers, is told so")
  func dead() async throws {
    let gone = try await FakeArchive.start { _ in [] }
    let root = gone.root
    try await gone.stop()
    let bench = try await ImagesBench(["SYNTH-H1": root])
    try await bench.app.test(.router) { client in
      let answer = try await client.get(Self.study, bench.headers())
      #expect(answer.status == .badGateway && answer.text.contains("archive-unreachable"))
    }
    #expect(try await Self.told(silence: .milliseconds(300)) { _ in [.hang] } == "504 images-unavailable")
    let headAlone = try await Self.told(silence: .milliseconds(300)) { _ in
      [.send("HTTP/1.1 200 OK\r\nContent-Type: \(Self.dicom)\r\nContent-Length: 9\r\n\r\n"), .hang]
    }
    #expect(headAlone == "504 images-unavailable")
    #expect(try await Self.told { _ in [.close] } == "502 archive-unreachable")
    #expect(try await Self.told { _ in [.send("SSH-2.0-OpenSSH_9.2\r\n"), .close] } == "502 archive-unreachable")
  }

  @Test("service.md's five seconds are what an archive has")
  func silence() { #expect(ServerConfiguration().images.silence == .seconds(5)) }

  @Test("one that sends half and hangs is cut: whoever reads sees that it is not whole")
  func half() async throws {
    for isChunked in [false, true] {
      let archive = try await FakeArchive.start { _ in
        let length = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: 100"
        return [
          .send("HTTP/1.1 200 OK\r\nContent-Type: \(Self.dicom)\r\n\(length)\r\n\r\n"),
          .send(isChunked ? "5\r\nhalf!\r\n" : "half!"), .hang,
        ]
      }
      let bench = try await ImagesBench(["SYNTH-H1": archive.root], silence: .seconds(8))
      try await bench.app.test(.live) { client in
        let fields = ["Huren-Person: \(bench.person)"]
        let head = RawHTTP.head("GET", Self.study, fields, as: "orders-SYNTH-H4")
        let answer = try await RawHTTP.send(try #require(client.port), [Array(head.utf8)], answers: .max)
        #expect(
          answer.hasPrefix("HTTP/1.1 200") && answer.contains("half!") && !answer.contains("\r\n0\r\n"), "\(answer)")
      }
      try await archive.stop()
    }
  }

  @Test("one that sends elsewhere, something else, or of somebody else is not believed")
  func lying() async throws {
    let elsewhere = try await FakeArchive.start { _ in FakeArchive.answer([1], type: Self.dicom) }
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
      let told = try await Self.told { _ in
        FakeArchive.answer([], type: Self.dicom, status: status, fields: ["Location: \(elsewhere.root)/studies/1.2"])
      }
      #expect(told == "502 archive-refused", "\(status)")
    }
    #expect(elsewhere.asked.isEmpty)
    try await elsewhere.stop()
    for type in ["text/html", "image/svg+xml", "application/javascript", "application/dicom+json", "", "x"] {
      #expect(try await Self.told { _ in FakeArchive.answer([1], type: type) } == "502 archive-refused", "\(type)")
    }
    let picture = Self.study + "/series/1.2/instances/1.3/rendered"
    for type in ["text/html", "image/svg+xml", "multipart/related; type=\"text/html\"; boundary=b"] {
      #expect(try await Self.told(picture) { _ in FakeArchive.answer([1], type: type) } == "502 archive-refused")
    }
    let packed = try await Self.told { _ in
      FakeArchive.answer([1], type: Self.dicom, fields: ["Content-Encoding: gzip"])
    }
    #expect(packed == "502 archive-refused")
    for (status, told) in [
      ("404 Not Found", "404 images-missing"), ("410 Gone", "404 images-missing"),
      ("400 Bad Request", "406 images-not-acceptable"), ("406 Not Acceptable", "406 images-not-acceptable"),
      ("401 Unauthorized", "502 archive-refused"), ("403 Forbidden", "502 archive-refused"),
      ("500 Internal Server Error", "502 archive-refused"), ("503 Service Unavailable", "502 archive-refused"),
      ("206 Partial Content", "502 archive-refused"),
    ] {
      #expect(try await Self.told { _ in FakeArchive.answer([1], type: Self.dicom, status: status) } == told)
    }
    // It does not know the attribute, and gives what it has of everybody.
    let search = "/dicom-web/studies?StudyInstanceUID=\(ImagesBench.study)"
    for found in [
      "[{\"0020000D\":{\"vr\":\"UI\",\"Value\":[\"2.999.6\"]}}]",
      "[{\"0020000D\":{\"vr\":\"UI\",\"Value\":[\"\(ImagesBench.study)\"]}},{}]", "{}", "[", "",
    ] {
      let told = try await Self.told(search) { _ in
        FakeArchive.answer(Array(found.utf8), type: "application/dicom+json")
      }
      #expect(told == "502 archive-refused", "\(found)")
    }
  }

  @Test("one that does not end is cut where nothing can be as long, and its connection with it")
  func endless() async throws {
    let picture = Self.study + "/series/1.2/instances/1.3/rendered"
    let piece = [UInt8](repeating: 7, count: 1 << 16)
    for path in [picture, "/dicom-web/studies?StudyInstanceUID=\(ImagesBench.study)"] {
      let type = path == picture ? "image/png" : "application/dicom+json"
      let archive = try await FakeArchive.start { _ in
        let chunk = Array("10000\r\n".utf8) + piece + Array("\r\n".utf8)
        return [
          .send("HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nTransfer-Encoding: chunked\r\n\r\n"), .again(chunk, .max),
        ]
      }
      let bench = try await ImagesBench(["SYNTH-H1": archive.root])
      try await bench.app.test(.live) { client in
        let fields = ["Huren-Person: \(bench.person)", "Connection: close"]
        let head = RawHTTP.head("GET", path, fields, as: "orders-SYNTH-H4")
        let bytes = try await RawHTTP.count(try #require(client.port), Array(head.utf8))
        #expect(bytes < 80 << 20)
      }
      // Some of it is still in the network's own buffers.
      #expect(archive.sent.load(ordering: .relaxed) < 120 << 20)
      try await archive.stop()
    }
  }
}

extension RawHTTP {
  /// How many bytes come back until the other end closes; none of them is kept.
  static func count(_ port: Int, _ request: [UInt8]) async throws -> Int {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(bytes: request))
      var count = 0
      do { for try await buffer in inbound { count += buffer.readableBytes } } catch {}
      return count
    }
  }
}
