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
    ("3.50-5.30", Flag.normal), ("4.1-5", .normal), ("3-4.1", .normal), ("4.2 - 5", .abnormal), ("-1-2", .abnormal),
    ("3~5", .normal), ("3.5－5.3", .normal), ("３．５～５．３", .normal), ("3.5 — 5.3", .normal), ("3.5到5.3", .normal),
    ("3.5至4", .abnormal), ("3.5 to 5.3", .normal), ("3.5--5.3", .normal), ("(3.5-5.3)", .normal),
    ("【3.5-4.0】", .abnormal),
    ("<5", .normal), (">5", .abnormal), ("<4.1", .abnormal), ("≤4.1", .normal), ("<=4.1", .normal), (">4.1", .abnormal),
    ("≥4.1", .normal), ("＞=4.1", .normal), ("小于5", .normal), ("> or = 4.1", .normal), (">or=5 mmol/L", .abnormal),
    ("不大于4.1", .normal), ("大于 5", .abnormal),
    ("3.5-5.3 mmol/L", .normal), ("3.5-5.3mmol/l", .normal), ("3.5mmol/L-5.3mmol/L", .normal), ("<4 mmol/L", .abnormal),
    ("3.5-5.3 (mmol/L)", .normal), ("0-1e1", .normal),
    ("男:5-6 女:3.5-5.3", .normal), ("男：3.5-5.3；女：5-6", .abnormal), ("男性 5-6\n女性 <4.1", .abnormal),
    ("M: 5-6, F: 4-5", .normal), ("3.5-5.3(女) 5-6(男)", .normal), ("Female 4-5; Male 5-6", .normal),
  ])
  func theRangeSent(_ range: String, _ expected: Flag) throws {
    #expect(try flag("4.1", range: range, limits: "item,low\nK,100") == expected)
  }

  @Test func theRangeIsInTheUnitSentTheLimitsInTheItems() throws {
    #expect(try flag("4100", range: "3500-5300", unit: "umol/L") == .normal)
    #expect(try flag("4100", unit: "umol/L") == .normal)
    #expect(try flag("5400", unit: "umol/L") == .abnormal)
  }

  @Test(
    "a range that was sent and cannot be read gives unknown, never the limits",
    arguments: [
      "see note", "3500-5300 umol/L", "阴性", "3.5", "-5.3", "3.5-", "5.3-3.5", "3.5-5.3-7", "-3--1", "成人 3.5-5.3",
      "3.5-<5.3",
      "男:3.5-5.3", "女:3.5-5.3 女:4-5", "男:3-5 女:3.5-5.3 孕妇:3-4", "女(孕):3.5-5.3", "3.5-5.3 女:4-5 男:3-5", "<1:80",
    ])
  func unreadableRanges(_ range: String) throws {
    #expect(try flag("4.1", range: range, limits: "item,low,high\nK,1,9") == .unknown)
  }

  @Test func aFillerIsNoRange() throws {
    for range in ["-", "/", "无", " ", "--"] { #expect(try flag("4.1", range: range) == .normal, "\(range)") }
  }

  @Test("a power of ten beside a unit that has one is the unit's, or nobody's")
  func powersOfTen() throws {
    func flag(_ value: String, _ range: String, _ unit: String) throws -> Flag? {
      var ward = Ward([
        Ward.potassium(value) {
          $0.code = Code("wbc"); $0.unit = unit; $0.referenceRange = range
        }
      ])
      ward.files["items.csv"]! += "\nWBC,白细胞,WBC,lab,,10*9/L,,,,false\nHBV,乙肝,HBV,lab,,[IU]/mL,,,,false"
      ward.files["codemaps.csv"]! += "\n*,wbc,\(unit == "IU/mL" ? "HBV" : "WBC")"
      let reference = try ReferenceData(ReferenceFolder(files: ward.files.mapValues { Array($0.utf8) }))
      let candidate = ward.candidates(reference).first
      return candidate?.normalizedValue == nil ? nil : candidate?.flag
    }
    #expect(try flag("12", "4-10×10^9/L", "10^9/L") == .abnormal && flag("5", "4-10×10^9/L", "10^9/L") == .normal)
    #expect(try flag("12", "4-10×10^9", "10^9/L") == .unknown && flag("12", "<10x10^9", "10^9/L") == .unknown)
    #expect(try flag("5×10^9", "4-10", "10^9/L") == nil, "told once or twice, nobody can say")
    #expect(try flag("1.2×10^6", "<10^2", "IU/mL") == .abnormal && flag("20", "10-10^2", "IU/mL") == .unknown)
    #expect(try flag("10^6", "0-10^7", "IU/mL") == .normal)
  }

  @Test func nothingThatIsSentTraps() throws {
    let pieces = [
      "3", "5.3", "-", "－", "~", "到", "to", "<", "≤", "=", "男", "女:", "M", "f:", " ", "(", "）", "×10", "^", "⁶", "E",
      "+", ",",
      "mmol/L", "%", "10", "\u{0}", "\u{FEFF}", "👍", "危急", "H*", "\n",
    ]
    var state: UInt64 = 7
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let reference = try ReferenceData(ReferenceFolder(files: Ward().files.mapValues { Array($0.utf8) }))
    let item = try #require(reference.items["K"])
    let reading = FlagReading(reference: reference, sex: .female)
    for _ in 0..<20_000 {
      let text = (0...next(9)).map { _ in pieces[next(pieces.count)] }.joined()
      for comma in NumericText.Comma.allCases {
        guard let number = NumericText(text, comma: comma) else { continue }
        #expect(number.number.isFinite && !number.digits.isEmpty, "\(text)")
      }
      let flag = reading.flag(
        next(3) == 0 ? [text] : [], NumericText("4.1"), unit: "mmol/L", range: text, normalized: 4.1,
        limit: item.limit(sex: .female, age: 40))
      #expect(Flag.allCases.contains(flag))
    }
  }

  @Test func whoseSexIsNotKnownHasNoRangeOfTheirs() throws {
    let range = "男:3-6 女:3-5"
    #expect(try flag("4.1", range: range, sex: .male) == .normal && flag("4.1", range: range, sex: nil) == .unknown)
    #expect(try flag("4.1", range: range, sex: .other) == .unknown)
  }

  @Test func aUnitBehindTheRangeIsTheValuesOrNone() throws {
    #expect(try flag("4.1", range: "3.5-5.3 mmol/L", unit: "MMOL") == .normal, "another spelling of it")
    #expect(try flag("4.1", range: "3.5-5.3 mmol/L", unit: nil) == .unknown)
    #expect(try flag("4100", range: "3.5-5.3 mmol/L", unit: "umol/L") == .unknown)
  }

  @Test func flagsBySpellingAndTable() throws {
    #expect(try flag("4.1", flags: ["正常"]) == .normal && flag("4.1", flags: ["hhh"]) == .critical)
    #expect(try flag("4.1", flags: ["N", "within the usual limits"], range: "9-10") == .normal)
    var ward = Ward([Ward.potassium { $0.flags = ["↑↑"] }])
    #expect(try ward.answer() == "recognise")
    ward.files["flags.csv"] = "spelling,class\n↑↑,critical"
    #expect(try ward.answer() == "repeat: critical-value")
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
