import Clinical
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Registry
import RegistryStore
import Testing
import XMLReading

@testable import RegistryServer

@Suite("the auditor's desk")
struct AuditorDeskTests {
  @Test("the report, live, as huren audit report writes it, its style let through by its digest alone")
  func report() async throws {
    let bench = try await DeskBench()
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .auditor)
      #expect(browser.path == "/auditor")
      let links = browser.page.links.map(\.path).filter { $0.hasPrefix("/auditor/report") }
      #expect(links.count == 5 && links.contains("/auditor/report?from=2026-04-01&to=2026-05-01"), "\(links)")
      for path in links + ["/auditor/report?from=&to="] {
        let answer = try await client.execute(
          uri: path, method: .get,
          headers: [.cookie: browser.cookies.map { "\($0)=\($1)" }.joined(separator: "; "), .accept: "text/html"])
        #expect(answer.status == .ok && answer.text.contains("检查检验结果互认审计报告"), "\(path)")
        let policy = answer.headers[.contentSecurityPolicy] ?? ""
        #expect(
          policy.contains("default-src 'none'") && policy.contains("style-src 'sha256-") && !policy.contains("unsafe"))
        #expect(!answer.text.contains("<script"))
      }
      try await browser.get("/auditor/report?from=nonsense")
      #expect(browser.status == 400)
    }
  }

  @Test("accesses without names; an event is opened for a stated reason, which is an event the person sees")
  func events() async throws {
    let bench = try await DeskBench()
    let code = try bench.person()
    try await bench.app().test(.router) { client in
      let clinician = try await bench.browser(client, as: .clinician)
      try await clinician.get("/clinician")
      try await clinician.submit(["number": DeskBench.patient, "name": "样例卯", "reason": "昏迷抢救"])
      try await clinician.submit(to: "/answers", by: ("accept", "K"))
      let browser = try await bench.browser(client, as: .auditor)
      try await browser.get("/auditor/events")
      #expect(browser.page.main.contains("clinician.one") && browser.page.main.contains(code))
      #expect(
        !browser.text.contains("样例卯") && !browser.text.contains("昏迷") && !browser.text.contains(DeskBench.patient))
      let links = browser.page.links.map(\.path).filter { $0.hasPrefix("/auditor/events/") }
      #expect(links.count >= 3)
      var said: [String] = []
      for link in links {
        try await browser.get(link)
        #expect(browser.status == 200 && !browser.text.contains(code), "nothing is shown without a reason")
        try await browser.submit(["reason": ""])
        #expect(browser.status == 422)
        try await browser.submit(["reason": "季度抽查"])
        #expect(browser.status == 200, "\(link)")
        said.append(browser.page.main)
      }
      #expect(said.contains { $0.contains("昏迷抢救") }, "the words of a reason")
      #expect(said.contains { $0.contains("accepted K") && $0.contains("40518-22") }, "a decision with its messages")
      try await browser.get("/auditor/events/nothing")
      try await browser.submit(["reason": "x"])
      #expect(browser.status == 404)
      let resident = try await bench.browser(client, as: .resident)
      try await resident.get("/resident/access")
      #expect(resident.page.main.contains("auditor.one") && resident.page.main.contains("申明的理由：季度抽查"))
    }
  }
}
