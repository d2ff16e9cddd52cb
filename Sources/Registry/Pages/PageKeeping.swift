import Catalogue
import Clinical
import RegistryStore
import Savings

/// What is derived from what is recorded and kept up for audits.
struct KeptParts: OptionSet {
  let rawValue: Int

  /// Of what was decided and answered.
  static let books = KeptParts(rawValue: 1)
  /// Pages of reports.
  static let reports = KeptParts(rawValue: 2)
  /// Pages of persons; they ask the books whom orders were about.
  static let persons: KeptParts = [KeptParts(rawValue: 4), .books]

  var subjects: [AuditSubjectKind] {
    (contains(.reports) ? [.report] : []) + (contains(.persons) ? [.person] : [])
  }
}

extension AuditSubjectKind {
  var pages: [PageKind] {
    switch self {
    case .report: [.upload, .mark, .code]
    case .person: [.question]
    }
  }
}

extension Registry {
  /// Raised when reports or persons are read for audits in another way than before, so that pages that are kept are made anew.
  private static let readingVersion = 1

  /// Brings books and pages up to what is recorded. Like the books it works in steps of a second or so, and goes on where it was ended.
  ///
  /// - Parameters:
  ///   - waits: whether it waits for another process that writes.
  ///   - isWanted: asked before each step: whether it goes on.
  func keep(_ parts: KeptParts, waits: Bool = true, while isWanted: () -> Bool = { true }) throws {
    if parts.contains(.books) { try keepBooks(waits: waits, while: isWanted) }
    for kind in parts.subjects { try keepPages(of: kind, waits: waits, while: isWanted) }
  }

  /// The same within a transaction.
  private func keep(_ parts: KeptParts, in transaction: any StoreTransaction) throws {
    if parts.contains(.books) { try keepBooks(in: transaction) }
    for kind in parts.subjects {
      while try !markTouched(kind, transaction) {}
      while case let patch = try PagePatch(kind, self, transaction, most: PagePatch.most), !patch.isEmpty {
        try patch.put(in: transaction)
      }
    }
  }

  /// Whether books and pages say all that is recorded.
  func areKept(_ parts: KeptParts, _ transaction: any StoreSnapshot) throws -> Bool {
    if parts.contains(.books), try !areBooksKept(transaction) { return false }
    return try parts.subjects.allSatisfy { try arePagesKept(of: $0, transaction) }
  }

  private func arePagesKept(of kind: AuditSubjectKind, _ transaction: any StoreSnapshot) throws -> Bool {
    guard let state = try transaction.auditPageState(kind), state.followed == transaction.commit.number else {
      return false
    }
    return try state.reference == pageReference(transaction) && !transaction.hasStaleAuditSubjects(kind)
  }

  private func pageReference(_ transaction: any StoreSnapshot) throws -> String {
    let generation = try reference(transaction, knownAt: nil).generation
    return "\(Self.readingVersion) \(try transaction.referenceDigest(generation) ?? "")"
  }

  private func keepPages(of kind: AuditSubjectKind, waits: Bool, while isWanted: () -> Bool) throws {
    var pace = KeepingPace()
    while try isWanted() && !store.read({ try arePagesKept(of: kind, $0) }) {
      while isWanted() {
        let current = pace
        var next = pace
        let isDone = try pace.givingWay {
          try store.writeDerived(waits: waits) { try timed(&next, $0) { try markTouched(kind, $0, current) } }
        }
        guard let isDone else { continue }
        pace = next
        if isDone { break }
      }
      while isWanted() {
        let most = pace.part(of: PagePatch.most)
        let patch = try store.read { try PagePatch(kind, self, $0, most: most) }
        if patch.isEmpty { break }
        var next = pace
        let put: Void? = try pace.givingWay {
          try store.writeDerived(waits: waits) { try timed(&next, $0) { try patch.put(in: $0) } }
        }
        if put != nil { pace = next }
      }
    }
  }

  private func timed<T>(
    _ pace: inout KeepingPace, _ transaction: any StoreTransaction, _ body: (any StoreTransaction) throws -> T
  ) throws -> T {
    let start = ContinuousClock.now
    let result = try body(transaction)
    pace.took(ContinuousClock.now - start, commit: transaction.commit.number)
    return result
  }

