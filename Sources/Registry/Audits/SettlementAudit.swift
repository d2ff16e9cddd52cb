import Catalogue
public import Clinical
import Crypto
import RegistryStore
public import Savings

/// What `huren audit settlement` answers: what each institution's results spared each other one, as a statement that either side can
/// check against its own events.
public struct SettlementAudit: Encodable, Sendable {
  public var period: AuditPeriod
  /// A pair's figures, with the digest by which both sides can tell that they have the same claims before them.
  public struct Row: Encodable, Sendable {
    public var row: AuditRows<SettlementFigures>.Row
    /// SHA-256, in hexadecimal, of the row's lines in byte order, each ended by a line feed.
    public var digest: String

    private enum Key: String, CodingKey {
      case digest
    }

    public func encode(to encoder: any Encoder) throws {
      try row.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(digest, forKey: .digest)
    }
  }

  /// What the sides are told apart by.
  public var between: Dimension
  /// The side the statement is for; nil: all pairs.
  public var institution: String?
  public var books: SettlementBooks
  /// The claims behind it that stand, and those that were reversed, where they were asked for.
  public var standingClaims: [SavingsAudit.ClaimView]?
  public var reversedClaims: [SavingsAudit.ClaimView]?

  private enum Key: String, CodingKey {
    case between, party, ownResults, digest, rows, standingClaims, reversedClaims
  }

  public func encode(to encoder: any Encoder) throws {
    try period.encode(to: encoder)
    try books.figures.total.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(between, forKey: .between)
    try container.encodeIfPresent(institution, forKey: .party)
    try container.encode(Self.digest(lines), forKey: .digest)
    try container.encode(books.ownResults, forKey: .ownResults)
    try container.encode(rows, forKey: .rows)
    try container.encodeIfPresent(standingClaims, forKey: .standingClaims)
    try container.encodeIfPresent(reversedClaims, forKey: .reversedClaims)
  }

  public var rows: [Row] {
    books.figures.rows.map { Row(row: $0, digest: Self.digest((books.lines[$0.key.map(\.value)] ?? []).sorted())) }
  }

  /// Every claim of every pair in byte order, with tabs between event, decision, order, item, who tested, who was spared, when it was
  /// accepted, fen, and whether it stands.
  public var lines: [String] { books.lines.values.flatMap { $0 }.sorted() }

  private static func digest(_ lines: [String]) -> String {
    var hash = SHA256()
    for line in lines { hash.update(data: Array((line + "\n").utf8)) }
    return Array(hash.finalize()).hex
  }

  /// As a page for people: amounts in yuan.
  public var text: PrintedText {
    let whose = institution.map { " of \($0)" } ?? ""
    let sides = between == .institution ? "" : " between \(between.rawValue)s"
    var lines: [PrintedText] = ["Settlement\(sides)\(whose) at \(period.at)\(period.words)", books.figures.total.text]
    if books.ownResults.claims > 0 {
      lines += ["", "ordering institutions' own results within these claims, owed to nobody", books.ownResults.text]
    }
    for row in rows {
      let values = row.row.key.map { $0.value ?? "-" }
      let sides = PrintedText("\(values[0]) tested, \(values[1]) was spared")
      lines += ["", ([sides] + values.dropFirst(2).map(PrintedText.init)).joined(separator: ", ")]
      lines += [row.row.figures.text, "  digest       \(row.digest)"]
    }
    for (title, claims) in [("claims that stand", standingClaims), ("reversed claims", reversedClaims)] {
      if let claims { lines += ["", "\(title): \(claims.count)"] + claims.map(\.statementText) }
    }
    return lines.joined(separator: "\n")
  }
}

extension SettlementFigures {
  fileprivate var text: PrintedText {
    """
      gross        \(yuan(grossFen)) of \(claims) claims
      reversed     \(yuan(reversedFen)) of \(reversed)
      net          \(yuan(netFen)) of \(standing) that stand, \(unknownPrice) of them without a price
    """
  }
}

extension SavingsAudit.ClaimView {
  fileprivate var statementText: PrintedText {
    "\(event)\t\(text)\t\(chosen.map { "\($0.institution) \($0.reportId)" }.joined(separator: ", "))"
  }
}

extension Registry {
  /// Who tested and who was spared, by the claims accepted in a period.
  ///
  /// - Parameters:
  ///   - grouping: one of `SettlementBooks.groupings`: the sides are groups of institutions.
  ///   - institution: only pairs with it on one side; nil: all.
  ///   - listsClaims: whether the claims behind the figures are listed too.
  /// - Throws: `RegistryError.unknownInstitution`.
  public func auditSettlement(
    _ scope: AuditScope, between grouping: Dimension = .institution, of institution: String? = nil,
    listsClaims: Bool = false
  ) throws -> SettlementAudit {
    try store.read {
      try settlement(scope, between: grouping, of: institution, listsClaims: listsClaims, $0)
    }
  }

  func settlement(
    _ scope: AuditScope, between grouping: Dimension = .institution, of institution: String? = nil,
    listsClaims: Bool = false, _ transaction: any StoreSnapshot
  ) throws -> SettlementAudit {
    let reference = try reference(transaction, knownAt: scope.knownAt).data
    if let institution, reference.institutions[institution] == nil {
      throw RegistryError.unknownInstitution(institution)
    }
    var books = SettlementBooks(scope, between: grouping, party: institution, reference: reference)
    var standing: [SavingsAudit.ClaimView] = []
    var reversed: [SavingsAudit.ClaimView] = []
    let ledger = try ledger(transaction, reference: reference, at: scope.at, knownAt: scope.knownAt)
    try eachClaim(of: ledger.prompts(), reference, transaction, scope) { claim in
      guard books.add(claim), listsClaims else { return }
      let view = SavingsAudit.ClaimView(claim, zone: reference.zone)
      if claim.isReversed { reversed.append(view) } else { standing.append(view) }
    }
    return SettlementAudit(
      period: AuditPeriod(scope, zone: reference.zone, unreadable: ledger.unreadable), between: grouping,
      institution: institution, books: books,
      standingClaims: listsClaims ? standing.inOrder : nil, reversedClaims: listsClaims ? reversed.inOrder : nil)
  }
}
