public import Clinical
import Foundation
import RegistryStore
import Savings

/// One row of `huren audit access`: who asked for whose data, why, when, from where, and what came of it.
public struct AccessRow: Encodable, Sendable {
  /// Its place in the chain, counted from 1.
  public var place: Int64
  /// What `huren audit event` knows it by.
  public var event: String
  public var at: String
  public var recordedAt: String
  public var what: String
  public var outcome: String
  /// The account; nil for what was asked on the registry's own command line.
  public var account: String?
  public var role: String?
  public var institution: String?
  public var department: String?
  public var clinician: String?
  /// The person's code now, or the one that was asked for.
  public var person: String?
  public var purpose: String
  public var address: String?
  public var request: String?
  public var decisionId: String?
  public var error: String?
  /// The words of a stated reason; nil where there are none, or none any more.
  public var reason: String?

  /// As a line for people.
  public var text: PrintedText {
    let by = account.map { "\($0) (\(role ?? ""))" } ?? "the command line"
    let of = [institution, department, clinician].compactMap { $0 }.joined(separator: " ")
    let why = reason.map { "\(purpose): \($0)" } ?? purpose
    return .row(
      "\(place)", "\(at)", "\(what)", "\(outcome)\(error.map { " (\($0))" } ?? "")", "\(by)", "\(of)",
      "\(person ?? "")", "\(why)", "\(address ?? "")", "\(event)")
  }
}

/// Which accesses are asked for.
public struct AccessFilter: Sendable {
  /// A person's code.
  public var person: String?
  /// An account, or an institution's code.
  public var by: String?
  public var from: Instant?
  public var to: Instant?

  public init() {}
}

extension Registry {
  /// Who looked: every access that the chain keeps, recorded decisions among them, in its order.
  ///
  /// - Throws: `RegistryError.unknownPerson`.
  public func auditAccess(_ filter: AccessFilter, _ body: (AccessRow) throws -> Void) throws {
    try store.read { transaction in
      let reading = AccessReading(transaction: transaction, zone: try zone(transaction), filter: filter)
      guard let code = filter.person else {
        return try transaction.eachChainedEvent { chained in
          if let row = try reading.row(chained.id, chained.recordedAt, chained.event, of: nil) { try body(row) }
        }
      }
      guard let person = try transaction.currentPerson(code) else { throw RegistryError.unknownPerson }
      let own = try OwnRecords(of: person, transaction)
      for (place, recordedAt, event) in try transaction.events(aboutPersons: own.codes.sorted()) {
        if let row = try reading.row(place, recordedAt, event, of: own) { try body(row) }
      }
    }
  }
}

extension Registry {
  /// An access, or that there was no answer in time, as its event says it; nil when there is none of the id.
  public func accessTrail(_ id: String) throws -> AccessRow? {
    try store.read { transaction in
      guard let (place, recordedAt, event) = try transaction.event(id), AccessEvent.kinds.contains(event.kind) else {
        return nil
      }
      let reading = AccessReading(transaction: transaction, zone: try zone(transaction), filter: AccessFilter())
      guard let row = try reading.row(place, recordedAt, event, of: nil) else {
        throw RegistryError.unreadableEvent(id, place: place)
      }
      return row
    }
  }
}

/// A person's records and every code that they were ever known under: codes are merged and parted, and who looked at a record stays told.
private struct OwnRecords {
  let person: String
  let records: Set<Int64>
  /// Those that stand for the person now.
  let now: Set<String>
  let codes: Set<String>

  init(of person: String, _ transaction: any StoreSnapshot) throws {
    self.person = person
    records = Set(try transaction.links(person: person).map(\.record))
    now = Set([person] + (try transaction.redirects(to: person)))
    codes = try records.reduce(into: now) { codes, record in
      codes.formUnion(try transaction.linkHistory(record: record).map(\.link.person))
    }
  }

  /// Whether an event that names a record, or at least a code, is about this person.
  func hold(record: Int64?, code: String?) -> Bool {
    record.map(records.contains) ?? code.map(now.contains) ?? false
  }
}

private struct AccessReading {
  let transaction: any StoreSnapshot
  let zone: RegistryZone
  let filter: AccessFilter
  private let decoder = JSONDecoder()

  init(transaction: any StoreSnapshot, zone: RegistryZone, filter: AccessFilter) {
    (self.transaction, self.zone, self.filter) = (transaction, zone, filter)
  }

  /// - Returns: nil for an event that is no access, or none that is asked for.
  func row(_ place: Int64, _ recordedAt: Instant, _ event: Event, of own: OwnRecords?) throws -> AccessRow? {
    if let from = filter.from, recordedAt < from { return nil }
    if let to = filter.to, recordedAt >= to { return nil }
    let body = Data(event.body.utf8)
    var row = AccessRow(
      place: place, event: event.id, at: zone.rfc3339(event.at), recordedAt: zone.rfc3339(recordedAt), what: "decision",
      outcome: AccessEvent.Outcome.answered.rawValue, purpose: AccessEvent.Purpose.order.rawValue)
    let record: Int64?
    if event.kind == "decision", let decision = try? decoder.decode(RecordedDecision.self, from: body) {
      row.tell(decision.asked)
      (row.institution, row.department) = (decision.orderingInstitution, decision.department)
      (row.clinician, row.person, row.decisionId) = (decision.clinician, decision.person, decision.decisionId)
      row.event = decision.decisionId
      record = decision.record
    } else if AccessEvent.kinds.contains(event.kind), let access = try? decoder.decode(AccessEvent.self, from: body) {
      row.tell(access.by)
      (row.what, row.outcome, row.error) = (access.what.rawValue, access.outcome.rawValue, access.error)
      (row.institution, row.person, row.decisionId) = (access.institution, access.person, access.decisionId)
      row.purpose = access.purpose.rawValue
      row.reason = access.textDigest == nil ? nil : try transaction.eventText(event.id)
      record = access.record
    } else {
      return nil
    }
    if let by = filter.by, row.account != by, row.institution != by { return nil }
    if let own {
      guard own.hold(record: record, code: row.person) else { return nil }
      row.person = own.person
    }
    return row
  }
}

extension AccessRow {
  /// As lines for people, of one event alone.
  public var trail: PrintedText {
    let by = account.map { "\($0) (\(role ?? ""))" } ?? "the command line"
    var lines: [PrintedText] = [
      .row("\(place)", "\(what) \(outcome)\(error.map { " (\($0))" } ?? "") by \(by) at \(at), recorded \(recordedAt)")
    ]
    let of = [institution, department, clinician].compactMap { $0 }.joined(separator: " ")
    if !of.isEmpty { lines.append("\tfor \(of)") }
    if let person { lines.append("\tof person \(person)") }
    lines.append("\twhy: \(reason.map { "\(purpose): \($0)" } ?? purpose)")
    if let decisionId { lines.append("\tdecision \(decisionId)") }
    let from = [address.map { "from \($0)" }, request.map { "request \($0)" }].compactMap { $0 }
    if !from.isEmpty { lines.append("\t\(from.joined(separator: ", "))") }
    return lines.joined(separator: "\n")
  }

  fileprivate mutating func tell(_ asked: AskedBy?) {
    (account, role, address, request) = (asked?.account, asked?.role, asked?.address, asked?.request)
  }
}
