import Clinical
import RegistryStore

/// Which group goes on under which code. The oldest code stays: it is the one that others may have written down.
struct PersonCodes {
  /// For each group its code; nil where it needs a new one.
  let ofGroups: [String?]
  /// Codes no longer in use, with the first record of the group that holds what they held.
  let former: [(code: String, group: Int64)]

  init(_ groups: [PersonGroup], _ links: [Int64: PersonLink], _ transaction: StoreTransaction) throws {
    // A person that falls apart goes on where most of the records are; of equals where the first is.
    var counts: [String: [(group: Int, records: Int)]] = [:]
    for (place, group) in groups.enumerated() {
      for (code, records) in Dictionary(grouping: group.records.compactMap { links[$0]?.person }, by: { $0 }) {
        counts[code, default: []].append((place, records.count))
      }
    }
    var codes: [Int: [String]] = [:]
    for (code, holders) in counts {
      let heir = holders.min { ($1.records, $0.group) < ($0.records, $1.group) }
      if let heir { codes[heir.group, default: []].append(code) }
    }
    var ofGroups: [String?] = []
    var former: [(code: String, group: Int64)] = []
    for (place, group) in groups.enumerated() {
      let own = codes[place] ?? []
      let ages = try own.map { ($0, try transaction.personRecordedAt($0)?.milliseconds ?? .max) }
      let kept = ages.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
      ofGroups.append(kept)
      former += own.filter { $0 != kept }.map { ($0, group.records[0]) }
    }
    self.ofGroups = ofGroups
    self.former = former.sorted { $0.code < $1.code }
  }
}
