import Clinical
import Foundation
import Recognition
import Savings
import Testing

@testable import Registry
@testable import RegistryStore
@testable import SQLiteStore

@Suite("reading while somebody writes")
struct ReadingWhileWritingTests {
  @Test("who reads waits for nobody who writes, and sees nothing of what is not committed")
  func reading() async throws {
    let bench = try Bench()
    let card = PersonFeed.residentID("19800115", 1)
    try await bench.receive([
      .init(institution: "SYNTH-H3", localID: "A1", name: "欧阳明霞", residentID: card, report: "R1"),
      .init(institution: "SYNTH-H2", localID: "B1", name: "欧阳明夏", residentID: card, report: "R2", minute: 1),
    ])
    var patient = Patient()
    patient.identifiers = [Identifier(.residentID, card)]
    patient.name = "欧阳明霞"
    let code = try bench.code("SYNTH-H3", "A1")
    let at = try #require(RegistryZone.shanghai.instant("2026-01-02T08:00:00+08:00"))
    // As another process would, which has the lock for as long as this takes.
    let other = try SQLiteStore(path: bench.path)
    try other.write { transaction in
      _ = try transaction.insertPerson("NEW", recordedAt: transaction.recordedAt)
      let registry = try Registry(path: bench.path)
      for registry in [bench.registry, registry] {
        #expect(try registry.find(patient, institution: nil).map(\.person) == [code])
        _ = try registry.reviews(limit: 10)
        _ = try registry.explain(person: code)
        _ = try registry.timeline(ofPerson: code)
        #expect(try registry.personActs().isEmpty)
        #expect(
          try registry.query(
            OrderPatient(person: code), institution: "SYNTH-H8", items: ["K"], setting: .outpatient, orderedAt: at,
            knownAt: nil
          ).items.count == 1)
        _ = try registry.auditSavings(AuditScope(at: at))
        _ = try registry.auditReport(AuditScope(at: at), language: .en)
        _ = try registry.auditCoverage(AuditScope(at: at))
        _ = try registry.auditRates(AuditScope(at: at))
        _ = try registry.auditMonitoring(AuditScope(at: at))
        _ = try registry.auditReassigned(AuditScope(at: at))
        _ = try registry.auditCatalogue()
        #expect(try registry.rebuild(model: nil, apply: nil).records == 2, "a shadow run is one of a copy")
        #expect(throws: RegistryError.self) { try registry.person("NEW") }
        #expect(try registry.check().problems == [])
      }
    }
  }
}
