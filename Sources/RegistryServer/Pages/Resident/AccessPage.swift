import Registry

/// Who looked, when and why, the newest first.
struct AccessPage {
  let visit: Visit
  let rows: [AccessRow]
  let institution: (String) -> String

  init(visit: Visit, rows: [AccessRow], institution: @escaping (String) -> String) {
    (self.visit, self.rows, self.institution) = (visit, rows, institution)
  }

  private static let together = 100

  private var l: PageLanguage { visit.l }

  var page: Page {
    let pages = rows.pages(of: Self.together)
    let number = visit.number("page", 1...pages)
    let path = Desk.resident.path.part("access")
    return visit.page(l("谁看过我的记录", "Who looked at my record")) {
      if rows.isEmpty { tag("p", text: l("还没有人看过。", "Nobody has looked yet.")) }
      PageTable(
        caption: l("共\(rows.count)次，最近的在前", "\(rows.count), the newest first"),
        columns: [l("时间", "When"), l("谁", "Who"), l("看了什么", "What"), l("为什么", "Why"), l("结果", "Outcome")],
        rows: rows.page(number, of: Self.together).map(cells)
      ).html
      PageLinks(page: number, count: pages, path: path).html(l)
    }
  }

  private func cells(_ row: AccessRow) -> [HTML] {
    let who = [row.institution.map(institution), row.account ?? l("登记系统本机", "the registry's own command line")]
    let why = AccessWords.purpose(row.purpose, l) + (row.reason.map { l("：", ": ") + $0 } ?? "")
    return [
      HTML(row.at.prefix(16).replacing("T", with: " ")), HTML(who.compactMap { $0 }.joined(separator: " · ")),
      HTML(AccessWords.what(row.what, l)), HTML(why), HTML(AccessWords.outcome(row.outcome, l)),
    ]
  }
}

/// The words of access events, for people.
enum AccessWords {
  static func what(_ what: String, _ l: PageLanguage) -> String {
    switch what {
    case "decision": l("开单时的互认询问", "a question before an order")
    case "query": l("可互认结果的询问", "what can be recognised")
    case "feedback": l("互认的反馈", "feedback")
    case "record", "page": l("查看记录", "the record")
    case "report": l("查看报告", "a report")
    case "image": l("调阅影像", "images")
    case "message": l("原始消息", "an original message")
    default: what
    }
  }

  static func purpose(_ purpose: String, _ l: PageLanguage) -> String {
    switch purpose {
    case "order": l("诊疗", "care")
    case "own-record": l("本人查看", "own record")
    case "care": l("监护", "in one's care")
    case "break-glass": l("紧急调阅", "break glass")
    case "stated": l("申明的理由", "a stated reason")
    case "review": l("身份复核", "who is who")
    default: purpose
    }
  }

  static func outcome(_ outcome: String, _ l: PageLanguage) -> String {
    switch outcome {
    case "answered": l("已答复", "answered")
    case "refused": l("已拒绝", "refused")
    case "timed-out": l("未及时答复", "not answered in time")
    default: outcome
    }
  }
}
