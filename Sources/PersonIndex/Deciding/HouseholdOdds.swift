import Foundation

/// What given name, birth date and number tell of two records of a Latin table that agree in surname and address: one person's, or those
/// of two who live together. People of one house are brothers and sisters, twins, who share the date, or called after one another.
struct HouseholdOdds {
  /// log2 of how much likelier what is seen is of one person.
  let bits: Double

  /// Of two of one house, how often they are twins, and how often one is called after the other.
  private static let (twins, namesakes) = (0.05, 0.05)
  /// So often at least the names of twins are other in one letter and in two, and their numbers follow each other.
  private static let (oneLetter, twoLetters, neighbours) = (0.005, 0.05, 0.001)

  init(_ levels: RecordComparison, _ model: LinkageModel) {
    func weight(_ field: LinkField) -> (m: Double, u: Double) {
      if levels[field] == .missing { return (1, 1) }
      guard let weight = model[field, levels[field]] else { return (1, 1) }
      return (weight.m, weight.u)
    }
    let alike =
      switch levels[.givenName] {
      case .variant: Self.oneLetter
      case .near, .similar: Self.twoLetters
      default: 0.0
      }
    let isNeighbour = levels[.nationalNumber] == .near || levels[.nationalNumber] == .similar
    let (name, date, number) = (weight(.givenName), weight(.birthDate), weight(.nationalNumber))
    let siblings = name.u * date.u * number.u
    let twins = max(name.u, alike) * date.m * max(number.u, isNeighbour ? Self.neighbours : 0)
    let namesakes = name.m * date.u * number.u
    let two =
      (1 - Self.twins - Self.namesakes) * siblings + Self.twins * twins * (levels[.givenName] == .equal ? 0.01 : 1)
      + Self.namesakes * namesakes
    bits = log2(name.m * date.m * number.m / two)
  }
}
