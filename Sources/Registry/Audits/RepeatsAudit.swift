import Catalogue
import Clinical
import Recognition
import RegistryStore
public import Savings

/// What `huren audit repeats` answers.
public struct RepeatsAudit: RecomputedAudit, Sendable {
  /// A report that could have been spared, or could have been but for a list or a certificate.
  public struct Finding: Encodable, Sendable {
    public struct Prior: Encodable, Sendable {
      public var institution: String
      public var reportId: String
      public var item: String
      public var clinicalTime: String
    }

    /// `avoidable`, `partly`, `justified` or `lost`.
    public var kind: String
    /// The retest reason, or the cause of the loss.
    public var reason: String?
    public var person: String
    public var item: String
    public var institution: String
    public var department: String?
    public var clinician: String?
    public var source: String
    public var reportId: String
    public var orderedAt: String
    public var clinicalTime: String
    public var hoursApart: Double?
    public var priceFen: Int?
    public var priors: [Prior]
  }

  public var period: AuditPeriod
  public var asIfConnected: Bool
  public var figures: AuditRows<RepeatFigures>
  /// Where they were asked for.
  public var findings: [Finding]?
  /// Whether what is kept agrees; nil where that was not asked.
  public var recompute: AuditComparison?

  private enum Key: String, CodingKey {
    case asIfConnected, rows, findings, recompute
  }

  public func encode(to encoder: any Encoder) throws {
    try period.encode(to: encoder)
    try figures.total.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(asIfConnected, forKey: .asIfConnected)
    try container.encode(figures.rows, forKey: .rows)
    try container.encodeIfPresent(findings, forKey: .findings)
    try container.encodeIfPresent(recompute, forKey: .recompute)
  }
}

extension Registry {
  /// Asks of every report whether a prior result could have stood in for what was ordered.
  ///
  /// - Parameters:
  ///   - asIfConnected: with all that had been reported anywhere by then, not only what this registry had recorded.
  ///   - listsFindings: whether the repeats behind the figures are listed too.
  ///   - recomputes: whether it is computed anew, and what is kept held against it.
  public func auditRepeats(
    _ scope: AuditScope, asIfConnected: Bool, listsFindings: Bool = false, recomputes: Bool = false
  ) throws -> RepeatsAudit {
    if recomputes {
      return try recomputed(.persons) {
        try keptRepeats(scope, asIfConnected: asIfConnected, $0)
      } computed: {
        try computedRepeats(scope, asIfConnected: asIfConnected, $0)
      }
    }
    if listsFindings {
      return try store.read { try computedRepeats(scope, asIfConnected: asIfConnected, listsFindings: true, $0) }
    }
    return try audited(scope, from: .persons) {
      try keptRepeats(scope, asIfConnected: asIfConnected, $0)
    } orElse: {
      try computedRepeats(scope, asIfConnected: asIfConnected, $0)
    }
  }

  /// As the pages have it.
  func keptRepeats(
    _ scope: AuditScope, asIfConnected: Bool, _ transaction: any StoreSnapshot
  ) throws -> RepeatsAudit {
    let reference = try reference(transaction, knownAt: nil).data
    let texts = PageTexts(transaction)
    let (scan, others) = try scanQuestions(scope, reference, transaction) {
      RepeatScan(scope, asIfConnected: asIfConnected, zone: reference.zone, without: $0)
    } add: {
      $0.add(page: $1)
    } unsettled: {
      $0.unsettled
    }
    guard let figures = try scan.figures(and: others.map(\.line), word: texts.text, reference: { reference }) else {
      throw Registry.damagedPage
    }
    return RepeatsAudit(
      period: AuditPeriod(scope, zone: reference.zone, unreadable: try transaction.unreadableEvents()),
      asIfConnected: asIfConnected, figures: figures)
  }

  /// Reads the pages of tests; once more where something could still change at the audit's time, without those whom it is about, and with
  /// their lines as they were then.
  func scanQuestions<Scan>(
    _ scope: AuditScope, _ reference: ReferenceData, _ transaction: any StoreSnapshot,
    _ make: (_ excluded: Set<Int64>) -> Scan, add: (inout Scan, UnsafeRawBufferPointer) throws -> Bool,
    unsettled: (Scan) -> Set<Int64>
  ) throws -> (scan: Scan, others: [(subject: Int64, line: QuestionLine)]) {
    var scan = make([])
    try eachPage(.question, in: scope, transaction) { try add(&scan, $0) }
    let subjects = unsettled(scan)
    if subjects.isEmpty { return (scan, []) }
    scan = make(subjects)
    try eachPage(.question, in: scope, transaction) { try add(&scan, $0) }
    let others = try subjects.sorted().flatMap { id -> [(subject: Int64, line: QuestionLine)] in
      guard let subject = try transaction.auditSubject(id),
        var past = try PersonPast(of: subject.name, self, transaction)
      else { throw Registry.damagedPage }
      try past.readEvents(transaction)
      return try past.lines(in: reference, at: scope.at).map { (id, $0) }
    }
    return (scan, others)
  }

