import Clinical
import PersonIndex

/// What careless hospitals send: several patients under one number, one telephone for all, names that are none. Every person is invented.
struct CarelessHospital {
  /// What one message says of a patient.
  struct Sent {
    var institution: Int
    var patient: Patient
    /// The person it is of.
    var person: Int
  }

  /// Two people who are sent in a way that takes them for one; a case each.
  enum Pair: String, CaseIterable, Sendable {
    case motherAndNewborn, twinsUnderOneNumber, siblingsUnderOneNumber, fatherAndMaskedChild, strangersOfOneDate
    case strangersOfOneName, labelledTwins, duplicatedNumberInVillage, strangersInOneHome, fatherAndSon
  }

  /// Very many people of a few hospitals with something in common.
  enum Crowd: String, CaseIterable, Sendable {
    case walkIns, hospitalsTelephone, placeholders
  }

  private static let surnames = Array("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高肖傅曾单程邓许沈彭苏")
  private static let given = Array("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红健文辉力宇浩轩梓涵欣怡子萱思琪佳雨晨")
  private static let homophones: [Character: Character] = [
    "伟": "玮", "静": "婧", "丽": "莉", "洋": "阳", "杰": "洁", "涛": "滔", "明": "铭", "宇": "雨", "浩": "皓", "欣": "新", "佳": "嘉",
    "思": "丝",
  ]

  private struct Person {
    var name: String
    var sex: Sex
    var birthDate: CalendarDate
    var residentID: String
    var card: String
    var phone: String
    var address: String
  }

  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  mutating func make(_ pair: Pair, case number: Int) -> [Sent] {
    var first = person(born: 1940...1985)
    var second = person(born: 1940...2020)
    switch pair {
    case .motherAndNewborn:
      first.sex = .female
      second.birthDate = date(2024...2024)
      second.name = first.name + "之" + (second.sex == .male ? "子" : "女")
      (second.phone, second.address, second.card) = (first.phone, first.address, first.card)
      return underOneNumber([first, second], number, hasOwnNumbers: [true, false])
    case .twinsUnderOneNumber, .siblingsUnderOneNumber:
      first.birthDate = date(1980...2020)
      second = sibling(of: first, isTwin: pair == .twinsUnderOneNumber)
      return underOneNumber([first, second], number, hasOwnNumbers: [chance(0.5), chance(0.5)])
    case .fatherAndMaskedChild:
      first.sex = .male
      second.birthDate = date(first.birthDate.year + 22...first.birthDate.year + 35)
      second.name = String(first.name.prefix(1)) + (chance(0.5) ? "*" : "某某")
      (second.phone, second.address) = (first.phone, first.address)
      return underOneNumber([first, second], number, hasOwnNumbers: [true, false])
    case .strangersOfOneDate:
      second.birthDate = first.birthDate
      if second.name == first.name { second.name += "川" }
      return underOneNumber([first, second], number, hasOwnNumbers: [chance(0.5), chance(0.5)])
    case .strangersOfOneName:
      second.name = first.name
      while abs(second.birthDate.year - first.birthDate.year) < 2 { second.birthDate = date(1940...2020) }
      return underOneNumber([first, second], number, hasOwnNumbers: [chance(0.5), chance(0.5)])
    case .labelledTwins: return labelledTwins(number)
    case .duplicatedNumberInVillage:
      second.name = String(pick(Self.surnames)) + String(first.name.dropFirst())
      if second.name == first.name { second.name = (first.name.hasPrefix("马") ? "朱" : "马") + first.name.dropFirst() }
      (second.birthDate, second.sex, second.residentID) = (first.birthDate, first.sex, first.residentID)
      let village = ["石桥镇大树村", "大树村3组", "石桥镇", "9号1栋", "石桥县城关镇"].randomElement(using: &generator) ?? ""
      (first.address, second.address) = (village, village)
      return elsewhere([first, second], number)
    case .strangersInOneHome:
      second.name = first.name
      second.sex = first.sex
      let day = first.birthDate.day ?? 1
      let other = day > 14 ? day - 13 : day + 13
      second.birthDate =
        CalendarDate(year: first.birthDate.year, month: first.birthDate.month, day: other) ?? second.birthDate
      (first.residentID, second.residentID) = (
        residentID(first.birthDate, first.sex), residentID(second.birthDate, first.sex)
      )
      let home = ["工业路9号", "工业路9号员工宿舍", "工业路9号2栋", "幸福养老院", "锦江区", "春熙路", "9号1栋", "大树村"]
      let address = home.randomElement(using: &generator) ?? ""
      (first.address, second.address) = (address, address)
      return elsewhere([first, second], number)
    case .fatherAndSon:
      (first.sex, second.sex) = (.male, .male)
      second.name = first.name
      second.birthDate = date(first.birthDate.year + 20...first.birthDate.year + 35)
      second.residentID = residentID(second.birthDate, .male)
      (second.phone, second.address) = (first.phone, first.address)
      return elsewhere([first, second], number)
    }
  }

