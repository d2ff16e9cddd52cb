import Catalogue
import Clinical

import Recognition

/// What can be recognised now, yes first, in the words of `huren query`; and what a clinician does with it, in two clicks at most.
struct DecisionSection {
  let decision: Decision
  let visit: Visit
  /// The registry's code.
  let person: String
  let words: ResultWords
  /// When it was decided, in milliseconds since 1970.
  let at: Int64

  private var l: PageLanguage { visit.l }
  private var zone: RegistryZone { words.zone }
  private static let (yesTogether, noTogether) = (12, 60)
  private static let formID = "answer"

  var html: HTML {
    let yes = decision.items.filter(\.outcome.isRecognisable).sorted {
      ($1.newest, $0.item.code) < ($0.newest, $1.item.code)
    }
    let no = decision.items.filter { !$0.outcome.isRecognisable }
    return tag("section", .id("recognise"), .init("aria-labelledby", "recognise-title")) {
      tag("h2", .id("recognise-title"), text: l("现在可以互认的结果", "What can be recognised now") + " (\(yes.count))")
      if yes.isEmpty { tag("p", text: l("没有可互认的结果。", "Nothing can be recognised now.")) }
      if !yes.isEmpty {
        form(path.part("answers"), visit.session, id: Self.formID) {
          hidden("order", order)
          hidden("at", String(at))
        }
        for item in shown(yes, "yes", Self.yesTogether) { card(item) }
        more(yes.count, "yes", Self.yesTogether)
        tag("p", .class("muted"), text: l("是否采纳由接诊医师决定。", "The clinician decides."))
      }
      if !no.isEmpty {
        let isOpen = visit.asks("no")
        tag("details", .flag("open", isOpen)) {
          tag("summary", text: l("不可互认（\(no.count)）", "Not to be recognised (\(no.count))"))
          tag("ul", .class("plain")) { for item in shown(no, "no", Self.noTogether) { line(item) } }
          more(no.count, "no", Self.noTogether)
        }
      }
    }
  }

  private var path: PagePath { ClinicianPage.path(person: person) }

  /// Known again when the same form comes twice.
  private let order = Secret().text

  private func shown(_ items: [ItemDecision], _ name: String, _ together: Int) -> ArraySlice<ItemDecision> {
    let page = visit.number(name, 1...max(1, (items.count + together - 1) / together))
    return items[min((page - 1) * together, items.count)..<min(page * together, items.count)]
  }

  private func more(_ count: Int, _ name: String, _ together: Int) -> HTML {
    let pages = (count + together - 1) / together
    if pages < 2 { return .none }
    return tag("nav", .init("aria-label", l("分页", "Pages"))) {
      tag("p", .class("actions")) {
        for page in 1...pages {
          link(path.asking(name, page).at("recognise"), l("第\(page)页", "Page \(page)"))
        }
      }
    }
  }

  // MARK: Yes

  private func card(_ item: ItemDecision) -> HTML {
    let isWhole = item.outcome == .recognise
    return tag("article", .class(isWhole ? "card yes" : "card part")) {
      tag("h3") {
        tag("span", .class("badge"), text: isWhole ? l("可互认", "YES") : l("部分可互认", "IN PART"))
        " " + name(item.item)
      }
      if let until = item.validUntil {
        tag("p") {
          isWhole ? l("既往结果可代替本次检查，有效至", "A prior result can stand in, until ") : l("有效至", "Until ")
          tag("strong", text: zone.clinicalText(until))
        }
      }
      if let open = item.residual, !open.isEmpty {
        tag(
          "p",
          text: l("仍需检查：", "Still to be tested: ")
            + open.map { code in words.reference.items[code].map { name($0) } ?? code }.joined(separator: l("、", ", ")))
      }
      tag("ul", .class("plain")) { for result in item.chosen { chosen(result, of: item) } }
      answer(item)
    }
  }

