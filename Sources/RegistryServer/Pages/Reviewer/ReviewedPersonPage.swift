import Clinical
import Registry

/// All records of a person, each of which may be another's.
struct ReviewedPersonPage {
  let visit: Visit
  let person: PersonView

  private var l: PageLanguage { visit.l }

  var page: Page {
    visit.page(l("个人码\(person.code)", "Person \(person.code)")) {
      if !person.formerCodes.isEmpty {
        tag("p", .class("muted"), text: l("曾用个人码：", "former codes: ") + person.formerCodes.joined(separator: " "))
      }
      for (place, record) in person.records.enumerated() { card(record, place) }
    }
  }

  private func card(_ record: PersonView.Record, _ place: Int) -> HTML {
    let said = record.identities.last
    return tag("section", .class("card")) {
      tag("h2", text: "\(record.institution) \(record.name.description)")
      tag("dl", .class("facts")) {
        for (name, value) in [
          (l("姓名", "Name"), said?.name), (l("出生日期", "Birth date"), said?.birthDate?.iso),
          (l("号码", "Numbers"), record.numbers.map { "\($0.type) \($0.value)" }.joined(separator: ", ")),
          (l("确定程度", "How sure"), link(record.link)),
        ] {
          tag("dt", text: name)
          tag("dd", text: value ?? "–")
        }
      }
      if person.records.count > 1 {
        tag("details") {
          tag("summary", text: l("这是另一个人的…", "This is another's…"))
          form(Desk.reviewer.path.part("persons", person.code), visit.session) {
            hidden("record", record.name.description)
            Field(name: "reason", label: l("理由", "Reason"), id: "reason-\(place)").html
            submit(l("拆分", "Split"), class: "danger")
          }
        }
      }
    }
  }

  private func link(_ link: PersonView.LinkView) -> String {
    switch link {
    case .certain: l("确定", "certain")
    case .probable: l("很可能", "probable")
    case .possible: l("待核实", "possible")
    }
  }
}
