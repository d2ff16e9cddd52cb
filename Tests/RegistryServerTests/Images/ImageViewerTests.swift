import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Registry
import Testing

@testable import RegistryServer

@Suite("the viewer's page")
struct ImageViewerTests {
  func address(_ bench: ImagesBench, _ client: any TestClientProtocol, _ study: String) async throws -> String {
    let given = try await client.execute(
      uri: "/images", method: .post, headers: [.authorization: "own", .contentType: "application/json"],
      body: ByteBuffer(string: "{\"studyInstanceUid\":\"\(study)\"}"))
    return try #require(given.json["viewer"] as? String, "\(given.text)").replacing(
      "https://registry.example", with: "")
  }

  @Test("runs nothing but its own file, shows nothing of elsewhere, tells nobody its address, and names no patient")
  func page() async throws {
    let bench = try await ImagesBench(["SYNTH-H1": "http://127.0.0.1:9/dicom-web"])
    try await bench.app.test(.router) { client in
      let path = try await address(bench, client, ImagesBench.study)
      for (language, word) in [("en-GB,en;q=0.9", "Window width"), ("zh-CN,zh;q=0.9", "窗宽"), ("", "窗宽")] {
        let page = try await client.get(path, [.acceptLanguage: language])
        #expect(page.status == .ok && page.headers[.contentType] == "text/html; charset=utf-8")
        let policy = try #require(page.headers[.contentSecurityPolicy])
        #expect(policy.hasPrefix("default-src 'none'; script-src 'self'") && !policy.contains("unsafe"))
        #expect(page.headers[HTTPField.Name("Referrer-Policy")!] == "no-referrer")
        #expect(
          page.text.contains(word) && page.text.contains("<html lang=\"\(language.hasPrefix("en") ? "en" : "zh-CN")\">")
        )
        #expect(!page.text.contains("style=") && page.text.firstMatch(of: /\son[a-z]+=/) == nil)
        #expect(page.text.matches(of: /<script(?: [^>]*)?>([^<]*)<\/script>/).allSatisfy { $0.1.isEmpty })
        #expect(!page.text.contains(bench.person) && !page.text.contains("样"))
        // Every field has its name.
        let fields = page.text.matches(of: /<(input|select)/).count
        #expect(fields == page.text.matches(of: /<label>/).count && fields == 5)
      }
      for (file, type) in [("/images/viewer.js", "text/javascript"), ("/images/viewer.css", "text/css")] {
        let answer = try await client.get(file, [:])
        #expect(answer.status == .ok && answer.headers[.contentType] == "\(type); charset=utf-8")
      }
      #expect(try await client.get("/images/x/view", [:]).status == .unauthorized)
    }
    // The page itself is no other look than the one that its address was given for.
    #expect(try bench.accesses() == ["answered"])
  }

  private static let isSeen: Bool = {
    let isThere =
      Orthanc.isThere && Command.hasPython("selenium") && FileManager.default.fileExists(atPath: "/usr/bin/chromium")
    if !isThere {
      print("skipped: the viewer in a browser (apt-get install chromium chromium-driver, pip install selenium)")
    }
    return isThere
  }()

  @Test(
    "shows, turns, windows and enlarges by keyboard, mouse and touch, at the width of a phone, too",
    .enabled(if: isSeen))
  func seen() async throws {
    let orthanc = try await Orthanc.started()
    try await orthanc.store("SC_rgb_rle_2frame")
    try await orthanc.store("CT_small")
    let search = try await orthanc.get("/studies", accept: "application/dicom+json")
    let found = try #require(try JSONSerialization.jsonObject(with: Data(search.body)) as? [[String: Any]])
    let studies = found.compactMap { (($0["0020000D"] as? [String: Any])?["Value"] as? [String])?.first }
    let bench = try await ImagesBench(["SYNTH-H1": orthanc.root], studies: studies.map { ("SYNTH-H1", $0) })
    try await bench.app.test(.live) { client in
      let port = try #require(client.port)
      var addresses: [String] = []
      for study in studies { addresses.append("http://127.0.0.1:\(port)" + (try await address(bench, client, study))) }
      // To look at what it looked like.
      let pictures = ProcessInfo.processInfo.environment["HUREN_PICTURES"].map { ["--pictures", $0] } ?? []
      let script = SampleRegistry.root.appending(path: "Tests/RegistryServerTests/Images/viewer.py").path
      let outcome = try await Command.run(["timeout", "-s", "KILL", "180", "python3", script] + addresses + pictures)
      #expect(outcome.status == 0, "\(outcome.output)")
    }
  }
}
