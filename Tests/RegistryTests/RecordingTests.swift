import Clinical
import Foundation
import Recognition
import Testing

@testable import Registry
@testable import RegistryStore

@Suite("orders decided and recorded together")
struct RecordingTests {
  private func line(_ order: String, _ card: String, text: String? = nil) -> [UInt8] {
    let reason = text.map { #","retestReason":6,"retestReasonText":"\#($0)""# } ?? ""
    return Array(
      """
      {"orderId":"\(order)","patient":{"identifiers":[{"type":"resident-id","value":"\(card)"}]},"orderingInstitution":\
      "SYNTH-H8","setting":"outpatient","orderedAt":"2026-01-02T08:00:00+08:00"\(reason),"items":[{"item":"K"}]}
      """.utf8)
  }

  private func events(_ bench: Bench) throws -> Int { try bench.registry.store.read { try $0.chainHead().events } }
  private func commit(_ bench: Bench) throws -> Commit { try bench.registry.store.read { $0.commit } }

  @Test(
    "each order has its own answer in its place; all that can be decided are one commit, and the same again is none")
  func together() async throws {
    let bench = try Bench()
    let card = PersonFeed.residentID("19800115", 1)
    try await bench.receive([
      .init(institution: "SYNTH-H3", localID: "A1", name: "欧阳明霞", residentID: card, report: "R1")
    ])
    let lines = [
      line("Q1", card), Array("{".utf8), line("Q2", PersonFeed.residentID("19800115", 3)),
      line("Q3", card, text: "asked for by the patient"),
    ]
    let before = try commit(bench)
    let answers = try bench.registry.decide(lines: lines, record: true)
    #expect(answers.map { (try? $0.get()) != nil } == [true, false, false, true])
    #expect(try answers[0].get().json == bench.registry.decide(lines: [lines[0]], knownAt: before.at)[0].get().json)
    #expect(try events(bench) == 2)
    #expect(try commit(bench).number == before.number + 1)
    let id = try answers[3].get().id
    let words = try bench.registry.store.read { transaction in
      try transaction.events(decision: id).first.flatMap { try transaction.eventText($0.event.id) }
    }
    #expect(words == "asked for by the patient")
    // Nothing that a decision depends on was written since, so it is the same question answered the same.
    let after = try commit(bench)
    _ = try bench.registry.decide(lines: lines, record: true)
    #expect(try events(bench) == 2)
    #expect(try commit(bench) == after)
    #expect(try bench.registry.check().problems == [])
  }

  @Test("a decision of the past is no prompt")
  func past() async throws {
    let bench = try Bench()
    let then = try commit(bench).at
    try bench.registry.refuseRecording(asKnownAt: then)
    try await bench.receive([.init(localID: "A1", name: "欧阳明霞", report: "R1")])
    #expect(throws: RegistryError.self) { try bench.registry.refuseRecording(asKnownAt: then) }
    try bench.registry.refuseRecording(asKnownAt: commit(bench).at)
  }
}
