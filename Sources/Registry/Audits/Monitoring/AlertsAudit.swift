import Catalogue
public import Clinical
import Foundation
import RegistryStore
public import Savings

/// What `huren audit alerts list` answers: the months that are out, and what became of each 发现→预警→处置→反馈.
public struct AlertsAudit: Encodable, Sendable {
  public struct Step: Encodable, Sendable {
    public var step: AlertStep
    public var at: String
    public var by: String
    /// nil when the words were erased.
    public var note: String?
  }

  public struct Alert: Encodable, Sendable {
    public var alert: String
    public var state: AlertStep
    /// Whether the charts find it now: an alert that was warned of stays, whatever comes later.
    public var isFound: Bool
    /// As the charts find it now, else as they did when it was warned of.
    public var finding: AlertEvent.Finding
    /// Why it is out, as the charts find it now.
    public var why: String?
    public var steps: [Step]
  }

  public var period: AuditPeriod
  public var alerts: [Alert]

  private enum Key: String, CodingKey {
    case states, rows
  }

  /// How many alerts are in which state.
  public var states: [String: Int] {
    let none = Dictionary(uniqueKeysWithValues: AlertStep.allCases.map { ($0.rawValue, 0) })
    return alerts.reduce(into: none) { $0[$1.state.rawValue, default: 0] += 1 }
  }

  public func encode(to encoder: any Encoder) throws {
    try period.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(states, forKey: .states)
    try container.encode(alerts, forKey: .rows)
  }

  /// As lines for people.
  public var text: PrintedText {
    let lines = alerts.flatMap { alert -> [PrintedText] in
      ["\(alert.state.rawValue)\t\(alert.alert)\t\(alert.why ?? "the charts do not find it any more")"]
        + alert.steps.map { "\t\($0.step.rawValue) \($0.at) by \($0.by): \($0.note ?? "(erased)")" }
    }
    return (lines + ["\(alerts.count) alerts; \(counts(states))"]).joined(separator: "\n")
  }
}

extension Registry {
  /// The alerts of a period: what the charts find, and what was warned of before.
  public func auditAlerts(_ scope: AuditScope, of institution: String? = nil) throws -> AlertsAudit {
    try audited(scope, from: .persons) {
      try alerts(in: keptMonitoring(scope, of: institution, $0), of: institution, $0, scope)
    } orElse: {
      try alerts(in: computedMonitoring(scope, of: institution, $0), of: institution, $0, scope)
    }
  }

  func alerts(
    in monitoring: MonitoringAudit, of institution: String?, _ transaction: any StoreSnapshot, _ scope: AuditScope
  ) throws -> AlertsAudit {
    let zone = try reference(transaction, knownAt: scope.knownAt).data.zone
    var alerts: [String: AlertsAudit.Alert] = [:]
    for found in monitoring.found {
      guard let finding = AlertEvent.Finding(found.point) else { continue }
      alerts[found.alert] = AlertsAudit.Alert(
        alert: found.alert, state: .found, isFound: true, finding: finding, why: found.point.why(found.measure),
        steps: [])
    }
    for event in try alertEvents(transaction, scope, zone)
    where institution.map({ event.alert.hasPrefix($0 + "/") }) ?? true {
      if let finding = event.finding, alerts[event.alert] == nil {
        alerts[event.alert] = AlertsAudit.Alert(
          alert: event.alert, state: .found, isFound: false, finding: finding, steps: [])
      }
      let note = try transaction.eventText(Registry.alertEventID(event.alert, event.step))
      alerts[event.alert]?.state = event.step
      alerts[event.alert]?.steps.append(
        AlertsAudit.Step(step: event.step, at: zone.rfc3339(event.at.instant), by: event.by, note: note))
    }
    return AlertsAudit(
      period: monitoring.period, alerts: alerts.sorted { $0.key < $1.key }.map(\.value))
  }

  /// In the order of the chain, of the months of the period.
  private func alertEvents(
    _ transaction: any StoreSnapshot, _ scope: AuditScope, _ zone: RegistryZone
  ) throws -> [AlertEvent] {
    let latest = scope.knownAt.map { min($0, scope.at) } ?? scope.at
    return try transaction.eventBodies(idPrefix: "alert:").compactMap {
      try? JSONDecoder().decode(AlertEvent.self, from: Data($0.utf8))
    }.filter { event in
      let month = zone.instant(event.alert.suffix(7) + "-01")
      return event.at.instant <= latest && (month.map(scope.contains) ?? false)
    }
  }

  static func alertEventID(_ alert: String, _ step: AlertStep) -> String { "alert:\(alert):\(step.rawValue)" }
}
