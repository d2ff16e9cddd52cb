import Clinical
import Foundation
import Testing

@testable import PersonIndex

@Suite("names")
struct PersonNameTests {
  @Test(
    "what forms add to a name is left aside",
    arguments: [
      ("欧 阳\u{3000}桂涵", "欧阳桂涵"), ("孫恺傑", "孙恺杰"), ("王芳（急诊）", "王芳"), ("王芳1", "王芳"),
      ("不买•都古阿巴", "不买都古阿巴"), ("不买·都古阿巴", "不买都古阿巴"), ("不买．都古阿巴", "不买都古阿巴"), ("李伟 LI WEI", "李伟"),
      ("LI WEI李伟", "李伟"), ("王毛", "王毛"), ("李子", "李子"), ("王小女", "王小女"), ("王之涣", "王之涣"),
    ])
  func normalised(raw: String, text: String) throws {
    #expect(try #require(PersonName(raw)).text == text)
  }

  @Test(
    "surnames are read as surnames",
    arguments: [("单国强", "SHANGUOQIANG"), ("曾娜", "ZENGNA"), ("仇英", "QIUYING"), ("解勇", "XIEYONG"), ("吕玮", "LVWEI")])
  func readings(raw: String, pinyin: String) throws {
    #expect(try #require(PersonName(raw)).pinyin == pinyin)
  }

  @Test(
    "names that tell nobody, part of a name, or a newborn's mother are known as such",
    arguments: [
      ("张*", PersonName.Kind.masked), ("张某某", .masked), ("无名氏", .placeholder), ("测试患者", .placeholder),
      ("李惠娇之子", .newborn), ("李惠娇之大女", .newborn), ("ZHANG HUAN LI", .latin), ("张欢", .han),
    ])
  func kinds(raw: String, kind: PersonName.Kind) throws {
    #expect(try #require(PersonName(raw)).kind == kind)
  }

  @Test(
    "a newborn's label is its mother's name and the child's place in the birth, with or without 之",
    arguments: [
      ("李惠娇之子A", "李惠娇", "1"), ("李惠娇之子B", "李惠娇", "2"), ("李惠娇之大女", "李惠娇", "1"), ("李惠娇之女（小）", "李惠娇", "小"),
      ("李惠娇之双胎小子", "李惠娇", "小"), ("李惠娇之子", "李惠娇", ""), ("李惠娇婴1", "李惠娇", "1"), ("李惠娇婴2", "李惠娇", "2"),
      ("李惠娇宝宝1", "李惠娇", "1"), ("李惠娇BB2", "李惠娇", "2"), ("李惠娇bb", "李惠娇", ""), ("李惠娇新生儿", "李惠娇", ""),
      ("李惠娇子1", "李惠娇", "1"), ("李惠娇女2", "李惠娇", "2"), ("李惠娇毛毛", "李惠娇", ""), ("李惠娇双2", "李惠娇", "2"),
      ("李惠娇大宝", "李惠娇", "1"), ("李惠娇之女(双胎之二)", "李惠娇", "2"), ("新生儿", "", ""), ("女婴1", "", "1"), ("BB2", "", "2"),
    ])
  func newborns(raw: String, mother: String, order: String) throws {
    let name = try #require(PersonName(raw))
    #expect(name.kind == .newborn)
    #expect(name.text == mother)
    #expect(name.order == order)
  }

  @Test(
    "the sex that a label tells is the child's", arguments: [("李惠娇之子", Sex.male), ("李惠娇女婴1", .female), ("李惠娇宝宝", nil)])
  func sexOfLabel(raw: String, sex: Sex?) throws {
    #expect(try #require(PersonName(raw)).sex == sex)
  }

  @Test("normalising twice changes nothing", arguments: ["孫恺傑", "欧阳桂涵", "张某某", "不买•都古阿巴"])
  func idempotent(raw: String) throws {
    let once = try #require(PersonName(raw))
    #expect(PersonName(once.text)?.text == once.text)
  }

  @Test("readings and simplified forms are those of ICU")
  func icu() {
    let all = (0x4E00...0x9FA5).compactMap { Unicode.Scalar($0) }
    func transformed(_ scalars: [Unicode.Scalar], _ name: String) -> [String] {
      let lines = scalars.map { "\($0)\n" }.joined()
      let result = lines.applyingTransform(StringTransform(name), reverse: false) ?? ""
      return result.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    func toneless(_ reading: String) -> String {
      var letters = ""
      for scalar in reading.decomposedStringWithCanonicalMapping.unicodeScalars {
        if scalar.value == 0x308 {
          letters = letters.dropLast() + "v"
        } else if scalar.properties.generalCategory != .nonspacingMark {
          letters.unicodeScalars.append(scalar)
        }
      }
      return letters.uppercased()
    }
    let simplified = transformed(all, "Traditional-Simplified").compactMap(\.unicodeScalars.first)
    let plain = transformed(simplified, "Han-Latin").map(toneless)
    let families = transformed(simplified, "Han-Latin/Names").map(toneless)
    let wrong = all.indices.filter { place in
      HanTable.simplified(all[place]) != simplified[place] || HanTable.reading(all[place]) != plain[place]
        || HanTable.reading(all[place], asSurname: true) != families[place]
    }
    #expect(wrong.isEmpty)
  }

  @Test("characters that are written for one another sound alike, as the index takes for granted")
  func variants() {
    for scalar in (0x4E00...0x9FA5).compactMap({ Unicode.Scalar($0) }) where Surnames.folded(scalar) != scalar {
      #expect(HanTable.reading(scalar) == HanTable.reading(Surnames.folded(scalar)), "\(scalar)")
      #expect(
        HanTable.reading(scalar, asSurname: true) == HanTable.reading(Surnames.folded(scalar), asSurname: true),
        "\(scalar)")
    }
  }
}
