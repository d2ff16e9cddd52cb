import Clinical
import PersonIndex

/// Two synthetic people whose records are easily taken for one person's, and the records three hospitals hold of them.
struct HostileCases {
  enum Kind: String, CaseIterable, Sendable {
    case twins, twinsOfOneNumber, siblings, borrowedNumber, duplicatedNumber, newborns
  }

  struct Case {
    var patients: [Patient] = []
    var keys: [String] = []
    var records: [PersonRecord] { zip(keys, patients).map { PersonRecord(key: $0, patient: $1) } }
    /// Which of the two a record is of.
    var person: [Int] = []
  }

  private struct Person {
    var name: String
    var sex: Sex
    var birthDate: CalendarDate
    var residentID: String
    var card: String
    var phone: String
    var address: String
  }

  private static let surnames = Array("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高肖萧傅付曾单")
  private static let given = Array("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红健文辉力宇浩轩梓涵欣怡子萱思琪佳雨晨")
  private static let homophones: [Character: Character] = [
    "伟": "玮", "静": "婧", "丽": "莉", "洋": "阳", "杰": "洁", "涛": "滔", "明": "铭", "宇": "雨", "浩": "皓", "欣": "新", "佳": "嘉",
    "思": "丝",
  ]

  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  mutating func make(_ kind: Kind) -> Case {
    let first = person()
    var second = person()
    switch kind {
    case .twins, .twinsOfOneNumber, .siblings:
      second.name = sibling(of: first.name)
      second.phone = first.phone
      second.address = first.address
      if kind != .siblings {
        second.birthDate = first.birthDate
        if chance(0.7) { second.sex = first.sex }
      }
      repeat {
        second.residentID = residentID(second.birthDate, second.sex, region: "990101")
      } while second.residentID == first.residentID
      if kind == .twinsOfOneNumber { second.residentID = first.residentID }
    case .borrowedNumber:
      // A relative or a stranger, under the own name.
      if chance(0.5) {
        second.name = String(first.name.prefix(1)) + String(second.name.dropFirst())
        second.phone = first.phone
        second.address = first.address
      }
      if first.name == second.name { second.name += "川" }
      second.card = first.card
      if chance(0.5) { second.residentID = first.residentID }
    case .duplicatedNumber:
      second.birthDate = first.birthDate
      second.sex = first.sex
      second.residentID = first.residentID
      if first.name == second.name { second.name += "川" }
    case .newborns: return newborns()
    }
    return records(of: [first, second])
  }

  /// Children of one birth under the mother's name, with her telephone and card, and the mother herself.
  private mutating func newborns() -> Case {
    let mother = person()
    let birth = CalendarDate(year: 2024, month: Int.random(in: 1...12, using: &generator), day: 12)
    let word = ["子", "女"].randomElement(using: &generator) ?? "子"
    let labels = [["大", "小"], ["A", "B"], ["长", "次"], ["", ""]].randomElement(using: &generator) ?? ["", ""]
    let isMarkLast = chance(0.5)
    var result = Case()
    for child in 0...2 {
      for hospital in 0..<2 {
        var patient = Patient()
        let mark = child < 2 ? labels[child] : ""
        patient.name = child == 2 ? mother.name : mother.name + "之" + (isMarkLast ? word + mark : mark + word)
        patient.birthDate = child == 2 ? mother.birthDate : birth
        patient.sex = child == 2 ? .female : word == "子" ? .male : .female
        patient.phones = [mother.phone]
        patient.address = mother.address
        if chance(0.5) { patient.identifiers = [Identifier(.healthCard, mother.card)] }
        if child == 2 { patient.identifiers.append(Identifier(.residentID, mother.residentID)) }
        result.patients.append(patient)
        result.keys.append("\(child)-\(hospital)")
        result.person.append(child)
      }
    }
    return result
  }

  private mutating func records(of people: [Person]) -> Case {
    var result = Case()
    for (place, person) in people.enumerated() {
      for hospital in 0..<3 {
        var patient = Patient()
        patient.name = chance(0.05) ? String(person.name.prefix(1)) + (chance(0.5) ? "某" : "*") : person.name
        if !chance(0.03) { patient.sex = person.sex }
        if !chance(0.03) { patient.birthDate = person.birthDate }
        if chance(0.6) { patient.identifiers.append(Identifier(.residentID, written(person.residentID))) }
        if chance(0.5) { patient.identifiers.append(Identifier(.healthCard, person.card)) }
        if chance(0.8) { patient.phones = [person.phone] }
        if chance(0.7) { patient.address = person.address }
        result.patients.append(patient)
        result.keys.append("\(place)-\(hospital)")
        result.person.append(place)
      }
    }
    return result
  }

  /// A number as hospitals write it: once in a while with a wrong digit.
  private mutating func written(_ number: String) -> String {
    guard chance(0.1) else { return number }
    var digits = Array(number)
    let place = Int.random(in: 6..<17, using: &generator)
    digits[place] = digits[place] == "9" ? "0" : Character(String((digits[place].wholeNumberValue ?? 0) + 1))
    return String(digits)
  }

  private mutating func person() -> Person {
    let birth = CalendarDate(
      year: Int.random(in: 1940...2020, using: &generator), month: Int.random(in: 1...12, using: &generator),
      day: Int.random(in: 1...28, using: &generator))
    let birthDate = birth ?? CalendarDate(epochDay: 0)
    let sex: Sex = chance(0.5) ? .male : .female
    var name = String(pick(Self.surnames))
    for _ in 0..<(chance(0.8) ? 2 : 1) { name.append(pick(Self.given)) }
    return Person(
      name: name, sex: sex, birthDate: birthDate, residentID: residentID(birthDate, sex, region: "990101"),
      card: "S" + digits(11), phone: "19" + digits(9),
      address: "和平路\(Int.random(in: 1...400, using: &generator))号\(digits(1))栋\(digits(3))室")
  }

  /// A name as brothers and sisters have it: the same surname, and a given name other in one character, perhaps of the same sound.
  private mutating func sibling(of name: String) -> String {
    var characters = Array(name)
    let last = characters[characters.count - 1]
    if let same = Self.homophones[last], chance(0.5) {
      characters[characters.count - 1] = same
    } else {
      characters[characters.count - 1] = Self.given.filter { $0 != last }.randomElement(using: &generator) ?? "川"
    }
    return String(characters)
  }

  private mutating func residentID(_ birth: CalendarDate, _ sex: Sex, region: String) -> String {
    let sequence = Int.random(in: 0..<500, using: &generator) * 2 + (sex == .male ? 1 : 0)
    let body = region + birth.iso.filter { $0 != "-" } + String(String(1000 + sequence).dropFirst())
    return "0123456789X".lazy.map { body + String($0) }.first { ResidentID($0) != nil } ?? body
  }

  private mutating func digits(_ count: Int) -> String {
    String((0..<count).map { _ in pick(Array("123456789")) })
  }

  private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < share }

  private mutating func pick(_ characters: [Character]) -> Character {
    characters.randomElement(using: &generator) ?? "川"
  }
}
