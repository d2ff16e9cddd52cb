import Clinical
import Foundation
import Recognition
import Savings
import Testing

@testable import Registry
@testable import RegistryStore

/// Two patients are taken for one, an order is decided, and they are parted again: the decision stays with whom it was asked for, whichever
/// of them has the code.
@Suite("whom a decision was for")
struct DecidedForTests {
  struct Case: Sendable, CustomTestStringConvertible {
    /// Whether the order is for the first of the two.
    var isForFirst: Bool
    /// Whether the first came first, so that a merge keeps the first's code.
    var isFirstOlder: Bool
    /// Whether they are parted by `undo`, or by `split`.
    var isUndone: Bool

    var testDescription: String {
      "for the \(isForFirst ? "one" : "other"), \(isFirstOlder ? "older" : "younger"), \(isUndone ? "undone" : "split")"
    }

    static let all = [true, false].flatMap { a in
      [true, false].flatMap { b in [true, false].map { Case(isForFirst: a, isFirstOlder: b, isUndone: $0) } }
    }
  }

  private static let reason = try! PersonActReason(actor: "reviewer-1", words: "looked at both files")
  private static let cards = [PersonFeed.residentID("19800115", 1), PersonFeed.residentID("19930702", 3)]
  private static let visits: [PersonFeed.Visit] = [
    .init(institution: "SYNTH-H3", localID: "A1", name: "欧阳明霞", residentID: cards[0], report: "RA"),
    .init(
      institution: "SYNTH-H2", localID: "B1", name: "司马长风", birthDate: "19930702", residentID: cards[1], report: "RB",
      minute: 5),
  ]

  private func later(_ person: Int, report: String) -> PersonFeed.Visit {
    var visit = Self.visits[person]
    visit.institution = "SYNTH-H3"
    visit.localID = "Z\(person)"
    visit.report = report
    // Two hours after the order.
    visit.minute = 1440 + 600
    return visit
  }

  /// A registry in which the order was decided and accepted while the two were one, and they are two again.
  private func parted(_ own: Case) async throws -> (bench: Bench, codes: [String]) {
    let clock = TestClock()
    let bench = try Bench(clock: { clock.now })
    for visit in own.isFirstOlder ? Self.visits : Self.visits.reversed() { try await bench.receive([visit]) }
    func codes() throws -> [String] { try [bench.code("SYNTH-H3", "A1"), bench.code("SYNTH-H2", "B1")] }
    let merge = try bench.registry.merge(codes(), overridesNumbers: true, Self.reason)
    let card = Self.cards[own.isForFirst ? 0 : 1]
    let line = """
      {"orderId":"Q1","patient":{"identifiers":[{"type":"resident-id","value":"\(card)"}]},"orderingInstitution":"SYNTH-H8",\
      "setting":"outpatient","orderedAt":"2026-01-02T08:00:00+08:00","items":[{"item":"K"}]}
      """
    let decision = try bench.registry.decide(line: Array(line.utf8), record: true)
    // Of the two results the first's alone can stand in: SYNTH-H2 has no certificate.
    #expect(decision.items[0].chosen.map(\.candidate.reportID) == ["RA"])
    let accepted = """
      {"event":"E1","kind":"accepted","decisionId":"\(decision.id)","item":"K","at":"2026-01-02T09:00:00+08:00"}
      """
    #expect(try bench.registry.importFeedback(Array(accepted.utf8)).taken == 1)
    if own.isUndone {
      _ = try bench.registry.undo(merge.event, Self.reason)
    } else {
      let person = try bench.registry.person(try codes()[0])
      let leaving = try #require(person.records.first { $0.institution == "SYNTH-H3" }).name
      _ = try bench.registry.split(person.code, [leaving], Self.reason)
    }
    return (bench, try codes())
  }

  private func savings(_ bench: Bench) throws -> SavingsFigures {
    let at = try #require(RegistryZone.shanghai.instant("2027-01-01T08:00:00+08:00"))
    let figures = try bench.registry.auditSavings(AuditScope(at: at)).figures.total
    #expect(try bench.registry.verifyEvents().booksDifference == nil)
    return figures
  }

  @Test("a result of the other is told, one's own is not", arguments: Case.all)
  func reassigned(_ own: Case) async throws {
    let (bench, codes) = try await parted(own)
    #expect(codes[0] != codes[1])
    let at = try #require(RegistryZone.shanghai.instant("2027-01-01T08:00:00+08:00"))
    let rows = try bench.registry.auditReassigned(AuditScope(at: at)).rows
    #expect(rows.map(\.belongsTo) == (own.isForFirst ? [] : [codes[0]]))
  }

  @Test("a test of the other takes no claim back, one's own does", arguments: Case.all)
  func reversed(_ own: Case) async throws {
    let (bench, _) = try await parted(own)
    let before = try savings(bench)
    #expect(before.claims == 1 && before.reversedFen == 0)
    let (patient, other) = own.isForFirst ? (0, 1) : (1, 0)
    try await bench.receive([later(other, report: "RX")])
    #expect(try savings(bench).reversedFen == 0)
    try await bench.receive([later(patient, report: "RY")])
    let after = try savings(bench)
    #expect(after.reversed == 1 && after.reversedFen == after.grossFen, "\(after)")
  }
}
