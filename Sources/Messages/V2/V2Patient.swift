import Clinical
import XMLReading

/// PID → patient.
enum V2Patient {
  static func read(_ pid: V2Segment, _ notes: inout ReadingNotes) -> Patient {
    var patient = Patient()
    readIdentifiers(pid, into: &patient, &notes)
    readNames(pid, into: &patient)
    if let code = pid.text(8) {
      patient.sex = Sex(code: code)
      if patient.sex == nil {
        notes.note(.unknownCode, "PID-8 is not in HL7 table 0001: send M, F, O or U", at: pid.field(8) ?? pid.element)
      }
    }
    patient.birthDate = notes.date(pid.text(7), at: pid.field(7) ?? pid.element)
    for number in [13, 14] {
      for field in pid.repetitions(number) {
        if let phone = phone(field), !patient.phones.contains(phone) { patient.phones.append(phone) }
      }
    }
    patient.address = pid.field(11).flatMap(address)
    patient.birthOrder = pid.text(25).flatMap(Int.init)
    patient.motherName = pid.field(6).flatMap(name)
    return patient
  }

  private static func readIdentifiers(_ pid: V2Segment, into patient: inout Patient, _ notes: inout ReadingNotes) {
    func add(_ kind: Identifier.Kind, _ value: String) {
      let identifier = Identifier(kind, value)
      if !patient.identifiers.contains(identifier) { patient.identifiers.append(identifier) }
    }
    var untyped: [(value: String, field: XMLElement)] = []
    for number in [3, 2, 4] {
      for field in pid.repetitions(number) {
        guard let value = field.component(1) else { continue }
        if let kind = V2Tables.identifierKind(field.component(5) ?? "") {
          // PID-2 and PID-4 are older places of the same numbers: only what PID-3 did not say.
          if number != 3, patient.identifiers.contains(where: { $0.value == value }) { continue }
          if number == 4, field.component(5) == nil { continue }
          add(kind, value)
        } else {
          untyped.append((value, field))
        }
      }
    }
    if patient.identifiers.isEmpty, let only = untyped.first {
      add(.local, only.value)
      untyped.removeFirst()
    }
    for (_, field) in untyped {
      notes.note(.leftAside, "a number whose type (CX.5) is none of a person's in HL7 table 0203", at: field)
    }
    // PID-19 was the national number before 2.5; PID-21 the mother's.
    if let number = pid.text(19), number.utf8.count == 18 || number.utf8.count == 15 { add(.residentID, number) }
    if let number = pid.text(21), number.utf8.count == 18 || number.utf8.count == 15 { add(.motherResidentID, number) }
  }

  /// The ideographic name before the others, then the legal one (XPN.8 and XPN.7).
  private static func readNames(_ pid: V2Segment, into patient: inout Patient) {
    let fields = pid.repetitions(5) + pid.repetitions(9)
    let names = fields.compactMap { field -> (text: String, rank: Int)? in
      guard let text = name(field) else { return nil }
      if field.component(8) == "I" { return (text, 0) }
      return (text, field.component(7) == "L" ? 1 : 2)
    }
    guard let best = names.indices.min(by: { (names[$0].rank, $0) < (names[$1].rank, $1) }) else { return }
    patient.name = names[best].text
    for (index, name) in names.enumerated() where index != best && name.text != patient.name {
      if !patient.otherNames.contains(name.text) { patient.otherNames.append(name.text) }
    }
  }

  private static func name(_ field: XMLElement) -> String? {
    Patient.joinName(
      family: field.component(1), given: [field.component(2), field.component(3)].compactMap { $0 })
  }

  private static func phone(_ field: XMLElement) -> String? {
    if let number = field.component(12) ?? field.component(1) { return number }
    let parts = [field.component(5), field.component(6), field.component(7)].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined()
  }

  private static func address(_ field: XMLElement) -> String? {
    let large = [field.component(4), field.component(3)].compactMap { $0 }
    let street = [field.component(1), field.component(2)].compactMap { $0 }
    let parts = large + street
    if parts.isEmpty { return nil }
    let isHan = parts.contains { $0.unicodeScalars.contains { $0.properties.isIdeographic } }
    return parts.joined(separator: isHan ? "" : " ")
  }
}
