import Registry

/// What awaits a human. Nobody's name is on it: a task is opened, and that is kept.
struct ReviewList {
  let visit: Visit
  let open: Int
  let tasks: [PersonReview]
  let disputes: [OpenDispute]

  private static let together = 50

  private var l: PageLanguage { visit.l }

  var page: Page {
    visit.page(l("待复核", "To be decided")) {
      tag("p", text: l("可能重复\(open)项，异议\(disputes.count)项", "\(open) possible duplicates, \(disputes.count) disputes"))
      if let first = tasks.first {
        tag("p") {
          tag(
            "a", .href(TaskPage.path(first.task)), .init("accesskey", "n"), text: l("从第一项开始", "Begin with the first"))
        }
        tag("div", .class("scroll")) {
          tag("table", .class("rows")) {
            tag("caption", text: l("可能重复，最值得先看的在前", "Possible duplicates, the most valuable first"))
            tag("thead") {
              tag("tr") {
                for name in [
                  l("任务", "Task"), l("机构", "Institutions"), l("报告数", "Reports"), l("证据", "Evidence"), l("自", "Since"),
                ] {
                  tag("th", .init("scope", "col"), text: name)
                }
              }
            }
            tag("tbody") { for task in tasks.prefix(Self.together) { line(task) } }
          }
        }
      }
      if !disputes.isEmpty {
        tag("h2", text: l("“不是我的”", "“Not mine”"))
        for (place, dispute) in disputes.enumerated() { card(dispute, place) }
      }
    }
  }

  private func line(_ task: PersonReview) -> HTML {
    tag("tr") {
      tag("td") { link(TaskPage.path(task.task), l("任务\(task.task)", "Task \(task.task)")) }
      tag("td", text: task.sides.map(\.institution).joined(separator: " – "))
      tag("td", text: task.sides.map { String($0.reports) }.joined(separator: " – "))
      tag("td", text: TaskPage.bits(task.evidence.total, l))
      tag("td", text: String(task.since.prefix(10)))
    }
  }

  private func card(_ dispute: OpenDispute, _ place: Int) -> HTML {
    tag("section", .class("card")) {
      tag("h3", text: "\(dispute.institution) \(dispute.reportId)")
      tag("p", .class("muted")) {
        l("自", "since ") + dispute.since.prefix(10)
        if let person = dispute.person {
          " · "
          link(Desk.reviewer.path.part("persons", person), person)
        }
      }
      form(Desk.reviewer.path.part("disputes"), visit.session) {
        hidden("institution", dispute.institution)
        hidden("report", dispute.reportId)
        Field(name: "reason", label: l("理由", "Reason"), id: "reason-\(place)").html
        tag("div", .class("actions")) {
          TaskPage.answer("theirs", l("是其本人的", "Theirs"))
          TaskPage.answer("not-theirs", l("不是其本人的", "Not theirs"), "danger")
        }
      }
    }
  }
}
