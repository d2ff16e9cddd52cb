import Foundation

/// The most bits that each agreement can be worth to a judge, whatever the rest of the records says.
public final class MatchBounds: Sendable {
  let model: LinkageModel
  let frequencies: TermFrequencies
  /// The prior and the threshold of review: bits a pair must reach.
  let demand: Float
  let masked: Float
  let nearName: Float
  /// By `LinkLevel`.
  let birth: [Float]
  /// Of dates that are not equal.
  let slipOfBirth: Float
  let sex: (equal: Float, differs: Float)
  /// Agreement tells more when the names are the same.
  let phone: (same: Float, other: Float)
  let nearPhone: Float
  let unit: (same: Float, other: Float)
  let road: (same: Float, other: Float)
  let differentRoad: Float
  let brokenID: Float

  /// Of a judge who is never asked.
  public static let none = MatchBounds(
    Judge(model: .assumed, frequencies: TermFrequencies(), rules: LinkRules(population: 1)))

  public init(_ judge: Judge) {
    let model = judge.model
    func bits(_ field: LinkField, _ level: LinkLevel) -> Float { Float(model[field, level]?.bits ?? 0) }
    func contact(_ field: LinkField, _ level: LinkLevel) -> (same: Float, other: Float) {
      let same = Float(model.bits(ofContact: field, level, isSameName: true, share: level == .similar ? 0 : nil))
      let other = Float(model.bits(ofContact: field, level, isSameName: false))
      return (max(0, same, other), max(0, other))
    }
    self.model = model
    frequencies = judge.frequencies
    // A hundredth for what Float rounds.
    demand = Float(log2(judge.rules.population) + judge.rules.leastBits) - 0.01
    let rarest = model.bits(ofName: .masked, kind: .masked, share: frequencies.leastShareOfSurname)
    masked = max(0, Float(rarest + LinkageModel.bitsOfLastCharacter))
    nearName = bits(.name, .near)
    birth = LinkLevel.allCases.map { bits(.birthDate, $0) }
    slipOfBirth = max(bits(.birthDate, .near), bits(.birthDate, .similar), bits(.birthDate, .differs))
    sex = (max(0, bits(.sex, .equal)), bits(.sex, .differs))
    phone = contact(.phone, .equal)
    nearPhone = contact(.phone, .near).same
    unit = contact(.address, .equal)
    road = contact(.address, .similar)
    differentRoad = bits(.address, .differs)
    brokenID = max(0, bits(.residentID, .near))
  }
}
