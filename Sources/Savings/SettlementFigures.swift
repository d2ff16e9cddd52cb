public import Catalogue

/// What one institution's results spared another, in claims and fen; consultation fees are the ordering institution's own and no part.
public struct SettlementFigures: Sendable, Hashable, Encodable {
  /// Claims with a result of the source.
  public private(set) var claims = 0
  public private(set) var grossFen = 0
  public private(set) var reversed = 0
  public private(set) var reversedFen = 0
  /// Claims that stand without an amount.
  public private(set) var unknownPrice = 0

  public var standing: Int { claims - reversed }
  public var netFen: Int { grossFen - reversedFen }

  public init() {}

  /// Books a claim with the part of its amount that falls to the source; nil when the amount is unknown.
  mutating func add(_ claim: Claim, fen: Int?) {
    claims += 1
    grossFen += fen ?? 0
    if claim.isReversed {
      reversed += 1
      reversedFen += fen ?? 0
    } else if fen == nil {
      unknownPrice += 1
    }
  }

  private enum Key: String, CodingKey {
    case claims, grossFen, reversed, reversedFen, standing, netFen, unknownPrice
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(claims, forKey: .claims)
    try container.encode(grossFen, forKey: .grossFen)
    try container.encode(reversed, forKey: .reversed)
    try container.encode(reversedFen, forKey: .reversedFen)
    try container.encode(standing, forKey: .standing)
    try container.encode(netFen, forKey: .netFen)
    try container.encode(unknownPrice, forKey: .unknownPrice)
  }
}

/// The statement between institutions: claims of a period by who tested (`source`) and who was spared (`institution`). All pairs
/// together, `ownResults` included, come to the gross of the books.
public struct SettlementBooks: Sendable {
  /// The total counts a claim once for each pair it is of.
  public private(set) var figures: AuditRows<SettlementFigures>
  /// What claims between institutions also stood on of the ordering institution's own results: owed to nobody.
  public private(set) var ownResults = SettlementFigures()
  private let scope: AuditScope
  private let reference: ReferenceData
  private let party: String?

  /// - Parameters:
  ///   - scope: rows are by pair, then by its dimensions.
  ///   - party: only pairs with this institution on one side; nil: all.
  public init(_ scope: AuditScope, party: String? = nil, reference: ReferenceData) {
    let pair: [Dimension] = [.source, .institution]
    self.scope = scope
    self.party = party
    self.reference = reference
    dimensions = pair + scope.dimensions.filter { !pair.contains($0) }
    figures = AuditRows(SettlementFigures(), by: dimensions)
  }

  private let dimensions: [Dimension]

  /// Books a claim.
  ///
  /// - Returns: whether it is on the statement.
  @discardableResult
  public mutating func add(_ claim: Claim) -> Bool {
    guard scope.contains(claim.acceptedAt), !claim.prompt.isSameInstitution else { return false }
    let spared = claim.prompt.decision.orderingInstitution
    var isStated = false
    for part in claim.parts where party.map({ $0 == spared || $0 == part.source }) ?? true {
      if part.source == spared {
        ownResults.add(claim, fen: part.fen)
        continue
      }
      isStated = true
      var subject = RowSubject(claim.prompt, time: claim.acceptedAt)
      subject.sources = [part.source]
      figures.add(subject.key(dimensions, in: reference)) { $0.add(claim, fen: part.fen) }
    }
    return isStated
  }
}

extension Claim {
  /// The sources it stood on, in order of their codes, each with its part of the amount: by the number of chosen results, what
  /// does not divide going fen by fen to the first.
  var parts: [(source: String, fen: Int?)] {
    let chosen = prompt.item.chosen
    let counts = Dictionary(grouping: chosen, by: \.institution).mapValues(\.count).sorted { $0.key < $1.key }
    guard let amount = amountFen else { return counts.map { ($0.key, nil) } }
    var shares = counts.map { amount * $0.value / chosen.count }
    for index in 0..<(amount - shares.reduce(0, +)) { shares[index] += 1 }
    return zip(counts, shares).map { ($0.key, $1) }
  }
}
