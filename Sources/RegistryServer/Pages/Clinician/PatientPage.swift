import Clinical
import Recognition
import Registry

/// A patient as a clinician sees them.
struct PatientPage {
  let visit: Visit
  let code: String
  let patient: OpenPatients.Patient
  let decision: Decision
  let record: HealthRecord
  /// In milliseconds since 1970.
  let at: Int64

  var page: Page {
    let l = visit.l
    let path = ClinicianPage.path(person: code)
    let pages = RecordPages(record, at: path, l)
    let number = visit.number("page", 1...1_000_000)
    return visit.page(record.patient.name?.nonBlank ?? l("患者", "Patient")) {
      PatientHeading(patient: record.patient, l: l, hasName: false).html
      tag("p", .class("muted")) {
        l("个人码 ", "Person code ")
        tag("code", text: record.person)
        if !record.patient.identifiers.isEmpty {
          " · " + record.patient.identifiers.prefix(6).map(\.value).joined(separator: " · ")
        }
      }
      if patient.breaksGlass {
        notice(
          l(
            "紧急调阅：显示了患者未同意的结果，已记录。",
            "Glass is broken: what the person does not consent to is shown. It is kept and listed."))
      }
      if number == 1 {
        DecisionSection(decision: decision, visit: visit, person: code, words: pages.words, at: at).html
      }
      pages.overview(page: number)
      if !patient.breaksGlass { breakGlass(path) }
    }
  }

  private func breakGlass(_ path: PagePath) -> HTML {
    let l = visit.l
    return tag("details") {
      tag("summary", text: l("紧急调阅", "Break glass"))
      form(path.part("break-glass"), visit.session, class: "card") {
        tag(
          "p", .class("hint"),
          text: l(
            "患者未同意而确需查看时使用。理由将被记录，患者本人可以看到。",
            "For need alone, where the person does not consent. The reason is kept, and the person can read it."))
        Field(name: "reason", label: l("理由", "Reason")).html
        submit(l("调阅", "Break glass"), class: "danger")
      }
    }
  }
}
