import Clinical
import XMLReading

/// PID → patient.
enum V2Patient {
  static func read(_ pid: V2Segment, _ notes: inout ReadingNotes) -> Patient {
    var patient = Patient()
    let tree = pid.tree
    readIdentifiers(pid, into: &patient, &notes)
    readNames(pid, into: &patient)
    if let code = pid.text(8) {
      patient.sex = Sex(code: code)
      if patient.sex == nil {
        notes.note(.unknownCode, "PID-8 is not in HL7 table 0001: send M, F, O or U", at: pid.place(8))
      }
    }
    patient.birthDate = notes.date(pid, 7)
    for number in [13, 14] {
      for field in pid.repetitions(number) {
        if let phone = phone(tree, field), !patient.phones.contains(phone) { patient.phones.append(phone) }
      }
    }
    patient.address = pid.field(11).flatMap { address(tree, $0) }
    patient.birthOrder = pid.text(25).flatMap(Int.init)
    patient.motherName = pid.field(6).flatMap { name(tree, $0) }
    return patient
  }

  private static func readIdentifiers(_ pid: V2Segment, into patient: inout Patient, _ notes: inout ReadingNotes) {
    func add(_ kind: Identifier.Kind, _ value: String) {
      let identifier = Identifier(kind, value)
      if !patient.identifiers.contains(identifier) { patient.identifiers.append(identifier) }
    }
    let tree = pid.tree
    var untyped: [(value: String, field: XMLElement.ID)] = []
    for number in [3, 2, 4] {
      for field in pid.repetitions(number) {
        guard let value = tree.text(field) else { continue }
        if let kind = V2Tables.identifierKind(tree.text(field, 5) ?? "") {
          // PID-2 and PID-4 are older places of the same numbers: only what PID-3 did not say.
          if number != 3, patient.identifiers.contains(where: { $0.value == value }) { continue }
          if number == 4, tree.text(field, 5) == nil { continue }
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
      notes.note(.leftAside, "a number whose type (CX.5) is none of a person's in HL7 table 0203", at: tree[field])
    }
    // PID-19 was the national number before 2.5; PID-21 the mother's.
    if let number = pid.text(19), number.utf8.count == 18 || number.utf8.count == 15 { add(.residentID, number) }
    if let number = pid.text(21), number.utf8.count == 18 || number.utf8.count == 15 { add(.motherResidentID, number) }
  }

  /// The ideographic name before the others, then the legal one (XPN.8 and XPN.7).
  private static func readNames(_ pid: V2Segment, into patient: inout Patient) {
    let tree = pid.tree
    var names: [(text: String, rank: Int)] = []
    for number in [5, 9] {
      for field in pid.repetitions(number) {
        guard let text = name(tree, field) else { continue }
        names.append((text, tree.text(field, 8) == "I" ? 0 : tree.text(field, 7) == "L" ? 1 : 2))
      }
    }
    guard let best = names.indices.min(by: { (names[$0].rank, $0) < (names[$1].rank, $1) }) else { return }
    patient.name = names[best].text
    for (index, name) in names.enumerated() where index != best && name.text != patient.name {
      if !patient.otherNames.contains(name.text) { patient.otherNames.append(name.text) }
    }
  }

  private static func name(_ tree: XMLTree, _ field: XMLElement.ID) -> String? {
    Patient.joinName(
      family: tree.text(field), given: [tree.text(field, 2), tree.text(field, 3)].compactMap { $0 })
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
