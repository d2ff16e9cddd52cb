import Catalogue
import Clinical
import Testing

@testable import Recognition

/// Check 17: what an abnormal result hides.
struct AlarmTests {
  @Test func anOlderNormalNeverHidesANewerBadOne() throws {
    func answer(_ newer: Report) throws -> String { try Ward([Ward.potassium(), newer]).answer() }
    let later = "2025-03-10T09:00:00"
    #expect(
      try answer(
        Ward.potassium("5.9", number: "R2", collected: later) {
          $0.unit = nil; $0.flags = ["H"]
        }) == "repeat: newer-abnormal: unit-not-comparable")
    #expect(
      try answer(Ward.potassium("5.9", number: "R2", collected: later) { $0.status = .preliminary })
        == "repeat: newer-abnormal: not-final")
    #expect(
      try answer(Ward.potassium("5.9", number: "R2", collected: later) { $0.status = .cancelled })
        == "recognise: not-final cancelled",
      "a cancelled one alarms nobody")
    #expect(try answer(Ward.potassium("4.2", number: "R2", collected: later)) == "recognise")
    #expect(
      try answer(Ward.potassium("5.9", number: "R2")) == "recognise: newer-abnormal",
      "of the same time: not surely earlier, and flagged worse")
    var ward = Ward([Ward.potassium(), Ward.potassium("5.9", number: "R2", collected: later)])
    ward.uncertain = ["R2"]
    #expect(try ward.answer() == "recognise", "what is withheld leaves no trace")
  }

  @Test(
    "what is not surely earlier hides what is better",
    arguments: [
      // This one, the other, and what becomes of this one when both have been sent.
      ("2025-03-10T08:00:00 N", "2025-03-10T08:00:00 H", true),
      ("2025-03-10T08:00:00 -", "2025-03-10T08:00:00 H", true),
      ("2025-03-10T08:00:00 H", "2025-03-10T08:00:00 HH", true),
      ("2025-03-10T08:00:00 H", "2025-03-10T08:00:00 H", false),
      ("2025-03-10T08:00:00 N", "2025-03-10T07:59:59 HH", false),
      ("2025-03-10T08:00:00 N", "2025-03-10T08:00:01 H", true),
      ("2025-03-10T08:00:00 H", "2025-03-10T08:00:01 H", true),
      ("2025-03-10T08:00:00 N", "2025-03-10 H", true), ("2025-03-10T08:00:00 H", "2025-03-10 H", false),
      ("2025-03-10T08:00:00 H", "2025-03-10 HH", true), ("2025-03-10T08:00:00 N", "2025-03-09 HH", false),
      ("2025-03-10 N", "2025-03-10 H", true), ("2025-03-10 H", "2025-03-10T08:00:00 H", true),
      ("2025-03-10 HH", "2025-03-10 HH", false), ("2025-03-10 HH", "2025-03-10T00:00:00 H", false),
    ])
  func notSurelyEarlier(_ this: String, _ other: String, _ isHidden: Bool) throws {
    func report(_ number: String, _ text: String) -> Report {
      let parts = text.split(separator: " ").map(String.init)
      return Ward.potassium(number: number, collected: parts[0], reported: "2025-03-10T10:00:00") {
        $0.flags = parts[1] == "-" ? [] : [parts[1]]
      }
    }
    var ward = Ward([report("R1", this), report("R2", other)])
    ward.files["policy.yaml"] = "consentDefault: permit\ncritical: allow"
    ward.files["limits.csv"] = ""
    let item = try ward.decide().items[0]
    #expect(item.rejected.contains { $0.reportID == "R1" && $0.failed == [.newerAbnormal] } == isHidden)
  }

  @Test func theDayIsTheRegistrysNotTheWorlds() throws {
    // 23:30 and 00:30 of two days in Shanghai are of one day in UTC.
    let early = Ward.potassium(number: "R1", collected: "2025-03-10T00:30:00")
    let bad = Ward.potassium("5.9", number: "R2", collected: "2025-03-09")
    #expect(try Ward([early, bad]).answer() == "recognise")
    #expect(
      try Ward([Ward.potassium(number: "R1", collected: "2025-03-09T23:30:00"), bad]).answer()
        == "recognise: newer-abnormal")
  }
}
