import Clinical
import XMLReading

/// PID → patient, MRG → the patient a number was of before.
enum V2Patient {
  /// Different numbers, names or telephones of one person beyond which a message is no message of a person.
  static let limit = 1000

  /// - Parameter messageTime: by which a birth was and a number has not expired.
  /// - Throws: `Refusal` for more numbers, names or telephones than a person has.
  static func read(
    _ pid: V2Segment, toldAt messageTime: Instant, _ notes: inout ReadingNotes
  ) throws(Refusal) -> Patient {
    var patient = Patient()
    let tree = pid.tree
    let today = notes.context.zone.date(of: messageTime)
    var numbers = V2Numbers(today: today)
    numbers.read(pid, 3, older: 2, &notes)
    numbers.readTyped(pid, 4, &notes)
    numbers.readTyped(pid, 18, &notes)
    numbers.readLegacy(pid)
    var names = V2Names(tree)
    names.read(pid, 5, 9)
    if let code = pid.text(8) {
      patient.sex = Sex(code: code)
      if patient.sex == nil {
        notes.note(.unknownCode, "PID-8 is not in HL7 table 0001: send M, F, O or U", at: pid.place(8))
      }
    }
    patient.birthDate = notes.date(pid, 7)
    if let birth = patient.birthDate, birth > today {
      patient.birthDate = nil
      notes.note(.implausibleTime, "a birth date after the message itself: taken for none", at: pid.place(7))
    }
    var phones = Distinct<String>()
    for number in [13, 14] {
      for field in pid.repetitions(number) {
        if let phone = phone(tree, field) { phones.add(phone) }
      }
    }
    if max(numbers.identifiers.all.count, names.count, phones.all.count) > limit {
      throw Refusal(
        .limitExceeded, "more than \(limit) numbers, names or telephones of one patient: send those that are theirs",
        at: pid.element)
    }
    patient.identifiers = numbers.identifiers.all
    (patient.name, patient.otherNames) = names.best
    patient.phones = phones.all
    patient.address = pid.field(11).flatMap { address(tree, $0) }
    patient.birthOrder = pid.text(25).flatMap(NumericText.count)
    patient.motherName = pid.field(6).flatMap { V2Names.text(tree, $0) }
    return patient
  }

  /// MRG: the numbers that go out of use (1, 2 and 4), and by which name their bearer was known (7).
  static func read(
    prior mrg: V2Segment, _ notes: inout ReadingNotes
  ) throws(Refusal) -> Patient {
    var patient = Patient()
    var numbers = V2Numbers(today: nil)
    numbers.read(mrg, 1, older: 4, &notes)
    numbers.readTyped(mrg, 2, &notes)
    var names = V2Names(mrg.tree)
    names.read(mrg, 7, nil)
    if max(numbers.identifiers.all.count, names.count) > limit {
      throw Refusal(.limitExceeded, "more than \(limit) numbers or names of one patient in MRG", at: mrg.element)
    }
    patient.identifiers = numbers.identifiers.all
    (patient.name, patient.otherNames) = names.best
    return patient
  }

  private static func phone(_ tree: XMLTree, _ field: XMLElement.ID) -> String? {
    if let number = tree.text(field, 12) ?? tree.text(field) { return number }
    let parts = [tree.text(field, 5), tree.text(field, 6), tree.text(field, 7)].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined()
  }

  private static func address(_ tree: XMLTree, _ field: XMLElement.ID) -> String? {
    let large = [tree.text(field, 4), tree.text(field, 3)].compactMap { $0 }
    let street = [tree.text(field), tree.text(field, 2)].compactMap { $0 }
    let parts = large + street
    if parts.isEmpty { return nil }
    let isHan = parts.contains { $0.unicodeScalars.contains { $0.properties.isIdeographic } }
    return parts.joined(separator: isHan ? "" : " ")
  }
}

/// Things in the order in which they came, each once.
struct Distinct<Element: Hashable> {
  private(set) var all: [Element] = []
  /// Only where there are many: a handful is compared sooner than hashed.
  private var known: Set<Element> = []

  mutating func add(_ element: Element) {
    if all.count < 16 {
      if !all.contains(element) { all.append(element) }
      return
    }
    if known.isEmpty { known = Set(all) }
    if known.insert(element).inserted { all.append(element) }
  }

  var isEmpty: Bool { all.isEmpty }
}
