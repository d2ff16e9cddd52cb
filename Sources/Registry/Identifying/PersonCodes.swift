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
    _ groups: [PersonGroup], _ links: [Int64: PersonLink], revived: [Int64: String], _ transaction: any StoreSnapshot
  ) throws {
    // A person that falls apart goes on where most of the records are; of equals in the smaller group, which has no other code.
    var counts: [String: [(group: Int, records: Int)]] = [:]
    for (place, group) in groups.enumerated() {
      let codes = group.records.compactMap { revived[$0] ?? links[$0]?.person }
      for (code, records) in Dictionary(grouping: codes, by: { $0 }) {
        counts[code, default: []].append((place, records.count))
      }
    }
    var inherited: [Int: [String]] = [:]
    for (code, holders) in counts {
      let heir = holders.min {
        ($1.records, groups[$0.group].records.count, $0.group) < ($0.records, groups[$1.group].records.count, $1.group)
      }
      if let heir {
        inherited[heir.group, default: []].append(code)
      }
    }
    let current = Set(links.values.map(\.person))
    ofGroups = try groups.enumerated().map { place, group in
      let own = inherited[place] ?? []
      let ages = try own.map { (code: $0, age: try transaction.personRecordedAt($0)?.milliseconds ?? .max) }
      let kept = ages.min { ($0.age, $0.code) < ($1.age, $1.code) }?.code
      // A code whose records all go back to another one.
      let left = Set(group.records.compactMap { links[$0]?.person }).filter { counts[$0] == nil }
      return Codes(
        kept: kept, isRevived: kept.map { !current.contains($0) } ?? false,
        former: (own.filter { $0 != kept } + left).sorted())
    }
  }
}
