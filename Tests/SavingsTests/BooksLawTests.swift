import Clinical
import Foundation
import Recognition
import Registry
import RegistryStore
import SQLiteStore
import Savings
import Synchronization
import Testing

/// Messages, decisions, feedback, corrections, joined and parted persons, disputes and new reference data in any order, and a registry
/// asked in between.
@Suite("The books as they are kept")
struct BooksLawTests {
  @Test("whatever happened in whatever order, they are what the events give anew", arguments: 1...12)
  func kept(seed: UInt64) async throws {
    var life = Life(seed: seed, town: try SmallTown())
    try await life.begin()
    for _ in 0..<8 {
      for _ in 0..<6 { try await life.goOn() }
      for _ in 0..<5 {
        let scope = life.question()
        let kept = try Self.json(life.town.registry.auditSavings(scope))
        var computed = try life.town.registry.recomputeSavings(scope)
        #expect(computed.recompute?.difference == nil)
        computed.recompute = nil
        #expect(try kept == Self.json(computed), "at \(scope.at.milliseconds)")
        try Self.expectAgreement(life.town.registry, scope)
      }
    }
    #expect(try life.town.registry.check().problems.isEmpty)
  }

  /// Every audit as it is kept against the same computed anew.
  private static func expectAgreement(_ registry: Registry, _ scope: AuditScope) throws {
    let comparisons: [String: AuditComparison] = [
      "rates": try registry.auditRates(scope, recomputes: true).recompute.required(),
      "coverage": try registry.auditCoverage(scope, recomputes: true).recompute.required(),
      "marks": try registry.auditMarks(scope, recomputes: true).recompute.required(),
      "catalogue": try registry.auditCatalogue(recomputes: true).recompute.required(),
      "corrected": try registry.auditCorrected(scope, recomputes: true).recompute.required(),
      "monitoring": try registry.auditMonitoring(scope, recomputes: true).recompute.required(),
      "repeats": try registry.auditRepeats(scope, asIfConnected: false, recomputes: true).recompute.required(),
      "connected": try registry.auditRepeats(scope, asIfConnected: true, recomputes: true).recompute.required(),
    ]
    #expect(comparisons.count == 8)
    for (audit, comparison) in comparisons { #expect(comparison.difference == nil, "\(audit)") }
  }

  @Test("a claim about somebody merged away since is reversed by what comes for the other; parted again it stands")
  func joinedAndParted() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    town.clock("2025-03-02")
    try await town.report("R2", of: "C", at: "2025-03-01T09:00:00", givesResidentID: false)
    let decision = try town.decide(at: "2025-03-02T08:00:00+08:00", localAt: "C")
    try town.feedback(town.line("E1", decision, at: "2025-03-02T09:00:00+08:00"))
    #expect(try town.savings(at: "2026-01-01").verifiedFen == 1000)
    try await town.report("R3", of: "C", at: "2025-02-01T09:00:00")
    #expect(try town.savings(at: "2026-01-01").verifiedFen == 1000)
    try await town.report("R4", at: "2025-03-04T08:00:00")
    #expect(try town.savings(at: "2026-01-01").reversedFen == 1000)
    try SQLiteStore(path: town.path.path).write { transaction in
      let now = Books.time("2025-03-05")
      let record = try #require(try transaction.record(RecordKey(institution: "B", kind: "local", value: "P1")))
      #expect(try transaction.insertPerson("another", recordedAt: now))
      let link = PersonLink(record: record, person: "another", grade: .certain, rule: "split")
      try transaction.insertLink(link, actor: "somebody", recordedAt: now)
    }
    #expect(try town.savings(at: "2026-01-01").verifiedFen == 1000)
  }

