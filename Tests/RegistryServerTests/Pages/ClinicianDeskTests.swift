import Catalogue
import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Recognition
import RegistryStore
import Testing
import XMLReading

@testable import Registry

@testable import RegistryServer

@Suite("the clinician's desk")
struct ClinicianDeskTests {
  private static func open(
    _ browser: Browser, number: String = DeskBench.patient, name: String = "样例卯", reason: String = ""
  ) async throws {
    try await browser.get("/clinician")
    try await browser.submit(["type": "resident-id", "number": number, "name": name, "reason": reason])
  }

  @Test("a patient is opened by number and name, or number and birth date, and by nothing less")
  func opening() async throws {
    let bench = try await DeskBench()
    let code = try bench.person()
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .clinician)
      for (name, date) in [("", ""), ("别人", ""), ("", "1931-01-01"), ("别人", "1931-01-01")] {
        try await browser.get("/clinician")
        try await browser.submit(["number": DeskBench.patient, "name": name, "birthDate": date])
        #expect(browser.status == 422 && browser.path == "/clinician/patients", "\(name) \(date)")
        #expect(
          !browser.text.contains(code) && browser.page.forms.contains { $0.fields["number"] == DeskBench.patient })
      }
      // An address alone opens nobody's page.
      try await browser.get("/clinician/patients/\(code)")
      #expect(browser.status == 404 && !browser.text.contains("样例卯"))
      for (name, date) in [("样例卯", ""), ("", "1990-07-21")] {
        try await browser.get("/clinician")
        try await browser.submit(["number": DeskBench.patient, "name": name, "birthDate": date])
        #expect(browser.status == 200 && browser.path == "/clinician/patients/\(code)", "\(name) \(date)")
        #expect(browser.page.title == "样例卯" && browser.headers[.cacheControl] == "no-store")
      }
      // Another session has it not open.
      let other = try await bench.browser(client, as: .clinician, name: "clinician.two")
      try await other.get("/clinician/patients/\(code)")
      #expect(other.status == 404)
    }
  }

  @Test("what can be recognised is what huren query says, yes first; and why not, in its words")
  func recognised() async throws {
    let bench = try await DeskBench()
    let code = try bench.person()
    let decision = try bench.registry.query(
      .init(person: code), institution: DeskBench.institution, items: [], setting: nil, orderedAt: bench.registry.now,
      knownAt: nil)
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .clinician)
      try await Self.open(browser)
      let yes = decision.items.filter(\.outcome.isRecognisable)
      #expect(yes.map(\.item.code) == ["K"])
      let cards = browser.page.all("article")
      #expect(cards.count == yes.count)
      let card = try #require(cards.first?.wholeText)
      for word in [
        "可互认", "钾 (K)", "4.05 mmol/L", "3.50-5.30", "2026-05-25 14:40", "40518-22", "chuanyu-2026", "川渝 HR", "采集",
      ] {
        #expect(card.contains(word), "\(word)")
      }
      let no = browser.page.all("details").first { $0.wholeText.contains("不可互认") }?.wholeText ?? ""
      for word in ["促甲状腺激素 (TSH)", "不在互认清单", "有更新的异常结果", "无质控合格", "H1-26050509"] {
        #expect(no.contains(word), "\(word)")
      }
      #expect(!no.contains("in no recognition list"))
      try await browser.get(browser.path + "?lang=en")
      let english = browser.page.all("article").first?.wholeText ?? ""
      #expect(english.contains("YES") && english.contains("Potassium") && english.contains("collected"))
      #expect(browser.page.main.contains("in no recognition list in force here"))
    }
  }

  @Test("accept in one click, decline with a reason in two, and take back: as prompts and feedback of the books")
  func answers() async throws {
    let bench = try await DeskBench()
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .clinician)
      try await Self.open(browser)
      let form = try #require(browser.page.forms.first { $0.action.hasSuffix("/answers") })
      try await browser.submit(to: "/answers", by: ("accept", "K"))
      #expect(browser.status == 200 && browser.page.main.contains("已采纳"))
      var events = try bench.events()
      #expect(events.count { $0 == "decision" } == 1 && events.count { $0 == "accepted" } == 1, "\(events)")
      // The same form again, as a second click sends it, is the same order and the same answer.
      var again = form.fields
      again["accept"] = "K"
      try await browser.send(.post, form.action, Browser.encoded(again))
      #expect(browser.status == 200)
      events = try bench.events()
      #expect(events.count { $0 == "decision" } == 1 && events.count { $0 == "accepted" } == 1, "\(events)")
      try await browser.submit(to: "/answers", by: ("undo", "K"))
      #expect(!browser.page.main.contains("已采纳"))
      for reason in [1, 2, 3, 4, 5, 98, 99] {
        #expect(browser.page.buttons.contains { $0 == ("decline", "\(reason):K") }, "\(reason)")
      }
      try await browser.submit(to: "/answers", by: ("decline", "4:K"))
      #expect(browser.page.main.contains("已说明不采纳：急诊急救"))
      try await browser.submit(to: "/answers", by: ("undo", "K"))
      let other = try #require(browser.page.forms.first { $0.fields["text"] != nil })
      var fields = other.fields
      fields["decline"] = "6:K"
      try await browser.send(.post, other.action, Browser.encoded(fields))
      #expect(browser.status == 422, "another reason needs its words")
      fields["text"] = "术前 <b>复查</b>"
      try await browser.send(.post, other.action, Browser.encoded(fields))
      #expect(browser.status == 200 && browser.page.main.contains("已说明不采纳：其他"))
      events = try bench.events()
      #expect(events.count { $0 == "declined" } == 2 && events.count { $0 == "undone" } == 2, "\(events)")
      #expect(try bench.registry.verifyEvents().firstDifference == nil)
    }
  }

  @Test(
    "two patients in two windows: an answer is of the one whose page it stands on, and an old form says nothing new")
  func windows() async throws {
    let bench = try await DeskBench()
    let code = try bench.person()
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .clinician)
      try await Self.open(browser)
      let form = try #require(browser.page.forms.first { $0.action.hasSuffix("/answers") })
      try await Self.open(browser, number: "999901196205141019", name: "样例子")
      #expect(browser.path != "/clinician/patients/\(code)" && browser.page.title == "样例子")
      var fields = form.fields
      fields["accept"] = "K"
      try await browser.send(.post, form.action, Browser.encoded(fields))
      #expect(browser.path.hasPrefix("/clinician/patients/\(code)") && browser.page.title == "样例卯")
      let recorded = try bench.registry.store.read { snapshot in
        var bodies: [String] = []
        try snapshot.eachChainedEvent { if $0.event.kind == "decision" { bodies.append($0.event.body) } }
        return bodies
      }
      #expect(recorded.count == 1 && recorded[0].contains(code))
      try await browser.submit(to: "/answers", by: ("undo", "K"))
      try await browser.send(.post, form.action, Browser.encoded(fields))
      #expect(!browser.page.main.contains("已采纳"), "it was taken back")
    }
  }

  @Test("no change without the token of the session, and none of another's")
  func tokens() async throws {
    let bench = try await DeskBench()
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .clinician)
      let other = try await bench.browser(client, as: .clinician, name: "clinician.two")
      try await other.get("/clinician")
      let theirs = try #require(other.page.forms.last?.fields["formToken"])
      try await Self.open(browser)
      let form = try #require(browser.page.forms.first { $0.action.hasSuffix("/answers") })
      for token in [nil, "", "x", theirs] as [String?] {
        var fields = form.fields
        fields["formToken"] = token
        fields["accept"] = "K"
        try await browser.send(.post, form.action, Browser.encoded(fields))
        #expect(browser.status == 403, "\(token ?? "none")")
      }
      #expect(try !bench.events().contains("accepted"))
    }
  }

  @Test("the record: by item with trend, range, flag and mark; one item over the years; one report")
  func record() async throws {
    let bench = try await DeskBench()
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .clinician, institution: "SYNTH-H4")
      // A report whose potassium was corrected.
      try await Self.open(browser, number: "999901196205141019", name: "样例子")
      #expect(browser.status == 200, "\(browser.page.main)")
      let base = browser.path
      let item = try #require(browser.page.links.first { $0.path == base + "/items/K" })
      try await browser.get(item.path)
      #expect(browser.page.main.contains("4.32") && browser.page.main.contains("已更正"), "\(browser.page.main)")
      let report = try #require(browser.page.links.first { $0.path.contains("/reports/") })
      try await browser.get(report.path)
      #expect(browser.status == 200 && browser.page.main.contains("4.32") && browser.page.main.contains("共2版"))
      for nothing in ["/items/NOTHING", "/reports/0-0", "/items/%3Cscript%3E"] {
        try await browser.get(base + nothing)
        #expect(browser.status == 404)
      }
    }
  }

  @Test("from a report to the viewer of its images, by an address that is good for who asked; of others' there is none")
  func images() async throws {
    let bench = try await DeskBench()
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .clinician, institution: "SYNTH-H1")
      try await Self.open(browser, number: "999901196205141019", name: "样例子")
      #expect(browser.status == 200, "\(browser.page.main)")
      let base = browser.path
      var fields: [String: String]?
      for report in Set(browser.page.links.map(\.path).filter { $0.contains("/reports/") }) {
        try await browser.get(report)
        fields = browser.page.forms.first { $0.action == base + "/images" }?.fields ?? fields
      }
      var form = try #require(fields)
      try await browser.send(.post, base + "/images", Browser.encoded(form))
      #expect(browser.status == 303)
      let view = try #require(browser.leadsTo)
      #expect(view.hasPrefix("/images/") && view.hasSuffix("/view"))
      let cookies = browser.cookies.map { "\($0)=\($1)" }.joined(separator: "; ")
      let viewer = try await client.execute(uri: view, method: .get, headers: [.cookie: cookies, .accept: "text/html"])
      #expect(viewer.status == .ok, "\(viewer.text.prefix(300))")
      form["study"] = "2.999.1.2.3"
      try await browser.send(.post, base + "/images", Browser.encoded(form))
      #expect(browser.status == 404)
      form["study"] = "../etc"
      try await browser.send(.post, base + "/images", Browser.encoded(form))
      #expect(browser.status == 400)
    }
  }

  @Test("what consent withholds is opened for a stated reason alone, which is kept and listed")
  func breakingGlass() async throws {
    let bench = try await DeskBench()
    let number = "99990119481212107X"
    let code = try bench.person(number)
    let name = try #require(try bench.registry.person(code).latest.name)
    try await bench.app().test(.router) { client in
      // SYNTH-H8 may hear of nothing of theirs.
      let browser = try await bench.browser(client, as: .clinician, institution: "SYNTH-H2")
      try await Self.open(browser, number: number, name: name)
      #expect(browser.status == 422 && !browser.text.contains(code))
      try await Self.open(browser, number: number, name: name, reason: "昏迷, 急诊 <抢救>")
      #expect(browser.status == 200 && browser.path == "/clinician/patients/\(code)")
      #expect(browser.page.main.contains("紧急调阅") && browser.page.links.contains { $0.path.contains("/items/") })
      var filter = AccessFilter()
      filter.person = code
      var rows: [AccessRow] = []
      try bench.registry.auditAccess(filter) { rows.append($0) }
      let broken = rows.filter { $0.purpose == "break-glass" }
      #expect(broken.count == 2 && broken[0].reason == "昏迷, 急诊 <抢救>" && broken[0].account == "clinician.one")
      #expect(
        rows.contains { $0.account == "clinician.one" && $0.purpose == "order" }, "also that it was refused before")
    }
  }

  @Test("a hospital's system opens the page of its patient")
  func launched() async throws {
    let bench = try await DeskBench()
    let code = try bench.person()
    let client1 = Caller(name: "his", kind: .client, role: .orderEntry, institutions: [DeskBench.institution])
    _ = try bench.registry.addAccount(
      Account(
        name: "his", kind: .client, role: .orderEntry, institutions: [DeskBench.institution],
        keys: Forge().keys().canonical), by: "operator")
    let body =
      #"{"practitioner":"D17","patient":{"identifiers":[{"type":"resident-id","value":"\#(DeskBench.patient)"}]}}"#
    let head = HTTPRequest(
      method: .post, scheme: nil, authority: nil, path: "/launch", headerFields: [.contentType: "application/json"])
    let secret = try await bench.service.access.launches.launch(
      Request(head: head, body: .init(buffer: ByteBuffer(string: body))), by: client1, for: DeskBench.institution)
    try await bench.app().test(.router) { client in
      let browser = Browser(client)
      try await browser.get("/launch/" + secret.text)
      #expect(browser.status == 200 && browser.cookies["__Host-huren"] != nil)
      let refresh = browser.page.all("meta").first { $0.attribute("http-equiv") == "refresh" }
      #expect(refresh?.attribute("content") == "0;url=/")
      try await browser.get("/")
      #expect(browser.path == "/clinician/patients/\(code)" && browser.page.title == "样例卯")
      try await browser.get("/launch/" + secret.text)
      #expect(browser.status == 404)
    }
  }

  @Test("a card's link leads to the patient of its decision, for its institution alone")
  func decided() async throws {
    let bench = try await DeskBench()
    let order =
      #"{"orderId":"1","patient":{"identifiers":[{"type":"resident-id","value":"\#(DeskBench.patient)"}]},"#
      + #""orderingInstitution":"\#(DeskBench.institution)","setting":"outpatient","orderedAt":"\#(DeskBench.moment)","items":[{"item":"K"}]}"#
    let decision = try bench.registry.decide(line: Array(order.utf8), record: true)
    let path = ClinicianPage.path(decision: decision.id)
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .clinician)
      try await browser.get(path)
      #expect(browser.status == 200 && browser.page.title == "样例卯")
      let other = try await bench.browser(client, as: .clinician, name: "clinician.two", institution: "SYNTH-H4")
      for address in [path, String(path.dropLast(20)), "/clinician/decisions/" + String(repeating: "0", count: 32)] {
        try await other.get(address)
        #expect(other.status == 404)
      }
    }
  }

  @Test("whatever senders call a patient, an item or a unit, pages stay what they are")
  func hostile() async throws {
    let bench = try await DeskBench(filled: false)
    let hostile = "<script>alert(1)</script>\"'\\T\\lt;\u{202E}甲"
    let number = Population.residentID(7)
    let message = [
      "MSH|^~\\\\&|LIS|SYNTH-H1|HUREN||20260518120000||ORU^R01^ORU_R01|M1|P|2.5.1|||||CHN|UNICODE UTF-8",
      "PID|1||A1^^^SYNTH-H1^MR~\(number)^^^CN^NI||\(hostile)^^^^^L^I||19670818|M",
      "OBR|1||\(hostile)|A-CTCHEST^\(hostile)^L|||20260518080000|||||||||||||||20260518113000||LAB|F",
      "OBX|1|NM|A-K^\(hostile)^L||4.1|\(hostile)|\(hostile)|\(hostile)|||F",
      "OBX|2|ST|\(hostile)^\(hostile)^L||\(hostile)|\(hostile)|\(hostile)|\(hostile)|||C", "NTE|1||\(hostile)",
      "OBX|3|TX|A-CTCHEST^\(hostile)^L||\(hostile)||||||F", "",
    ].joined(separator: "\r").replacing("\\\\", with: "\\")
    let submission = try await bench.registry.submit(Array(message.utf8), from: nil, label: "test")
    #expect(submission.refusal == nil, "\(submission.written)")
    let code = try bench.person(number)
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .clinician, institution: "SYNTH-H1")
      try await browser.get("/clinician")
      try await browser.submit(["number": number, "birthDate": "1967-08-18"])
      #expect(browser.status == 200 && browser.path.hasSuffix(code), "\(browser.page.main)")
      // Each page that is seen is held to the rules: nothing is on it but what pages are made of.
      #expect(browser.page.main.contains("<script>alert(1)</script>"))
      for language in ["zh", "en"] {
        try await browser.get("/clinician/patients/\(code)?lang=\(language)")
        let links = browser.page.links.map(\.path).filter { $0.contains("/items/") || $0.contains("/reports/") }
        #expect(Set(links).count >= 3, "\(links)")
        for link in links {
          try await browser.get(link)
          #expect(browser.status == 200 && browser.page.root != nil, "\(link)")
        }
      }
    }
  }

  @Test("a patient with 2 000 results is a page of at most 100 KB, and every result is reached")
  func large() async throws {
    let bench = try await DeskBench(filled: false)
    let number = Population.residentID(8)
    let codes = try String(
      contentsOf: SampleRegistry.root.appending(path: "Samples/reference/codemaps.csv"), encoding: .utf8
    ).split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      .filter { $0[0] == "SYNTH-H1" }.map { (code: $0[1], name: $0[2]) }
    let lab = codes.prefix(40)
    for report in 0..<50 {
      let day = "20\(16 + report / 5)0\(report % 5 + 1)12"
      let lines = lab.enumerated().map { place, item in
        "OBX|\(place + 1)|NM|\(item.code)^\(item.name)^L||4.\(report)|mmol/L|3.5-5.3|\(report % 3 == 0 ? "H" : "N")|||F"
      }
      let message =
        ([
          "MSH|^~\\&|LIS|SYNTH-H1|HUREN||\(day)120000||ORU^R01^ORU_R01|M\(report)|P|2.5.1|||||CHN|UNICODE UTF-8",
          "PID|1||A1^^^SYNTH-H1^MR~\(number)^^^CN^NI||样例^大||19680818|M",
          "OBR|1||R\(report)|A-CBC^血常规^L|||\(day)080000|||||||||||||||\(day)113000||LAB|F",
        ] + lines + [""]).joined(separator: "\r")
      let submission = try await bench.registry.submit(Array(message.utf8), from: nil, label: "test")
      try #require(submission.refusal == nil, "\(submission.written)")
    }
    let code = try bench.person(number)
    try await bench.app().test(.router) { client in
      let browser = try await bench.browser(client, as: .clinician, institution: "SYNTH-H1")
      try await Self.open(browser, number: number, name: "样例大")
      #expect(browser.status == 200 && browser.page.title.contains("样例"))
      #expect(browser.page.main.contains("结果 (2000)"))
      var items: Set<String> = []
      var sizes: [Int] = []
      for page in 1...2 {
        try await browser.get("/clinician/patients/\(code)?page=\(page)")
        sizes.append(browser.text.utf8.count)
        items.formUnion(browser.page.links.map(\.path).filter { $0.contains("/items/") })
      }
      #expect(items.count == 40)
      #expect(sizes.allSatisfy { $0 <= 100_000 }, "\(sizes)")
      var seen = 0
      for item in ["K", "NA", "WBC"] {
        try await browser.get("/clinician/patients/\(code)/items/\(item)")
        seen += browser.page.all("tbody").reduce(0) { $0 + $1.all("tr").count }
        #expect(browser.text.utf8.count <= 100_000 && browser.page.all("details").count == 10)
        if item != "WBC" { #expect(browser.page.all("svg").count == 1) }
      }
      #expect(seen == 150)
    }
  }
}

extension DeskBench {
  /// The kinds of the events of the chain, in its order.
  func events() throws -> [String] {
    var kinds: [String] = []
    try registry.store.read { snapshot in try snapshot.eachChainedEvent { kinds.append($0.event.kind) } }
    return kinds
  }
}
