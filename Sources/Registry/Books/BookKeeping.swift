import Catalogue
import Clinical
import Foundation
import Recognition
import RegistryStore
import Savings

extension Registry {
  /// Brings the books up to what is recorded: new events, new results of persons with claims, persons joined or parted, other
  /// reference data. What was recorded since is found by the numbers of commits, so that nobody has to tell the books.
  ///
  /// It works in transactions of a second or so, each leaving the books as far as they are: killed at any moment, it goes on from
  /// there.
  ///
  /// - Parameters:
  ///   - waits: whether it waits for another process that writes.
  ///   - isWanted: asked before each step: whether it goes on.
  public func keepBooks(waits: Bool = true, while isWanted: () -> Bool = { true }) throws {
    if try store.read({ try areBooksKept($0) }) { return }
    var keeping = BookKeeping(registry: self)
    while isWanted() {
      // What a transaction that is taken back did is not remembered.
      var next = keeping
      let isDone = try keeping.pace.givingWay {
        try store.writeDerived(waits: waits) { try next.timedStep($0) }
      }
      guard let isDone else { continue }
      if isDone { return }
      keeping = next
    }
  }

  /// The same as far as it keeps nobody waiting: what is left is for whoever reads the books first.
  func keepBooksIfNobodyWaits() throws {
    do {
      try keepBooks(waits: false)
    } catch StoreError.busy {}
  }

  /// The same within a transaction.
  func keepBooks(in transaction: any StoreTransaction) throws {
    var keeping = BookKeeping(registry: self)
    while try !keeping.timedStep(transaction) {}
  }

  /// Whether the books say all that is recorded, as this version of the registry reads results as items.
  func areBooksKept(_ transaction: any StoreSnapshot) throws -> Bool {
    guard let state = try transaction.bookState(), state.followed == transaction.commit.number else { return false }
    return try state.reference == reference(transaction, knownAt: nil).data.bookDigest && !transaction.hasStaleBooks()
  }
}

/// One transaction's worth of keeping the books.
private struct BookKeeping {
  private let registry: Registry
  /// The numbers of words, as far as they were asked for.
  private var words: [String: Int64] = [:]
  /// As of which commit each order was entered: with all its events, of which thousands may follow.
  private var entered: [String: Int64] = [:]
  fileprivate var pace = KeepingPace()

  init(registry: Registry) { self.registry = registry }

  mutating func timedStep(_ transaction: any StoreTransaction) throws -> Bool {
    let start = ContinuousClock.now
    defer { pace.took(ContinuousClock.now - start, commit: transaction.commit.number) }
    return try step(transaction)
  }

  /// - Returns: whether the books are up to date.
  private mutating func step(_ transaction: any StoreTransaction) throws -> Bool {
    let now = transaction.commit.number
    var state = try transaction.bookState() ?? BookState()
    let reference = try registry.reference(transaction, knownAt: nil).data
    if state.reference != reference.bookDigest { try transaction.markAllBooks() }
    state.reference = reference.bookDigest
    state.zone = reference.zone.identifier
    let before = state.followed
    let next = try transaction.commit(following: before, versions: pace.part(of: 200_000), events: pace.part(of: 8192))
    // What there is of a person when their first claim is entered is all looked at then.
    if try transaction.hasBookEntries() {
      try transaction.markTouchedBooks(after: before, through: next)
      for order in try transaction.ordersRetold(after: before, through: next) {
        let told = LedgerEvent.decode(try transaction.events(orderPrefix: order))
        try hold(order, told.compactMap(\.?.decision), transaction)
      }
    }
    try transaction.markDisputedBooks(after: before, through: next)
    let orders = try transaction.touchedOrders(after: before, through: next)
    // What was entered as of a commit that a later step looks beyond has perhaps more events by now.
    try enter(orders.filter { entered[$0].map { $0 < next } ?? true }, transaction)
    for order in orders { entered[order] = now }
    let waiting = try transaction.waitingEvents(after: before, through: next)
    for (event, stored) in zip(LedgerEvent.decode(waiting), waiting) {
      if case .unreadable = event { try transaction.insertUnreadable(stored) }
    }
    state.followed = next
    try transaction.setBookState(state)
    if next != now { return false }
    // Pages last: they are made of what the others leave.
    let (mostPersons, mostDays) = (pace.part(of: 2048), pace.part(of: 32))
    let persons = try transaction.stalePersons(limit: mostPersons)
    for person in persons { try look(at: person, reference, transaction) }
    if persons.count == mostPersons { return false }
    let days = try transaction.staleBookPages(limit: mostDays)
    for day in days { try makePage(of: day, reference, transaction) }
    return days.count < mostDays
  }

