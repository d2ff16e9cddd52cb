import Clinical
import XMLReading

/// Of whom a report is.
extension MappingReader {
  /// The patient of all elements of a report.
  mutating func patient(_ group: Group, _ scope: Scope) throws(Refusal) -> Patient {
    var told: Patient?
    for (index, element) in group.enumerated() {
      let row = index == 0 ? scope : self.scope(element, scope.name, "row", index)
      for (place, element) in patients(row).enumerated() {
        let patient = patient(self.scope(element, row.name, "patient", place == 0 ? nil : place))
        if patient.identifiers.isEmpty, patient.name == nil { continue }
        guard let first = told else {
          told = patient
          continue
        }
        if contradicts(first, patient) {
          throw Refusal(
            .conflictingPatient,
            "rows of one report number tell of different patients: send each patient's report apart",
            at: element)
        }
      }
    }
    guard let told else {
      throw missing(.missingPatient, "identifier and no name of a patient", "patient", group[0])
    }
    return told
  }

  /// The elements that tell of a patient: the report's, or rows elsewhere.
  private mutating func patients(_ scope: Scope) -> [XMLElement] {
    guard let rows = mapping.sections.patient.from else { return [scope.element] }
    return elements(rows, scope)
  }

  /// Whether two rows cannot be about one person. What one of them leaves out is no contradiction.
  private func contradicts(_ a: Patient, _ b: Patient) -> Bool {
    if let name = a.name, let other = b.name, name != other { return true }
    return Identifier.Kind.allCases.contains { kind in
      let values = a.identifiers.filter { $0.kind == kind }
      let others = b.identifiers.filter { $0.kind == kind }
      return !values.isEmpty && !others.isEmpty && Set(values).isDisjoint(with: others)
    }
  }

  private mutating func patient(_ scope: Scope) -> Patient {
    let keys = mapping.sections.patient
    var patient = Patient()
    for identifier in keys.identifiers { add(identifier, to: &patient, scope) }
    patient.name = text(keys.name, scope)
    patient.otherNames = texts(keys.otherNames, scope)
    patient.sex = sex(keys.sex, scope)
    patient.birthDate = date(keys.birthDate, scope)
    patient.phones = texts(keys.phones, scope)
    patient.address = text(keys.address, scope)
    patient.motherName = text(keys.motherName, scope)
    if let sent = sent(keys.birthOrder, scope) {
      patient.birthOrder = NumericText.count(sent.text)
      if patient.birthOrder == nil {
        note(.unreadableNumber, "patient.birthOrder is no whole number", at: value(of: sent, at: scope))
      }
    }
    return patient
  }

  private mutating func add(_ keys: MappingSections.IdentifierKeys, to patient: inout Patient, _ scope: Scope) {
    for sent in found(keys.value, scope) {
      guard let type = found(keys.type, scope).first else { continue }
      guard let kind = Identifier.Kind(rawValue: type.text) else {
        note(
          .unknownCode, "a type of identifier that is not known: give it a table in the mapping",
          at: value(of: type, at: scope))
        continue
      }
      let assigner = kind.isWithinInstitution ? keys.assigner.flatMap { found($0, scope).first } : nil
      let identifier = Identifier(kind, sent.text, assigner: assigner?.text)
      if patient.identifiers.contains(identifier) { continue }
      patient.identifiers.append(identifier)
      let name = "identifiers[\(patient.identifiers.count)]"
      record(sent, keys.value, scope, name)
      if let assigner, let field = keys.assigner { record(assigner, field, scope, name + ".assigner") }
    }
  }

  private mutating func found(_ field: MappingField, _ scope: Scope) -> [Sent] {
    found(field.value, field, scope, several: true)
  }
}
