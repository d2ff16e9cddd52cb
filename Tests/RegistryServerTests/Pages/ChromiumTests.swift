import Clinical
import Foundation
import Hummingbird
import HummingbirdTesting
import Registry
import RegistryStore
import Testing

@testable import RegistryServer

/// The main path of each desk in a real browser, by its keyboard alone, on a phone and on a screen.
@Suite(
  "pages in Chromium", .serialized,
  .enabled(if: WebDriver.isThere, "skipped: Debian's chromium and chromium-driver are not installed"))
struct ChromiumTests {
  struct View: CustomTestStringConvertible, Sendable {
    var width: Int
    var language: PageLanguage
    var testDescription: String { "\(width) px, \(language.rawValue)" }
  }

  private static let views = [375, 1280].flatMap { width in
    PageLanguage.allCases.map { View(width: width, language: $0) }
  }

  /// What the eye and the hand need of every page: nothing beyond the edge, contrast of AA, targets that are hit.
  private static func look(_ browser: WebDriver, _ name: String, _ view: View) async throws {
    let place = "\(name), \(view)"
    #expect(try await browser.ask("document.documentElement.scrollWidth <= innerWidth") as? Bool == true, "\(place)")
    #expect(try await browser.text(PageChecks.contrast) == "", "\(place)")
    #expect(try await browser.text(PageChecks.targets) == "", "\(place)")
    #expect(try await browser.axe() == "", "\(place)")
    #expect(try await browser.text("document.documentElement.lang") == view.language.tag, "\(place)")
    #expect(
      try await browser.ask("document.styleSheets.length === 1") as? Bool == true, "the stylesheet is taken: \(place)")
    try await browser.screenshot("\(name)-\(view.width)-\(view.language.rawValue)")
  }

  private static func with(
    _ view: View, _ bench: DeskBench, as role: Role, institution: String = DeskBench.institution,
    _ body: @escaping @Sendable (WebDriver, String) async throws -> Void
  ) async throws {
    try await bench.app().test(.live) { client in
      let url = "http://127.0.0.1:\(try #require(client.port))"
      let name = "\(role.rawValue).one"
      let code = try bench.addUser(role, name: name, institution: institution)
      let browser = try await WebDriver(width: view.width, language: view.language.tag)
      do {
        try await browser.go(url + "/enrol?lang=" + view.language.rawValue)
        try await look(browser, "enrol", view)
        try await browser.fill("name", name)
        try await browser.fill("code", code)
        try await browser.fill("password", DeskBench.password)
        try await browser.press(.enter)
        try await browser.wait(for: "document.querySelector('svg.qr') !== null")
        try await look(browser, "enrolled", view)
        let totp = OneTimePassword(secret: try #require(try bench.registry.accountSecrets(name)?.totp))
        try await browser.tab(to: "e.getAttribute('href') === '/sign-in'")
        try await browser.press(.enter)
        try await browser.wait(for: "location.pathname === '/sign-in'")
        try await look(browser, "sign-in", view)
        try await browser.fill("name", name)
        try await browser.fill("password", DeskBench.password)
        try await browser.fill("code", totp.code(step: bench.registry.now.milliseconds / 30_000))
        try await browser.press(.enter)
        try await browser.wait(for: "location.pathname === '/\(role.rawValue)'")
        try await body(browser, url)
      } catch {
        await browser.end()
        throw error
      }
      await browser.end()
    }
  }

  @Test("the clinician opens a patient, accepts, declines with a reason, and reads a trend", arguments: views)
  func clinician(view: View) async throws {
    let bench = try await DeskBench()
    try await Self.with(view, bench, as: .clinician) { browser, _ in
      try await Self.look(browser, "clinician", view)
      try await browser.fill("number", DeskBench.patient)
      try await browser.fill("name", "样例卯")
      try await browser.press(.enter)
      try await browser.wait(for: "location.pathname.startsWith('/clinician/patients/')")
      try await Self.look(browser, "patient", view)
      try await browser.tab(to: "e.name === 'accept'")
      try await browser.press(.enter)
      try await browser.wait(for: "document.querySelector('[name=undo]') !== null")
      try await Self.look(browser, "accepted", view)
      try await browser.tab(to: "e.name === 'undo'")
      try await browser.press(.enter)
      try await browser.wait(for: "document.querySelector('[name=accept]') !== null")
      try await browser.tab(to: "e.tagName === 'SUMMARY'")
      try await browser.press(.enter)
      try await Self.look(browser, "decline", view)
      try await browser.tab(to: "e.tagName === 'SUMMARY'")
      try await browser.tab(to: "e.value === '4:K'")
      try await browser.press(.space)
      try await browser.wait(for: "document.querySelector('[name=undo]') !== null")
      try await browser.tab(to: "(e.getAttribute('href') || '').endsWith('/items/TSH')")
      try await browser.press(.enter)
      try await browser.wait(
        for: "location.pathname.endsWith('/items/TSH') && document.querySelector('svg.trend') !== null")
      try await Self.look(browser, "item", view)
      try await browser.tab(to: "(e.getAttribute('href') || '').includes('/reports/')")
      try await browser.press(.enter)
      try await browser.wait(for: "location.pathname.includes('/reports/')")
      try await Self.look(browser, "report", view)
    }
    let events = try bench.events()
    #expect(events.count { $0 == "accepted" } == 1 && events.count { $0 == "declined" } == 1, "\(events)")
  }

  @Test("the resident reads the own record, who looked, and shows a code", arguments: views)
  func resident(view: View) async throws {
    let bench = try await DeskBench()
    try await Self.with(view, bench, as: .resident) { browser, _ in
      try await Self.look(browser, "resident", view)
      try await browser.tab(to: "e.getAttribute('href') === '/resident/code'")
      try await browser.press(.enter)
      try await browser.wait(for: "document.querySelector('svg.qr') !== null")
      try await Self.look(browser, "resident-code", view)
      try await browser.tab(to: "e.getAttribute('href') === '/resident/access'")
      try await browser.press(.enter)
      try await browser.wait(for: "location.pathname === '/resident/access'")
      try await Self.look(browser, "resident-access", view)
    }
  }

  @Test("the reviewer compares two and says what they are", arguments: views)
  func reviewer(view: View) async throws {
    let bench = try await DeskBench(filled: false)
    try await ReviewerDeskTests.fill(bench)
    try await Self.with(view, bench, as: .reviewer) { browser, _ in
      try await Self.look(browser, "reviewer", view)
      try await browser.tab(to: "e.accessKey === 'n'")
      try await browser.press(.enter)
      try await browser.wait(for: "location.pathname.startsWith('/reviewer/tasks/')")
      try await Self.look(browser, "task", view)
      try await browser.fill("reason", "同一电话")
      try await browser.tab(to: "e.value === 'different'")
      try await browser.press(.enter)
      try await browser.wait(for: "location.pathname === '/reviewer'")
      try await browser.tab(to: "e.getAttribute('href') === '/reviewer/done'")
      try await browser.press(.enter)
      try await browser.wait(for: "location.pathname === '/reviewer/done'")
      try await Self.look(browser, "reviewer-done", view)
    }
    #expect(try bench.registry.reviews(limit: 1).open == 0)
  }

  @Test("the auditor reads the report, whose style is taken, and opens an event for a reason", arguments: views)
  func auditor(view: View) async throws {
    let bench = try await DeskBench()
    _ = try bench.registry.decide(
      line: Array(
        (#"{"orderId":"1","patient":{"identifiers":[{"type":"resident-id","value":"\#(DeskBench.patient)"}]},"#
          + #""orderingInstitution":"SYNTH-H8","setting":"outpatient","orderedAt":"\#(DeskBench.moment)","items":[{"item":"K"}]}"#)
          .utf8), record: true)
    try await Self.with(view, bench, as: .auditor) { browser, url in
      try await Self.look(browser, "auditor", view)
      try await browser.tab(to: "e.getAttribute('href') === '/auditor/report'")
      try await browser.press(.enter)
      try await browser.wait(for: "document.querySelector('dl.cards') !== null")
      #expect(try await browser.text("getComputedStyle(document.querySelector('dl.cards')).display") == "grid")
      try await browser.screenshot("audit-report-\(view.width)-\(view.language.rawValue)")
      try await browser.go(url + "/auditor/events")
      try await Self.look(browser, "auditor-events", view)
      try await browser.tab(to: "(e.getAttribute('href') || '').startsWith('/auditor/events/')")
      try await browser.press(.enter)
      try await browser.wait(for: "document.querySelector('[name=reason]') !== null")
      try await browser.fill("reason", "季度抽查")
      try await browser.press(.enter)
      try await browser.wait(for: "document.querySelector('pre, dl.facts') !== null")
      try await Self.look(browser, "auditor-event", view)
    }
  }

  @Test("the operator sees feeds, opens a message at the place, and adds a user", arguments: views)
  func `operator`(view: View) async throws {
    let bench = try await DeskBench()
    try await Self.with(view, bench, as: .operator) { browser, url in
      try await Self.look(browser, "operator", view)
      try await browser.tab(to: "e.getAttribute('href') === '/operator/quarantine'")
      try await browser.press(.enter)
      try await browser.wait(for: "location.pathname === '/operator/quarantine'")
      try await Self.look(browser, "quarantine", view)
      try await browser.tab(to: "(e.getAttribute('href') || '').startsWith('/operator/quarantine/')")
      try await browser.press(.enter)
      try await browser.wait(for: "document.querySelector('[name=reason]') !== null")
      try await browser.fill("reason", "厂商询问")
      try await browser.press(.enter)
      try await browser.wait(for: "document.querySelector('mark') !== null")
      try await Self.look(browser, "message", view)
      try await browser.go(url + "/operator/accounts")
      try await Self.look(browser, "accounts", view)
      try await browser.go(url + "/operator/reference")
      try await Self.look(browser, "reference", view)
    }
  }
}