  /// Enters what the events say of some orders.
  private func enter(_ orders: [String], _ transaction: any StoreTransaction) throws {
    let told = try orders.map { try transaction.events(orderPrefix: $0) }
    var events = LedgerEvent.decode(told.flatMap { $0 })[...]
    for (order, stored) in zip(orders, told) {
      var decisions: [[String]: [RecordedDecision]] = [:]
      var feedback: [FeedbackEvent] = []
      for (event, stored) in zip(events, stored) {
        switch event {
        case .decision(let decision):
          // The ids of another order may begin so, too.
          let key = [decision.orderingInstitution, decision.orderId]
          if Registry.decisionEvents(key[0], key[1]) == order { decisions[key, default: []].append(decision) }
        case .feedback(let event): feedback.append(event)
        case .unreadable: try transaction.insertUnreadable(stored)
        case nil: continue
        }
      }
      events = events.dropFirst(stored.count)
      let entries = decisions.values.flatMap { BookEntry.entries(of: $0, feedback: feedback) }
      try transaction.removeAsked(order: order)
      for decision in decisions.values.joined() {
        try transaction.insertAsked(order: order, person: decision.person, record: decision.record)
      }
      try hold(order, Array(decisions.values.joined()), transaction)
      try transaction.replaceBookEntries(order: order, by: entries.map { try StoredBookEntry($0, order: order) })
    }
  }

  /// Holds the reports that were chosen for an order against what is known of them now.
  private func hold(_ order: String, _ decisions: [RecordedDecision], _ transaction: any StoreTransaction) throws {
    let chosen = Set(
      decisions.flatMap { $0.items.flatMap(\.chosen) }.map { [$0.institution, $0.reportId, $0.version] })
    let isCorrected = try chosen.contains { report in
      try transaction.tiedNumbers(institution: report[0], number: report[1]).contains { number in
        try transaction.versions(institution: report[0], number: number).contains { $0.content.hex != report[2] }
      }
    }
    try transaction.setCorrected(order: order, isCorrected)
  }

  /// Finds what later results did to the claims about a person.
  private func look(at person: String, _ reference: ReferenceData, _ transaction: any StoreTransaction) throws {
    let all = try transaction.staleBookEntries(person: person).map { (entry: $0, tests: try $0.tests) }
    // A code may have stood for several patients who were taken for one.
    for (record, claims) in Dictionary(grouping: all, by: \.entry.record) {
      let items = Set(claims.flatMap(\.tests).map(\.item))
      let later = try registry.results(
        of: Ledger.Subject(person: person, record: record), items: items, reference, transaction, knownAt: nil)
      for (claim, tests) in claims {
        guard let acceptedAt = claim.respondedAt, let validUntil = claim.validUntil else { continue }
        let fate = ClaimFate(
          acceptedAt: acceptedAt, validUntil: validUntil, windowHours: Int(claim.windowHours), tests: tests,
          later: later
        )
        try transaction.setFate(of: claim, reversedAt: fate.reversedAt, deferredAt: fate.deferredAt)
      }
    }
  }

  private mutating func makePage(of day: Int64, _ reference: ReferenceData, _ transaction: any StoreTransaction) throws
  {
    let entries = try transaction.bookEntries(day: day)
    let lines = try entries.map { entry in
      var line = BookLine(entry, reference)
      line.words.institution = try word(entry.institution, transaction)
      line.words.item = try word(entry.item, transaction)
      line.words.setting = try word(entry.setting, transaction)
      line.words.sources = try word(entry.sources, transaction)
      line.words.department = try word(entry.department, transaction)
      line.words.clinician = try word(entry.clinician, transaction)
      line.question.outcome = try word(entry.outcome, transaction)
      line.question.causes = try word(entry.causes, transaction)
      line.question.sourceList = try word(entry.sourceList, transaction)
      return line
    }
    guard let page = BookPage(lines) else { return try transaction.removeBookPage(day) }
    let head = BookPageHead(
      day: day, ordered: page.ordered, accepted: page.accepted, since: page.since, settledAt: page.settledAt)
    try transaction.setBookPage(
      head, sums: page.sums, times: page.times, words: page.words, questions: page.questions)
  }

