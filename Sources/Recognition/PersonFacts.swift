public import Clinical

/// What decisions need to know of a person.
public struct PersonFacts: Hashable, Sendable {
  /// The registry's code.
  public var code: String
  public var sex: Sex?
  public var birthDate: CalendarDate?
  /// Every identifier through every link in force, normalised: consents name persons by them.
  public var identifiers: [Identifier]

  public init(code: String, sex: Sex? = nil, birthDate: CalendarDate? = nil, identifiers: [Identifier] = []) {
    self.code = code
    self.sex = sex
    self.birthDate = birthDate
    self.identifiers = identifiers
  }
}

extension PersonFacts {
  /// Completed years at a moment; nil when the birth date is not wholly known.
  package func age(at moment: Instant, in zone: RegistryZone) -> Int? {
    guard let birthDate, let month = birthDate.month, let day = birthDate.day else { return nil }
    let date = zone.date(of: moment)
    let hadBirthday = (date.month ?? 1, date.day ?? 1) >= (month, day)
    return date.year - birthDate.year - (hadBirthday ? 0 : 1)
  }
}
