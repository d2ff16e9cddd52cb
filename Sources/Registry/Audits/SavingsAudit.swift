import Catalogue
import Clinical
import Recognition
import RegistryStore
public import Savings

/// What `huren audit savings` answers.
public struct SavingsAudit: RecomputedAudit, Sendable {
  /// A claim as it is listed: what is behind the figures.
  public struct ClaimView: Encodable, Sendable {
    public var orderId: String
    public var decisionId: String
    public var event: String
    public var orderingInstitution: String
    public var item: String
    public var acceptedAt: String
    public var validUntil: String?
    public var amountFen: Int?
    public var consultationFen: Int
    public var sameInstitution: Bool
    /// `pending`, `verified` or `reversed`.
    public var standing: String
    public var deferred: Bool
    public var reversedBy: LaterResult?
    public var chosen: [RecordedDecision.Chosen]
  }

  public var period: AuditPeriod
  public var figures: AuditRows<SavingsFigures>
  /// The claims of the period, where they were asked for.
  public var claims: [ClaimView]?
  /// Whether the books agree with what was computed anew; nil where that was not asked.
  public var recompute: AuditComparison?

  private enum Key: String, CodingKey {
    case rows, claimList, recompute
  }

  public func encode(to encoder: any Encoder) throws {
    try period.encode(to: encoder)
    try figures.total.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(figures.rows, forKey: .rows)
    try container.encodeIfPresent(claims, forKey: .claimList)
    try container.encodeIfPresent(recompute, forKey: .recompute)
  }
}

/// The period and the times an audit stands for, as it says them.
public struct AuditPeriod: Encodable, Sendable {
  public var from: String?
  public var to: String?
  public var at: String
  public var knownAt: String?
  /// The ids of events that are in no figure, as a time or an amount they hold cannot be meant; earlier versions took them.
  public var unreadable: [String]

  init(_ scope: AuditScope, zone: RegistryZone, unreadable: [String] = []) {
    self.unreadable = unreadable
    from = scope.from.map { zone.rfc3339($0) }
    to = scope.to.map { zone.rfc3339($0) }
    at = zone.rfc3339(scope.at)
    knownAt = scope.knownAt.map { zone.rfc3339($0) }
  }

  private enum Key: String, CodingKey {
    case from, to, at, knownAt, unreadable
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(from, forKey: .from)
    try container.encode(to, forKey: .to)
    try container.encode(at, forKey: .at)
    try container.encodeIfPresent(knownAt, forKey: .knownAt)
    if !unreadable.isEmpty { try container.encode(unreadable, forKey: .unreadable) }
  }
}

extension Registry {
  /// The books of a period: gross, net and verified. They are answered from what is kept up as messages and events arrive; asked for
  /// claims one by one, or as they were known earlier, they are computed.
  ///
  /// - Parameter listsClaims: whether the claims behind the figures are listed too.
  public func auditSavings(_ scope: AuditScope, listsClaims: Bool = false) throws -> SavingsAudit {
    if listsClaims { return try store.read { try computedSavings(scope, listsClaims: true, $0) } }
    return try audited(scope, from: .books) {
      try keptSavings(scope, $0)
    } orElse: {
      try computedSavings(scope, $0)
    }
  }

  /// The same computed anew, and what is kept held against it; what differs is discarded.
  public func recomputeSavings(_ scope: AuditScope, listsClaims: Bool = false) throws -> SavingsAudit {
    var claims: [SavingsAudit.ClaimView]?
    var audit = try recomputed(.books) {
      try keptSavings(scope, $0)
    } computed: {
      // The books hold sums: claims are no part of what is compared.
      var audit = try computedSavings(scope, listsClaims: listsClaims, $0)
      (claims, audit.claims) = (audit.claims, nil)
      return audit
    }
    audit.claims = claims
    return audit
  }

  /// The books of a period as they are computed, with how those that are kept compare, which stay as they are.
  func comparedSavings(_ scope: AuditScope) throws -> SavingsAudit {
    try compared(.books) {
      try keptSavings(scope, $0)
    } computed: {
      try computedSavings(scope, $0)
    }
  }

  /// As the pages of the books have it.
  func keptSavings(_ scope: AuditScope, _ transaction: any StoreSnapshot) throws -> SavingsAudit {
    let state = try transaction.bookState() ?? BookState()
    let zone = RegistryZone(identifier: state.zone) ?? .shanghai
    var scan = BookScan(scope, zone: zone)
    try transaction.eachBookPage { head, sums in
      let (ordered, accepted) = (head.firstOrdered...head.lastOrdered, head.firstAccepted...head.lastAccepted)
      guard scan.concerns(since: head.since, ordered: ordered, accepted: accepted) else { return }
      let needsTimes = scan.needsTimes(settledAt: head.settledAt, ordered: ordered, accepted: accepted)
      let times = try needsTimes ? transaction.bookPart(.times, day: head.day) : nil
      let words = try scan.needsWords ? transaction.bookPart(.words, day: head.day) : nil
      guard scan.add(sums: sums, times: times, words: words, ordered: head.firstOrdered) else {
        throw StoreError.damaged("a page of the books of savings is not what was written")
      }
    }
    let figures = try scan.figures(word: PageTexts(transaction).text) { try reference(transaction, knownAt: nil).data }
    let period = AuditPeriod(scope, zone: zone, unreadable: try transaction.unreadableEvents())
    return SavingsAudit(period: period, figures: figures)
  }