  /// - Parameters:
  ///   - hospitals: whose patients they are.
  ///   - each: patients of every hospital.
  mutating func make(_ crowd: Crowd, hospitals: Int, each: Int) -> [Sent] {
    var result: [Sent] = []
    for hospital in 0..<hospitals {
      let number = ["无卡", "999999", "1", "0000001"][hospital % 4]
      let phone = "0288" + digits(7)
      let address = "人民路\(hospital + 1)号" + ["", "1栋101室", "人民医院急诊科"][hospital % 3]
      let placeholder = ["急诊病人", "路人甲", "Unbekannt", "某男", "外宾", "NN Patient"][hospital % 6]
      for patient in 0..<each {
        var person = person(born: 1940...2020)
        let index = hospital * each + patient
        let isDated = chance(0.5)
        for visit in 0..<(chance(0.3) ? 2 : 1) {
          var said = Patient()
          said.sex = person.sex
          switch crowd {
          case .walkIns:
            said.name = person.name
            if !chance(0.03) { said.birthDate = person.birthDate }
            said.identifiers = [Identifier(.local, number)]
            if chance(0.5) { said.phones = [person.phone] }
            if chance(0.5) { said.identifiers.append(Identifier(.residentID, person.residentID)) }
          case .hospitalsTelephone, .placeholders:
            said.name = crowd == .placeholders && !chance(0.1) ? placeholder : person.name
            if isDated { said.birthDate = CalendarDate(year: person.birthDate.year, month: 1, day: 1) }
            said.identifiers = [Identifier(.local, "E\(1_000_000 + index * 2 + visit)")]
            (said.phones, said.address) = ([phone], address)
          }
          result.append(Sent(institution: hospital, patient: said, person: index))
          person.phone = chance(0.1) ? "19" + digits(9) : person.phone
        }
      }
    }
    return result.shuffled(using: &generator)
  }

  /// Three visits of each to one hospital under one number, and one elsewhere under an own one.
  private mutating func underOneNumber(_ people: [Person], _ number: Int, hasOwnNumbers: [Bool]) -> [Sent] {
    var result: [Sent] = []
    for (place, person) in people.enumerated() {
      for visit in 0..<4 {
        var said = patient(person, isNumbered: hasOwnNumbers[place])
        let local = visit < 3 ? "L\(100_000 + number)" : "M\(100_000 + number)\(place)"
        said.identifiers.insert(Identifier(.local, local), at: 0)
        result.append(Sent(institution: visit < 3 ? 0 : 1, patient: said, person: number * 2 + place))
      }
    }
    return result.shuffled(using: &generator)
  }

  private mutating func elsewhere(_ people: [Person], _ number: Int) -> [Sent] {
    var result: [Sent] = []
    for (place, person) in people.enumerated() {
      for visit in 0..<3 {
        var said = patient(person, isNumbered: chance(0.6))
        said.identifiers.insert(Identifier(.local, "L\(100_000 + number)\(place)"), at: 0)
        result.append(Sent(institution: visit, patient: said, person: number * 2 + place))
      }
    }
    return result.shuffled(using: &generator)
  }

