import Clinical
import Foundation
import RegistryStore
public import Savings

extension Registry {
  /// Takes the next step of an alert: an event of the chain, its note's words beside it.
  ///
  /// - Parameters:
  ///   - actor: who takes it.
  ///   - scope: of the charts; a warning needs them to find the alert.
  /// - Throws: `RegistryError` for a step out of order, saying what to do.
  public func takeAlertStep(
    _ step: AlertStep, of alert: String, by actor: String, note: String, _ scope: AuditScope
  ) throws {
    let actor = actor.trimmingCharacters(in: .whitespacesAndNewlines)
    let note = note.trimmingCharacters(in: .whitespacesAndNewlines)
    if actor.isEmpty || note.isEmpty {
      throw RegistryError.missingNote
    }
    var finding: AlertEvent.Finding?
    if step == .warned {
      let found = try auditMonitoring(scope).found.first { $0.alert == alert }
      finding = found.flatMap { AlertEvent.Finding($0.point) }
    }
    try store.write { transaction in
      let reached = try AlertStep.allCases.last {
        try transaction.eventBody(Registry.alertEventID(alert, $0)) != nil
      }
      // Two may take steps at once, and clocks are set back: no step is taken before the one it follows.
      let before = try reached.flatMap { try transaction.event(Registry.alertEventID(alert, $0))?.event.at }
      let now = transaction.recordedAt
      var event = AlertEvent(
        alert: alert, step: step, at: EventTime(max(now, before ?? now)), by: actor,
        textDigest: try transaction.keyedDigest(note))
      event.finding = finding
      if let refusal = event.refusal(after: reached) { throw refusal }
      let id = Registry.alertEventID(alert, step)
      let body = try Registry.eventBody(event)
      try transaction.append(Event(id: id, kind: "alert", decisionID: nil, at: event.at.instant, body: body))
      try transaction.insertEventText(id, text: note)
    }
  }

  /// What an alert's columns or place in the chain say that its body does not.
  func contradiction(_ alert: AlertEvent, in event: Event, _ transaction: any StoreSnapshot) throws -> String? {
    guard event.id == Registry.alertEventID(alert.alert, alert.step), event.decisionID == nil,
      event.at == alert.at.instant, (alert.finding != nil) == (alert.step == .warned)
    else { return "its columns are not what its body says" }
    guard let previous = alert.step.previous, previous != .found else { return nil }
    guard let body = try transaction.eventBody(Registry.alertEventID(alert.alert, previous)),
      let before = try? JSONDecoder().decode(AlertEvent.self, from: Data(body.utf8)), before.at <= alert.at
    else { return "the step before it was not taken before it" }
    return nil
  }
}

extension AlertEvent {
  /// Why a step cannot follow what was reached; nil when it can.
  ///
  /// - Parameter reached: nil when no step was taken yet.
  fileprivate func refusal(after reached: AlertStep?) -> RegistryError? {
    let reached = reached ?? .found
    if reached.next == step {
      return step == .warned && finding == nil ? .unknownAlert : nil
    }
    guard let next = reached.next else { return .closedAlert }
    return .alertStepOutOfOrder(reached: reached, next: next)
  }
}

extension AlertStep {
  /// The verb of the command line that takes it.
  var verb: String {
    switch self {
    case .found: "list"
    case .warned: "warn"
    case .handled: "handle"
    case .answered: "answer"
    }
  }
}
