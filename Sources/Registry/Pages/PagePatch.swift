import Clinical
import Dispatch
import Foundation
import RegistryStore
import Savings

/// The lines of some subjects that are to be looked at anew, as one snapshot shows them: worked out while others write, and put in place
/// when nothing else was meanwhile.
struct PagePatch {
  private let kind: AuditSubjectKind
  private let edition: Int64
  private var subjects: [AuditSubject] = []
  /// Of each subject.
  private var lines: [[any PageLine]] = []

  /// Subjects in one patch: enough that a page is not written again for each of them.
  static let most = 16_384
  /// Subjects held in memory at once, with all that is recorded of them.
  private static let chunk = 256

  var isEmpty: Bool { subjects.isEmpty }

  init(_ kind: AuditSubjectKind, _ registry: Registry, _ transaction: any StoreSnapshot, most: Int) throws {
    self.kind = kind
    edition = try transaction.auditPageState(kind)?.edition ?? 0
    let stale = try transaction.staleAuditSubjects(kind, limit: most)
    if stale.isEmpty { return }
    let reference = try registry.reference(transaction, knownAt: nil).data
    switch kind {
    case .report:
      var known: Set<Int64> = []
      for start in stride(from: 0, to: stale.count, by: Self.chunk) {
        var read: [(subject: AuditSubject, versions: [StoredReportVersion])] = []
        for subject in stale[start..<min(start + Self.chunk, stale.count)] where known.insert(subject.id).inserted {
          let numbers = try transaction.tiedNumbers(institution: subject.scope, number: subject.name)
          // A report of several numbers stands under the first.
          for (place, number) in numbers.enumerated() {
            let own =
              number == subject.name
              ? subject : try transaction.auditSubject(.report, scope: subject.scope, name: number)
            guard let own, own == subject || known.insert(own.id).inserted else { continue }
            let versions =
              place == 0
              ? try transaction.reportVersions(institution: subject.scope, numbers: numbers) : []
            read.append((own, versions))
          }
        }
        subjects += read.map(\.subject)
        lines += inParallel(read) { ReportLines($0.versions, reference).all }
      }
    case .person:
      let hasAsked = try transaction.hasAsked()
      for start in stride(from: 0, to: stale.count, by: Self.chunk) {
        let own = Array(stale[start..<min(start + Self.chunk, stale.count)])
        let read = try own.map { subject in
          var past = try PersonPast(of: subject.name, registry, transaction)
          if hasAsked { try past?.readEvents(transaction) }
          return past
        }
        subjects += own
        lines += try inParallel(read) { past in Result { try past?.lines(in: reference, at: nil) ?? [] } }
          .map { try $0.get() }
      }
    }
  }

  /// Puts the lines in their pages, in place of those the subjects had; nothing when something else was put there meanwhile.
  func put(in transaction: any StoreTransaction) throws {
    guard var state = try transaction.auditPageState(kind), state.edition == edition else { return }
    struct Place: Hashable {
      var kind: PageKind
      var day: Int64
    }
    struct Change {
      var removed: Set<Int64> = []
      var added: [[Int64]] = []
    }
    var changes: [Place: Change] = [:]
    var words: [String: Int64] = [:]
    func number(_ text: String) throws -> Int64 {
      if let known = words[text] { return known }
      let number = try transaction.bookWord(text)
      words[text] = number
      return number
    }
    for (subject, lines) in zip(subjects, lines) {
      for day in subject.days {
        for page in kind.pages { changes[Place(kind: page, day: day), default: Change()].removed.insert(subject.id) }
      }
      for line in lines {
        let values = [subject.id, line.time.milliseconds] + (try line.values(number))
        changes[Place(kind: type(of: line).kind, day: line.day), default: Change()].added.append(values)
      }
      let days = Set(lines.map(\.day))
      try transaction.setAuditSubject(subject.id, days: days)
    }
    for (place, change) in changes {
      var page = PageColumns(place.kind)
      if let bytes = try transaction.auditPage(place.kind.rawValue, day: place.day) {
        guard let read = PageColumns(place.kind, bytes) else { throw Registry.damagedPage }
        page = read
        if !change.removed.isEmpty { page.remove(change.removed) }
      } else if change.added.isEmpty {
        continue
      }
      for line in change.added { page.append(line) }
      try transaction.setAuditPage(place.kind.rawValue, day: place.day, page.isEmpty ? nil : page.packed)
    }
    state.edition += 1
    try transaction.setAuditPageState(kind, state)
  }
}

/// What is made of each element, every processor having its part.
private func inParallel<Element, Made>(_ elements: [Element], _ make: (Element) -> Made) -> [Made] {
  let lanes = min(ProcessInfo.processInfo.activeProcessorCount, elements.count)
  if lanes < 2 { return elements.map(make) }
  var results = [Made?](repeating: nil, count: elements.count)
  results.withUnsafeMutableBufferPointer { buffer in
    // Each lane writes the elements of its own indices alone, and what is made is made of the element alone.
    nonisolated(unsafe) let (buffer, elements, make) = (buffer, elements, make)
    DispatchQueue.concurrentPerform(iterations: lanes) { lane in
      for index in stride(from: lane, to: elements.count, by: lanes) { buffer[index] = make(elements[index]) }
    }
  }
  return results.compactMap { $0 }
}
