import Clinical
import Recognition
import Registry
import RegistryStore

/// What could not be taken in, and why. Nothing of a message is on it.
struct QuarantinePage {
  let visit: Visit
  /// The oldest first.
  let messages: [QuarantinedMessage]
  var retried: ImportSummary?

  private var l: PageLanguage { visit.l }
  private static let together = 100
  static var path: PagePath { Desk.operator.path.part("quarantine") }

  var page: Page {
    let number = visit.number("page", 1...messages.pages(of: Self.together))
    return visit.page(l("隔离区", "Quarantine"), at: Self.path) {
      if let retried {
        notice(
          l(
            "重试：接收\(retried.accepted)，已有\(retried.duplicate)，仍隔离\(retried.quarantined)",
            "Tried again: \(retried.accepted) taken in, \(retried.duplicate) known already, \(retried.quarantined) remain"
          ))
      }
      tag("p", text: l("共\(messages.count)条", "\(messages.count) in all"))
      if !messages.isEmpty {
        form(Self.path.part("retry"), visit.session) {
          submit(l("全部重试", "Try all again"), class: "second")
        }
        PageTable(
          caption: l("最早的在前", "The oldest first"),
          columns: [l("编号", "Number"), l("代码", "Code"), l("来源", "Feed"), l("位置", "Place"), l("时间", "When")],
          rows: messages.page(number, of: Self.together).map { message in
            [
              tag("span") { link(Self.path.part(String(message.id)), String(message.id)) },
              tag("code", text: message.code), HTML(message.feedOf ?? "–"),
              HTML(message.line > 0 ? "\(message.line):\(message.column) \(message.path)" : "–"),
              HTML(visit.zoneText(message.recordedAt)),
            ]
          }
        ).html
        PageLinks(page: number, count: messages.pages(of: Self.together), path: Self.path).html(l)
      }
    }
  }
}

/// One message: why it is here; its text at the place, opened for a stated reason.
struct QuarantinedPage {
  let visit: Visit
  let message: QuarantinedMessage
  /// nil: not opened.
  let bytes: [UInt8]?

  private var l: PageLanguage { visit.l }
  /// Lines before and behind the place.
  private static let around = 30

  var page: Page {
    let path = QuarantinePage.path.part(String(message.id))
    return visit.page(l("隔离消息\(message.id)", "Quarantined message \(message.id)"), at: path) {
      tag("dl", .class("facts")) {
        for (name, value) in [(l("原因", "Reason"), message.reason), (l("下一步", "Next"), Registry.advice(for: message))] {
          tag("dt", text: name)
          // The table of findings speaks English.
          tag("dd", .lang(.en), text: value)
        }
        for (name, value) in [
          (l("代码", "Code"), message.code),
          (l("位置", "Place"), message.line > 0 ? "\(message.line):\(message.column) \(message.path)" : "–"),
          (l("来源", "Feed"), message.feedOf ?? "–"),
          (l("状态", "State"), message.isReleased ? l("后来已接收", "taken in later") : l("隔离中", "in quarantine")),
        ] {
          tag("dt", text: name)
          tag("dd", text: value)
        }
      }
      if let bytes {
        text(bytes)
      } else if !message.isFile {
        form(path, visit.session, class: "card") {
          Field(
            name: "reason", label: l("打开原文的理由", "Why you open the message"),
            hint: l("原文含患者信息；打开将被记录", "It holds a patient's data; that it was opened is kept")
          ).html
          submit(l("打开原文", "Open the message"))
        }
      }
      tag("p") { link(QuarantinePage.path, l("返回隔离区", "Back to the quarantine")) }
    }
  }

  private func text(_ bytes: [UInt8]) -> HTML {
    let lines = String(decoding: bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let place = max(0, min(lines.count - 1, message.line - message.frameLine))
    let first = max(0, place - Self.around)
    return tag("section") {
      tag("h2", text: l("原文", "The message"))
      tag("pre", .init("tabindex", "0")) {
        for number in first..<min(lines.count, place + Self.around + 1) {
          let line = "\(number + message.frameLine)  " + String(lines[number]).cut(to: 2000) + "\n"
          if number == place { tag("mark", text: line) } else { HTML(line) }
        }
      }
    }
  }
}

extension Visit {
  func zoneText(_ instant: Instant) -> String { RegistryZone.shanghai.clinicalText(instant) }
}