  @Test("the entries of an order say at any time what the fold of its events says", arguments: 1...200)
  func entries(seed: UInt64) throws {
    var draws = SplitMix(state: seed)
    func below(_ bound: Int) -> Int { Int(draws.next() % UInt64(bound)) }
    func hour(_ hour: Int) -> String { "2025-03-02T\(hour < 10 ? "0" : "")\(hour):00:00+08:00" }
    let decisions = (0...below(4)).map { number in
      let outcome = [.recognise, .recognise, .repeat, .retestJustified][below(4)] as ItemDecision.Outcome
      let items = [Books.item("K", outcome, fen: number), Books.item("NA", from: "A")].prefix(1 + below(2))
      return Books.decision("D\(number)", at: hour(below(9)), items: Array(items))
    }
    let feedback = (0...below(5)).map { number in
      Books.feedback(
        "E\(number)", FeedbackEvent.Kind.allCases[below(4)], decision: "D\(below(4))", item: ["K", "NA"][below(2)],
        at: hour(below(9)), reason: 1)
    }
    let entries = BookEntry.entries(of: decisions, feedback: feedback)
    for at in 0...9 {
      let moment = Books.time(hour(at))
      func told(_ prompt: Prompt, _ isAnswered: Bool = true) -> [String?] {
        [prompt.item.item, prompt.decision.decisionId, isAnswered ? prompt.response?.event : nil]
      }
      let counted = entries.filter { $0.since <= moment && ($0.until.map { moment < $0 } ?? true) }.compactMap {
        let isAnswered = ($0.prompt.response?.at.instant ?? moment) <= moment
        // Accepted later in spite of a retest reason, it is there already, and counts for nothing.
        let isClaim = isAnswered && $0.prompt.acceptedAt != nil
        return $0.prompt.isPrompt || isClaim ? told($0.prompt, isAnswered) : nil
      }
      let folded = try Books.prompts(decisions, feedback, at: hour(at)).filter { $0.isPrompt || $0.acceptedAt != nil }
      #expect(Set(counted) == Set(folded.map { told($0) }), "at \(at)")
    }
  }

  @Test("asked while another process writes all the time, they are of one state and never called damaged")
  func whileOthersWrite() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    let decision = try town.decide(at: "2025-03-02T08:00:00+08:00")
    try town.feedback(town.line("E1", decision, at: "2025-03-02T09:00:00+08:00"))
    let path = town.path.path
    let writing = Mutex((written: 0, isOver: false, error: String?.none))
    // A thread of its own: where tests wait for one another no task may come to run.
    Thread.detachNewThread {
      do {
        let other = try Registry(path: path)
        for number in 1...1000 where !writing.withLock({ $0.isOver }) {
          let day = 1 + number % 28
          let order = """
            {"orderId":"W\(number)","patient":{"identifiers":[{"type":"resident-id","value":"11010519491231002X"}]},\
            "orderingInstitution":"A","setting":"outpatient","orderedAt":"2025-03-\(day < 10 ? "0" : "")\(day)T10:00:00+08:00",\
            "items":[{"item":"K"}]}
            """
          let id = try other.decide(line: Array(order.utf8), record: true).id
          let line =
            #"{"event":"W\#(number)","kind":"accepted","decisionId":"\#(id)","item":"K","at":"2025-03-30T10:00:00+08:00"}"#
          _ = try other.importFeedback(Array(line.utf8))
          writing.withLock { $0.written = number }
        }
      } catch {
        writing.withLock { $0.error = "\(error)" }
      }
    }
    var scope = AuditScope(at: Books.time("2026-01-01"))
    scope.dimensions = [.month, .item]
    for _ in 0..<1000 where writing.withLock({ $0.written < 12 && $0.error == nil }) {
      #expect(try town.registry.auditSavings(scope).figures.total.grossFen >= 1000)
      #expect(try town.registry.recomputeSavings(scope).recompute?.difference == nil)
      let returned = try town.registry.auditReturn(scope).rows.last?.figures
      #expect(returned?.retrievals ?? 0 >= returned?.total.items ?? 1)
      #expect(try town.registry.auditCoverage(scope).rows.count == 3)
      #expect(try town.registry.verifyEvents().booksDifference == nil)
    }
    let told = writing.withLock {
      $0.isOver = true
      return $0
    }
    #expect(told.error == nil)
    #expect(told.written >= 12)
  }

  @Test("books that were changed are told, discarded and made again")
  func changed() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    let decision = try town.decide(at: "2025-03-02T08:00:00+08:00")
    try town.feedback(town.line("E1", decision, at: "2025-03-02T09:00:00+08:00"))
    #expect(try town.savings(at: "2026-01-01").grossFen == 1000)
    let path = town.path.deletingLastPathComponent().appending(path: "changed.sqlite")
    try town.registry.backup(to: path.path)
    var bytes = try Data(contentsOf: path)
    // The amount of the one claim, as its page has it.
    let amount = try #require(bytes.range(of: Data([0xE8, 0x03, 0, 0, 0, 0, 0, 0])))
    bytes[amount.lowerBound] = 0xE9
    try bytes.write(to: path)
    let changed = try Registry(path: path.path)
    #expect(try changed.verifyEvents().booksDifference != nil)
    #expect(try changed.check().problems.count == 1)
    let scope = AuditScope(at: Books.time("2026-01-01"))
    let audit = try changed.recomputeSavings(scope)
    #expect(audit.figures.total.grossFen == 1000)
    #expect(audit.recompute?.difference == "grossFen is 1001 as it is kept and 1000 from what is recorded")
    #expect(try changed.recomputeSavings(scope).recompute?.difference == nil)
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// What may happen to a registry, drawn at random: the same seed lives the same life.
private struct Life {
  let town: SmallTown
  private var draws: SplitMix
  private var reports: [(number: String, institution: String, at: Instant)] = []
  private var decisions: [(id: String, item: String, at: Instant)] = []
  private var events = 0
  /// What humans said of who is who, and is perhaps undone.
  private var acts: [String] = []
  private var disputed: [(number: String, institution: String)] = []
  private static let reason = try! PersonActReason(actor: "reviewer-1", words: "looked at it")

