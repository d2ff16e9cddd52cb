import Clinical
import PersonIndex
import RegistryStore

/// Records that were found to be one person's, and how sure each is.
struct PersonGroup {
  /// In order of their ids.
  let records: [Int64]
  let grades: [(record: Int64, grade: LinkGrade, rule: String)]

  /// - Parameters:
  ///   - compared: the records as they are compared, in the same order.
  ///   - pinned: records of which a human said whose they are.
  ///   - stated: pairs of which their institution states that they are one patient's.
  init(records: [Int64], compared: [PersonIndex.PersonRecord], pinned: Set<Int64>, stated: [RecordPair]) {
    let order = records.indices.sorted { records[$0] < records[$1] }
    self.records = order.map { records[$0] }
    // Certain is what numbers tie to the first record by key, directly or through others: whatever came first, the same.
    guard let anchor = records.indices.min(by: { compared[$0].key < compared[$1].key }) else {
      grades = []
      return
    }
    var rules: [Int: String] = [anchor: "new"]
    var queue = [anchor]
    while let place = queue.popLast() {
      for other in records.indices where rules[other] == nil {
        guard let number = compared[other].sharedNumber(with: compared[place]) else { continue }
        rules[other] = number.kind.rawValue
        queue.append(other)
      }
    }
    let members = Set(records)
    let together = Set(
      stated.filter { members.contains($0.a) && members.contains($0.b) }.flatMap { [$0.a, $0.b] })
    grades = order.map { place in
      if pinned.contains(records[place]) { return (records[place], .certain, "human") }
      if let rule = rules[place] { return (records[place], .certain, rule) }
      if together.contains(records[place]) { return (records[place], .certain, "institution") }
      return (records[place], .probable, "demographics")
    }
  }
}
