import Foundation
import HTTPTypes
import Registry

/// The form by which a patient is opened: by a number, and name or birth date.
struct OpenPatientForm {
  let visit: Visit
  /// What was typed; it goes into the page that answers, and into no address.
  var typed = FormFields([])
  var error: String?

  private var l: PageLanguage { visit.l }

  /// What kinds of numbers a patient is known by at the desk.
  static let kinds: [(value: String, zh: String, en: String)] = [
    ("resident-id", "居民身份证", "Resident ID"), ("local", "本院患者号", "Number of this hospital"),
    ("outpatient", "门诊号", "Outpatient number"), ("inpatient", "住院号", "Inpatient number"),
    ("health-card", "健康卡", "Health card"), ("insurance", "医保卡", "Insurance card"),
    ("passport", "护照", "Passport"), ("birth-certificate", "出生医学证明", "Birth certificate"),
    ("military", "军官证", "Military ID"), ("hk-macau-permit", "港澳通行证", "Hong Kong and Macau permit"),
    ("taiwan-permit", "台湾通行证", "Taiwan permit"), ("permanent-residence", "外国人永久居留证", "Permanent residence"),
  ]

  var page: Page {
    visit.page(l("打开患者", "Open a patient"), status: error == nil ? .ok : .init(code: 422)) {
      if let error { notice(error, isError: true) }
      form(PagePath("clinician", "patients"), visit.session, class: "card") {
        Choice(
          name: "type", label: l("证件类型", "Kind of number"), options: Self.kinds.map { ($0.value, l($0.zh, $0.en)) },
          chosen: typed?["type"]
        ).html
        Field(name: "number", label: l("号码", "Number"), value: typed?["number"] ?? "").html
        Field(
          name: "name", label: l("姓名", "Name"), value: typed?["name"] ?? "", isNeeded: false,
          hint: l("姓名和出生日期至少填一项", "Name or birth date, one of the two is needed")
        ).html
        Field(
          name: "birthDate", label: l("出生日期", "Birth date"), type: "date", value: typed?["birthDate"] ?? "",
          isNeeded: false
        ).html
        tag("details", .flag("open", typed?["reason"] != nil)) {
          tag("summary", text: l("紧急调阅", "Break glass"))
          tag(
            "p", .class("hint"),
            text: l(
              "患者未同意而确需查看时使用。理由将被记录，患者本人可以看到。",
              "For need alone, where the person does not consent. The reason is kept, and the person can read it."))
          Field(name: "reason", label: l("理由", "Reason"), value: typed?["reason"] ?? "", isNeeded: false).html
        }
        submit(l("打开", "Open"))
      }
      if !visit.session.openPatients.order.isEmpty {
        tag("h2", text: l("本次已打开", "Open in this session"))
        tag("ul", .class("plain")) {
          for code in visit.session.openPatients.order {
            let name = visit.session.openPatients[code]?.name
            tag("li") { link(ClinicianPage.path(person: code), name.map { "\($0) (\(code))" } ?? code) }
          }
        }
      }
    }
  }

  /// The question it puts, as `/v1/query` takes it; nil without a number, or without name and birth date.
  static func query(_ form: FormFields) throws -> [UInt8]? {
    guard let type = form["type"], let number = form["number"] else { return nil }
    var patient: [String: Any] = ["identifiers": [["type": type, "value": number]]]
    patient["name"] = form["name"]
    patient["birthDate"] = form["birthDate"]
    if patient.count == 1 { return nil }
    return Array(try JSONSerialization.data(withJSONObject: ["patient": patient]))
  }
}