  init(seed: UInt64, town: SmallTown) {
    self.town = town
    draws = SplitMix(state: seed)
  }

  private mutating func below(_ bound: Int) -> Int { Int(draws.next() % UInt64(bound)) }
  private mutating func one<T>(of values: [T]) -> T { values[below(values.count)] }
  private mutating func moment() -> Instant { Books.time("2025-03-01").adding(hours: below(24 * 20)) }
  private func text(_ moment: Instant) -> String { RegistryZone.shanghai.rfc3339(moment) }

  /// Results to recognise: of somebody with a resident's number, and of whom C knows by its own alone.
  mutating func begin() async throws {
    for day in ["01", "07", "13"] {
      for institution in ["B", "C"] {
        try await town.report(
          "\(institution)\(day)", of: institution, at: "2025-03-\(day)T08:00:00", items: ["K", "NA"],
          givesResidentID: institution == "B")
      }
    }
    try await town.report("A", of: "A", at: "2025-03-10T08:00:00")
    for _ in 0..<8 { try decide() }
    for _ in 0..<8 { try answer() }
  }

  mutating func goOn() async throws {
    switch below(40) {
    case 0..<8: try await report()
    case 8..<11: try await correct()
    case 11..<20: try decide()
    case 20..<30: try answer()
    case 30..<39: try say()
    default: try reload()
    }
  }

  /// Whose a report is, and who is who. What cannot be said as things stand is refused.
  private mutating func say() throws {
    let registry = town.registry
    let all = [("B07", "B"), ("B13", "B"), ("C13", "C"), ("A", "A")] + reports.map { ($0.number, $0.institution) }
    do {
      let people = try ["A", "B", "C"].flatMap { try registry.persons(with: Identifier(.local, "P1"), institution: $0) }
      let outcome =
        switch below(9) {
        case 0, 1, 2: try dispute(one(of: all))
        case 3, 4: try settle(disputed.isEmpty ? one(of: all) : one(of: disputed))
        case 5, 6:
          try registry.split(
            one(of: people), [one(of: try registry.person(one(of: people)).records).name], Self.reason)
        case 7: try registry.merge(people, Self.reason)
        default: try registry.undo(acts.isEmpty ? "none" : one(of: acts), Self.reason)
        }
      acts.append(outcome.event)
    } catch is RegistryError {}
  }

