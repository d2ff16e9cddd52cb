import Clinical
import Messages
import Foundation
import Testing

@testable import Registry
@testable import RegistryStore

/// Whoever can write SQL can change what was recorded; not unseen.
@Suite("commit digests")
struct CommitDigestTests {
  private static let reason = try! PersonActReason(actor: "reviewer-1", words: "looked at both files")

  /// A registry in which everything happened once.
  private func bench() async throws -> Bench {
    let bench = try Bench()
    let card = PersonFeed.residentID("19800115", 1)
    try await bench.receive([
      .init(institution: "SYNTH-H3", localID: "A1", name: "欧阳明霞", residentID: card, report: "R1"),
      .init(institution: "SYNTH-H3", localID: "A1", name: "欧阳明霞", residentID: card, report: "R2", minute: 1),
    ])
    try await bench.receive([
      .init(institution: "SYNTH-H2", localID: "B1", name: "欧阳明霞", residentID: card, report: "R3", minute: 2),
      .init(institution: "SYNTH-H2", localID: "B2", name: "司马长风", birthDate: "19930702", report: "R4", minute: 3),
    ])
    let test = PersonFeed.Visit(localID: "T1", name: "欧阳明霞", report: "R5").message.replacing(
      "|P|2.5.1", with: "|T|2.5.1")
    #expect(try await bench.registry.submit(Array(test.utf8), label: "test").acknowledgement.outcome == .rejected)
    _ = try bench.registry.dispute(institution: "SYNTH-H3", report: "R1", Self.reason)
    _ = try bench.registry.settle(institution: "SYNTH-H3", report: "R1", areTheirs: true, Self.reason)
    let codes = [try bench.code("SYNTH-H2", "B2"), try bench.code("SYNTH-H3", "A1")]
    let merge = try bench.registry.merge(codes, Self.reason)
    _ = try bench.registry.undo(merge.event, Self.reason)
    let other = try bench.copyOfReference()
    try Data("institution,localCode,localName,specimen,unit,item\n".utf8).write(
      to: other.appending(path: "codemaps.csv"))
    _ = try bench.registry.loadReference(directory: other.path)
    #expect(try bench.registry.check().problems == [])
    return bench
  }

  @Test(
    "a row that was changed, removed, put in or moved to another time is found",
    arguments: [
      "UPDATE report_version SET record = (SELECT max(id) FROM source_record) WHERE id = 1",
      "UPDATE report_version SET recorded_at = recorded_at + 1 WHERE id = 1",
      "UPDATE report_version SET message_time = message_time + 1 WHERE id = 1",
      "UPDATE link SET person = (SELECT person FROM link ORDER BY id DESC LIMIT 1) WHERE id = 1",
      "UPDATE link SET grade = 'possible' WHERE id = 1",
      "UPDATE message SET recorded_at = recorded_at - 1 WHERE id = 1",
      "UPDATE message SET institution = 'SYNTH-H4' WHERE id = 1",
      "UPDATE record_identity SET told_at = told_at + 1 WHERE id = 1",
      "UPDATE source_record SET key_value = 'A9' WHERE key_value = 'A1'",
      "UPDATE source_record SET institution = 'SYNTH-H4' WHERE key_value = 'A1'",
      "UPDATE reference_generation SET digest = (SELECT digest FROM reference_generation WHERE id = 1) WHERE id = 2",
      "UPDATE reference_generation SET recorded_at = recorded_at + 5 WHERE id = 2",
      "UPDATE reference_generation SET body = (SELECT body FROM reference_generation WHERE id = 1) WHERE id = 2",
      "UPDATE dispute SET ended_at = NULL, outcome = NULL",
      "UPDATE dispute SET outcome = 'not-theirs'", "UPDATE dispute SET ended_at = ended_at + 1",
      "DELETE FROM dispute", "UPDATE verdict SET ended_at = NULL", "UPDATE verdict SET is_same = 0",
      "UPDATE redirect SET target = person",
      "DELETE FROM event WHERE id = (SELECT max(id) FROM event)", "DELETE FROM event",
      "DELETE FROM link WHERE id = (SELECT max(id) FROM link)",
      "INSERT INTO link (record, person, grade, rule, actor, recorded_at) SELECT record, person, grade, rule, actor, recorded_at FROM link WHERE id = 1",
      "INSERT INTO dispute (institution, report_number, event, recorded_at) SELECT institution, report_number, event, recorded_at + 9999999 FROM dispute",
      "DELETE FROM registry_commit WHERE id = (SELECT max(id) FROM registry_commit)",
      "DELETE FROM registry_commit WHERE id = 2", "UPDATE registry_commit SET at = at + 1 WHERE id = 3",
      "UPDATE person_model SET version = 'other'",
      "UPDATE event SET body = body || ' ' WHERE id = 1", "UPDATE event SET at = at + 1 WHERE id = 1",
      "UPDATE record_identity SET body = (SELECT body FROM record_identity WHERE id = 3) WHERE id = 1",
      "UPDATE quarantine SET body = (SELECT body FROM message WHERE id = 1)",
      "UPDATE quarantine SET reason = 'other'",
    ])
  func changed(sql: String) async throws {
    let bench = try await bench()
    try RawSQLite.run(sql, in: bench.path)
    let problems = try Registry(path: bench.path).check().problems
    #expect(!problems.isEmpty, "\(sql)")
  }

  @Test("what was cut off at the end, commits and all, is found by the digest that was kept elsewhere")
  func cutTail() async throws {
    let bench = try await bench()
    let before = try bench.registry.check()
    #expect(before.commit > 6)
    try await bench.receive([.init(localID: "C1", name: "诸葛青云", birthDate: "19710303", report: "R9", minute: 9)])
    let after = try bench.registry.check()
    #expect(after.commit > before.commit && after.commitDigest != before.commitDigest)
    #expect(try bench.registry.commit(withDigest: before.commitDigest) == before.commit)
    #expect(try bench.registry.commit(withDigest: String(repeating: "0", count: 64)) == nil)
  }
}
