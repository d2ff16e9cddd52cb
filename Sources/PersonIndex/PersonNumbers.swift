public import Clinical

/// The numbers of a patient as the index uses them: normalised, and without those that identify nobody.
public enum PersonNumbers {
  /// A number in the form it is compared in; nil when it can identify nobody: a wrong check digit, a word, repeated or counted digits, a
  /// length that no issuer uses.
  public static func normalised(_ identifier: Identifier) -> Identifier? {
    guard let value = NumberForm.normalised(identifier.value, of: identifier.kind) else { return nil }
    let assigner = identifier.kind.isWithinInstitution ? identifier.assigner : nil
    return Identifier(identifier.kind, value, assigner: assigner)
  }

  /// All usable numbers of a patient, in the order sent. Of two different resident IDs neither is known to be the patient's.
  public static func usable(of patient: Patient) -> [Identifier] {
    usable(among: patient.identifiers.map { normalised($0) })
  }

  /// The same, of numbers that are normalised already.
  public static func usable(among normalised: [Identifier?]) -> [Identifier] {
    var result: [Identifier] = []
    result.reserveCapacity(normalised.count)
    // Few have many; who has many has too many to compare each with each.
    var seen: Set<Identifier> = normalised.count > 8 ? Set(minimumCapacity: normalised.count) : []
    var residentIDs = 0
    for number in normalised {
      guard let number, normalised.count > 8 ? seen.insert(number).inserted : !result.contains(number) else { continue }
      if number.kind == .residentID { residentIDs += 1 }
      result.append(number)
    }
    if residentIDs > 1 { result.removeAll { $0.kind == .residentID } }
    return result
  }

  /// The valid resident IDs of a patient to whom one message gives two or more: of nobody certain.
  public static func doubtful(of patient: Patient) -> [Identifier] {
    if patient.identifiers.lazy.filter({ $0.kind == .residentID }).count < 2 { return [] }
    let numbers = Set(patient.identifiers.lazy.filter { $0.kind == .residentID }.compactMap(normalised))
    return numbers.count < 2 ? [] : numbers.sorted { $0.value < $1.value }
  }

  /// The same of all that was said of a patient, each once, by kind and value.
  public static func usable(of identities: [Patient]) -> [Identifier] {
    Set(identities.flatMap { usable(of: $0) })
      .sorted { ($0.kind.rawValue, $0.value) < ($1.kind.rawValue, $1.value) }
  }

  /// Whether two records that carry this number are one person's: person-index.md tiers T0 to T2. The mother's number is not
  /// the child's.
  public static func identifiesPerson(_ kind: Identifier.Kind) -> Bool { kind != .motherResidentID }

  /// Whether an authority gives the number to one person for life or for a document (tier T1); cards and insurance numbers (T2) are
  /// lent more easily.
  static func isOfDocument(_ kind: Identifier.Kind) -> Bool {
    switch kind {
    case .residentID, .passport, .birthCertificate, .military, .hkMacauPermit, .taiwanPermit, .permanentResidence: true
    case .healthCard, .insurance, .motherResidentID, .local, .outpatient, .inpatient: false
    }
  }

  /// The number by which an institution knows a patient best; nil when it gives none.
  public static func recordKey(of numbers: [Identifier]) -> Identifier? {
    let order: [Identifier.Kind] = [
      .local, .outpatient, .inpatient, .residentID, .healthCard, .passport, .military, .hkMacauPermit, .taiwanPermit,
      .permanentResidence, .birthCertificate, .insurance,
    ]
    for kind in order {
      // The smallest, so that the order of a sender's numbers does not matter.
      let own = numbers.filter { $0.kind == kind }
      if let number = own.min(by: { ($0.value, $0.assigner ?? "") < ($1.value, $1.assigner ?? "") }) { return number }
    }
    return nil
  }
}
