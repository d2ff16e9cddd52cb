import Clinical
import Foundation
import Messages
import SQLiteStore
import Testing

@testable import Registry
@testable import RegistryStore

@Suite("acts of humans and reference data submitted beside messages")
struct SubmittedActsTests {
  private static let reason = try! PersonActReason(actor: "reviewer-1", words: "looked at both files")

  @Test("each is on disk when it is answered; what comes together is one commit; a refused one leaves nothing")
  func together() async throws {
    let bench = try Bench()
    let people = 12
    try await bench.receive(
      (0..<2 * people).map {
        .init(localID: "A\($0)", name: "欧阳\($0)", birthDate: "19\(50 + $0)0101", report: "R\($0)", minute: $0)
      })
    var codes: [String] = []
    for place in 0..<2 * people { codes.append(try bench.code("SYNTH-H1", "A\(place)")) }
    let (registry, before) = (bench.registry, try bench.registry.store.read { $0.commit.number })
    let other = try SQLiteStore(path: bench.path)
    let folder = try bench.copyOfReference()
    let prepared = try Registry.prepareReference(directory: folder.path)
    // Of each lane a message, a merge, its undoing and what is refused, in this order; one loads reference data too.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in 0..<people {
        let pair = [codes[2 * lane], codes[2 * lane + 1]]
        group.addTask {
          let visit = PersonFeed.Visit(localID: "B\(lane)", name: "司马\(lane)", report: "S\(lane)", minute: 99)
          #expect(
            try await registry.submit(Array(visit.message.utf8), label: "lane").acknowledgement.outcome == .accepted)
          let merge = try await registry.submit(.merge(pair), Self.reason)
          #expect(merge.persons.count == 1)
          #expect(try other.read { try $0.eventBody(merge.event) } != nil)
          await #expect(throws: RegistryError.self) { try await registry.submit(.merge(pair), Self.reason) }
          let report = "R\(2 * lane)"
          _ = try await registry.submit(.dispute(institution: "SYNTH-H1", report: report), Self.reason)
          _ = try await registry.submit(
            .settle(institution: "SYNTH-H1", report: report, areTheirs: true), Self.reason)
          let undone = try await registry.submit(.undo(event: merge.event), Self.reason)
          #expect(undone.persons.count == 2)
          #expect(try other.read { try $0.eventBody(undone.event) } != nil)
        }
      }
      group.addTask {
        let load = try await registry.submit(prepared)
        #expect(try other.read { try $0.referenceGeneration() } == load.generation)
        #expect(try await registry.submit(prepared).isUnchanged)
      }
      try await group.waitForAll()
    }
    let units = people * 6 + 2
    #expect(try registry.store.read { $0.commit.number } - before < Int64(units), "what comes together is one commit")
    for place in codes.indices { #expect(try bench.code("SYNTH-H1", "A\(place)") == codes[place]) }
    #expect(try registry.check(derives: true).problems == [])
    #expect(try registry.verifyEvents().firstDifference == nil)
  }
}
