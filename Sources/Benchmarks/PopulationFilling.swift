import Clinical
import Crypto
import Foundation
import Registry
import RegistryStore

/// Fills a registry with a population, a hundred thousand people a transaction.
///
/// It stands between two messages: the first is the evidence that every record refers to, the last, in the last of the
/// transactions, says that all are there. Killed in between, it goes on after the last whole transaction, which the number of
/// signatures tells.
struct PopulationFilling: Sendable {
  let store: any Store
  let population: Population
  /// Persons of one transaction, the held back among them; whole blocks.
  var batch = 2000 * Population.block

  private static let sender = "Benchmarks||"

  private var name: String {
    "population \(population.persons) \(population.institutions) \(population.seed)"
  }

  /// - Parameter progress: called after every transaction, with the persons gone through.
  /// - Returns: how many persons it wrote; the rest were there.
  func fill(progress: (Int) throws -> Void = { _ in }) async throws -> Int {
    guard let (evidence, start) = try begin() else { return 0 }
    func prepared(_ first: Int) -> Task<[PopulationRow], Never> {
      let range = first..<min(first + batch, population.persons)
      let population = population
      return Task.detached {
        range.lazy.filter { !population.isHeldBack($0) }.map { PopulationRow($0, of: population) }
      }
    }
    var written = 0
    var first = start
    // While one transaction is written the next is made, and no more: it bounds the memory.
    var next = prepared(first)
    while first < population.persons {
      let rows = await next.value
      first += batch
      let isLast = first >= population.persons
      if !isLast { next = prepared(first) }
      try await store.writeInBackground { transaction in
        try PopulationRow.insert(
          rows, in: transaction, message: evidence, toldAt: PopulationFilling.toldAt,
          recordedAt: transaction.recordedAt)
        if isLast { _ = try message("complete", in: transaction) }
      }
      written += rows.count
      try progress(min(first, population.persons))
    }
    try store.checkpoint()
    return written
  }

  /// Before any message of a feed.
  private static let toldAt = Instant(milliseconds: Int64(City.start - 480) * 60_000)

  /// The evidence, and the person to go on with; nil when all are there.
  private func begin() throws -> (evidence: Int64, start: Int)? {
    try store.write { transaction in
      func known(_ part: String) throws -> Int64? {
        try transaction.messages(sender: PopulationFilling.sender, messageID: "\(name) \(part)").first?.id
      }
      if try known("complete") != nil { return nil }
      let count = try transaction.signatureCount()
      guard let evidence = try known("begun") else {
        guard count == 0 else { throw Failure(PopulationFilling.foreign) }
        return (try message("begun", in: transaction), 0)
      }
      // Of each block one is held back.
      let (batches, rest) = count.quotientAndRemainder(dividingBy: batch / Population.block * (Population.block - 1))
      let start = min(batches * batch, population.persons)
      guard count > 0 else { return (evidence, 0) }
      let last = (0..<start).last { !population.isHeldBack($0) }
      guard rest == 0, let last, try transaction.record(PopulationRow(last, of: population).key) != nil
      else { throw Failure(PopulationFilling.foreign) }
      return (evidence, start)
    }
  }

  private static let foreign =
    "this registry holds something else than the beginning of this population: delete it, and load reference data into a new one"

  private func message(_ part: String, in transaction: any StoreTransaction) throws -> Int64 {
    let bytes = Array("\(name) \(part)\n".utf8)
    let digest = Array(SHA256.hash(data: bytes))
    return try transaction.insert(
      StoredMessage(
        digest: digest, institution: City.code(ofInstitution: 0), sender: PopulationFilling.sender,
        messageID: "\(name) \(part)", messageTime: PopulationFilling.toldAt, content: digest, dialect: .hl7v2XML,
        feed: try transaction.feed("population"), line: 1, recordedAt: transaction.recordedAt, findings: nil,
        body: Compressor().compress(bytes)))
  }
}
