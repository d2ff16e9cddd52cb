import Catalogue
import Clinical
import Hummingbird
import Messages
import Recognition
import Registry
import Savings

/// What a form says of one item.
private struct PatientAnswer {
  enum Kind: String {
    case accepted, declined, undone
  }

  let kind: Kind
  let item: String
  var reason: Int?
  var text: String?
  /// Of the page that was answered: the same form twice is one order.
  let order: String
  let at: Instant

  /// - Throws: `ServiceError.malformed` for what no page of ours sends.
  init(_ form: FormFields) throws(ServiceError) {
    guard let order = form["order"], order.utf8.count <= 64, let at = form["at"].flatMap({ Int64($0) }) else {
      throw .malformed
    }
    (self.order, self.at) = (order, Instant(milliseconds: at))
    if let item = form["accept"] {
      (kind, self.item) = (.accepted, item)
    } else if let item = form["undo"] {
      (kind, self.item) = (.undone, item)
    } else if let parts = form["decline"]?.split(separator: ":", maxSplits: 1), parts.count == 2,
      let reason = Int(parts[0])
    {
      (kind, self.item, self.reason, text) = (.declined, String(parts[1]), reason, form["text"]?.nonBlank)
    } else {
      throw .malformed
    }
  }

  /// As a line of feedback.
  func line(decision: String, by: String, at: String) -> [UInt8] {
    Array(
      JSONValue(filled: [
        "event": .string("desk:\(order):\(kind.rawValue):\(item):\(reason ?? 0)"), "kind": .string(kind.rawValue),
        "decisionId": .string(decision), "item": .string(item), "at": .string(at), "by": .string(by),
        "retestReason": reason.map { .number(String($0)) }, "text": text.map { .string($0) },
      ]).json.utf8)
  }
}

extension RegistryService {
  /// Accepts or declines what a page showed. The order is decided anew and kept as a prompt of the books, and the answer with it: who only
  /// looked ordered nothing.
  func answerPatient(_ visit: Visit, _ form: FormFields) async throws -> any ResponseGenerator {
    let code = visit.part("person")
    guard let patient = visit.session.openPatients[code] else { throw ServiceError.noRoute }
    let answer = try PatientAnswer(form)
    let l = visit.l
    let institution = try institution(of: visit.caller, visit.request)
    let path = ClinicianPage.path(person: code)
    func refused(_ words: String, status: HTTPResponse.Status = .conflict) -> Page {
      visit.page(l("未记录", "Not recorded"), at: path, status: status) {
        notice(words, isError: true)
        tag("p") { link(path, l("返回患者", "Back to the patient")) }
      }
    }
    let decision: String
    if answer.kind == .undone {
      guard let given = patient.answers[answer.item] else { return Response.seeOther(path) }
      decision = given.decision
    } else {
      if answer.reason == RetestReason.other.rawValue, answer.text == nil {
        return refused(l("选择“其他”时请填写理由。", "Another reason needs its words."), status: .unprocessableContent)
      }
      guard let decided = try await decide(answer, of: code, for: institution, visit) else {
        return refused(l("已不可互认：情况已改变，请查看最新页面。", "It cannot be recognised any more: look at the page anew."))
      }
      decision = decided
    }
    let line = answer.line(
      decision: decision, by: visit.caller.name, at: try registry.zone().rfc3339(registry.now))
    guard let outcome = try await registry.submit(feedback: [line], of: institution).first else {
      throw ServiceError.internal
    }
    if case .failure(let problem) = outcome {
      return refused(ErrorWords.words(of: ErrorTable.row(of: problem), l), status: .unprocessableContent)
    }
    // An old form again, whose answer was taken back since: it says nothing new, and the page shows what the books hold.
    if case .success(.known) = outcome, patient.answers[answer.item] == nil { return Response.seeOther(path) }
    access.sessions.change(visit.held) { session in
      session.openPatients[code]?.answers[answer.item] =
        answer.kind == .undone
        ? nil
        : OpenPatients.Answer(
          isAccepted: answer.kind == .accepted, reason: answer.reason, decision: decision, item: answer.item)
    }
    return Response.seeOther(path.at("recognise"))
  }

  /// Decides an order of the one item, as it was shown, and keeps it.
  ///
  /// - Returns: the decision's id; nil where the item cannot be recognised any more.
  private func decide(
    _ answer: PatientAnswer, of person: String, for institution: String, _ visit: Visit
  ) async throws -> String? {
    let asking = Asking(by: try askedBy(visit.context, visit.request), institution: institution)
    let clinician = visit.caller.name
    let decided = try await ask(asking, visit.context) { reference in
      [reference.policy.defaultSetting]
    } order: { setting throws(OrderProblem) in
      var order = Order(
        id: "desk-\(answer.order)-\(answer.item)", patient: OrderPatient(person: person),
        orderingInstitution: institution, setting: setting, orderedAt: answer.at,
        items: [OrderItem(item: answer.item)])
      order.clinician = clinician
      return order
    }
    .decided.first?.result.get()
    guard let decided, decided.items.contains(where: { $0.item.code == answer.item && $0.outcome.isRecognisable })
    else { return nil }
    return decided.id
  }
}