  /// Finds what was recorded since by the numbers of commits.
  ///
  /// - Returns: whether all of it was looked through.
  private func markTouched(
    _ kind: AuditSubjectKind, _ transaction: any StoreTransaction, _ pace: KeepingPace? = nil
  ) throws -> Bool {
    let now = transaction.commit.number
    var state = try transaction.auditPageState(kind) ?? AuditPageState()
    let (before, reference) = (state.followed, try pageReference(transaction))
    if before == now, state.reference == reference { return true }
    if state.reference != reference { try transaction.markAllAuditSubjects(kind) }
    let next = try transaction.commit(
      following: before, versions: pace?.part(of: 200_000) ?? 200_000,
      events: pace?.part(of: 50_000) ?? 50_000)
    switch kind {
    case .report: try transaction.markReportSubjects(after: before, through: next)
    case .person:
      try transaction.markPersonSubjects(after: before, through: next)
      try transaction.markAskedSubjects(after: before, through: next)
    }
    (state.edition, state.followed, state.reference) = (state.edition + 1, next, reference)
    try transaction.setAuditPageState(kind, state)
    return next == now
  }

  /// Reads in a state in which books and pages say all that is recorded: what comes in meanwhile belongs to neither. It waits for whoever
  /// writes, and nobody for it: what is left to be brought up to date is little, and it is read of a snapshot.
  func readKept<T>(_ parts: KeptParts, _ body: (any StoreSnapshot) throws -> T) throws -> T {
    while true {
      if let read = try readKept(parts, waits: true, body) { return read }
    }
  }

  /// The same for who only reads, and waits for nobody for long.
  ///
  /// - Parameter computed: the same from what is recorded, where somebody else writes and they cannot be brought up to date.
  func readKept<T>(
    _ parts: KeptParts, _ body: (any StoreSnapshot) throws -> T, orElse computed: (any StoreSnapshot) throws -> T
  ) throws -> T {
    do {
      for _ in 0..<16 {
        if let read = try readKept(parts, waits: false, body) { return read }
      }
    } catch StoreError.busy {}
    return try store.read(computed)
  }

  /// - Returns: nil where another process wrote in the moment between.
  private func readKept<T>(_ parts: KeptParts, waits: Bool, _ body: (any StoreSnapshot) throws -> T) throws -> T? {
    try keep(parts, waits: waits)
    return try store.writeDerived(waits: waits) {
      try keep(parts, in: $0)
    } thenRead: {
      try areKept(parts, $0) ? .some(try body($0)) : T?.none
    }
  }

  /// An audit, from what is kept where it is asked of all that is recorded now; of an earlier state it is computed.
  func audited<T>(
    _ scope: AuditScope, from parts: KeptParts, _ kept: (any StoreSnapshot) throws -> T,
    orElse computed: (any StoreSnapshot) throws -> T
  ) throws -> T {
    func isEarlier(_ transaction: any StoreSnapshot) -> Bool { scope.knownAt.map { $0 < transaction.knownAt } ?? false }
    if try store.read(isEarlier) { return try store.read(computed) }
    return try readKept(parts) {
      // Something may have been recorded since.
      try isEarlier($0) ? computed($0) : kept($0)
    } orElse: {
      try computed($0)
    }
  }

  /// Reads the pages of a kind that can concern a period.
  func eachPage(
    _ kind: PageKind, in scope: AuditScope?, _ transaction: any StoreSnapshot,
    _ body: (UnsafeRawBufferPointer) throws -> Bool
  ) throws {
    func day(_ moment: Instant) -> Int64 { Int64((Double(moment.milliseconds) / 86_400_000).rounded(.down)) }
    let first = scope?.from.map(day) ?? .min
    let last = max(first, scope?.to.map(day) ?? .max)
    try transaction.eachAuditPage(kind.rawValue, days: first...last) { bytes in
      guard try body(bytes) else { throw Registry.damagedPage }
    }
  }

  static let damagedPage = StoreError.damaged(
    "a page of the audits is not what was written; `--recompute` makes it again")
}

/// What the numbers of pages stand for, as far as they were asked for.
final class PageTexts {
  private var known: [Int64: String?] = [:]
  private let transaction: any StoreSnapshot

  init(_ transaction: any StoreSnapshot) { self.transaction = transaction }

  func text(_ number: Int64) throws -> String? {
    if number == 0 { return nil }
    if let text = known[number] { return text }
    let text = try transaction.bookWord(number)
    known[number] = .some(text)
    return text
  }
}
