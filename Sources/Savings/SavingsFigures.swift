import Catalogue

/// The sums of the books. All but `sameInstitution` is between institutions.
public struct SavingsFigures: Sendable, Hashable {
  /// What avoided fees of claims that stand come to for whom, in fen.
  public struct Shares: Encodable, Sendable, Hashable {
    public var fundFen = 0
    public var hospitalFen = 0
    public var patientFen = 0
    /// Claims without a row of `splits.csv` or without an amount.
    public var notComputed = 0
  }

  /// A line of its own: recognition between institutions is what is measured.
  public struct SameInstitution: Encodable, Sendable, Hashable {
    public var prompts = 0
    public var accepted = 0
    public var grossFen = 0
  }

  public internal(set) var responses = PromptFigures()
  public internal(set) var claims = 0
  public internal(set) var grossFen = 0
  public internal(set) var verifiedFen = 0
  public internal(set) var pendingFen = 0
  public internal(set) var reversedFen = 0
  public internal(set) var reversed = 0
  public internal(set) var deferred = 0
  /// Claims without an amount.
  public internal(set) var unknownPrice = 0
  public internal(set) var consultationFen = 0
  public internal(set) var split = Shares()
  public internal(set) var sameInstitution = SameInstitution()

  public init() {}

  /// Gross less what was reversed and the consultation fees of all claims.
  public var netFen: Int { grossFen.minus(reversedFen).minus(consultationFen) }

  /// Counts a prompt and what was answered.
  mutating func add(_ prompt: Prompt) {
    guard prompt.isSameInstitution else { return responses.add(prompt) }
    sameInstitution.prompts += 1
    sameInstitution.accepted += prompt.acceptedAt == nil ? 0 : 1
  }

  /// Books a claim.
  mutating func add(_ claim: Claim, share: Shares?) {
    let amount = claim.amountFen ?? 0
    if claim.prompt.isSameInstitution {
      sameInstitution.grossFen.add(amount)
      return
    }
    claims += 1
    grossFen.add(amount)
    consultationFen.add(claim.consultationFen)
    unknownPrice += claim.amountFen == nil ? 1 : 0
    switch claim.standing {
    case .pending: pendingFen.add(amount)
    case .verified: verifiedFen.add(amount)
    case .reversed:
      reversedFen.add(amount)
      reversed += 1
      return
    }
    deferred += claim.isDeferred ? 1 : 0
    if let share {
      split.fundFen.add(share.fundFen)
      split.hospitalFen.add(share.hospitalFen)
      split.patientFen.add(share.patientFen)
    } else {
      split.notComputed += 1
    }
  }
}

extension SavingsFigures: Encodable {
  private enum Key: String, CodingKey {
    case claims, grossFen, netFen, verifiedFen, pendingFen, reversedFen, reversed, deferred, unknownPrice,
      consultationFen, split
    case sameInstitution
  }

  public func encode(to encoder: any Encoder) throws {
    try responses.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(claims, forKey: .claims)
    try container.encode(grossFen, forKey: .grossFen)
    try container.encode(netFen, forKey: .netFen)
    try container.encode(verifiedFen, forKey: .verifiedFen)
    try container.encode(pendingFen, forKey: .pendingFen)
    try container.encode(reversedFen, forKey: .reversedFen)
    try container.encode(reversed, forKey: .reversed)
    try container.encode(deferred, forKey: .deferred)
    try container.encode(unknownPrice, forKey: .unknownPrice)
    try container.encode(consultationFen, forKey: .consultationFen)
    try container.encode(split, forKey: .split)
    try container.encode(sameInstitution, forKey: .sameInstitution)
  }
}

extension SavingsFigures.Shares {
  /// Shares in basis points, half a fen rounded up; what is left is the patient's.
  init(_ amount: Int, by row: Split) {
    fundFen = Self.part(amount, row.fundBasisPoints)
    hospitalFen = Self.part(amount, row.hospitalBasisPoints)
    patientFen = amount.minus(fundFen).minus(hospitalFen)
  }

  /// Half a fen is rounded up; the whole thousands of an amount have no part of a fen.
  private static func part(_ amount: Int, _ basisPoints: Int) -> Int {
    let (whole, rest) = amount.quotientAndRemainder(dividingBy: 10_000)
    return (whole * basisPoints).plus((rest * basisPoints + 5000) / 10_000)
  }
}
