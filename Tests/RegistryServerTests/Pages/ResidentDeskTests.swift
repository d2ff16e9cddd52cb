import Clinical
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Registry
import RegistryStore
import Testing
import XMLReading

@testable import RegistryServer

@Suite("the resident's desk")
struct ResidentDeskTests {
  @Test("the own record, an item, a report; and that it was looked at")
  func record() async throws {
    let bench = try await DeskBench()
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .resident)
      #expect(browser.path == "/resident" && browser.page.main.contains("样例卯"))
      let links = browser.page.links.map(\.path)
      #expect(links.contains("/resident/items/K") && !links.contains { $0.hasPrefix("/clinician") })
      try await browser.get("/resident/items/K")
      #expect(browser.page.main.contains("4.05"))
      let report = try #require(browser.page.links.first { $0.path.contains("/reports/") }?.path)
      try await browser.get(report)
      #expect(browser.status == 200 && browser.page.main.contains("40518-22"))
      try await browser.get("/resident/access")
      #expect(browser.page.main.contains("本人查看") && browser.page.main.contains("resident.one"))
    }
  }

  @Test("who looked, when and why, is told, break-glass with its reason")
  func access() async throws {
    let bench = try await DeskBench()
    try await bench.app().test(.router) { client in
      let clinician = try await bench.browser(client, as: .clinician)
      try await clinician.get("/clinician")
      try await clinician.submit(["number": DeskBench.patient, "name": "样例卯", "reason": "<昏迷>"])
      #expect(clinician.status == 200)
      let browser = try await bench.browser(client, as: .resident)
      try await browser.get("/resident/access?lang=en")
      let rows = browser.page.all("tbody").first?.all("tr").map(\.wholeText) ?? []
      #expect(rows.contains { $0.contains("clinician.one") && $0.contains("break glass: <昏迷>") }, "\(rows)")
    }
  }

  @Test("a report that is not mine is hidden from everybody at once; of another's nobody can say it")
  func notMine() async throws {
    let bench = try await DeskBench()
    let other = try bench.person("999901196205141019")
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .resident)
      try await browser.get("/resident/items/K")
      let report = try #require(browser.page.links.first { $0.path.contains("/reports/") }?.path)
      try await browser.get(report)
      try await browser.submit(["reason": ""], to: "/disputes")
      #expect(browser.status == 422, "without a reason it is none")
      try await browser.get(report)
      try await browser.submit(["reason": "那天我不在"], to: "/disputes")
      #expect(browser.status == 200 && browser.page.title == "已提出异议")
      try await browser.get(report)
      #expect(browser.status == 404)
      let clinician = try await bench.browser(client, as: .clinician)
      try await clinician.get("/clinician")
      try await clinician.submit(["number": DeskBench.patient, "name": "样例卯"])
      #expect(!clinician.page.main.contains("4.05") && clinician.page.all("article").isEmpty)
      // A report of somebody else's.
      let theirs = try await bench.registry.look {
        try $0.healthRecord(of: other, for: .person, at: bench.registry.now)
      }
      try await browser.get("/resident/items/TSH")
      try await browser.get(try #require(browser.page.links.first { $0.path.contains("/reports/") }?.path))
      var fields = try #require(browser.page.forms.first { $0.action.hasSuffix("/disputes") }).fields
      fields["report"] = try #require(theirs.reports.first?.id)
      fields["reason"] = "x"
      try await browser.send(.post, "/resident/disputes", Browser.encoded(fields))
      #expect(browser.status == 404)
    }
  }

  @Test("my code, as a picture and in letters")
  func code() async throws {
    let bench = try await DeskBench()
    let code = try bench.person()
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .resident)
      try await browser.get("/resident/code")
      #expect(browser.page.all("code").map(\.wholeText) == [code])
      #expect(browser.text.contains(QRCode("HUREN:" + code)?.picture("我的个人码的二维码").markup ?? "none"))
    }
  }
}
