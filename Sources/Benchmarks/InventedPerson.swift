import Clinical
import Foundation

/// One of a great many people: names as common as in China, families with one telephone and address, twins among them. The resident
/// numbers are of regions that GB/T 2260 does not have, and no two people of forty million share one.
struct InventedPerson {
  var name: String
  var sex: Sex
  var birthDate: CalendarDate
  var residentID: String
  var card: String
  var phone: String
  var address: String

  /// Three of a household follow each other: two parents and a child, or a mother and her twins.
  init(_ index: Int, seed: UInt64) {
    let household = index / 3
    let member = index % 3
    var home = Draw(seed: seed, .habits, household)
    var own = Draw(seed: seed, .person, index)
    let family = Self.surname(&home)
    let hasTwins = home.below(40) == 0
    let isOnePhone = home.percent(35)
    let homePhone = Self.phone(&home)
    let parentsBirth = CalendarDate.epochDay(1930, 1, 1) + home.below(65 * 365)
    let due = parentsBirth + 8000 + home.below(4000)
    // Nobody is born after the first message of a feed (`City.start`).
    let latest = CalendarDate.epochDay(2023, 12, 30)
    let childBirth = due <= latest ? due : 2 * latest - due
    let isChild = member == 2 || member == 1 && hasTwins
    // Of older people often only the year is known.
    let born = isChild ? childBirth : parentsBirth + own.below(1500)
    let date = CalendarDate(epochDay: born)
    birthDate = own.percent(1) ? CalendarDate(year: date.year, month: 1, day: 1) ?? date : date
    sex = isChild ? (own.percent(50) ? .male : .female) : member == 0 && !hasTwins ? .male : .female
    name = (isChild || member == 0 ? family : Self.surname(&own)) + Self.given(&own)
    phone = isOnePhone ? homePhone : Self.phone(&own)
    address =
      Self.streets[home.below(Self.streets.count)] + "\(1 + home.below(900))号"
      + "\(1 + home.below(30))栋\(1 + home.below(6))单元\(101 + home.below(2600))室"
    // Both numbers ascend with the people, as far as they can: a registry filled in their order has few pages at hand.
    card = "S" + padded(index * 2000 + own.below(2000), 11)
    let sequence = index % 499 * 2 + (sex == .male ? 1 : 2)
    let region = padded(99 - index / 4_990_000 % 8, 2) + padded(index / 499 % 10_000, 4)
    let body = region + birthDate.iso.filter { $0 != "-" } + padded(sequence, 3)
    residentID = body + Self.checkCharacter(body)
  }

  /// What one hospital says of a person: not everything, and at later visits not always right.
  static func patient(_ index: Int, seed: UInt64, visit: Int) -> Patient {
    let person = InventedPerson(index, seed: seed)
    var draw = Draw(seed: seed &+ UInt64(visit), .report, index)
    var patient = Patient()
    patient.name = person.name
    if visit > 0, draw.percent(4), let last = person.name.last {
      var other = Draw(seed: seed, .values, index)
      patient.name = "\(person.name.dropLast())\(InventedPerson.given(&other).prefix(1))"
      if draw.percent(50) { patient.name = person.name.dropLast() + "*" }
      if draw.percent(10) { patient.name = String(last) }
    }
    patient.sex = person.sex
    if !draw.percent(2) { patient.birthDate = person.birthDate }
    if draw.percent(60) { patient.identifiers.append(Identifier(.residentID, person.residentID)) }
    if draw.percent(30) { patient.identifiers.append(Identifier(.healthCard, person.card)) }
    if draw.percent(75) { patient.phones = [person.phone] }
    if draw.percent(60) { patient.address = person.address }
    return patient
  }

  static func checkCharacter(_ body: String) -> String {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    let sum = zip(body.utf8, weights).reduce(0) { $0 + (Int($1.0) - 48) * $1.1 }
    return String(Array("10X98765432")[sum % 11])
  }

  static func phone(_ draw: inout Draw) -> String { "1" + padded(3_000_000_000 + draw.below(6_999_999_999), 10) }

  private static func surname(_ draw: inout Draw) -> String { surnames.element(draw.next()) }

  static func given(_ draw: inout Draw) -> String {
    let first = givenCharacters.element(draw.next())
    return draw.percent(15) ? first : first + givenCharacters.element(draw.next())
  }

  /// Characters of which the n-th is about as common as 1/n^s.
  private struct Weighted {
    let characters: [String]
    private let bounds: [Double]

    init(_ text: String, exponent: Double) {
      characters = text.map { String($0) }
      var sum = 0.0
      bounds = characters.indices.map { place in
        sum += 1 / pow(Double(place + 3), exponent)
        return sum
      }
    }

    func element(_ bits: UInt64) -> String {
      let drawn = Double(bits >> 11) / Double(1 << 53) * (bounds.last ?? 1)
      var (low, high) = (0, bounds.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if bounds[middle] < drawn { low = middle + 1 } else { high = middle }
      }
      return characters[low]
    }
  }

  private static let surnames = Weighted(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文",
    exponent: 1.15)
  private static let givenCharacters = Weighted(
    """
    伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红文建国志海波宇浩雪梅慧鑫斌琳佳俊晨阳思子涵欣怡然梓轩兰春云凤林永金龙成荣新德玲光生东辉福清立翠爱飞鹏庆小亚雨诗嘉博瑞睿泽\
    毅峰旭宁帆凯翔婷燕莉颖倩莹蕾薇菲瑶洁璐璇珍琴瑜淑惠美素凡一乐天可心安良友仁义忠孝礼信和顺昌盛富贵发财宝银铁钢石山川河江湖洪源泉溪润泊沛沐霖露霜冰寒冬夏秋月星辰昊晴朗晓曦昕旻晟\
    景智颂歌琪琦珊玮珂瑾璋琛彤丹青碧蓝紫朱柏松柳桃李杏棠莲荷菊芝芸萱蓉薛茜芬芹苗茂茹莎莺鸿鹤雁鹰虎豹骏驰骋奔远航程达通畅恒久长宏广大伦理哲学书画棋诚真善卓越群豪雄威斯奇妙玄
    """, exponent: 0.75)
  private static let streets = [
    "中山路", "人民路", "解放路", "长江路", "建设路", "和平街", "文化路", "新华街", "滨江大道", "光明巷", "胜利路", "友谊路", "北京路", "上海路", "南京路", "幸福路",
    "金水路",
    "红旗街", "东风路", "朝阳街", "青年路", "学府路", "工农路", "迎宾大道",
  ]
}

private func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
