import Testing

@testable import Catalogue

struct FlagTableTests {
  private let usual = FlagTable([])

  @Test(arguments: ["N", "n", "Ｎ", " N ", "NEG", "neg", "ND", "NR", "S", "正常", "Normal", "normal"])
  func normal(_ flag: String) { #expect(usual.flag([flag]) == .normal) }

  @Test(arguments: [
    "HH", "hh", "LL", "AA", "HHH", "LLL", "H*", "L*", "HH*", "危急", "危急值", "危急值↑", "critical", "Critical high", "ＨＨ",
  ])
  func critical(_ flag: String) { #expect(usual.flag([flag]) == .critical) }

  @Test(arguments: [
    "H", "l", "A", "POS", "R", "DET", "I", "↑", "↓", "HL", "H?", "*", "偏高", "AH", "see the comment below",
  ])
  func anyOtherIsAbnormal(_ flag: String) { #expect(usual.flag([flag]) == .abnormal) }

  @Test func theWorstCountsAndFillersAreNone() {
    #expect(usual.flag([]) == nil && usual.flag(["", "-", "无", "null"]) == nil)
    #expect(usual.flag(["N", "L"]) == .abnormal && usual.flag(["H", "HH", "N"]) == .critical)
    #expect(usual.flag(["N", "-"]) == .normal)
  }

  @Test func wordsBesideACodeAreANote() {
    #expect(usual.flag(["N", "see the comment"]) == .normal)
    #expect(usual.flag(["请结合临床病史综合判断", "N"]) == .normal)
    #expect(usual.flag(["N", "normal for age", "H"]) == .abnormal)
  }

  @Test func aRowSaysOtherwise() {
    let table = FlagTable([("↑↑", .critical), ("hh", .abnormal), ("U", .normal), ("normal for age", .normal)])
    #expect(table.flag(["↑↑"]) == .critical && table.flag(["HH"]) == .abnormal && table.flag(["u"]) == .normal)
    #expect(table.flag(["N"]) == .normal && table.flag(["Normal for Age"]) == .normal)
  }
}
