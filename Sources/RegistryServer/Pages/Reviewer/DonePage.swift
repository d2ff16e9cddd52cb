import Registry

/// What humans said of who is who, the last first; each can be taken back.
struct DonePage {
  let visit: Visit
  let acts: [PersonActView]

  private static let shown = 50

  private var l: PageLanguage { visit.l }

  var page: Page {
    let undone = Set(acts.compactMap(\.undoes))
    return visit.page(l("已办", "Decided")) {
      if acts.isEmpty { tag("p", text: l("还没有。", "Nothing yet.")) }
      for (place, act) in acts.prefix(Self.shown).enumerated() {
        card(act, place, isUndone: undone.contains(act.event))
      }
    }
  }

  private func card(_ act: PersonActView, _ place: Int, isUndone: Bool) -> HTML {
    let canBeUndone = !isUndone && ["merge", "split", "split-record", "not-the-same"].contains(act.kind)
    return tag("section", .class("card")) {
      tag("h2", text: kind(act.kind))
      tag("p", .class("muted"), text: act.at.prefix(16).replacing("T", with: " ") + " · " + act.actor)
      tag("p", text: act.reason ?? l("（已删除）", "(erased)"))
      if !act.persons.isEmpty {
        tag("p") {
          for person in act.persons {
            link(Desk.reviewer.path.part("persons", person), person)
            " "
          }
        }
      }
      tag("p") { tag("code", text: act.undoes ?? act.event) }
      if isUndone { tag("p") { tag("span", .class("badge"), text: l("已撤销", "taken back")) } }
      if canBeUndone {
        tag("details") {
          tag("summary", text: l("撤销…", "Undo…"))
          form(Desk.reviewer.path.part("undo"), visit.session) {
            hidden("event", act.event)
            Field(name: "reason", label: l("理由", "Reason"), id: "reason-\(place)").html
            submit(l("撤销", "Undo"), class: "second")
          }
        }
      }
    }
  }

  private func kind(_ kind: String) -> String {
    switch kind {
    case "merge": l("合并为同一人", "One person")
    case "split": l("拆分", "Split")
    case "split-record": l("拆分档案", "Record split")
    case "not-the-same": l("不是同一人", "Not the same")
    case "undo": l("撤销", "Undo")
    case "dispute": l("提出异议", "Disputed")
    case "settle": l("异议有结论", "Dispute settled")
    case "rebuild": l("更换模型", "Another model")
    default: kind
    }
  }
}
