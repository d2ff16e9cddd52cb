import PersonIndex
import Testing

@Suite("names")
struct PersonNameTests {
  @Test(
    "what forms add to a name is left aside",
    arguments: [
      ("欧 阳\u{3000}桂涵", "欧阳桂涵"), ("孫恺傑", "孙恺杰"), ("王芳（急诊）", "王芳"), ("王芳1", "王芳"),
      ("不买•都古阿巴", "不买都古阿巴"), ("不买·都古阿巴", "不买都古阿巴"), ("不买．都古阿巴", "不买都古阿巴"),
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

  @Test("newborns of one mother are told apart by their mark")
  func newborns() throws {
    let first = try #require(PersonName("李惠娇之子A"))
    let second = try #require(PersonName("李惠娇之子B"))
    #expect(first.text == second.text)
    #expect(first.order != second.order)
  }

  @Test("normalising twice changes nothing", arguments: ["孫恺傑", "欧阳桂涵", "张某某", "不买•都古阿巴"])
  func idempotent(raw: String) throws {
    let once = try #require(PersonName(raw))
    #expect(PersonName(once.text)?.text == once.text)
  }
}