  private mutating func word(_ text: String?, _ transaction: any StoreTransaction) throws -> Int64 {
    guard let text else { return 0 }
    if let known = words[text] { return known }
    let number = try transaction.bookWord(text)
    words[text] = number
    return number
  }
}

extension StoredBookEntry {
  fileprivate init(_ entry: BookEntry, order: String) throws {
    let prompt = entry.prompt
    let decision = prompt.decision
    self.init(
      order: order, person: decision.person, institution: decision.orderingInstitution, item: prompt.item.item,
      setting: decision.setting.rawValue, outcome: prompt.item.outcome.rawValue, since: entry.since,
      orderedAt: decision.orderedAt.instant,
      claimedTests: entry.acceptedAt == nil
        ? "" : String(decoding: try JSONEncoder().encode(prompt.item.claimedTests), as: UTF8.self))
    record = decision.record
    causes = try Self.json(prompt.item.causes ?? [:], isEmpty: prompt.item.causes?.isEmpty ?? true)
    let institutions = Set(prompt.item.chosen.map(\.institution)).sorted()
    sourceList = try Self.json(institutions, isEmpty: institutions.isEmpty)
    sources = prompt.sources
    department = decision.department
    clinician = decision.clinician
    orderReason = decision.retestReason.map { Int64($0.rawValue) }
    isPrompt = prompt.isPrompt
    isSameInstitution = prompt.isSameInstitution
    until = entry.until
    amountFen = prompt.item.priceFen.map(Int64.init)
    validUntil = prompt.item.validUntil?.instant
    windowHours = Int64(prompt.item.longestWindowHours)
    guard let response = prompt.response else { return }
    respondedAt = response.at.instant
    isAccepted = prompt.acceptedAt != nil
    if response.kind == .declined {
      switch response.retestReason {
      case .number(let number)?: reasonNumber = Int64(number)
      case .code(let code)?: reasonCode = code
      case nil: break
      }
    }
    isPatientTold = response.patientTold == true
    consultationFen = Int64(response.consultationFeeFen ?? 0)
    scheme = response.scheme
    enrolment = response.enrolment
    payment = response.payment
  }

  private static func json(_ value: some Encodable, isEmpty: Bool) throws -> String {
    if isEmpty { return "" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  fileprivate var tests: [ClaimedTest] {
    get throws {
      if claimedTests.isEmpty { return [] }
      guard let tests = try? JSONDecoder().decode([ClaimedTest].self, from: Data(claimedTests.utf8)) else {
        throw StoreError.damaged("the books of savings do not say what was claimed")
      }
      return tests
    }
  }
}

extension BookLine {
  /// Without its words.
  fileprivate init(_ entry: StoredBookEntry, _ reference: ReferenceData) {
    self.init(since: entry.since, orderedAt: entry.orderedAt)
    isPrompt = entry.isPrompt
    isSameInstitution = entry.isSameInstitution
    orderReason = entry.orderReason.flatMap { RetestReason(rawValue: Int($0)) }
    until = entry.until
    respondedAt = entry.respondedAt
    isAccepted = entry.isAccepted
    let declared = entry.reasonNumber.map { DeclaredRetestReason.number(Int($0)) } ?? entry.reasonCode.map { .code($0) }
    declineReason = declared?.reason(at: entry.institution, in: reference)
    isPatientTold = entry.isPatientTold
    validUntil = entry.validUntil
    reversedAt = entry.reversedAt
    deferredAt = entry.deferredAt
    amountFen = entry.amountFen.map(Int.init)
    consultationFen = Int(entry.consultationFen)
    split = reference.split(
      scheme: entry.scheme, enrolment: entry.enrolment, payment: entry.payment,
      setting: Setting(rawValue: entry.setting) ?? reference.policy.defaultSetting, institution: entry.institution)
  }
}