  private func chosen(_ result: ChosenResult, of item: ItemDecision) -> HTML {
    let candidate = result.candidate
    return tag("li") {
      if candidate.item.code != item.item.code { name(candidate.item) + " " }
      tag("span", .class("value"), text: result.value.cut(to: 300))
      " "
      words.flag(candidate.flag)
      tag("span", .class("muted")) {
        var facts: [String] = []
        if let range = candidate.referenceRange { facts.append(l("参考 ", "range ") + range) }
        facts.append(words.institution(candidate.institution) + " " + l("报告 ", "report ") + candidate.reportID)
        if candidate.performer != candidate.institution {
          facts.append(l("检查方 ", "performed by ") + words.institution(candidate.performer))
        }
        facts.append(
          (candidate.clinicalTimeBasis.map { l.part(of: String($0.words.reversedWords)) + " " } ?? "")
            + zone.clinicalText(result.clinicalTime))
        facts.append(l("时限\(result.windowHours)小时", "stands in for \(result.windowHours) h"))
        if let list = result.list { facts.append(l("清单 ", "list ") + list) }
        if !result.certificates.isEmpty {
          facts.append(l("标识 ", "mark ") + result.certificates.map { $0.scope.text + " HR" }.joined(separator: ", "))
        }
        if result.study != nil { facts.append(l("有影像", "with images")) }
        if let note = candidate.note { facts.append(l("备注 ", "note ") + note) }
        return HTML(" " + facts.joined(separator: " · "))
      }
    }
  }

  private func name(_ item: Item) -> String {
    let words = l.name(item.nameZh, item.nameEn) ?? item.code
    return words == item.code ? words : "\(words) (\(item.code))"
  }

  // MARK: What is done with it

  private func answer(_ item: ItemDecision) -> HTML {
    let code = item.item.code
    if let given = visit.session.openPatients[person]?.answers[code] {
      return tag("p", .class("actions")) {
        tag("span", .class("badge good")) {
          given.isAccepted
            ? l("已采纳", "Accepted")
            : l("已说明不采纳：", "Declined: ")
              + (given.reason.flatMap { RetestReason(rawValue: $0) }.map { l($0.nameZh, $0.nameEn) } ?? "")
        }
        button("undo", code, l("撤销", "Undo"), "second")
      }
    }
    return tag("div", .class("actions")) {
      button("accept", code, l("采纳", "Accept"), nil)
      tag("details") {
        tag("summary", text: l("不采纳…", "Decline…"))
        tag("div", .class("reasons"), .init("role", "group"), .init("aria-label", l("重新检查的理由", "Reason to repeat"))) {
          for reason in RetestReason.allCases where reason != .other {
            button(
              "decline", "\(reason.rawValue):\(code)", "\(reason.rawValue) " + l(reason.nameZh, reason.nameEn), "second"
            )
          }
        }
        form(path.part("answers"), visit.session) {
          hidden("order", order)
          hidden("at", String(at))
          Field(name: "text", label: "6 " + l("其他理由", "Another reason"), id: "text-" + code).html
          tag(
            "button", .init("type", "submit"), .init("name", "decline"), .init("value", "6:\(code)"), .class("second"),
            text: l("以此理由不采纳", "Decline for this reason"))
        }
      }
    }
  }

  private func button(_ name: String, _ value: String, _ label: String, _ style: String?) -> HTML {
    tag(
      "button", .init("type", "submit"), .init("form", Self.formID), .init("name", name), .init("value", value),
      style.map { .class($0) }, text: label)
  }

  // MARK: No

  private func line(_ item: ItemDecision) -> HTML {
    tag("li") {
      tag("span", .class("badge"), text: item.outcome == .noPrior ? l("无既往结果", "NO PRIOR") : l("不可互认", "NO"))
      " " + name(item.item)
      if !item.rejected.isEmpty {
        tag("ul") {
          for candidate in item.rejected.prefix(3) {
            tag(
              "li", .class("muted"),
              text: words.institution(candidate.institution) + " " + l("报告 ", "report ") + candidate.reportID + ": "
                + candidate.failed.map { l.part(of: $0.words) }.joined(separator: l("；", "; ")))
          }
          if item.rejected.count > 3 {
            tag("li", .class("muted"), text: l("另有\(item.rejected.count - 3)份", "\(item.rejected.count - 3) more"))
          }
        }
      }
    }
  }
}

extension String {
  /// `采集 collected` as `collected 采集`: the English first.
  fileprivate var reversedWords: String { split(separator: " ").reversed().joined(separator: " ") }
}

extension ClinicianPage {
  static func path(person: String) -> PagePath { PagePath("clinician", "patients", person) }
}
