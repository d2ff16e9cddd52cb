import Registry

/// Two records side by side, what differs marked, and the evidence in words and bits.
struct TaskPage {
  let visit: Visit
  let task: PersonReview

  private var l: PageLanguage { visit.l }

  static func path(_ task: Int64) -> PagePath { Desk.reviewer.path.part("tasks", String(task)) }

  static func bits(_ bits: Double, _ l: PageLanguage) -> String {
    (bits < 0 ? "" : "+") + String(bits) + l(" 比特", " bits")
  }

  static func answer(_ value: String, _ label: String, _ style: String? = nil, key: String? = nil) -> HTML {
    tag(
      "button", .init("type", "submit"), .init("name", "answer"), .init("value", value), style.map { .class($0) },
      key.map { .init("accesskey", $0) }, text: label)
  }

  var page: Page {
    visit.page(l("任务\(task.task)：是同一个人吗？", "Task \(task.task): one person?")) {
      sides
      evidence
      form(Self.path(task.task), visit.session, class: "card") {
        Field(
          name: "reason", label: l("理由", "Reason"), hint: l("将永久保存（快捷键 R）", "It is kept for ever (key R)"), key: "r"
        ).html
        tag("div", .class("actions")) {
          Self.answer("same", l("是同一人 (S)", "Same (S)"), key: "s")
          Self.answer("different", l("不是同一人 (D)", "Not the same (D)"), "second", key: "d")
        }
        tag(
          "p", .class("hint"),
          text: l(
            "“不是同一人”只有撤销才能收回。快捷键：Alt+R、Alt+S、Alt+D（浏览器各异）。",
            "“Not the same” is taken back by an undo alone. Keys: Alt+R, Alt+S, Alt+D (as the browser has it)."))
      }
      for person in Set(task.sides.map(\.person)).sorted() {
        tag("p") {
          link(
            Desk.reviewer.path.part("persons", person),
            l("个人码\(person)的全部档案（拆分）", "All records of person \(person) (to split)"))
        }
      }
      tag("p") { link(Desk.reviewer.path, l("返回列表", "Back to the list")) }
    }
  }

  private var sides: HTML {
    let rows: [(String, (PersonReview.Side) -> String)] = [
      (l("机构", "Institution"), { $0.institution }), (l("姓名", "Name"), { $0.name ?? "–" }),
      (
        l("性别", "Sex"), { $0.sex.map { $0 == "male" ? l("男", "male") : $0 == "female" ? l("女", "female") : $0 } ?? "–" }
      ),
      (l("出生日期", "Birth date"), { $0.birthDate ?? "–" }),
      (l("电话", "Telephones"), { $0.phones.isEmpty ? "–" : $0.phones.joined(separator: " ") }),
      (l("地址", "Address"), { $0.address ?? "–" }),
      (l("号码", "Numbers"), { $0.identifiers.map { "\($0.type) \($0.value)" }.joined(separator: ", ") }),
      (l("个人码", "Person"), { $0.person }), (l("档案", "Record"), { $0.record }),
      (l("报告数", "Reports"), { String($0.reports) }),
    ]
    return tag("div", .class("scroll")) {
      tag("table") {
        tag("caption", text: l("两份档案；不同之处有底色并标注“≠”", "The two records; what differs is shaded and marked “≠”"))
        tag("thead") {
          tag("tr") {
            for name in [l("内容", "What"), l("甲", "One"), l("乙", "Other"), l("异同", "Differs")] {
              tag("th", .init("scope", "col"), text: name)
            }
          }
        }
        tag("tbody") {
          for (name, cell) in rows {
            let cells = task.sides.map(cell)
            let differs = Set(cells).count > 1
            tag("tr", differs ? .class("differs") : nil) {
              tag("th", .init("scope", "row"), text: name)
              for text in cells { tag("td") { tag("bdi", text: text) } }
              tag("td", text: differs ? "≠" : "=")
            }
          }
        }
      }
    }
  }

  private var evidence: HTML {
    tag("section", .class("card")) {
      tag("h2", text: l("证据", "Evidence"))
      for reason in task.evidence.reasons { tag("p") { tag("strong", text: EvidenceWords.reason(reason, l)) } }
      tag("ul") {
        for field in task.evidence.fields {
          tag(
            "li",
            text: EvidenceWords.field(field.field, l) + l("：", ": ") + EvidenceWords.level(field.level, l) + "  "
              + Self.bits(field.bits, l))
        }
        tag("li", text: l("比较之前：", "before anything is compared: ") + Self.bits(task.evidence.prior, l))
        tag("li") { tag("strong", text: l("合计：", "in all: ") + Self.bits(task.evidence.total, l)) }
      }
    }
  }
}