  func computedRepeats(
    _ scope: AuditScope, asIfConnected: Bool, listsFindings: Bool = false, _ transaction: any StoreSnapshot
  ) throws -> RepeatsAudit {
    let reference = try reference(transaction, knownAt: scope.knownAt).data
    var books = RepeatBooks(scope, reference: reference)
    var findings: [RepeatsAudit.Finding] = []
    let unreadable = try eachRepeat(scope, asIfConnected: asIfConnected, reference, transaction) {
      finding, person, _, _ in
      books.add(finding)
      if listsFindings, finding.kind != .needed {
        findings.append(RepeatsAudit.Finding(finding, person: person, zone: reference.zone))
      }
    }
    return RepeatsAudit(
      period: AuditPeriod(scope, zone: reference.zone, unreadable: unreadable), asIfConnected: asIfConnected,
      figures: books.figures,
      findings: listsFindings ? findings : nil)
  }

  /// Every question of the period with its finding; the person's history, and the place of the report within it.
  ///
  /// - Returns: the ids of recorded events that cannot be read.
  func eachRepeat(
    _ scope: AuditScope, asIfConnected: Bool, _ reference: ReferenceData, _ transaction: any StoreSnapshot,
    _ body: (RepeatFinding, _ person: String, RepeatsHistory, _ index: Int) -> Void
  ) throws -> [String] {
    let (grounds, unreadable) = try grounds(reference, transaction, scope)
    try transaction.eachPersonCode { person in
      guard let past = try PersonPast(of: person, self, transaction, knownAt: scope.knownAt) else { return }
      let history = past.history(in: reference)
      for (index, entry) in history.entries.enumerated() {
        let questions = RepeatQuestion.questions(of: entry.state, candidates: entry.candidates, in: reference)
        for question in questions where scope.hasHappened(question) && scope.contains(question.orderedAt) {
          let finding = try RepeatFinding(
            question, person: history.facts, grounds: grounds[person] ?? [], reference: reference
          ) { items in
            if entry.isDisputed { return [] }
            return asIfConnected
              ? history.reported(by: question.orderedAt, except: index, of: items)
              : history.recorded(by: question.orderedAt, except: index, of: items)
          }
          body(finding, person, history, index)
        }
      }
    }
    return unreadable
  }

  /// What recorded decisions say of repeating, by the code that stands for the person now.
  private func grounds(
    _ reference: ReferenceData, _ transaction: any StoreSnapshot, _ scope: AuditScope
  ) throws -> (byPerson: [String: [RetestGround]], unreadable: [String]) {
    let ledger = try ledger(transaction, reference: reference, at: scope.at, knownAt: scope.knownAt)
    var result: [String: [RetestGround]] = [:]
    for (subject, grounds) in ledger.grounds() {
      guard let person = try transaction.currentPerson(subject, knownAt: scope.knownAt) else { continue }
      result[person, default: []] += grounds
    }
    return (result, ledger.unreadable)
  }
}

extension AuditScope {
  fileprivate func hasHappened(_ question: RepeatQuestion) -> Bool {
    question.orderedAt <= at && question.clinicalTime <= at
  }
}

extension RepeatsAudit.Finding {
  fileprivate init(_ finding: RepeatFinding, person: String, zone: RegistryZone) {
    let question = finding.question
    self.init(
      kind: "", person: person, item: question.item.code, institution: question.institution.code,
      department: question.department, clinician: question.clinician, source: question.source,
      reportId: question.reportId, orderedAt: zone.rfc3339(question.orderedAt),
      clinicalTime: zone.rfc3339(question.clinicalTime), priceFen: finding.priceFen,
      priors: finding.chosen.map {
        Prior(
          institution: $0.candidate.institution, reportId: $0.candidate.reportID, item: $0.candidate.item.code,
          clinicalTime: zone.rfc3339($0.clinicalTime))
      })
    hoursApart = finding.chosen.map(\.clinicalTime).max().map {
      let hours = Double(question.clinicalTime.milliseconds - $0.milliseconds) / 3_600_000
      return (hours * 100).rounded() / 100
    }
    switch finding.kind {
    case .avoidable: kind = "avoidable"
    case .partly: kind = "partly"
    case .justified(let given): (kind, reason) = ("justified", String(given.rawValue))
    case .lost(let cause): (kind, reason) = ("lost", cause.rawValue)
    case .needed: kind = "needed"
    }
  }
}
