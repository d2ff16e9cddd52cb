import Catalogue
import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Registry
import RegistryStore
import Testing
import XMLReading

@testable import RegistryServer

@Suite("the operator's desk")
struct OperatorDeskTests {
  @Test("feeds by institution, and codes without an item")
  func feeds() async throws {
    let bench = try await DeskBench()
    let unmapped = ServerBench.message("9").replacing("K^钾^L", with: "ODD<1>^怪^L")
    _ = try await bench.registry.submit(Array(unmapped.utf8), label: "test")
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .operator)
      #expect(
        browser.path == "/operator" && browser.page.main.contains("SYNTH-H1") && browser.page.main.contains("9家机构"))
      try await browser.get("/operator/codes")
      #expect(browser.page.main.contains("ODD<1>") && browser.page.main.contains("SYNTH-H1"))
    }
  }

  @Test(
    "the quarantine without a word of a message; one is opened at the place for a stated reason, and all tried again")
  func quarantine() async throws {
    let bench = try await DeskBench()
    let held = try bench.registry.quarantined()
    let truncated = try #require(held.first { $0.label.hasSuffix("truncated.xml") })
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .operator)
      try await browser.get("/operator/quarantine")
      #expect(browser.page.all("tbody").first?.all("tr").count == held.count)
      #expect(!browser.text.contains("样例"))
      try await browser.get("/operator/quarantine/\(truncated.id)")
      #expect(browser.page.main.contains(truncated.code) && browser.page.all("pre").isEmpty)
      try await browser.submit(["reason": ""])
      #expect(browser.status == 403)
      try await browser.get("/operator/quarantine/\(truncated.id)")
      try await browser.submit(["reason": "厂商询问"])
      #expect(browser.status == 200 && browser.page.all("pre").count == 1)
      let marked = try #require(browser.page.all("mark").first?.wholeText)
      #expect(marked.hasPrefix("\(truncated.line)  "), "\(marked) for \(truncated.line)")
      var rows: [AccessRow] = []
      try bench.registry.auditAccess(AccessFilter()) { rows.append($0) }
      #expect(rows.contains { $0.what == "message" && $0.account == "operator.one" && $0.reason == "厂商询问" })
      try await browser.get("/operator/quarantine")
      try await browser.submit(to: "/retry")
      #expect(browser.status == 200 && browser.page.main.contains("仍隔离\(held.count)"))
      try await browser.get("/operator/quarantine/99999")
      #expect(browser.status == 404)
    }
  }

  @Test("accounts: a new user's code is shown once; shut out, let in, reset")
  func accounts() async throws {
    let bench = try await DeskBench(filled: false)
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .operator)
      try await browser.get("/operator/accounts")
      try await browser.submit(["name": "new.one", "role": "clinician", "institution": "NOWHERE"], to: "/accounts")
      #expect(browser.status == 422)
      try await browser.submit(["name": "new.one", "role": "clinician", "institution": "SYNTH-H1"], to: "/accounts")
      #expect(browser.status == 200)
      let code = try #require(browser.page.all("code").first?.wholeText)
      let other = Browser(client)
      try await other.get("/enrol")
      try await other.submit(["name": "new.one", "code": code, "password": DeskBench.password])
      #expect(other.status == 200)
      try await browser.get("/operator/accounts")
      #expect(!browser.text.contains(code))
      for (button, isEnabled) in [("disable", false), ("enable", true)] {
        let form = try #require(browser.page.forms.first { $0.fields["name"] == "new.one" && $0.fields["kind"] != nil })
        var fields = form.fields
        fields["do"] = button
        try await browser.send(.post, form.action, Browser.encoded(fields))
        #expect(browser.path == "/operator/accounts")
        #expect(try bench.registry.account("new.one")?.isEnabled == isEnabled)
      }
    }
  }

  @Test("the folder of reference data that is configured is checked, told what is wrong, and loaded")
  func reference() async throws {
    let bench = try await DeskBench(filled: false)
    let folder = bench.sample.folder.appending(path: "reference")
    try FileManager.default.copyItem(at: SampleRegistry.root.appending(path: "Samples/reference"), to: folder)
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .operator)
      try await browser.get("/operator/reference")
      #expect(browser.page.forms.count == 1, "without a folder there is nothing to load")
      var configuration = bench.service.configuration
      configuration.reference = folder.path
      bench.service.reconfigure(configuration)
      try await browser.get("/operator/reference")
      try await browser.submit(to: "/reference", by: ("do", "check"))
      #expect(browser.page.main.contains("错误0个，警告4个"), "\(browser.page.main)")
      try await browser.submit(to: "/reference", by: ("do", "load"))
      #expect(browser.page.main.contains("未新增版本"))
      let windows = folder.appending(path: "windows.csv")
      let rows = try String(contentsOf: windows, encoding: .utf8)
      try (rows + "NO-SUCH-ITEM,,,1,x\n").write(to: windows, atomically: true, encoding: .utf8)
      try await browser.submit(to: "/reference", by: ("do", "load"))
      #expect(browser.status == 200 && browser.page.main.contains("windows.csv:"))
      #expect(try bench.registry.reference().generation == 1)
      try FileManager.default.removeItem(at: folder.appending(path: "prices.csv"))
      try rows.write(to: windows, atomically: true, encoding: .utf8)
      try await browser.submit(to: "/reference", by: ("do", "load"))
      #expect(browser.status == 200)
    }
  }
}
