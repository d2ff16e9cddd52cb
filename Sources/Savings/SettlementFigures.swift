public import Catalogue
import Clinical

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
  public var netFen: Int { grossFen.minus(reversedFen) }

  public init() {}

  /// Books a claim with the part of its amount that falls to the source; nil when the amount is unknown.
  mutating func add(_ claim: Claim, fen: Int?) {
    claims += 1
    grossFen.add(fen ?? 0)
    if claim.isReversed {
      reversed += 1
      reversedFen.add(fen ?? 0)
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

/// The statement between institutions, or groups of them: claims of a period by who tested (`source`) and who was spared
/// (`institution`). All pairs together, `ownResults` included, come to the gross of the books.
public struct SettlementBooks: Sendable {
  /// What both sides of a statement can be told apart by.
  public static let groupings: [Dimension] = [.institution, .region, .level, .grade, .ownership, .alliance]

  /// Total and rows count a claim once, however many of its sources they are of.
  public private(set) var figures: AuditRows<SettlementFigures>
  /// What claims between institutions also stood on of the ordering institution's own results: owed to nobody.
  public private(set) var ownResults = SettlementFigures()
  /// What each row is the sum of, by the row's values: a line for each claim, in no order.
  public private(set) var lines: [[String?]: [String]] = [:]
  private let scope: AuditScope
  private let reference: ReferenceData
  private let party: String?
  private let grouping: Dimension
  private let dimensions: [Dimension]

  /// - Parameters:
  ///   - scope: rows are by pair, then by its dimensions.
  ///   - grouping: one of `groupings`; a row is of the pairs between two of its values.
  ///   - party: only pairs with this institution on one side; nil: all.
  public init(
    _ scope: AuditScope, between grouping: Dimension = .institution, party: String? = nil, reference: ReferenceData
  ) {
    let pair: [Dimension] = [.source, .institution]
    self.scope = scope
    self.party = party
    self.grouping = grouping
    self.reference = reference
    dimensions = scope.dimensions.filter { !pair.contains($0) }
    figures = AuditRows(SettlementFigures(), by: pair + dimensions)
  }

  /// Books a claim.
  ///
  /// - Returns: whether it is on the statement.
  @discardableResult
  public mutating func add(_ claim: Claim) -> Bool {
    guard scope.contains(claim.acceptedAt), !claim.prompt.isSameInstitution else { return false }
    let spared = claim.prompt.decision.orderingInstitution
    // By row, what falls to its sources.
    var parts: [[String?]: Int] = [:]
    for part in claim.parts where party.map({ $0 == spared || $0 == part.source }) ?? true {
      if part.source == spared {
        ownResults.add(claim, fen: part.fen)
        continue
      }
      var subject = RowSubject(claim.prompt, time: claim.acceptedAt)
      subject.sources = [part.source]
      let own = subject.key(dimensions, in: reference)
      let sides = [part.source, spared].map { side in
        subject.institution = side
        return subject.value(of: grouping, in: reference)
      }
      parts[sides + own, default: 0].add(part.fen ?? 0)
      lines[sides + own, default: []].append(claim.line(of: part))
    }
    if parts.isEmpty { return false }
    let isPriced = claim.amountFen != nil
    for (key, fen) in parts { figures.addToRow(key) { $0.add(claim, fen: isPriced ? fen : nil) } }
    let all = parts.values.reduce(0) { $0.plus($1) }
    figures.addToTotal { $0.add(claim, fen: isPriced ? all : nil) }
    return true
  }
}

extension Claim {
  /// The sources it stood on, in order of their codes, each with its part of the amount: by the number of chosen results, what
  /// does not divide going fen by fen to the first.
  var parts: [(source: String, fen: Int?)] {
    let chosen = prompt.item.chosen
    let counts = Dictionary(grouping: chosen, by: \.institution).mapValues(\.count).sorted { $0.key < $1.key }
    guard let amount = amountFen else { return counts.map { ($0.key, nil) } }
    var shares = counts.map { amount.share($0.value, of: chosen.count) }
    // Fewer fen are left than there are sources.
    let left = amount.minus(shares.reduce(0) { $0.plus($1) })
    for index in shares.indices.prefix(max(0, left)) { shares[index].add(1) }
    return zip(counts, shares).map { ($0.key, $1) }
  }

  /// The part as a statement writes it: what both sides hold of it, with tabs between.
  fileprivate func line(of part: (source: String, fen: Int?)) -> String {
    let decision = prompt.decision
    return [
      prompt.response?.event ?? "", decision.decisionId, decision.orderId, prompt.item.item, part.source,
      decision.orderingInstitution, RegistryZone.shanghai.rfc3339(acceptedAt), part.fen.map(String.init) ?? "unknown",
      isReversed ? "reversed" : "stands",
    ].map { PrintedText($0).description }.joined(separator: "\t")
  }
}
