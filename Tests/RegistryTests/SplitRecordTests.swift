import Clinical
import Foundation
import Recognition
import Registry
import RegistryStore
import Savings
import Testing

/// Two patients of one name, birth date and number at one institution: only a human can tell their reports apart.
@Suite("one record that is two patients'")
struct SplitRecordTests {
  private static let reason = try! PersonActReason(actor: "reviewer-1", words: "the paper file is of another patient")

  private static func visit(_ report: String, minute: Int, phone: String? = nil) -> PersonFeed.Visit {
    PersonFeed.Visit(localID: "1001", name: "王^小明", phone: phone, report: report, minute: minute)
  }

  private func record(_ bench: Bench) throws -> RecordName {
    let codes = try bench.registry.persons(with: Identifier(.local, "1001"), institution: "SYNTH-H1")
    return try #require(try bench.registry.person(codes[0]).records.first?.name)
  }

  /// Of each person who carries the number, the reports.
  private func reports(_ bench: Bench) throws -> Set<[String]> {
    let codes = try bench.registry.persons(with: Identifier(.local, "1001"), institution: "SYNTH-H1")
    return Set(try codes.map { try bench.registry.timeline(ofPerson: $0).reports.map(\.reportId).sorted() })
  }

  @Test("its reports part, with those that correct them later; undone, all is as it was")
  func parts() async throws {
    let bench = try Bench()
    try await bench.receive([
      Self.visit("A1", minute: 1), Self.visit("B1", minute: 2, phone: "19100000012"), Self.visit("A2", minute: 3),
    ])
    let record = try record(bench)
    #expect(try reports(bench) == [["A1", "A2", "B1"]])
    let done = try bench.registry.splitRecord(record, reports: ["B1"], Self.reason)
    #expect(try reports(bench) == [["A1", "A2"], ["B1"]])
    #expect(try bench.registry.check().problems.isEmpty)

    // A correction, and another visit that says what the other patient's said.
    try await bench.receive([
      Self.visit("B1", minute: 9, phone: "19100000012"), Self.visit("B2", minute: 10, phone: "19100000012"),
      Self.visit("A3", minute: 11),
    ])
    #expect(try reports(bench) == [["A1", "A2", "A3"], ["B1", "B2"]])
    #expect(try bench.registry.reviews(limit: 10).open == 0)
    #expect(try bench.registry.check().problems.isEmpty)
    // Another process reads the same.
    #expect(try Registry(path: bench.path).check().problems.isEmpty)

    _ = try bench.registry.undo(done.event, Self.reason)
    #expect(try reports(bench) == [["A1", "A2", "A3", "B1", "B2"]])
    #expect(try bench.registry.check().problems.isEmpty)
    #expect(try bench.registry.verifyEvents().firstDifference == nil)
  }

  @Test("where nothing that was said tells them apart, both are said to be so, and are two")
  func twoAlike() async throws {
    let bench = try Bench()
    try await bench.receive([Self.visit("A1", minute: 1), Self.visit("B1", minute: 2)])
    let record = try record(bench)
    _ = try bench.registry.splitRecord(record, reports: ["B1"], Self.reason)
    #expect(try reports(bench) == [["A1"], ["B1"]])
    #expect(try bench.registry.check().problems.isEmpty)
    _ = try bench.registry.rebuild(model: nil, apply: Self.reason)
    #expect(try reports(bench) == [["A1"], ["B1"]])
  }

  @Test("a decision on a report that is another patient's is listed, and the report answers for them no more")
  func decisions() async throws {
    let bench = try Bench()
    let card = PersonFeed.residentID("19800115", 1)
    try await bench.receive(
      [("A1", 1, nil), ("B1", 30, "19100000012")].map { report, minute, phone in
        PersonFeed.Visit(
          institution: "SYNTH-H3", localID: "1001", name: "王^小明", residentID: card, phone: phone, report: report,
          minute: minute)
      })
    let order = """
      {"orderId":"O1","patient":{"identifiers":[{"type":"resident-id","value":"\(card)"}]},"orderingInstitution":"SYNTH-H8",\
      "setting":"outpatient","orderedAt":"2026-01-02T08:00:00+08:00","items":[{"item":"K"}]}
      """
    let decision = try bench.registry.decide(line: Array(order.utf8), record: true)
    #expect(decision.items.first?.chosen.first?.candidate.reportID == "B1")
    let before = bench.registry.now
    let scope = AuditScope(at: before)
    #expect(try bench.registry.auditReassigned(scope).rows.isEmpty)
    try await Task.sleep(for: .milliseconds(10))
    let record = try #require(try bench.registry.person(decision.person).records.first?.name)
    _ = try bench.registry.splitRecord(record, reports: ["B1"], Self.reason)
    let row = try #require(try bench.registry.auditReassigned(scope).rows.first)
    #expect(row.reportId == "B1" && row.belongsTo != nil && row.belongsTo != decision.person)
    let timeline = try bench.registry.timeline(ofPerson: decision.person, knownAt: before)
    #expect(timeline.reports.map(\.reportId).sorted() == ["A1", "B1"])
  }

  @Test("what cannot be split is said in words")
  func refused() async throws {
    let bench = try Bench()
    try await bench.receive([Self.visit("A1", minute: 1), Self.visit("B1", minute: 2)])
    let record = try record(bench)
    #expect(throws: RegistryError.self) { try bench.registry.splitRecord(record, reports: ["C1"], Self.reason) }
    #expect(throws: RegistryError.self) { try bench.registry.splitRecord(record, reports: ["A1", "B1"], Self.reason) }
    let nobody = try #require(RecordName("1.999"))
    #expect(throws: RegistryError.self) { try bench.registry.splitRecord(nobody, reports: ["A1"], Self.reason) }
    #expect(try reports(bench) == [["A1", "B1"]])
  }
}
