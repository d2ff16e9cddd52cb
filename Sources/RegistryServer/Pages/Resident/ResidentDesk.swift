import Catalogue
import Clinical
import Hummingbird
import Registry
import RegistryStore

extension RegistryService {
  /// The resident's desk: the own record, who looked at it, what is not theirs, and their code.
  func addResidentDesk(_ router: Router<ServerContext>) {
    let base = Desk.resident.path
    page(.residentDesk, router) { visit in
      let record = try await self.ownRecord(visit)
      let pages = RecordPages(record, at: base, visit.l)
      return visit.page(visit.l("我的记录", "My record")) {
        PatientHeading(patient: record.patient, l: visit.l).html
        pages.overview(page: visit.number("page", 1...1_000_000))
      }
    }
    page(.residentItem, router) { visit in
      let pages = RecordPages(try await self.ownRecord(visit), at: base, visit.l)
      guard let (title, body) = pages.item(visit.part("item"), page: visit.number("page", 1...1_000_000)) else {
        throw ServiceError.noRoute
      }
      return visit.page(title) { body }
    }
    page(.residentReport, router) { visit in
      let record = try await self.ownRecord(visit)
      guard let report = record.report(id: visit.part("report")) else { throw ServiceError.noRoute }
      return visit.page(report.name(visit.l)) {
        RecordPages(record, at: base, visit.l).report(report) {
          ImageForms(visit: visit, path: base.part("images"), report: report).html
          NotMine(visit: visit, report: report.id).html
        }
      }
    }
    page(.residentAccess, router) { visit in
      let person = try self.ownCode(visit)
      let rows = try await self.waiting {
        var rows: [AccessRow] = []
        var filter = AccessFilter()
        filter.person = person
        try self.registry.auditAccess(filter) { rows.append($0) }
        return rows
      }
      let reference = try self.registry.reference().data
      return AccessPage(visit: visit, rows: rows.reversed()) { reference.institutions[$0]?.name ?? $0 }.page
    }
    page(.residentCode, router) { visit in CodePage(visit: visit, code: try self.ownCode(visit)).page }
    change(.residentImages, router) { visit, form in try await self.showImages(visit, form, of: nil) }
    change(.residentDispute, router) { visit, form in try await self.dispute(visit, form) }
  }

  /// Who the resident is, by the registry's code.
  private func ownCode(_ visit: Visit) throws -> String {
    guard let code = visit.caller.person else { throw ServiceError.notAllowed }
    return code
  }

  /// The own record, and that it was looked at: also the person's own looks are told.
  private func ownRecord(_ visit: Visit) async throws -> HealthRecord {
    let code = try ownCode(visit)
    let now = registry.now
    let record = try await registry.look { try $0.healthRecord(of: code, for: .person, at: now) }
    var event = AccessEvent(
      .page, by: try askedBy(visit.context, visit.request), institution: nil, purpose: .ownRecord, outcome: .answered,
      at: now)
    event.person = record.person
    try await registry.submit(access: event)
    return record
  }

  /// A person says of a report that it is not theirs; of another's nobody can say it.
  private func dispute(_ visit: Visit, _ form: FormFields) async throws -> any ResponseGenerator {
    let record = try await ownRecord(visit)
    guard let id = form["report"], let report = record.report(id: id) else { throw ServiceError.noRoute }
    let reason = try PersonActReason(actor: visit.caller.name, words: form["reason"] ?? "")
    _ = try await registry.submit(
      .dispute(institution: report.institution, report: report.report.reportNumber), reason)
    return visit.page(visit.l("已提出异议", "Disputed"), at: Desk.resident.path) {
      notice(
        visit.l(
          "此报告不再显示，也不会被任何机构互认，直到复核有结论。",
          "This report is not shown any more, and no institution will recognise it, until it has been decided."))
      tag("p") { link(Desk.resident.path, visit.l("返回我的记录", "Back to my record")) }
    }
  }
}

/// The form by which somebody says that a report is not theirs.
private struct NotMine {
  let visit: Visit
  let report: String

  var html: HTML {
    let l = visit.l
    return tag("details") {
      tag("summary", text: l("这不是我的", "This is not mine"))
      form(Desk.resident.path.part("disputes"), visit.session, class: "card") {
        hidden("report", report)
        tag(
          "p", .class("hint"),
          text: l(
            "提出后，此报告立即不再显示、不再互认，由身份复核员核实。",
            "It is hidden and recognised by nobody at once; a reviewer finds out whose it is."))
        Field(name: "reason", label: l("为什么不是您的", "Why it is not yours")).html
        submit(l("提出异议", "Say so"), class: "danger")
      }
    }
  }
}

/// A person's code on paper and on a screen.
private struct CodePage {
  let visit: Visit
  let code: String

  var page: Page {
    let l = visit.l
    return visit.page(l("我的码", "My code")) {
      tag("div", .class("card")) {
        QRCode("HUREN:" + code)?.picture(l("我的个人码的二维码", "QR code of my person code"))
        tag("p") {
          l("个人码 ", "Person code ")
          tag("code", text: code)
        }
      }
      tag(
        "p",
        text: l(
          "此码是随机的，不含您的任何信息；单凭此码，任何人都看不到您的记录。可打印携带。",
          "The code is drawn at random and tells nothing of you; by it alone nobody sees your record. You can print it."
        ))
    }
  }
}
