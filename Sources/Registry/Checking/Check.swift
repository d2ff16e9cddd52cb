import Catalogue
import Clinical
import Crypto
import Foundation
import PersonIndex
import RegistryStore

extension Registry {
  /// What `huren check` found.
  public struct CheckResult: Encodable, Sendable {
    public var messages: Int
    public var reports: Int
    public var results: Int
    public var persons: Int
    /// Digest of the canonical content: the same for every order of arrival and any repetition. It names people by their smallest
    /// (institution, local id), and leaves out arrival.
    public var contentDigest: String
    /// The last commit, and the digest over it and all before it: kept elsewhere, it shows whether any was cut off.
    public var commit: Int64
    public var commitDigest: String
    public var problems: [String]
    /// What is to be known, and is no damage.
    public var notes: [String] = []
  }

  /// Looks at everything: SQLite's own structure, foreign keys, the digest of every message and report against its bytes, that every
  /// record has its person and every indexed number was said, and the books of savings against the events.
  ///
  /// - Parameter derives: whether every message is read again too, and held against what is kept of it: it takes about as long as
  ///   taking them in.
  public func check(
    derives: Bool = false, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> CheckResult {
    var result = try checkContent()
    if derives { try checkDerivation(&result, progress) }
    let ahead = try store.read { $0.commit.at.milliseconds } - clock().milliseconds
    // Commits that follow each other within one millisecond run ahead by that.
    if ahead > 60_000 {
      result.notes.append(
        "the registry's last commit is \(ahead / 60_000) minutes ahead of this machine's clock, which was wrong then or is now: commits go on from there, "
          + "and nothing is hidden; set the clock right, and give times to --known-at as answers tell them")
    }
    guard result.problems.isEmpty, try store.read({ try $0.chainHead().events }) > 0 else { return result }
    if let difference = try comparedSavings(Registry.finestScope(at: clock())).recompute?.difference {
      result.problems.append(
        "the books do not agree with the events: \(difference); `huren audit savings --recompute` has them made again")
    }
    return result
  }

  /// The number of the commit that has a digest, kept elsewhere: nil when there is none, so that commits were cut off or made anew.
  public func commit(withDigest digest: String) throws -> Int64? {
    guard let digest = Hexadecimal.bytes(digest.utf8) else { return nil }
    return try store.read { try $0.commit(withDigest: digest) }
  }

  private func checkContent() throws -> CheckResult {
    try store.read { transaction in
      var problems = try transaction.structuralProblems()
      let messages = try checkMessages(transaction, &problems)
      try checkRecords(transaction, &problems)
      try checkSignatures(transaction, &problems)
      try checkReferences(transaction, &problems)
      try checkSaid(transaction, &problems)
      try checkAccounts(transaction, &problems)
      var events = EventVerification()
      try walk(transaction, expectedHead: nil, into: &events)
      if let difference = events.difference { problems.append("event \(events.firstDifference ?? 0): \(difference)") }
      let commits = try transaction.verifyCommits()
      if let problem = commits.problem { problems.append(problem) }
      var hash = SHA256()
      var names: [Int64: String] = [:]
      var reports = 0
      var results = 0
      try transaction.eachReport { versions in
        reports += 1
        for version in versions where contentDigest(version) != version.content {
          problems.append("a report of \(version.institution) (message \(version.message)) does not match its digest")
        }
        guard let first = versions.first else { return }
        let name = try names[first.record] ?? personName(of: first.record, transaction)
        names[first.record] = name
        for state in ReportState.parts(of: versions.map(\.version)) {
          results += state.report.resultCount
          hash.update(data: Array((state.institution + "\u{1F}" + name + "\u{1F}").utf8))
          hash.update(data: ReportPacking.pack(state.report))
        }
      }
      var persons = 0
      try transaction.eachPerson { _ in persons += 1 }
      return CheckResult(
        messages: messages, reports: reports, results: results, persons: persons,
        contentDigest: Array(hash.finalize()).hex, commit: commits.last.number, commitDigest: commits.digest.hex,
        problems: problems)
    }
  }

  private func checkMessages(_ transaction: any StoreSnapshot, _ problems: inout [String]) throws -> Int {
    var count = 0
    try transaction.eachMessageBody { id, digest, body in
      count += 1
      do {
        let bytes = try body.withUnsafeBytes { try transaction.expand($0) }
        if Array(SHA256.hash(data: bytes)) == digest { return }
        problems.append("message \(id) does not match its digest: its bytes were changed")
      } catch StoreError.damaged(let what) {
        problems.append("message \(id) cannot be read: \(what)")
      }
    }
    return count
  }

  /// The index says what the records said, and every record belongs to somebody.
  private func checkRecords(_ transaction: any StoreSnapshot, _ problems: inout [String]) throws {
    var count = 0
    try transaction.eachRecord { record, key in
      if try transaction.link(record: record) == nil {
        problems.append("a record of \(key.institution) belongs to no person")
      }
      for number in PersonNumbers.usable(of: try transaction.identities(record: record)) {
        let scope = number.kind.isWithinInstitution ? key.institution : nil
        let isIndexed = try transaction.isIndexed(number, institution: scope, record: record)
        if isIndexed { count += 1 }
        // A number that is of a crowd is indexed no more.
        if try !isIndexed && !transaction.isCommon(CommonValue(number, of: key.institution).code) {
          problems.append("a number that was sent for a record of \(key.institution) is not indexed")
        }
      }
    }
    if try transaction.identifierCount() > count {
      problems.append("numbers are indexed that were sent for no record")
    }
  }

  /// What was said of patients, and what lies in quarantine, is what came.
  private func checkSaid(_ transaction: any StoreSnapshot, _ problems: inout [String]) throws {
    try transaction.eachIdentityBody { id, digest, body in
      if !SHA256.hash(data: body).starts(with: digest) {
        problems.append("what message \(id) said of its patient does not match its digest: it was changed")
      }
    }
    for message in try transaction.quarantined() {
      if message.isFile {
        if message.digest != UnreadFile(message).digest(at: message.recordedAt) {
          problems.append("quarantined file \(message.id) does not match its digest: what is told of it was changed")
        }
        continue
      }
      let body = try? transaction.quarantineBody(message.id)
      if body.map({ !SHA256.hash(data: $0).elementsEqual(message.digest) }) ?? true {
        problems.append("quarantined message \(message.id) does not match its digest: its bytes were changed")
      }
    }
  }

  /// Every generation of reference data is what was loaded.
  private func checkReferences(_ transaction: any StoreSnapshot, _ problems: inout [String]) throws {
    for generation in try transaction.referenceGenerations() {
      let files = try? transaction.referenceFiles(generation)
      let folder = ReferenceFolder(files: Dictionary((files ?? []).map { ($0.name, $0.bytes) }) { first, _ in first })
      if try files == nil || transaction.referenceDigest(generation) != Registry.digest(of: folder) {
        problems.append("generation \(generation) of the reference data is not what was loaded")
      }
    }
  }

  /// The person index holds of every record what was said of it.
  private func checkSignatures(_ transaction: any StoreSnapshot, _ problems: inout [String]) throws {
    let held = try transaction.signatures()
    try transaction.eachRecord { record, key in
      if held[record] != MatchSignature(try transaction.personRecord(record)) {
        problems.append(
          "the person index does not hold what was said of a record of \(key.institution): run `huren person rebuild --apply`"
        )
      }
    }
  }

  private func contentDigest(_ version: StoredReportVersion) -> [UInt8] {
    Registry.contentDigest(ReportPacking.pack(version.report), institution: version.institution)
  }

  /// The smallest (institution, local id) of the person a record belongs to.
  private func personName(of record: Int64, _ transaction: any StoreSnapshot) throws -> String {
    guard let person = try transaction.link(record: record)?.person else { return "" }
    let names = try transaction.links(person: person).compactMap { link -> String? in
      guard let key = try transaction.recordKey(link.record) else { return nil }
      let numbers = PersonNumbers.usable(of: try transaction.identities(record: link.record))
      let own = numbers.filter(\.kind.isWithinInstitution).map(\.value)
      return key.institution + "\u{1F}" + (own.min() ?? key.value)
    }
    return names.min() ?? ""
  }

  /// A consistent copy of the live registry.
  public func backup(to path: String) throws {
    try store.backup(to: path)
  }
}
