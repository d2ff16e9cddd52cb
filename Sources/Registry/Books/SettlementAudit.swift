import Catalogue
import RegistryStore
public import Savings

/// What `huren audit settlement` answers: what each institution's results spared each other one, as a statement that either side can
/// check against its own events.
public struct SettlementAudit: Encodable, Sendable {
  public var period: AuditPeriod
  /// The side the statement is for; nil: all pairs.
  public var institution: String?
  public var books: SettlementBooks
  /// The claims behind it that stand, and those that were reversed, where they were asked for.
  public var standingClaims: [SavingsAudit.ClaimView]?
  public var reversedClaims: [SavingsAudit.ClaimView]?

  private enum Key: String, CodingKey {
    case party, ownResults, rows, standingClaims, reversedClaims
  }

  public func encode(to encoder: any Encoder) throws {
    try period.encode(to: encoder)
    try books.figures.total.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(institution, forKey: .party)
    try container.encode(books.ownResults, forKey: .ownResults)
    try container.encode(books.figures.rows, forKey: .rows)
    try container.encodeIfPresent(standingClaims, forKey: .standingClaims)
    try container.encodeIfPresent(reversedClaims, forKey: .reversedClaims)
  }

  /// As a page for people: amounts in yuan.
  public var text: String {
    let whose = institution.map { " of \($0)" } ?? ""
    var lines = ["Settlement\(whose) at \(period.at)\(period.words)", books.figures.total.text]
    if books.ownResults.claims > 0 {
      lines += ["", "ordering institutions' own results within these claims, owed to nobody", books.ownResults.text]
    }
    for row in books.figures.rows {
      let values = row.key.map { $0.value ?? "-" }
      lines += ["", (["\(values[0]) tested, \(values[1]) was spared"] + values.dropFirst(2)).joined(separator: ", ")]
      lines.append(row.figures.text)
    }
    for (title, claims) in [("claims that stand", standingClaims), ("reversed claims", reversedClaims)] {
      if let claims { lines += ["", "\(title): \(claims.count)"] + claims.map(\.statementText) }
    }
    return lines.joined(separator: "\n")
  }
}

extension SettlementFigures {
  fileprivate var text: String {
    """
      gross        \(yuan(grossFen)) of \(claims) claims
      reversed     \(yuan(reversedFen)) of \(reversed)
      net          \(yuan(netFen)) of \(standing) that stand, \(unknownPrice) of them without a price
    """
  }
}

extension SavingsAudit.ClaimView {
  fileprivate var statementText: String {
    "\(event)\t" + text + "\t" + chosen.map { "\($0.institution) \($0.reportId)" }.joined(separator: ", ")
  }
}

extension Registry {
  /// Who tested and who was spared, by the claims accepted in a period.
  ///
  /// - Parameters:
  ///   - institution: only pairs with it on one side; nil: all.
  ///   - listsClaims: whether the claims behind the figures are listed too.
  /// - Throws: `RegistryError.unknownInstitution`.
  public func auditSettlement(
    _ scope: AuditScope, of institution: String? = nil, listsClaims: Bool = false
  ) throws -> SettlementAudit {
    try store.read { transaction in
      let reference = try reference(transaction, knownAt: scope.knownAt).data
      if let institution, reference.institutions[institution] == nil {
        throw RegistryError.unknownInstitution(institution)
      }
      var books = SettlementBooks(scope, party: institution, reference: reference)
      var standing: [SavingsAudit.ClaimView] = []
      var reversed: [SavingsAudit.ClaimView] = []
      let ledger = try ledger(transaction, reference: reference, at: scope.at, knownAt: scope.knownAt)
      try eachClaim(of: ledger.prompts(), reference, transaction, scope) { claim in
        guard books.add(claim), listsClaims else { return }
        let view = SavingsAudit.ClaimView(claim, zone: reference.zone)
        if claim.isReversed { reversed.append(view) } else { standing.append(view) }
      }
      return SettlementAudit(
        period: AuditPeriod(scope, zone: reference.zone), institution: institution, books: books,
        standingClaims: listsClaims ? standing.inOrder : nil, reversedClaims: listsClaims ? reversed.inOrder : nil)
    }
  }
}
