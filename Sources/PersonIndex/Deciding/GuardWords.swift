extension LinkDecision.Guard {
  /// What it means, for whoever decides.
  public var words: String {
    switch self {
    case .numberConflict: "two different valid resident IDs"
    case .sameNumberOtherPerson: "one number, but another person by all else: a lent card, or a number given twice"
    case .sexConflict: "the sex differs"
    case .birthDateConflict: "the birth dates differ by more than a slip"
    case .nameDiffers: "the names differ by more than a slip"
    case .coincidence: "name and birth date are so common that other people have both"
    case .sibling: "they may be brothers, sisters or twins: one surname and dwelling or telephone, another given name"
    case .newborn: "a newborn's label, which may be a brother's, a sister's or a twin's"
    case .ambiguous: "fits two people about as well"
    case .notTheSame: "a human said that they are not one person"
    case .contradiction: "other records of the two cannot be one person's"
    case .tooManyForms: "more forms of name and address than anybody has: perhaps a placeholder"
    case .sameLocalNumber: "one number of the institution's own for two who seem to be different patients"
    case .twoResidentIDs: "a message gives two valid resident IDs"
    }
  }

  /// By how much, in bits, it makes one person less likely than the fields alone do: so that of two tasks the one that is likelier to find
  /// something is asked first. It decides nothing.
  public var bits: Double {
    switch self {
    case .numberConflict, .notTheSame: -20
    case .sameNumberOtherPerson, .sameLocalNumber: -12
    case .sexConflict, .birthDateConflict, .contradiction, .twoResidentIDs, .tooManyForms: -3
    case .nameDiffers: -2
    case .sibling, .newborn, .ambiguous: -1
    // What it warns of is in the bits already.
    case .coincidence: 0
    }
  }
}
