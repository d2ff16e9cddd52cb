import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Registry
import RegistryStore
import Testing
import XMLReading

@testable import RegistryServer

@Suite("pages: their ground")
struct PageGroundTests {
  @Test(
    "what is put into markup is text, whatever it is",
    arguments: [
      "<script>alert(1)</script>", "\"><b onmouseover=\"x\">", "' onfocus='x", "&lt;&#60;&amp", "]]><![CDATA[", "<!--",
      "\u{0}\u{1}\u{B}\u{1F}\u{7F}\u{85}", "\u{202E}gnihtyna\u{202C}", "\u{2066}a\u{2069}\u{200B}\u{FEFF}",
      "\u{FFFE}\u{FFFF}",
      "a\r\nb\rc\td", "𠮷甲e\u{301}", "%3Cscript%3E", "javascript:alert(1)", "${7*7}{{7*7}}<%= 7*7 %>",
    ])
  func escaped(hostile: String) throws {
    let frame = PageFrame(language: .zh, path: "/", session: nil)
    let page = Page(frame, hostile) {
      tag("p", .class(hostile), .id("a"), .init("aria-label", hostile)) { hostile }
      link(PagePath(hostile, hostile).asking(hostile, hostile).at(hostile), hostile)
      Field(name: "f", label: hostile, value: hostile, hint: hostile).html
      notice(hostile)
      QRCode("a")?.picture(hostile)
    }
    let read = try SeenPage(page.document, at: "/")
    #expect(read.all("script").isEmpty && read.all("b").isEmpty)
    for element in read.elements {
      for attribute in element.attributes { #expect(!attribute.name.hasPrefix("on"), "\(attribute.name)") }
    }
    let plain = hostile.unicodeScalars.filter {
      $0.value >= 0x20 && $0.value < 0x7F || $0.value > 0x2E7F && $0.value < 0xFE00
    }
    let kept = String(String.UnicodeScalarView(plain))
    let said = read.all("p").first?.wholeText ?? ""
    let saidPlain = said.unicodeScalars.filter {
      $0.value >= 0x20 && $0.value < 0x7F || $0.value > 0x2E7F && $0.value < 0xFE00
    }
    #expect(String(String.UnicodeScalarView(saidPlain)) == kept)
    #expect(
      !said.unicodeScalars.contains { (0x202A...0x202E).contains($0.value) || (0x2066...0x2069).contains($0.value) })
    for (path, _) in read.links { #expect(path.hasPrefix("/") && !path.hasPrefix("//") && !path.contains("<")) }
  }

  @Test("a path's parts are never a way to somewhere else")
  func paths() {
    #expect(PagePath("..", ".", "a/b", "//evil").text == "/%2E%2E/%2E/a%2Fb/%2F%2Fevil")
    #expect(PagePath(asked: "//evil.example").text == "/" && PagePath(asked: "https://evil").text == "/")
    #expect(PagePath("a").asking("b", "c&d").asking("e", 1).at("f").text == "/a?b=c%26d&e=1#f")
  }

  @Test("the stylesheet is kept for ever under the name of its content, and asked for again it is not sent")
  func assets() async throws {
    let bench = try await DeskBench(filled: false)
    try await bench.app().test(.router) { client in
      let path = Asset.stylesheet.path.text
      let first = try await client.execute(uri: path, method: .get)
      #expect(first.status == .ok && first.headers[.contentType] == "text/css; charset=utf-8")
      #expect(first.headers[.cacheControl] == "public, max-age=31536000, immutable")
      let tag = try #require(first.headers[.eTag])
      for known in [tag, "W/" + tag, "\"x\", \(tag)", "*"] {
        let again = try await client.execute(uri: path, method: .get, headers: [.ifNoneMatch: known])
        #expect(again.status == .notModified && again.body.readableBytes == 0)
      }
      #expect(try await client.execute(uri: "/assets/desk-0000.css", method: .get).status == .notFound)
      #expect(try await client.execute(uri: "/assets/%2e%2e%2fhuren.yaml", method: .get).status == .notFound)
      #expect(!first.text.contains("url(") && !first.text.contains("@import"))
    }
  }

  @Test("a language is asked for, kept, or preferred; each page says the same in both")
  func languages() async throws {
    let bench = try await DeskBench(filled: false)
    try await bench.app().test(.router) { client in
      let browser = Browser(client)
      for path in ["/sign-in", "/enrol", "/nothing", "/launch/x"] {
        try await browser.get(path + "?lang=en")
        let english = browser.page
        // But for what leads to the other language, nothing of it is Chinese.
        let others = english.all("a").filter { $0.attribute("lang") == "zh-CN" }.map(\.wholeText).joined()
        #expect(english.root?.attribute("lang") == "en" && others == "中文")
        #expect(
          (english.root?.wholeText ?? "").replacing("中文", with: "").allSatisfy { $0.isASCII || "·…–".contains($0) })
        try await browser.get(path)
        #expect(browser.page.root?.attribute("lang") == "en", "it is kept")
        try await browser.get(path + "?lang=zh")
        #expect(browser.page.root?.attribute("lang") == "zh-CN")
        #expect(browser.page.elements.map(\.name) == english.elements.map(\.name), "\(path)")
      }
      for (accepts, language) in [("en-US,en;q=0.9,zh;q=0.5", "en"), ("de, zh-CN", "zh-CN"), ("fr", "zh-CN")] {
        let answer = try await client.execute(
          uri: "/sign-in", method: .get, headers: [.acceptLanguage: accepts, .accept: "text/html"])
        #expect(answer.headers[.contentLanguage] == language)
      }
    }
  }

