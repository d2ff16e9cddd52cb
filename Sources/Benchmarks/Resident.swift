import Clinical

/// An invented person. The resident number has a valid check character (GB 11643-1999) and a region that GB/T 2260 does not have:
/// it is nobody's.
struct Resident {
  let number: [UInt8]
  let familyName: String
  let givenName: String
  let isMale: Bool
  let birthDate: CalendarDate
  let phone: Int
  let street: String
  let door: Int

  /// As many as the regions 9999xx have numbers, of people born within `birthDays`.
  static let most = sequences * regions * birthDays
  private static let sequences = 999
  private static let regions = 100
  private static let birthDays = 30_000
  private static let firstBirthDay = CalendarDate.epochDay(1935, 1, 1)

  init(_ index: Int, seed: UInt64) {
    var draw = Draw(seed: seed, .person, index)
    // Region and sequence alone tell the first persons apart; after those, the birth date moves on.
    let sequence = index % Resident.sequences + 1
    let region = index / Resident.sequences % Resident.regions
    let round = index / (Resident.sequences * Resident.regions)
    var day = Draw(seed: seed, .birthDay, index % (Resident.sequences * Resident.regions))
    let birthDate = CalendarDate(
      epochDay: Resident.firstBirthDay + (day.below(Resident.birthDays) + round) % Resident.birthDays)
    var digits = ByteWriter()
    digits.number(999_900 + region)
    digits.date(birthDate)
    digits.number(sequence, width: 3)
    digits.byte(Resident.checkCharacter(digits.bytes))

    number = digits.bytes
    self.birthDate = birthDate
    isMale = !sequence.isMultiple(of: 2)
    familyName = draw.element(Resident.familyNames)
    givenName = draw.element(Resident.givenNames) + (draw.percent(60) ? draw.element(Resident.givenNames) : "")
    phone = 10_000_000_000 + draw.below(1_000_000_000)
    street = draw.element(Resident.streets)
    door = 1 + draw.below(899)
  }

  /// ISO 7064 MOD 11-2 of seventeen digits.
  private static func checkCharacter(_ digits: [UInt8]) -> UInt8 {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    let sum = zip(digits, weights).reduce(0) { $0 + (Int($1.0) - 48) * $1.1 }
    return Array("10X98765432".utf8)[sum % 11]
  }

  private static let familyNames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈".map { String($0) }
  private static let givenNames = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建国志文海波宇浩雪梅慧鑫斌琳佳俊晨阳思子涵欣怡然梓轩".map {
    String($0)
  }
  private static let streets = ["中山路", "人民路", "解放路", "长江路", "建设路", "和平街", "文化路", "新华街", "滨江大道", "光明巷"]
}