  /// As the events and the results give it, without the books.
  func computedSavings(
    _ scope: AuditScope, listsClaims: Bool = false, _ transaction: any StoreSnapshot
  ) throws -> SavingsAudit {
    let reference = try reference(transaction, knownAt: scope.knownAt).data
    let ledger = try ledger(transaction, reference: reference, at: scope.at, knownAt: scope.knownAt)
    let prompts = ledger.prompts()
    var books = SavingsBooks(scope, reference: reference)
    for prompt in prompts { books.add(prompt) }
    var views: [SavingsAudit.ClaimView] = []
    try eachClaim(of: prompts, reference, transaction, scope) { claim in
      books.add(claim)
      if listsClaims { views.append(SavingsAudit.ClaimView(claim, zone: reference.zone)) }
    }
    return SavingsAudit(
      period: AuditPeriod(scope, zone: reference.zone, unreadable: ledger.unreadable), figures: books.figures,
      claims: listsClaims ? views.inOrder : nil)
  }

  /// The claims of the period, in no order, as they stand.
  func eachClaim(
    of prompts: [Prompt], _ reference: ReferenceData, _ transaction: any StoreSnapshot, _ scope: AuditScope,
    _ body: (Claim) -> Void
  ) throws {
    let claimed = prompts.filter { $0.acceptedAt.map(scope.contains) ?? false }
    for (subject, prompts) in Dictionary(grouping: claimed, by: { Ledger.Subject($0.decision) }) {
      let items = Set(prompts.flatMap(\.item.claimedTests).map(\.item))
      let later = try results(of: subject, items: items, reference, transaction, knownAt: scope.knownAt)
      for prompt in prompts {
        if let claim = Claim(prompt, later: later, at: scope.at) { body(claim) }
      }
    }
  }

  /// The results of a person for some items that are not cancelled. What hangs on an unsure link, or is in dispute, is not known to be
  /// the person's.
  func results(
    of subject: Ledger.Subject, items: Set<String>, _ reference: ReferenceData, _ transaction: any StoreSnapshot,
    knownAt: Instant?
  ) throws -> [LaterResult] {
    guard let person = try transaction.currentPerson(subject, knownAt: knownAt) else { return [] }
    let links = try transaction.links(person: person, knownAt: knownAt).filter { $0.grade != .possible }
    // Of the person nothing else is asked.
    let file = PersonFile(
      records: links.map { PersonFile.Record(link: $0, identities: []) },
      versions: try links.flatMap { try transaction.reportVersions(record: $0.record, knownAt: knownAt) })
    let found = try candidates(
      file, PersonFacts(code: person), reference, items: items, transaction, knownAt: knownAt)
    return found.compactMap { LaterResult($0, zone: reference.zone) }
  }
}

extension StoreSnapshot {
  /// Whose a decision is by now: of the record it was asked for, whatever became of the code that it names.
  func currentPerson(_ subject: Ledger.Subject, knownAt: Instant?) throws -> String? {
    if let record = subject.record, let link = try link(record: record, knownAt: knownAt) { return link.person }
    return try currentPerson(subject.person, knownAt: knownAt)
  }
}

extension [SavingsAudit.ClaimView] {
  /// By ordering institution, order and item.
  var inOrder: [SavingsAudit.ClaimView] {
    sorted { ($0.orderingInstitution, $0.orderId, $0.item) < ($1.orderingInstitution, $1.orderId, $1.item) }
  }
}

extension SavingsAudit.ClaimView {
  init(_ claim: Claim, zone: RegistryZone) {
    let decision = claim.prompt.decision
    orderId = decision.orderId
    decisionId = decision.decisionId
    event = claim.prompt.response?.event ?? ""
    orderingInstitution = decision.orderingInstitution
    item = claim.prompt.item.item
    acceptedAt = zone.rfc3339(claim.acceptedAt)
    validUntil = claim.prompt.item.validUntil.map { zone.rfc3339($0.instant) }
    amountFen = claim.amountFen
    consultationFen = claim.consultationFen
    sameInstitution = claim.prompt.isSameInstitution
    deferred = claim.isDeferred
    chosen = claim.prompt.item.chosen
    switch claim.standing {
    case .pending: standing = "pending"
    case .verified: standing = "verified"
    case .reversed(let result):
      standing = "reversed"
      reversedBy = result
    }
  }
}
