import Clinical

/// A synthetic city: what every message of its feed says, each told by its index alone.
struct City {
  let messages: Int
  /// Of each message.
  let results: Int
  let persons: Int
  let institutions: Int
  let seed: UInt64

  /// Local time, in minutes since 1970-01-01: the feed spreads over the two years from here.
  static let start = CalendarDate.epochDay(2024, 1, 1) * 1440
  static let length = 731 * 1440

  static func code(ofInstitution institution: Int) -> String {
    let digits = String(institution)
    return "H" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
  }

  func resident(_ person: Int) -> Resident { Resident(person, seed: seed) }

  /// The number that an institution has given a person: no two of its persons share one.
  static func medicalRecordNumber(person: Int, institution: Int) -> Int {
    (person * 7_919 + institution * 104_729) % 1_000_000_000
  }

  /// What an institution says of a resident.
  func patient(_ person: Int, at institution: Int) -> Patient {
    let resident = resident(person)
    var number = ByteWriter()
    number.text(City.code(ofInstitution: institution))
    number.text("-")
    number.number(City.medicalRecordNumber(person: person, institution: institution), width: 9)
    var patient = Patient()
    patient.identifiers = [
      Identifier(.local, String(decoding: number.bytes, as: UTF8.self)),
      Identifier(.residentID, String(decoding: resident.number, as: UTF8.self)),
    ]
    patient.name = resident.familyName + resident.givenName
    patient.sex = resident.isMale ? .male : .female
    patient.birthDate = resident.birthDate
    patient.address = "\(resident.street)\(resident.door)号"
    patient.phones = ["\(resident.phone)"]
    return patient
  }

  /// What a message tells: a report, or three times in a hundred an earlier one corrected.
  func message(_ index: Int) -> CityMessage {
    guard let correction = correction(index) else { return report(index) }
    var message = report(correction.of)
    message.index = index
    message.sent += correction.delay
    message.isCorrection = true
    return message
  }

  private func correction(_ index: Int) -> (of: Int, delay: Int)? {
    var draw = Draw(seed: seed, .correction, index)
    guard index > 0, draw.percent(3) else { return nil }
    var original = index - 1 - draw.below(min(index, 5000))
    // What was picked may itself be a correction; the first message is none.
    while correction(original) != nil { original -= 1 }
    return (original, 60 + draw.below(72 * 60))
  }

  private func report(_ index: Int) -> CityMessage {
    var draw = Draw(seed: seed, .report, index)
    let person = draw.below(persons)
    // A person is known to one to three institutions.
    var habits = Draw(seed: seed, .habits, person)
    let home = habits.below(institutions)
    let known = 1 + habits.below(3)
    let institution = (home + draw.below(known) * 7) % institutions
    let collected = City.start + Int(Double(index) / Double(messages) * Double(City.length)) + draw.below(1440)
    return CityMessage(
      index: index, report: index, person: person, institution: institution,
      // 基层检查、上级诊断: some reports were made elsewhere.
      performer: draw.percent(10) ? draw.below(institutions) : institution,
      firstItem: draw.below(CityItem.all.count), ordered: collected - 5 - draw.below(600), collected: collected,
      sent: collected + 30 + draw.below(1200))
  }
}

/// One ORU_R01 of the feed. Times are local, in minutes since 1970-01-01.
struct CityMessage {
  var index: Int
  var report: Int
  var person: Int
  var institution: Int
  var performer: Int
  /// Its results are of the items from here on, around the end of the catalogue.
  var firstItem: Int
  var ordered: Int
  var collected: Int
  var sent: Int
  var isCorrection = false

  func item(_ result: Int) -> Int { (firstItem + result) % CityItem.all.count }
}