  private mutating func dispute(_ report: (number: String, institution: String)) throws -> PersonActOutcome {
    disputed.append(report)
    return try town.registry.dispute(institution: report.institution, report: report.number, Self.reason)
  }

  private mutating func settle(_ report: (number: String, institution: String)) throws -> PersonActOutcome {
    try town.registry.settle(
      institution: report.institution, report: report.number, areTheirs: below(3) > 0, Self.reason)
  }

  /// Some without the resident's number: persons of their own, until a report with both numbers joins them.
  private mutating func report() async throws {
    let report = (number: "R\(reports.count)", institution: one(of: ["A", "B", "B", "C", "C"]), at: moment())
    let sets = [["K"], ["NA"], ["K", "NA"], ["X"], ["X"]]
    try await town.report(
      report.number, of: report.institution, at: String(text(report.at).prefix(19)), items: one(of: sets),
      givesResidentID: report.institution == "B" || below(3) == 0, specimen: below(4) == 0 ? "urine" : nil)
    reports.append(report)
  }

  private mutating func correct() async throws {
    guard !reports.isEmpty else { return }
    let report = one(of: reports)
    try await town.report(
      report.number, of: report.institution, at: String(text(report.at).prefix(19)), items: one(of: [["K"], ["NA"]]),
      status: one(of: ["C", "X", "F"]), told: String(text(report.at.adding(hours: 1 + below(300))).prefix(19)))
  }

  private mutating func decide() throws {
    let (item, at) = (one(of: ["K", "K", "NA", "LYTES"]), moment())
    let more = one(of: ["", "", "", #","retestReason":4"#, #","department":"D\#(below(3))","clinician":"C1""#])
    guard
      let id = try? town.decide(
        "O\(below(14))", at: text(at), item: item, localAt: below(3) == 0 ? "C" : nil, more: more,
        specimen: below(5) == 0 ? one(of: ["urine", "serum"]) : nil, records: below(6) > 0)
    else { return }
    decisions.append((id, item, at))
  }

  /// Late, early, twice, undone, and about what was never recorded.
  private mutating func answer() throws {
    guard !decisions.isEmpty else { return }
    let decision = one(of: decisions)
    events += 1
    let more = one(of: [
      #","retestReason":2"#, #","retestReason":98,"patientTold":true"#, #","retestReason":"local""#,
      #","retestReason":1,"consultationFeeFen":150,"scheme":"employee""#,
    ])
    try town.feedback(
      town.line(
        "E\(below(6) == 0 ? below(events) : events)", decision.id,
        one(of: ["accepted", "accepted", "accepted", "declined", "undone", "cited"]),
        at: text(decision.at.adding(hours: below(60) - 4)), item: decision.item, more: more))
  }

  /// Codes that mean something else from now on, other shares and reasons.
  private mutating func reload() throws {
    let folder = try town.referenceFolder([
      "codemaps.csv": "institution,localCode,item\n*,K,K\n*,NA,NA\n*,LYTES,LYTES\nC,X,\(one(of: ["K", "NA"]))",
      "splits.csv": """
      scheme,enrolment,level,setting,payment,fundBasisPoints,hospitalBasisPoints,provenance
      employee,*,*,*,*,\(below(5000)),\(below(5000)),test
      """,
      "retest-reasons.csv": "institution,localCode,retestReason\nA,local,\(one(of: [1, 3, 99]))",
    ])
    _ = try town.registry.loadReference(directory: folder)
  }

  mutating func question() -> AuditScope {
    var scope = AuditScope(at: below(3) == 0 ? Books.time("2026-01-01") : moment().adding(hours: below(300)))
    if below(2) == 0 { scope.from = moment() }
    if below(2) == 0 { scope.to = moment().adding(hours: 100) }
    scope.dimensions = Dimension.allCases.filter { _ in below(4) == 0 }
    return scope
  }
}

extension AuditComparison? {
  /// That it was compared at all.
  fileprivate func required() throws -> AuditComparison { try #require(self) }
}

private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
