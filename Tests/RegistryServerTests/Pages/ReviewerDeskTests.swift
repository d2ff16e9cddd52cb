import Clinical
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Registry
import RegistryStore
import Testing
import XMLReading

@testable import RegistryServer

@Suite("the reviewer's desk")
struct ReviewerDeskTests {
  /// Two who may be one: one name and telephone, birth dates of a slip, no number of both.
  static func fill(_ bench: DeskBench) async throws {
    for (side, institution) in ["SYNTH-H1", "SYNTH-H4"].enumerated() {
      let message = [
        "MSH|^~\\&|LIS|\(institution)|HUREN||20260518120000||ORU^R01^ORU_R01|M\(side)|P|2.5.1|||||CHN|UNICODE UTF-8",
        "PID|1||A\(side)^^^\(institution)^MR||濮阳^鹤鸣||1967080\(side + 1)|M|||样例路1号||13900000000",
        "OBR|1||R\(side)|A-K^钾^L|||20260518080000|||||||||||||||20260518113000||LAB|F",
        "OBX|1|NM|A-K^钾^L||4.\(side)1|mmol/L|3.5-5.3|N|||F", "",
      ].joined(separator: "\r")
      let submission = try await bench.registry.submit(Array(message.utf8), from: nil, label: "test")
      #expect(submission.refusal == nil, "\(submission.written)")
    }
  }

  @Test("two side by side, what differs marked, the evidence in words and bits; an answer leads to the next")
  func tasks() async throws {
    let bench = try await DeskBench(filled: false)
    try await Self.fill(bench)
    try #require(try bench.registry.reviews(limit: 10).open == 1)
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .reviewer)
      #expect(browser.path == "/reviewer" && !browser.page.main.contains("濮阳"), "nobody's name is on the list")
      func begin() async throws {
        try await browser.get("/reviewer")
        try await browser.get(
          try #require(browser.page.all("a").first { $0.attribute("accesskey") == "n" }?.attribute("href")))
      }
      try await begin()
      #expect(browser.page.main.contains("濮阳鹤鸣"))
      let differing = browser.page.all("tr").filter { $0.attribute("class") == "differs" }.map(\.wholeText)
      #expect(differing.contains { $0.hasPrefix("出生日期") && $0.hasSuffix("≠") }, "\(differing)")
      #expect(!differing.contains { $0.hasPrefix("姓名") })
      #expect(browser.page.main.contains("比特") && browser.page.main.contains("合计"))
      #expect(browser.page.all("button").compactMap { $0.attribute("accesskey") } == ["s", "d"])
      try await browser.submit(["reason": ""], by: ("answer", "same"))
      #expect(browser.status == 422, "without a reason it is no answer")
      for (answer, said) in [("same", "合并为同一人"), ("different", "不是同一人")] {
        try await begin()
        try await browser.submit(["reason": "同一电话, 笔误"], by: ("answer", answer))
        #expect(browser.path == "/reviewer" && browser.page.main.contains("可能重复0项"))
        try await browser.get("/reviewer/done")
        #expect(browser.page.main.contains(said))
        try await browser.submit(["reason": "看错"], to: "/undo")
        #expect(browser.page.main.contains("已撤销"))
      }
      #expect(try bench.registry.reviews(limit: 10).open == 1)
      try await browser.get("/reviewer/tasks/999")
      #expect(browser.status == 404)
    }
    var rows: [AccessRow] = []
    try bench.registry.auditAccess(AccessFilter()) { rows.append($0) }
    #expect(rows.count { $0.purpose == "review" && $0.account == "reviewer.one" } >= 4)
  }

  @Test("a record is split from its person, and a dispute settled")
  func splitting() async throws {
    let bench = try await DeskBench()
    let code = try bench.person()
    let view = try bench.registry.person(code)
    try #require(view.records.count > 1)
    _ = try bench.registry.dispute(
      institution: "SYNTH-H4", report: "40518-22", try PersonActReason(actor: "resident.one", words: "x"))
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .reviewer)
      #expect(browser.page.main.contains("40518-22"))
      try await browser.submit(["reason": "核对过"], to: "/disputes", by: ("answer", "theirs"))
      #expect(browser.path == "/reviewer" && !browser.page.main.contains("40518-22"))
      try await browser.get("/reviewer/persons/\(code)")
      #expect(browser.page.forms.count { $0.action.hasSuffix("/persons/\(code)") } == view.records.count)
      try await browser.submit(["reason": "另一个人"], to: "/persons/\(code)")
      #expect(browser.path == "/reviewer/done" && browser.page.main.contains("拆分"))
      #expect(try bench.registry.person(code).records.count < view.records.count)
      try await browser.get("/reviewer/persons/0000000000000")
      #expect(browser.status == 404)
    }
  }
}