  @Test("people come in by the pages alone; programs are answered as before")
  func entry() async throws {
    let bench = try await DeskBench(filled: false)
    try await bench.app().test(.router) { client in
      let browser = Browser(client)
      try await browser.get("/")
      #expect(browser.path == "/sign-in" && browser.status == 200)
      try await browser.get("/clinician")
      #expect(browser.path == "/sign-in?to=%2Fclinician", "who is not signed in is led to where one does")
      let code = try bench.addUser(.clinician)
      try await browser.get("/enrol")
      try await browser.submit(["name": "clinician.one", "code": "wrong", "password": DeskBench.password])
      #expect(browser.status == 401 && browser.page.all("p").contains { $0.attribute("role") == "alert" })
      try await browser.submit(["name": "clinician.one", "code": code, "password": "short"])
      #expect(browser.status == 422)
      try await browser.submit(["name": "clinician.one", "code": code, "password": DeskBench.password])
      #expect(browser.status == 200 && browser.page.all("svg").count == 1)
      let totp = OneTimePassword(secret: try #require(try bench.registry.accountSecrets("clinician.one")?.totp))
      #expect(browser.text.replacing(" ", with: "").contains(totp.base32))
      try await browser.get("/sign-in")
      let step = totp.code(step: bench.registry.now.milliseconds / 30_000)
      try await browser.submit(["name": "clinician.one", "password": DeskBench.password + "x", "code": step])
      #expect(browser.status == 401 && browser.path == "/sign-in")
      try await browser.submit(["name": "clinician.one", "password": DeskBench.password, "code": step])
      #expect(browser.status == 200 && browser.path == "/clinician")
      try await browser.get("/")
      #expect(browser.path == "/clinician")
      try await browser.get("/nothing")
      #expect(browser.status == 404 && browser.page.title == "没有此页")
      try await browser.submit(to: "/sign-out", withToken: false)
      #expect(browser.status == 403)
      try await browser.get("/clinician")
      try await browser.submit(to: "/sign-out")
      #expect(browser.path == "/sign-in" && browser.cookies["__Host-huren"] == nil)
      // A program says nothing of pages.
      let program = try await client.execute(uri: "/clinician", method: .get)
      #expect(program.status == .unauthorized && program.text.contains("\"not-authenticated\""))
    }
  }

  @Test("attempts that are slowed down are told with when to try again")
  func slowed() async throws {
    let bench = try await DeskBench(filled: false)
    try await bench.app().test(.router) { client in
      let browser = Browser(client)
      try await browser.get("/sign-in")
      for _ in 0..<6 { try await browser.submit(["name": "nobody", "password": "nothing at all", "code": "1"]) }
      #expect(browser.status == 429 && browser.headers[.retryAfter] == "1" && browser.page.forms.count == 1)
    }
  }

  @Test("who comes to a page from elsewhere is led to it, through signing in where needed, and nowhere else")
  func arriving() async throws {
    let bench = try await DeskBench(filled: false)
    try await bench.app().test(.router) { client in
      let path = "/clinician/decisions/\(String(repeating: "0", count: 32))"
      var headers: HTTPFields = [.accept: "text/html", .secFetchSite: "cross-site"]
      let first = try await client.execute(uri: path, method: .get, headers: headers)
      #expect(first.status == .ok && first.text.contains("content=\"0;url=\(path)\""))
      headers[.secFetchSite] = "same-origin"
      let second = try await client.execute(uri: path, method: .get, headers: headers)
      #expect(second.status == .seeOther)
      #expect(second.headers[.location] == "/sign-in?to=" + path.replacing("/", with: "%2F"))
      let browser = try await bench.browser(client, as: .clinician)
      try await browser.submit(to: "/sign-out")
      try await browser.get(path)
      #expect(browser.path.hasPrefix("/sign-in?to="))
      try await browser.submit(["name": "clinician.one", "password": DeskBench.password, "code": "000000"])
      #expect(browser.status == 401)
      bench.sample.time.set("2026-05-19T09:10:00+08:00")
      let totp = OneTimePassword(secret: try #require(try bench.registry.accountSecrets("clinician.one")?.totp))
      try await browser.submit([
        "name": "clinician.one", "password": DeskBench.password,
        "code": totp.code(step: bench.registry.now.milliseconds / 30_000),
      ])
      #expect(browser.path == path && browser.status == 404, "there is no such decision; it was led there")
      for target in [
        "https://evil.example", "//evil.example", "/sign-out", "/launch/x", "/clinician\\..", "/v1/query", "/a b",
      ] {
        #expect(PagePath(page: target) == nil, "\(target)")
      }
    }
  }
}
