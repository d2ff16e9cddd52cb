import Foundation

/// What the agreement of each field tells, as a value with a version: m, the chance of a level among two records of one person, and
/// u, among records of two people. Evidence is log2(m/u) bits (Fellegi and Sunter 1969).
public struct LinkageModel: Sendable, Codable, Hashable {
  public struct Weight: Sendable, Codable, Hashable {
    public var m: Double
    public var u: Double
    /// No level of a field tells more than `cap` or less than `floor` bits, whatever was counted: people of one household
    /// share telephones, people move.
    public var floor: Double
    public var cap: Double

    public var bits: Double { min(cap, max(floor, log2(m / u))) }
  }

  public let version: String
  public private(set) var weights: [LinkField: [LinkLevel: Weight]]

  public subscript(field: LinkField, level: LinkLevel) -> Weight? { weights[field]?[level] }

  /// What a masked name tells more when the last character is shown and agrees.
  static let bitsOfLastCharacter = 3.0

  /// What a level of the name tells.
  ///
  /// - Parameter share: of people with that name, that reading or, of a masked name, that surname.
  func bits(ofName level: LinkLevel, kind: PersonName.Kind, share: Double) -> Double {
    let m = self[.name, level]?.m ?? 1
    let cap = self[.name, .equal]?.cap ?? .infinity
    return switch level {
    case .equal where kind == .newborn: min(cap, log2(0.5 / share))
    case .equal where kind == .han || kind == .latin, .homophone: min(cap, log2(m / share))
    case .variant: min(cap, log2(0.2 / share))
    case .reading: min(cap, log2(0.95 / share))
    case .masked: log2(0.95 / share)
    case .newborn: 0
    default: self[.name, level]?.bits ?? 0
    }
  }

  /// What a telephone number or an address tells. A household shares it, which bounds its bits; but no two of a household have one
  /// name, so with the same name it tells more.
  ///
  /// - Parameter share: of people with that road and house, where they are counted.
  func bits(ofContact field: LinkField, _ level: LinkLevel, isSameName: Bool, share: Double? = nil) -> Double {
    guard let weight = self[field, level] else { return 0 }
    guard isSameName, let most = Self.mostBitsOfContact[field]?[level] else { return weight.bits }
    if field == .phone { return most }
    return max(share == nil ? weight.bits : 0, min(most, log2(weight.m / (share ?? weight.u))))
  }

  private static let mostBitsOfContact: [LinkField: [LinkLevel: Double]] = [
    .phone: [.equal: 22], .address: [.equal: 14, .similar: 9],
  ]

  /// The first of January, written by whoever knows only the year, tells little more than the year.
  static let bitsOfNewYear = -5.2

  func with(version: String, weights: [LinkField: [LinkLevel: Weight]]) -> LinkageModel {
    LinkageModel(version: version, weights: weights)
  }

  /// What is assumed before anything is counted.
  public static let assumed = LinkageModel(version: "2", weights: assumedWeights)

  private static func levels(_ rows: [(LinkLevel, m: Double, u: Double)], _ range: ClosedRange<Double>)
    -> [LinkLevel: Weight]
  {
    Dictionary(
      uniqueKeysWithValues: rows.map {
        ($0.0, Weight(m: $0.m, u: $0.u, floor: range.lowerBound, cap: range.upperBound))
      })
  }

  private static let assumedWeights: [LinkField: [LinkLevel: Weight]] = [
    .name: levels(
      [
        (.equal, 0.90, 0.0003), (.variant, 0.01, 0.00001), (.homophone, 0.03, 0.0001), (.near, 0.035, 0.001),
        (.similar, 0.01, 0.017), (.surnameOnly, 0.0001, 0.06), (.differs, 0.001, 0.92),
      ], -11...17),
    .birthDate: levels(
      [(.equal, 0.96, 0.00005), (.near, 0.03, 0.004), (.similar, 0.005, 0.016), (.differs, 0.0004, 0.98)],
      -11.5...14.8),
    .sex: levels([(.equal, 0.99, 0.5), (.differs, 0.008, 0.5)], -6.1...1),
    .phone: levels([(.equal, 0.85, 0.000003), (.near, 0.03, 0.0001), (.differs, 0.12, 1)], -4...9),
    .healthCard: levels([(.equal, 0.99, 0.000003), (.differs, 0.0001, 1)], -14...18),
    .residentID: levels([(.equal, 0.99, 0.00000003), (.near, 0.9, 0.0002), (.differs, 0.00001, 1)], -25...25),
    .givenName: latinName, .surname: latinName,
    .streetNumber: levels(
      [
        (.equal, 0.85, 0.01), (.variant, 0.07, 0.1), (.near, 0.01, 0.05), (.similar, 0.01, 0.05),
        (.differs, 0.06, 0.85),
      ], -4...8),
    .street: place, .locality: place, .suburb: place,
    .postcode: levels(
      [
        (.equal, 0.85, 0.001), (.variant, 0.1, 0.01), (.near, 0.02, 0.01), (.similar, 0.01, 0.01),
        (.differs, 0.02, 0.98),
      ], -4...10),
    .state: levels([(.equal, 0.95, 0.2), (.differs, 0.05, 0.8)], -4...4),
    .nationalNumber: levels(
      [(.equal, 0.9, 0.000002), (.near, 0.06, 0.0001), (.similar, 0.01, 0.001), (.differs, 0.04, 1)], -5...18),
    .address: [
      .equal: Weight(m: 0.5, u: 0.00002, floor: 0, cap: 7), .similar: Weight(m: 0.3, u: 0.0003, floor: 0, cap: 4),
      .differs: Weight(m: 0.2, u: 0.999, floor: -4.8, cap: 0),
    ],
  ]

  private static let latinName = levels(
    [
      (.equal, 0.85, 0.003), (.variant, 0.05, 0.001), (.near, 0.02, 0.003), (.similar, 0.01, 0.01),
      (.swapped, 0.03, 0.0002),
      (.differs, 0.04, 0.98),
    ], -7...12)
  private static let place = levels(
    [
      (.equal, 0.8, 0.002), (.variant, 0.08, 0.001), (.near, 0.02, 0.001), (.similar, 0.01, 0.01),
      (.swapped, 0.02, 0.0005),
      (.differs, 0.07, 0.98),
    ], -4...10)
}