  /// Children of one birth, as three hospitals label them.
  private mutating func labelledTwins(_ number: Int) -> [Sent] {
    let mother = person(born: 1985...2000)
    let birth = date(2024...2024)
    let sexes: [Sex] = chance(0.6) ? [.male, .male] : [.male, .female]
    var result: [Sent] = []
    for hospital in 0..<3 {
      let style = Int.random(in: 0..<9, using: &generator)
      let marks = [["1", "2"], ["（大）", "（小）"], ["A", "B"], ["大", "小"]][
        style == 8 ? 1 : [0, 0, 2].randomElement(using: &generator) ?? 0]
      for child in 0..<2 {
        let word = ["婴", "宝宝", "BB", "新生儿", "子", "毛毛", "双", "婴儿", "之子"][style]
        var said = Patient()
        said.name = mother.name + word + marks[child]
        said.birthDate = birth
        said.sex = sexes[child]
        said.phones = [mother.phone]
        if chance(0.7) { said.address = mother.address }
        said.identifiers = [Identifier(.local, "B\(100_000 + number)\(child)")]
        if chance(0.3) { said.identifiers.append(Identifier(.healthCard, mother.card)) }
        result.append(Sent(institution: hospital, patient: said, person: number * 2 + child))
      }
    }
    return result.shuffled(using: &generator)
  }

  private mutating func patient(_ person: Person, isNumbered: Bool) -> Patient {
    var said = Patient()
    said.name = person.name
    if !chance(0.03) { said.sex = person.sex }
    if !chance(0.03) { said.birthDate = person.birthDate }
    if isNumbered, chance(0.7) { said.identifiers.append(Identifier(.residentID, person.residentID)) }
    if isNumbered, chance(0.5) { said.identifiers.append(Identifier(.healthCard, person.card)) }
    if chance(0.8) { said.phones = [person.phone] }
    if chance(0.7) { said.address = person.address }
    return said
  }

  private mutating func person(born years: ClosedRange<Int>) -> Person {
    let birthDate = date(years)
    let sex: Sex = chance(0.5) ? .male : .female
    var name = String(pick(Self.surnames))
    for _ in 0..<(chance(0.8) ? 2 : 1) { name.append(pick(Self.given)) }
    return Person(
      name: name, sex: sex, birthDate: birthDate, residentID: residentID(birthDate, sex), card: "S" + digits(11),
      phone: "19" + digits(9),
      address: "和平路\(Int.random(in: 1...400, using: &generator))号\(digits(1))栋\(digits(3))室")
  }

  private mutating func sibling(of first: Person, isTwin: Bool) -> Person {
    var second = first
    var characters = Array(first.name)
    let last = characters[characters.count - 1]
    if let same = Self.homophones[last], chance(0.5) {
      characters[characters.count - 1] = same
    } else {
      characters[characters.count - 1] = Self.given.filter { $0 != last }.randomElement(using: &generator) ?? "川"
    }
    second.name = String(characters)
    if !isTwin { while second.birthDate == first.birthDate { second.birthDate = date(1980...2020) } }
    if chance(0.3) { second.sex = first.sex == .male ? .female : .male }
    repeat { second.residentID = residentID(second.birthDate, second.sex) } while second.residentID == first.residentID
    second.card = "S" + digits(11)
    return second
  }

  private mutating func date(_ years: ClosedRange<Int>) -> CalendarDate {
    let year = Int.random(in: years, using: &generator)
    let (month, day) = (Int.random(in: 1...12, using: &generator), Int.random(in: 1...28, using: &generator))
    return CalendarDate(year: year, month: month, day: day) ?? CalendarDate(epochDay: 0)
  }

  private mutating func residentID(_ birth: CalendarDate, _ sex: Sex) -> String {
    let sequence = Int.random(in: 0..<500, using: &generator) * 2 + (sex == .male ? 1 : 0)
    let body = "990101" + birth.iso.filter { $0 != "-" } + String(String(1000 + sequence).dropFirst())
    return body + InventedPerson.checkCharacter(body)
  }

  private mutating func digits(_ count: Int) -> String {
    String((0..<count).map { _ in pick(Array("123456789")) })
  }

  private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < share }

  private mutating func pick(_ characters: [Character]) -> Character {
    characters.randomElement(using: &generator) ?? "川"
  }
}

extension CarelessHospital.Sent {
  /// The record it would be by itself.
  ///
  /// - Parameter number: of the message.
  func record(_ number: Int) -> PersonRecord {
    PersonRecord(key: "\(institution)|\(number)", patient: patient, institution: "H\(institution)")
  }
}
