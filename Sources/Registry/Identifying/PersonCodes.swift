import Clinical
import RegistryStore

/// Which group goes on under which code. The oldest code stays: it is the one that others may have written down.
struct PersonCodes {
  struct Codes {
    /// Nil where a new one is needed.
    var kept: String?
    /// Whether it was out of use and comes back.
    var isRevived = false
    /// Those that the group's records had and that are no longer in use, in byte order.
    var former: [String] = []
  }

  /// In the order of the groups.
  let ofGroups: [Codes]

  /// - Parameter revived: by record, the code it had before what is being undone.
  init(
    _ groups: [PersonGroup], _ links: [Int64: PersonLink], revived: [Int64: String], _ transaction: StoreTransaction
  ) throws {
    // A person that falls apart goes on where most of the records are; of equals where the first is.
    var counts: [String: [(group: Int, records: Int)]] = [:]
    for (place, group) in groups.enumerated() {
      for (code, records) in Dictionary(grouping: group.records.compactMap({ links[$0]?.person }), by: { $0 }) {
        counts[code, default: []].append((place, records.count))
      }
    }
    var inherited: [Int: [String]] = [:]
    for (code, holders) in counts {
      if let heir = holders.min(by: { ($1.records, $0.group) < ($0.records, $1.group) }) {
        inherited[heir.group, default: []].append(code)
      }
    }
    var taken = Set(counts.keys)
    ofGroups = try groups.indices.map { place in
      let own = inherited[place] ?? []
      if own.isEmpty {
        let before = groups[place].records.compactMap { revived[$0] }.filter { !taken.contains($0) }.min()
        if let before { taken.insert(before) }
        return Codes(kept: before, isRevived: before != nil)
      }
      let ages = try own.map { (code: $0, age: try transaction.personRecordedAt($0)?.milliseconds ?? .max) }
      let kept = ages.min { ($0.age, $0.code) < ($1.age, $1.code) }?.code
      return Codes(kept: kept, former: own.filter { $0 != kept }.sorted())
    }
  }
}
