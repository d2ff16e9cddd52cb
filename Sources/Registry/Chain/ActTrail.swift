public import Clinical
import Foundation
import RegistryStore
import Savings

/// What `huren audit event` answers to an event about who is who: a human's act, or an institution's word on its own numbers.
public struct ActTrail: Encodable, Sendable {
  /// Its place in the chain, counted from 1.
  public var place: Int64
  public var recordedAt: String
  public var event: String
  /// `merge`, `split`, `patient-merge` …
  public var kind: String
  public var at: String
  /// The human, or the institution.
  public var by: String
  /// The words of a human's reason; nil where there are none, or none any more.
  public var reason: String?
  public var persons: [String]
  public var records: [String]
  /// The event it takes back, and the one that took it back.
  public var undoes: String?
  public var undoneBy: String?
  /// The message that told it.
  public var source: String?

  /// As lines for people.
  public var text: PrintedText {
    var lines: [PrintedText] = [.row("\(place)", "\(kind) by \(by) at \(at), recorded \(recordedAt)")]
    if !records.isEmpty { lines.append("\trecords \(records.joined(separator: ", "))") }
    if !persons.isEmpty { lines.append("\tpersons \(persons.joined(separator: ", "))") }
    if let reason { lines.append("\tbecause: \(reason)") }
    if let undoes { lines.append("\ttakes back \(undoes)") }
    if let source { lines.append("\ttold in \(source)") }
    lines.append(undoneBy.map { "\tundone by \($0)" } ?? "\tto take it back: huren person undo \(event)")
    return lines.joined(separator: "\n")
  }
}

extension Registry {
  /// An event about who is who; nil when none has the id.
  public func actTrail(_ id: String) throws -> ActTrail? { try store.read { try actTrail(id, $0) } }

  func actTrail(_ id: String, _ transaction: any StoreSnapshot) throws -> ActTrail? {
    guard let (place, recordedAt, event) = try transaction.event(id) else { return nil }
    let zone = try zone(transaction)
    let body = Data(event.body.utf8)
    var trail = ActTrail(
      place: place, recordedAt: zone.rfc3339(recordedAt), event: id, kind: event.kind, at: zone.rfc3339(event.at),
      by: "",
      persons: [], records: [])
    if event.kind == PersonAct.eventKind, let act = try? JSONDecoder().decode(PersonAct.self, from: body) {
      (trail.kind, trail.by, trail.persons, trail.undoes) = (act.kind.rawValue, act.actor, act.persons, act.undoes)
      trail.records = act.records.map { RecordName(id: $0).description }
      trail.reason = try transaction.eventText(id)
    } else if let said = try? JSONDecoder().decode(PatientStatement.self, from: body), said.eventKind == event.kind {
      trail.by = said.institution
      let stored = try transaction.patientEvent(id)
      // Those that it holds of now; of an undone one those of before.
      let held = try transaction.verdicts(event: id).flatMap { [$0.records.a, $0.records.b] }
      let records = try Set(held + transaction.statedRecords(event: id) + said.records).sorted()
      trail.records = records.map { RecordName(id: $0).description }
      trail.persons = Set(try records.compactMap { try transaction.link(record: $0)?.person }).sorted()
      trail.source = try stored.flatMap { try transaction.messageOrigin($0.message) }.map { "\($0.label):\($0.line)" }
    } else {
      return nil
    }
    trail.undoneBy = try transaction.events(kind: PersonAct.eventKind).last { later in
      (try? JSONDecoder().decode(PersonAct.self, from: Data(later.body.utf8)))?.undoes == id
    }?.id
    return trail
  }
}
