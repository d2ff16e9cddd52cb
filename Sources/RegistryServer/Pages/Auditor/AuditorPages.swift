import Clinical
import HTTPTypes
import Registry

/// Of which period the report is asked for.
struct ReportChoice {
  let visit: Visit
  let today: CalendarDate

  private var l: PageLanguage { visit.l }

  var page: Page {
    let path = Desk.auditor.path.part("report")
    let (year, month) = (today.year, today.month ?? 1)
    return visit.page(l("审计报告", "Audit report")) {
      tag("p", text: l("实时计算，可打印。", "Computed now, to read and print."))
      tag("ul") {
        tag("li") { link(path, l("全部期间", "All there is")) }
        tag("li") { link(path.asking("from", Self.first(year, month)), l("本月", "This month")) }
        tag("li") {
          let last = month == 1 ? Self.first(year - 1, 12) : Self.first(year, month - 1)
          link(path.asking("from", last).asking("to", Self.first(year, month)), l("上月", "Last month"))
        }
        tag("li") { link(path.asking("from", Self.first(year, 1)), l("今年", "This year")) }
        tag("li") {
          link(path.asking("from", Self.first(year - 1, 1)).asking("to", Self.first(year, 1)), l("去年", "Last year"))
        }
      }
      tag("form", .init("method", "get"), .init("action", path.text), .class("card")) {
        Field(name: "from", label: l("自（含）", "From, included"), type: "date", isNeeded: false).html
        Field(name: "to", label: l("至（不含）", "Up to, excluded"), type: "date", isNeeded: false).html
        submit(l("打开报告", "Open the report"))
      }
    }
  }

  private static func first(_ year: Int, _ month: Int) -> String {
    "\(year)-\(month < 10 ? "0" : "")\(month)-01"
  }
}

/// Who asked for whose data, without the words of their reasons: those may name somebody, and are opened for a reason.
struct EventsPage {
  let visit: Visit
  /// The last first.
  let rows: [AccessRow]

  private var l: PageLanguage { visit.l }
  private static let together = 100

  var page: Page {
    let number = visit.number("page", 1...rows.pages(of: Self.together))
    let path = Desk.auditor.path.part("events")
    return visit.page(l("访问记录", "Accesses")) {
      PageTable(
        caption: l("最近\(rows.count)次", "The last \(rows.count)"),
        columns: [
          l("序号", "Place"), l("时间", "When"), l("谁", "Who"), l("什么", "What"), l("个人码", "Person"), l("为什么", "Why"),
          l("结果", "Outcome"),
        ],
        rows: rows.page(number, of: Self.together).map { row in
          [
            tag("span") { link(path.part(row.event), String(row.place)) },
            HTML(row.at.prefix(16).replacing("T", with: " ")),
            HTML([row.account, row.institution].compactMap { $0 }.joined(separator: " · ")),
            HTML(AccessWords.what(row.what, l)), HTML(row.person ?? "–"),
            HTML(AccessWords.purpose(row.purpose, l)), HTML(AccessWords.outcome(row.outcome, l)),
          ]
        }
      ).html
      PageLinks(page: number, count: rows.pages(of: Self.together), path: path).html(l)
    }
  }
}

/// Why an event is opened.
struct EventOpening {
  let visit: Visit
  var lacksReason = false

  private var l: PageLanguage { visit.l }

  var page: Page {
    let path = Desk.auditor.path.part("events", visit.part("event"))
    return visit.page(l("打开事件", "Open an event"), at: path, status: lacksReason ? .unprocessableContent : .ok) {
      if lacksReason { notice(l("请填写理由：理由将被记录并列出。", "State a reason: it is kept and listed."), isError: true) }
      tag("p") { tag("code", text: visit.part("event")) }
      form(path, visit.session, class: "card") {
        Field(
          name: "reason", label: l("理由", "Reason"),
          hint: l("将记入事件链，被查看者可以看到", "It becomes an event, which the person can see")
        ).html
        submit(l("打开", "Open"))
      }
    }
  }
}

/// An event with what is behind it.
struct OpenedEventPage {
  let visit: Visit
  let id: String
  let access: AccessRow?
  let trail: EventTrail?

  private var l: PageLanguage { visit.l }

  var page: Page {
    visit.page(l("事件", "Event"), at: Desk.auditor.path.part("events", id)) {
      tag("p") { tag("code", text: id) }
      if let access { facts(access) }
      if let trail { decision(trail) }
      tag("p") { link(Desk.auditor.path.part("events"), l("返回访问记录", "Back to the accesses")) }
    }
  }

  private func facts(_ row: AccessRow) -> HTML {
    tag("dl", .class("facts")) {
      for (name, value) in [
        (l("序号", "Place"), String(row.place)), (l("时间", "When"), row.at),
        (l("什么", "What"), AccessWords.what(row.what, l)),
        (l("结果", "Outcome"), AccessWords.outcome(row.outcome, l) + (row.error.map { " (\($0))" } ?? "")),
        (l("账户", "Account"), row.account ?? "–"), (l("角色", "Role"), row.role ?? "–"),
        (l("机构", "Institution"), row.institution ?? "–"), (l("个人码", "Person"), row.person ?? "–"),
        (l("为什么", "Why"), AccessWords.purpose(row.purpose, l)), (l("理由", "Reason"), row.reason ?? "–"),
        (l("来自", "From"), row.address ?? "–"), (l("请求", "Request"), row.request ?? "–"),
        (l("决定", "Decision"), row.decisionId ?? "–"),
      ] {
        tag("dt", text: name)
        tag("dd", text: value)
      }
    }
  }

  private func decision(_ trail: EventTrail) -> HTML {
    tag("div") {
      // As `huren audit event` says it.
      tag("h2", text: l("决定与反馈", "Decision and feedback"))
      tag("pre", .init("tabindex", "0"), text: trail.text.description)
      tag("h2", text: l("所依据的消息", "The messages it stands on"))
      PageTable(
        caption: l("消息", "Messages"),
        columns: [l("机构", "Institution"), l("报告", "Report"), l("消息", "Message"), l("方言", "Dialect"), l("来处", "From")],
        rows: trail.sources.map { source in
          [
            HTML(source.institution), HTML(source.reportId), HTML(source.message), HTML(source.dialect),
            HTML("\(source.file):\(source.line)" + (source.decidedOn ? "" : l("（另一版本）", " (another version)"))),
          ]
        }
      ).html
    }
  }
}
