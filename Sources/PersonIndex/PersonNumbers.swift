public import Clinical

/// The numbers of a patient as the index uses them: normalised, and without those that identify nobody.
public enum PersonNumbers {
  /// A number in the form it is compared in; nil when it can identify nobody (a wrong check digit, a filler of zeros).
  public static func normalised(_ identifier: Identifier) -> Identifier? {
    switch identifier.kind {
    case .residentID, .motherResidentID:
      return ResidentID(identifier.value).map { Identifier(identifier.kind, $0.value) }
    default:
      let value = identifier.value.precomposedForComparison
      let isFiller = value.utf8.allSatisfy { $0 == 48 || $0 == 45 }
      let assigner = identifier.kind.isWithinInstitution ? identifier.assigner : nil
      return isFiller ? nil : Identifier(identifier.kind, value, assigner: assigner)
    }
  }

  /// All usable numbers of a patient, in the order sent.
  public static func usable(of patient: Patient) -> [Identifier] {
    var result: [Identifier] = []
    for identifier in patient.identifiers {
      if let number = normalised(identifier), !result.contains(number) { result.append(number) }
    }
    return result
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

extension String {
  /// Full-width forms made narrow, white space dropped, letters capital.
  fileprivate var precomposedForComparison: String {
    if utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) || $0 == 45 }) { return self }
    var result = ""
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0xFF01...0xFF5E: result.unicodeScalars.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
      case _ where scalar.isBlank: continue
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result.uppercased()
  }
}
