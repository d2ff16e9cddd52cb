import Clinical

/// What a number of an institution's own proves (person-index.md 3.2, T0): hospitals put newborns under their mothers, siblings under one
/// family card and walk-ins under one number, so that what is said under it is followed only as far as slips of one person go.
struct LocalNumberTie {
  /// Whether one of the two says so little that it may be anybody's who has the number.
  let isTentative: Bool

  /// - Returns: nil when the two may be two patients.
  init?(_ a: PersonRecord, _ b: PersonRecord, _ levels: RecordComparison) {
    if levels[.sex] == .differs { return nil }
    let isOneDate = levels[.birthDate] == .equal
    switch levels[.name] {
    case .equal, .variant:
      let isPartial = levels[.birthDate] == .similar && Self.isOfYearAlone(a, b)
      let isSlip = levels[.birthDate] == .near && (levels.hasContact || !levels.hasOtherContact)
      guard isOneDate || isPartial || isSlip || levels[.birthDate] == .missing else { return nil }
      isTentative = levels[.birthDate] == .missing
    // Brothers and sisters have the surname in common, and a given name other in one character or in none of its sound.
    case .homophone, .near:
      guard isOneDate, levels.isSurnameSlip(a, b) || levels.isShortenedName(a, b),
        levels.hasContact || !levels.hasOtherContact
      else { return nil }
      isTentative = false
    case .reading:
      guard isOneDate else { return nil }
      isTentative = true
    case .newborn:
      // The child, by the name it was given since; the label never names the mother.
      guard isOneDate, !Self.isMother(a, b), !Self.isMother(b, a) else { return nil }
      isTentative = true
    case .missing:
      guard isOneDate || Self.saysNothing(a) || Self.saysNothing(b) else { return nil }
      isTentative = true
    default: return nil
    }
  }

  private static func saysNothing(_ record: PersonRecord) -> Bool {
    (record.name == nil || record.name?.kind == .placeholder) && record.birthDate == nil && record.latin.isEmpty
  }

  private static func isMother(_ mother: PersonRecord, _ child: PersonRecord) -> Bool {
    child.name?.kind == .newborn && mother.name?.folded == child.name?.folded
  }

  /// Whether of one of two dates of one year only the year is known, or what a form fills in for it.
  private static func isOfYearAlone(_ a: PersonRecord, _ b: PersonRecord) -> Bool {
    [a, b].contains { record in record.birthDate.map { !$0.isComplete || $0.isNewYear } ?? false }
  }
}
