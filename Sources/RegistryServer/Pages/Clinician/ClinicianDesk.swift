import Catalogue
import Clinical
import Hummingbird
import Recognition
import Registry
import RegistryStore
import Savings

extension RegistryService {
  /// The clinician's desk: a patient is opened by a number and name or birth date; then what can be recognised, and the record.
  func addClinicianDesk(_ router: Router<ServerContext>) {
    page(.clinicianDesk, router) { OpenPatientForm(visit: $0).page }
    change(.openPatient, router) { visit, form in try await self.openPatient(visit, form) }
    on(.launchedPatient, router) { request, context in
      try await self.openLaunched(try self.visit(request, context)).response(from: request, context: context)
    }
    on(.decisionPage, router) { request, context in try self.openDecided(try self.visit(request, context)) }
    page(.patientPage, router) { try await self.patientPage($0) }
    page(.patientItem, router) { visit in
      let record = try await self.openRecord(visit)
      let pages = RecordPages(record, at: ClinicianPage.path(person: visit.part("person")), visit.l)
      guard let (title, body) = pages.item(visit.part("item"), page: visit.number("page", 1...1_000_000)) else {
        throw ServiceError.noRoute
      }
      return visit.page(title) {
        self.backToPatient(visit, record)
        body
      }
    }
    page(.patientReport, router) { visit in
      let record = try await self.openRecord(visit)
      guard let report = record.report(id: visit.part("report")) else { throw ServiceError.noRoute }
      let pages = RecordPages(record, at: ClinicianPage.path(person: visit.part("person")), visit.l)
      return visit.page(report.name(visit.l)) {
        self.backToPatient(visit, record)
        pages.report(report) {
          ImageForms(
            visit: visit, path: ClinicianPage.path(person: visit.part("person")).part("images"), report: report
          ).html
        }
      }
    }
    change(.patientImages, router) { visit, form in
      let (code, patient) = try self.opened(visit)
      return try await self.showImages(visit, form, of: code, breakingGlassFor: patient.reason)
    }
    change(.answerPatient, router) { visit, form in try await self.answerPatient(visit, form) }
    change(.breakGlass, router) { visit, form in try await self.breakGlass(visit, form) }
  }

  private func backToPatient(_ visit: Visit, _ record: HealthRecord) -> HTML {
    tag("div") {
      PatientHeading(patient: record.patient, l: visit.l).html
      tag("p") {
        link(ClinicianPage.path(person: visit.part("person")), visit.l("返回患者", "Back to the patient"))
      }
    }
  }

  /// Whose page is open by this session.
  ///
  /// - Throws: `ServiceError.noRoute` for an address alone.
  private func opened(_ visit: Visit) throws -> (code: String, patient: OpenPatients.Patient) {
    let code = visit.part("person")
    guard let patient = visit.session.openPatients[code] else { throw ServiceError.noRoute }
    return (code, patient)
  }

  // MARK: Opening

  private func openPatient(_ visit: Visit, _ form: FormFields) async throws -> any ResponseGenerator {
    let l = visit.l
    func again(_ error: String) -> Page { OpenPatientForm(visit: visit, typed: form, error: error).page }
    guard let query = try OpenPatientForm.query(form) else {
      return again(l("请填写号码，以及姓名或出生日期。", "Give a number, and name or birth date."))
    }
    do {
      if let reason = form["reason"]?.nonBlank { return try await openInNeed(visit, query, reason) }
      let asking = Asking(by: try askedBy(visit.context, visit.request), institution: try institution(of: visit))
      let answer = try await self.query(asking, visit.context) { try Query(json: query, zone: $0.zone) }
      return open(answer.decision.person, visit)
    } catch let problem as OrderProblem {
      return again(ErrorWords.words(of: ErrorTable.row(of: problem), l))
    }
  }

