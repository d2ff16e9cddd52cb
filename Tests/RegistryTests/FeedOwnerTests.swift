import Clinical
import Foundation
import Registry
import RegistryStore
import Testing

/// Whose feed it is, where the messages do not say; versions that lose; times that cannot be yet.
@Suite("feeds that do not say whose they are, and versions that come late")
struct FeedOwnerTests {
  private func message(
    _ number: String, facility: String, time: String = "20260310120000", reported: String = "20260310113000",
    patient: String = "P1", value: String = "4.1"
  ) -> String {
    """
    MSH|^~\\&|LIS|\(facility)|HUREN||\(time)||ORU^R01^ORU_R01|M\(number)-\(time)|P|2.5.1
    PID|1||\(patient)^^^^MR||样^例甲||19800101|M
    OBR|1||\(number)|K^钾^L|||20260310080000|||||||||||||||\(reported)||LAB|F
    OBX|1|NM|2823-3^K^LN||\(value)|mmol/L|3.5-5.3|N|||F

    """
  }

  @Test("what names nobody is the feed's; who names another is refused, who names the same is not")
  func from() async throws {
    let bench = try Bench()
    let silent = try bench.file("1.hl7", message("R1", facility: "").replacing("|LIS|", with: "||"))
    let same = try bench.file("2.hl7", message("R2", facility: "SYNTH-H1"))
    let other = try bench.file("3.hl7", message("R3", facility: "SYNTH-H2"))
    let without = try await bench.registry.receive([silent])
    #expect(without.summary.accepted == 0 && without.problems.map(\.code) == ["missing-source"])
    let outcome = try await bench.registry.receive([silent, same, other], from: "SYNTH-H1")
    #expect(outcome.summary.accepted == 2)
    #expect(outcome.problems.map(\.code) == ["not-your-institution"])
    await #expect(throws: RegistryError.self) { try await bench.registry.receive([silent], from: "NOBODY") }
  }

  @Test("of a feed that is said to be somebody's, a retry knows whose it was")
  func retry() async throws {
    let bench = try Bench()
    let ahead = message("R1", facility: "", time: "20990101000000").replacing("|LIS|", with: "||")
    let outcome = try await bench.registry.receive([try bench.file("1.hl7", "\n\n" + ahead)], from: "SYNTH-H1")
    #expect(outcome.problems.map(\.code) == ["implausible-time"])
    let quarantined = try bench.registry.quarantined()
    #expect(quarantined.map(\.feedOf) == ["SYNTH-H1"] && quarantined.map(\.frameLine) == [3])
    let later = try Registry(path: bench.path, clock: { Instant(milliseconds: 4_070_908_800_000) })
    #expect(try later.retryQuarantine().summary.accepted == 1)
    #expect(try later.quarantined().isEmpty)
  }

  @Test("a version that lost is counted as older, however often it comes")
  func older() async throws {
    let bench = try Bench()
    func receive(_ text: String) async throws -> Registry.ImportOutcome {
      try await bench.registry.receive([try bench.file("\(UUID().uuidString).hl7", text)])
    }
    let newer = message("R1", facility: "SYNTH-H1", time: "20260310180000", reported: "20260310170000", value: "5.0")
    #expect(try await receive(newer).summary.reports.new == 1)
    let late = try await receive(message("R1", facility: "SYNTH-H1"))
    #expect(late.summary.reports.older == 1 && late.summary.reports.corrected == 0)
    #expect(late.older.map(\.code) == ["older"] && late.summary.findings == 1)
    let corrected = message(
      "R1", facility: "SYNTH-H1", time: "20260311080000", reported: "20260311070000", value: "5.1")
    #expect(try await receive(corrected).summary.reports.corrected == 1)
  }

  @Test("one number with two patients in one message is refused whole")
  func twoPatients() async throws {
    let bench = try Bench()
    let second = """
      PID|2||P2^^^^MR||王^例乙||19550505|F
      OBR|1||R1|NA^钠^L|||20260310080000|||||||||||||||20260310113000||LAB|F
      OBX|1|NM|2951-2^NA^LN||140|mmol/L|137-147|N|||F

      """
    let outcome = try await bench.registry.receive([
      try bench.file("1.hl7", message("R1", facility: "SYNTH-H1") + second)
    ])
    #expect(outcome.summary.accepted == 0 && outcome.problems.map(\.code) == ["conflicting-patient"])
    let other = try bench.file("2.hl7", message("R2", facility: "SYNTH-H1") + second.replacing("|R1|", with: "|R3|"))
    #expect(try await bench.registry.receive([other]).summary.reports.new == 2)
  }

  @Test("orders of one number and message count as one report, and each keeps its status")
  func parts() async throws {
    let bench = try Bench()
    let second = """
      OBR|2||R1|NA^钠^L|||20260310080000|||||||||||||||20260310113000||LAB|P
      OBX|1|NM|2951-2^NA^LN||140|mmol/L|137-147|N|||

      """
    let outcome = try await bench.registry.receive([
      try bench.file("1.hl7", message("R1", facility: "SYNTH-H1") + second)
    ])
    #expect(outcome.summary.reports.new == 1 && outcome.summary.results == 2)
  }
}
