import Clinical
import Foundation
import Testing

@testable import Registry
@testable import RegistryStore

/// What SQL changes and leaves every digest right: found by what the messages say.
@Suite("what can be derived again")
struct CheckDerivationTests {
  private func bench() async throws -> Bench {
    let bench = try Bench()
    let card = PersonFeed.residentID("19800115", 1)
    try await bench.receive([
      .init(institution: "SYNTH-H3", localID: "A1", name: "欧阳明霞", residentID: card, report: "R1"),
      .init(institution: "SYNTH-H3", localID: "A2", name: "司马长风", birthDate: "19930702", report: "R2", minute: 1),
      .init(institution: "SYNTH-H2", localID: "B1", name: "欧阳明霞", residentID: card, report: "R3", minute: 2),
      .init(institution: "SYNTH-H2", localID: "B2", name: "诸葛青云", birthDate: "19710303", report: "R4", minute: 3),
    ])
    return bench
  }

  /// What is derived alone: the digests of commits find any change of these too, unless they are made anew.
  private func derived(_ bench: Bench) throws -> [String] {
    let registry = try Registry(path: bench.path)
    return try registry.check(derives: true).problems.filter { $0.contains("(table ") }
  }

  private func record(_ institution: String, _ value: String) -> String {
    "(SELECT id FROM source_record WHERE institution = '\(institution)' AND key_value = '\(value)')"
  }

  private func person(_ institution: String, _ value: String) -> String {
    "(SELECT person FROM link WHERE record = \(record(institution, value)) ORDER BY id DESC LIMIT 1)"
  }

  @Test("of what nobody touched nothing is told")
  func untouched() async throws {
    let bench = try await bench()
    #expect(try bench.registry.check(derives: true).problems == [])
    #expect(try bench.registry.check(derives: true).notes == [])
  }

  @Test("a result that was changed with its digest is found, by its message and table, without a word of the patient")
  func changedResult() async throws {
    let bench = try await bench()
    var changed: (content: [UInt8], packed: [UInt8])?
    try bench.registry.store.read { snapshot in
      try snapshot.eachReport { versions in
        guard versions[0].number == "R2" else { return }
        var report = versions[0].report
        let own = report.observations[0]
        report.observations[0].value = "9.9"
        #expect(own != report.observations[0])
        let packed = ReportPacking.pack(report)
        changed = (Registry.contentDigest(packed, institution: versions[0].institution), packed)
      }
    }
    let (content, packed) = try #require(changed)
    try RawSQLite.run(
      "UPDATE report_version SET content = x'\(content.hex)', body = x'\(packed.hex)' WHERE report_number = 'R2'",
      in: bench.path)
    let problems = try derived(bench)
    // It is not what the message says, and what the message says is not there.
    #expect(problems.count == 2)
    for problem in problems {
      #expect(problem.hasPrefix("message 2 (") && problem.contains("(table report_version)"))
      #expect(!problem.contains("司马") && !problem.contains("R2") && !problem.contains("19930702"))
    }
  }

  @Test("a report with another patient's record is found, and one that was taken away")
  func changedRecord() async throws {
    let bench = try await bench()
    try RawSQLite.run(
      "UPDATE report_version SET record = \(record("SYNTH-H3", "A1")) WHERE report_number = 'R2'", in: bench.path)
    #expect(try derived(bench).contains { $0.hasPrefix("message 2 (") && $0.contains("another patient's record") })
    try RawSQLite.run("DELETE FROM report_version WHERE report_number = 'R4'", in: bench.path)
    #expect(try derived(bench).contains { $0.hasPrefix("message 4 (") && $0.contains("is not there") })
  }

  @Test(
    "a link to another person is found",
    arguments: [
      // To a stranger, from one who had others, and to one who was nobody's before.
      ("SYNTH-H2", "B2", "SYNTH-H3", "A2"), ("SYNTH-H2", "B1", "SYNTH-H2", "B2"),
      ("SYNTH-H3", "A2", "SYNTH-H3", "A1"),
    ])
  func changedLink(institution: String, value: String, otherInstitution: String, other: String) async throws {
    let bench = try await bench()
    try RawSQLite.run(
      "UPDATE link SET person = \(person(otherInstitution, other)) WHERE record = \(record(institution, value))",
      in: bench.path)
    let problems = try derived(bench)
    #expect(problems.contains { $0.contains("the link of its record") && $0.contains("(table link)") })
  }

  @Test("what was said of a patient under another record is found, and what decides how a message is read")
  func changedEvidence() async throws {
    let bench = try await bench()
    try RawSQLite.run("UPDATE message SET institution = 'SYNTH-H4' WHERE id = 1", in: bench.path)
    #expect(try derived(bench).contains { $0.hasPrefix("message 1 (") && $0.contains("another institution") })
    try RawSQLite.run("UPDATE message SET feed_of = 'SYNTH-H1' WHERE id = 3", in: bench.path)
    #expect(try derived(bench).contains { $0.contains("not-your-institution (table message)") })
    try RawSQLite.run(
      "UPDATE record_identity SET (digest, body) = (SELECT digest, body FROM record_identity WHERE id = 1) WHERE id = 2",
      in: bench.path)
    #expect(try derived(bench).contains { $0.hasPrefix("message 2 (") && $0.contains("(table record_identity)") })
  }

  @Test("messages are read again with the reference data of then, and those of before it was kept by trying")
  func generations() async throws {
    let bench = try await bench()
    let other = try bench.copyOfReference()
    let senders = try String(contentsOf: other.appending(path: "senders.csv"), encoding: .utf8)
    let lines = senders.split(separator: "\n", omittingEmptySubsequences: false)
    try Data(lines[0...0].joined(separator: "\n").utf8 + [10]).write(to: other.appending(path: "senders.csv"))
    _ = try bench.registry.loadReference(directory: other.path)
    #expect(try bench.registry.check(derives: true).problems == [])
    try RawSQLite.run("UPDATE message SET reference = NULL, feed_of = NULL, prologue = NULL", in: bench.path)
    #expect(try derived(bench) == [])
  }

  @Test("the samples, and whatever else lies in a registry after acts of humans")
  func samples() async throws {
    let bench = try Bench()
    _ = try await bench.registry.receive([Bench.samples.appending(path: "feeds").path])
    #expect(try bench.registry.check(derives: true).problems == [])
    let reason = try PersonActReason(actor: "reviewer-1", words: "looked at both files")
    var codes: [String] = []
    try bench.registry.store.read { snapshot in try snapshot.eachPerson { codes.append($0) } }
    let merge = try bench.registry.merge(Array(codes.prefix(2)), overridesNumbers: true, reason)
    #expect(try bench.registry.check(derives: true).problems == [])
    _ = try bench.registry.undo(merge.event, reason)
    #expect(try bench.registry.check(derives: true).problems == [])
  }

  @Test("the city", .enabled(if: Bench.hasCity, "no ../shared/city: skipped"))
  func city() async throws {
    let bench = try Bench(reference: Bench.city.appending(path: "reference").path)
    _ = try await bench.registry.receive([Bench.city.appending(path: "feeds").path])
    let check = try bench.registry.check(derives: true)
    #expect(check.problems == [] && check.notes == [] && check.messages > 100)
  }
}
