import PersonIndex
import RegistryStore

/// What identification looked up and may need again. What was looked up since a mark, and may be of what is not there any more, can be
/// forgotten.
struct LookedUp {
  /// Records as they are compared.
  private(set) var records: [Int64: PersonIndex.PersonRecord] = [:]
  /// The record of what was said of a patient.
  private(set) var known: [IncomingPatient.Fingerprint: Int64] = [:]
  private(set) var feeds: [String: Int64] = [:]
  private var changes: [Change] = []
  /// Whether more was looked up in the transaction than is worth noting: then all of it is forgotten.
  private var isAll = false

  private enum Change {
    case record(Int64)
    case known(IncomingPatient.Fingerprint)
    case feed(String)
  }

  /// Entries kept at most of each kind; past that it starts anew, so that memory stays bounded.
  private static let limit = 40_000
  /// A record as it is compared takes a kilobyte.
  private static let recordLimit = 16_000

  /// How much was looked up until now.
  var mark: Int { changes.count }

  mutating func takeBack(to mark: Int) {
    if isAll { return (records, known, feeds) = ([:], [:], [:]) }
    while changes.count > mark, let change = changes.popLast() {
      switch change {
      case .record(let id): records[id] = nil
      case .known(let key): known[key] = nil
      case .feed(let label): feeds[label] = nil
      }
    }
  }

  /// The transaction has ended: what is still here stays.
  mutating func keep() { (changes, isAll) = ([], false) }

  mutating func forget() { self = LookedUp() }

  private mutating func note(_ change: Change) {
    if changes.count < Self.limit { changes.append(change) } else { isAll = true }
  }

  mutating func remember(_ record: PersonIndex.PersonRecord, _ id: Int64) {
    if records.count > Self.recordLimit { records.removeAll(keepingCapacity: true) }
    records[id] = record
    note(.record(id))
  }

  mutating func forget(_ id: Int64) { records[id] = nil }

  mutating func remember(_ record: Int64, for key: IncomingPatient.Fingerprint) {
    if known.count > Self.limit { known.removeAll(keepingCapacity: true) }
    known[key] = record
    note(.known(key))
  }

  mutating func forgetKnown() { known = [:] }

  mutating func remember(feed: Int64, for label: String) {
    if feeds.count > Self.limit { feeds = [:] }
    feeds[label] = feed
    note(.feed(label))
  }
}