  private func openInNeed(_ visit: Visit, _ query: [UInt8], _ reason: String) async throws -> Response {
    let institution = try institution(of: visit)
    let asked = try askedBy(visit.context, visit.request)
    let found = try await registry.look { state -> Result<Decision, OrderProblem> in
      do {
        let query = try Query(json: query, zone: state.reference().data.zone)
        return .success(
          try state.query(
            query.patient, institution: institution, items: [], setting: nil, orderedAt: nil, knownAt: nil))
      } catch let problem as OrderProblem {
        return .failure(problem)
      }
    }
    var event: AccessEvent
    switch found {
    case .success(let decision): event = AccessEvent(decision, by: asked, what: .page, at: registry.now)
    case .failure(let problem):
      event = AccessEvent(problem, by: asked, institution: institution, at: registry.now)
      event.what = .page
    }
    event.purpose = .breakGlass
    try await registry.submit(access: event, words: reason)
    return open(try found.get().person, breakingGlassFor: reason, visit)
  }

  private func open(_ code: String, breakingGlassFor reason: String? = nil, _ visit: Visit) -> Response {
    access.sessions.change(visit.held) { session in
      var patient = session.openPatients[code] ?? OpenPatients.Patient()
      if let reason { patient.reason = reason }
      session.openPatients[code] = patient
    }
    return .seeOther(ClinicianPage.path(person: code))
  }

  /// The patient whom a hospital's system opened the page for.
  private func openLaunched(_ visit: Visit) async throws -> any ResponseGenerator {
    guard let patient = visit.session.patient else { return Response.seeOther(PagePath("clinician")) }
    do {
      let asking = Asking(by: try askedBy(visit.context, visit.request), institution: try institution(of: visit))
      let answer = try await query(asking, visit.context) {
        try Query(json: Array("{\"patient\":".utf8) + patient + Array("}".utf8), zone: $0.zone)
      }
      return open(answer.decision.person, visit)
    } catch let problem as OrderProblem {
      return OpenPatientForm(visit: visit, error: ErrorWords.words(of: ErrorTable.row(of: problem), visit.l)).page
    }
  }

  /// Whom a decision of this institution was about: where a card of CDS Hooks leads.
  private func openDecided(_ visit: Visit) throws -> Response {
    let id = visit.part("decision")
    guard id.utf8.count == 32, let decision = try registry.decision(idPrefix: id, of: institution(of: visit)) else {
      throw ServiceError.noRoute
    }
    return open(decision.person, visit)
  }

  private func institution(of visit: Visit) throws -> String { try institution(of: visit.caller, visit.request) }

  // MARK: Reading

  private func patientPage(_ visit: Visit) async throws -> Page {
    let (code, patient) = try opened(visit)
    let institution = try institution(of: visit)
    let now = registry.now
    let (decision, record) = try await registry.look { state -> (Decision, HealthRecord) in
      let decision = try state.query(
        OrderPatient(person: code), institution: institution, items: [], setting: nil, orderedAt: now, knownAt: nil)
      let record = try state.healthRecord(
        of: code, for: .institution(institution, breaksGlass: patient.breaksGlass), at: now)
      return (decision, record)
    }
    var event = AccessEvent(decision, by: try askedBy(visit.context, visit.request), what: .page, at: now)
    if patient.breaksGlass { event.purpose = .breakGlass }
    try await registry.submit(access: event)
    access.sessions.change(visit.held) { $0.openPatients.name(code, record.patient.name) }
    return PatientPage(
      visit: visit, code: code, patient: patient, decision: decision, record: record, at: now.milliseconds
    ).page
  }

  /// The record alone, and that it was read.
  private func openRecord(_ visit: Visit) async throws -> HealthRecord {
    let (code, patient) = try opened(visit)
    let institution = try institution(of: visit)
    let now = registry.now
    let record = try await registry.look {
      try $0.healthRecord(of: code, for: .institution(institution, breaksGlass: patient.breaksGlass), at: now)
    }
    var event = AccessEvent(
      .page, by: try askedBy(visit.context, visit.request), institution: institution,
      purpose: patient.breaksGlass ? .breakGlass : .order, outcome: .answered, at: now)
    event.person = record.person
    try await registry.submit(access: event)
    return record
  }

  private func breakGlass(_ visit: Visit, _ form: FormFields) async throws -> Response {
    let (code, _) = try opened(visit)
    guard let reason = form["reason"]?.nonBlank else { throw ServiceError.reasonNeeded }
    var event = AccessEvent(
      .page, by: try askedBy(visit.context, visit.request), institution: try institution(of: visit),
      purpose: .breakGlass, outcome: .answered, at: registry.now)
    event.person = code
    try await registry.submit(access: event, words: reason)
    return open(code, breakingGlassFor: reason, visit)
  }
}
