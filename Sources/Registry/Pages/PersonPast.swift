import Catalogue
import Clinical
import Recognition
import RegistryStore
import Savings

/// All that is recorded of one person, read of one snapshot: what tests were done, and what could have stood in for them, is worked out of
/// it without the store.
struct PersonPast {
  private let facts: PersonFacts
  private let links: [PersonLink]
  private let versions: [StoredReportVersion]
  private let history: [Int64: [(since: Instant, link: PersonLink)]]
  /// By report, of those that have any.
  private let disputes: [ReportNumbers: [Dispute]]
  private let knownAt: Instant?
  /// About the person's orders, in the order of the chain.
  private var events: [LedgerEvent?] = []
  /// Of the decisions among them those that are about the person.
  private var isAbout: Set<Ledger.Subject> = []

  /// - Parameter knownAt: as it was known then; nil: with all that is known.
  /// - Returns: nil for a code that nobody has, or nobody has any more.
  init?(of code: String, _ registry: Registry, _ transaction: any StoreSnapshot, knownAt: Instant? = nil) throws {
    self.knownAt = knownAt
    links = try transaction.links(person: code, knownAt: knownAt)
    if links.isEmpty { return nil }
    facts = try registry.facts(of: code, links, OrderPatient(), transaction, knownAt: knownAt)
    versions = try links.flatMap { try transaction.reportVersions(record: $0.record, knownAt: knownAt) }
    if versions.isEmpty { return nil }
    history = try links.reduce(into: [:]) { history, link in
      history[link.record] = try transaction.linkHistory(record: link.record, knownAt: knownAt)
    }
    disputes =
      try transaction.hasDisputes()
      ? versions.byReport.map(\.reportNumbers).reduce(into: [:]) { disputes, numbers in
        disputes[numbers] = try transaction.disputes(numbers, knownAt: knownAt)
      } : [:]
  }

  /// Reads what was decided and answered of the person, by any of their codes and records.
  mutating func readEvents(_ transaction: any StoreSnapshot) throws {
    let codes = try [facts.code] + transaction.redirects(to: facts.code)
    var told: [Int64: StoredEventBody] = [:]
    for order in try transaction.ordersAsked(of: codes, records: links.map(\.record)) {
      for event in try transaction.events(orderPrefix: order) { told[event.place] = event }
    }
    events = LedgerEvent.decode(told.sorted { $0.key < $1.key }.map(\.value))
    for case .decision(let decision)? in events {
      let subject = Ledger.Subject(decision)
      if try !isAbout.contains(subject) && transaction.currentPerson(subject, knownAt: nil) == facts.code {
        isAbout.insert(subject)
      }
    }
  }

  /// The reports as they could be seen at any past moment.
  func history(in reference: ReferenceData) -> RepeatsHistory {
    RepeatsHistory(
      facts: facts, links: links, history: history, versions: versions, reference: reference, knownAt: knownAt
    ) { disputes[$0] ?? [] }
  }

  /// The tests that were done, with what was found of them.
  ///
  /// - Parameter moment: with what had been decided and answered by then; nil: with all.
  func lines(in reference: ReferenceData, at moment: Instant?) throws -> [QuestionLine] {
    let history = history(in: reference)
    let (grounds, heardAt) = told(reference, moment)
    var lines: [QuestionLine] = []
    for (index, entry) in history.entries.enumerated() {
      let questions = RepeatQuestion.questions(of: entry.state, candidates: entry.candidates, in: reference)
      var own: [QuestionLine] = []
      for question in questions {
        func finding(_ known: (Set<String>) -> [Candidate]) throws -> RepeatFinding {
          try RepeatFinding(
            question, person: history.facts, grounds: grounds, reference: reference,
            candidates: { entry.isDisputed ? [] : known($0) })
        }
        var line = QuestionLine(
          question,
          connected: try finding { history.reported(by: question.orderedAt, except: index, of: $0) },
          recorded: try finding { history.recorded(by: question.orderedAt, except: index, of: $0) },
          reference: reference)
        let heard = heardAt[[question.institution.code, question.item.code]]
        line.settledAt = max(line.settledAt, heard ?? line.settledAt)
        own.append(line)
      }
      guard let first = own.first else { continue }
      let flags = entry.candidates.filter { !$0.status.isCancelled && $0.flag != .unknown }.map(\.flag)
      let isOne = own.allSatisfy {
        $0.time == first.time && $0.happenedAt == first.happenedAt && $0.settledAt == first.settledAt
      }
      for place in own.indices where !isOne || place == 0 {
        own[place].flagged = flags.count
        own[place].positive = flags.count { $0 >= .abnormal }
        if !isOne { own[place].reportPlace = (index + 1, place) }
      }
      lines += own
    }
    return lines
  }

  /// What decisions say of repeating by a moment, and when the last was decided or answered of each institution and item.
  private func told(
    _ reference: ReferenceData, _ moment: Instant?
  ) -> (grounds: [RetestGround], heardAt: [[String]: Instant]) {
    if events.isEmpty { return ([], [:]) }
    var ledger = Ledger(reference: reference, at: moment ?? Instant(milliseconds: .max))
    var heardAt: [[String]: Instant] = [:]
    var decisions: [String: RecordedDecision] = [:]
    func hear(_ institution: String, _ item: String, _ at: Instant) {
      heardAt[[institution, item]] = max(at, heardAt[[institution, item]] ?? at)
    }
    for case .decision(let decision)? in events {
      ledger.add(decision)
      decisions[decision.decisionId] = decision
      for item in decision.items { hear(decision.orderingInstitution, item.item, decision.orderedAt.instant) }
    }
    for case .feedback(let feedback)? in events {
      ledger.add(feedback)
      if let decision = decisions[feedback.decisionId] {
        hear(decision.orderingInstitution, feedback.item, feedback.at.instant)
      }
    }
    let grounds = ledger.grounds().filter { isAbout.contains($0.key) }.flatMap(\.value)
    return (grounds, heardAt)
  }
}
