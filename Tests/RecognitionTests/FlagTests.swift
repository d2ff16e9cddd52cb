import Catalogue
import Clinical
import Testing

@testable import Recognition

struct FlagTests {
  private func flag(
    _ value: String, flags: [String] = [], range: String? = nil, unit: String? = "mmol/L", sex: Sex? = .female,
    limits: String? = nil
  ) throws -> Flag {
    var ward = Ward([
      Ward.potassium(value) {
        $0.flags = flags; $0.referenceRange = range; $0.unit = unit
      }
    ])
    ward.person.sex = sex
    if let limits { ward.files["limits.csv"] = limits }
    let reference = try ReferenceData(ReferenceFolder(files: ward.files.mapValues { Array($0.utf8) }))
    return try #require(ward.candidates(reference).first).flag
  }

  @Test func theFlagSentByItsClass() throws {
    #expect(try flag("9", flags: ["N"], range: "1-2", limits: "item,low\nK,3") == .normal)
    #expect(try flag("4", flags: ["H"]) == .abnormal)
    #expect(try flag("4", flags: ["↑"]) == .abnormal)
    #expect(try flag("4", flags: ["N", "LL"]) == .critical, "the worst counts")
  }

  @Test(arguments: [
    ("3.50-5.30", Flag.normal), ("4.1-5", .normal), ("4.2 - 5", .abnormal), ("-1-2", .abnormal), ("3~5", .normal),
    ("<5", .normal), (">5", .abnormal),
  ])
  func theRangeSent(_ range: String, _ expected: Flag) throws {
    #expect(try flag("4.1", range: range, limits: "item,low\nK,100") == expected)
  }

  @Test func theRangeIsInTheUnitSentTheLimitsInTheItems() throws {
    #expect(try flag("4100", range: "3500-5300", unit: "umol/L") == .normal)
    #expect(try flag("4100", unit: "umol/L") == .normal)
    #expect(try flag("5400", unit: "umol/L") == .abnormal)
  }

  @Test func elseUnknown() throws {
    #expect(try flag("4.1", range: "see note", limits: "item,low\nNA,1") == .unknown)
    #expect(try flag("<4.1") == .unknown, "a comparator is held against critical limits only")
    #expect(try flag("<4.1", range: "1-2") == .unknown)
    #expect(try flag("4.1", unit: nil) == .unknown)
    #expect(try flag("4.1", limits: "item,criticalLow\nK,1") == .unknown, "only critical limits")
    #expect(try flag("4.1", sex: nil, limits: "item,sex,low\nK,male,1\nK,female,1") == .unknown)
  }

  @Test func agesChangeOnTheBirthday() throws {
    // Born 1980-05-20, collected 2025-03-10: 44 years.
    #expect(try flag("4.1", limits: "item,ageFromYears,ageToYears,low\nK,44,45,1\nK,45,,9") == .normal)
    #expect(try flag("4.1", limits: "item,ageFromYears,ageToYears,low\nK,,44,1\nK,44,,9") == .abnormal)
  }
}
