import Clinical
import PersonIndex

/// Records of some people in many hospitals with the slips that records have, whose truth is known; made for measuring alone, and
/// nothing of the engine was fitted to them.
struct HeldOutPersons {
  /// How often hospitals err; 1 is about as often as studies of hospital data found.
  let slips: Double
  let seed: UInt64

  /// The records in no order, with the person each is of.
  func make(persons: Int) -> (records: [PersonRecord], truth: [String]) {
    let patients = patients(persons: persons)
    return (
      patients.map { PersonRecord(key: "\($0.person)-\($0.visit)", patient: $0.patient) },
      patients.map { String($0.person) }
    )
  }

  /// What is said of them, in no order.
  func patients(persons: Int) -> [(patient: Patient, person: Int, visit: Int)] {
    var result: [(order: UInt64, patient: Patient, person: Int, visit: Int)] = []
    for index in 0..<persons {
      // Households far from each other, as a sample of a province has them.
      let person = InventedPerson(index + index / 6 * 3000, seed: seed)
      var draw = Draw(seed: seed, .report, index)
      var relative = InventedPerson((index ^ 1) + (index ^ 1) / 6 * 3000, seed: seed)
      if index % 250 == 249 { relative = InventedPerson(index + 1_000_003, seed: seed) }
      for visit in 0..<(1 + draw.below(4)) {
        let patient = patient(person, relative, &draw)
        result.append((draw.next(), patient, index, visit))
      }
    }
    result.sort { $0.order < $1.order }
    return result.map { ($0.patient, $0.person, $0.visit) }
  }

  private func patient(_ person: InventedPerson, _ relative: InventedPerson, _ draw: inout Draw) -> Patient {
    var patient = Patient()
    patient.name = name(person, &draw)
    if !errs(2, &draw) { patient.sex = errs(0.4, &draw) ? (person.sex == .male ? .female : .male) : person.sex }
    if !errs(4, &draw) { patient.birthDate = birthDate(person.birthDate, &draw) }
    if draw.percent(50) {
      // Now and then a relative's card is used, under the own name.
      let owner = errs(0.3, &draw) ? relative : person
      patient.identifiers.append(
        Identifier(.residentID, errs(1.5, &draw) ? otherDigit(owner.residentID, &draw) : owner.residentID))
    }
    if draw.percent(35) {
      patient.identifiers.append(Identifier(.healthCard, errs(0.3, &draw) ? relative.card : person.card))
    }
    if draw.percent(70) {
      let number = errs(8, &draw) ? InventedPerson.phone(&draw) : errs(5, &draw) ? relative.phone : person.phone
      patient.phones = [errs(1, &draw) ? otherDigit(number, &draw) : number]
    }
    if draw.percent(55) { patient.address = address(errs(6, &draw) ? relative.address : person.address, &draw) }
    return patient
  }

  private func name(_ person: InventedPerson, _ draw: inout Draw) -> String {
    let name = person.name
    if errs(2.5, &draw) {
      // Another character of the same sound, or one mistyped.
      let last = name.last.map { String($0) } ?? ""
      let sound = PersonName("王" + last)?.givenPinyin
      for _ in 0..<60 {
        let other = InventedPerson.given(&draw).prefix(1)
        if other != last, draw.percent(2) || PersonName("王" + other)?.givenPinyin == sound {
          return "\(name.dropLast())\(other)"
        }
      }
    }
    if errs(1, &draw) { return name.dropLast() + "*" }
    if errs(0.5, &draw), name.count > 2 { return String(name.dropLast()) }
    if errs(1, &draw), let read = PersonName(name) { return read.surnamePinyin + " " + read.givenPinyin }
    if errs(2, &draw) { return name.map { String($0) }.joined(separator: " ") }
    if errs(1, &draw) { return name + "（复诊）" }
    if errs(0.2, &draw), person.birthDate.year > 2021 {
      return name.prefix(1) + "芳之" + (person.sex == .male ? "子" : "女")
    }
    return name
  }

  private func birthDate(_ date: CalendarDate, _ draw: inout Draw) -> CalendarDate {
    if errs(0.8, &draw) { return CalendarDate(year: date.year, month: 1, day: 1) ?? date }
    if errs(0.8, &draw) {
      return CalendarDate(year: date.year, month: date.month, day: 1 + draw.below(28)) ?? date
    }
    if errs(0.4, &draw) { return CalendarDate(year: date.year - 1 - draw.below(3), month: date.month, day: 1) ?? date }
    return date
  }

  private func address(_ text: String, _ draw: inout Draw) -> String {
    if draw.percent(15), let end = text.firstIndex(of: "号") { return String(text[...end]) }
    if draw.percent(15) { return text.replacing("栋", with: "幢").replacing("室", with: "") }
    return draw.percent(10) ? text.replacing("号", with: "号 ") : text
  }

  private func otherDigit(_ number: String, _ draw: inout Draw) -> String {
    var digits = Array(number)
    let place = draw.below(digits.count - 1)
    digits[place] = digits[place] == "9" ? "0" : Character(String((digits[place].wholeNumberValue ?? 0) + 1))
    return String(digits)
  }

  /// Whether something happens of which, at the ordinary rate, `percent` of a hundred are.
  private func errs(_ percent: Double, _ draw: inout Draw) -> Bool {
    Double(draw.below(100_000)) < percent * slips * 1000
  }
}
