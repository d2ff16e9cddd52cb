import Clinical
import PersonIndex
import RegistryStore

/// Finds out, from the first message on, what is of crowds: it proves nothing from then on, and what it proved before is looked at again.
struct Crowding {
  /// More records than this under one number of an institution are of no one patient.
  private static let mostHolders = 24

  let transaction: any StoreTransaction
  let recordedAt: Instant
  let matching: PersonMatching

  /// - Parameters:
  ///   - said: all that was said of the record.
  ///   - holders: other records that its institution has under numbers of its.
  /// - Returns: the records that share something that has become common with this one.
  func found(around record: Int64, _ said: SaidRecord, underOneNumber holders: [Int64]) throws -> [Int64] {
    var parting: Set<Int64> = []
    var looked = [said]
    while let next = looked.popLast() {
      for (value, records) in matching.crowds(of: next) {
        try matching.keep(common: value, of: records, transaction, recordedAt: recordedAt)
        // Without it others may not be told from one another any more.
        looked += try records.filter { !parting.contains($0) }.map { SaidRecord(try transaction.personRecord($0)) }
        parting.formUnion(records)
      }
    }
    if holders.count > 1 {
      for number in said.record.localNumbers where !matching.common.contains(.local(number)) {
        let records = try self.holders(of: number, among: holders + [record])
        guard try areOfCrowd(records) else { continue }
        try matching.keep(common: .local(number), of: records, transaction, recordedAt: recordedAt)
        parting.formUnion(records)
      }
    }
    return parting.sorted()
  }

  /// Values that so many records have who are not one person's that they prove nothing, although nothing tells those records apart: patients
  /// without a name under one card.
  ///
  /// - Returns: the records that have them.
  func overfull(_ said: PersonIndex.PersonRecord, most: Int) throws -> [Int64] {
    var parting: Set<Int64> = []
    for (value, records) in matching.shared(by: said, most: most) {
      var people: Set<String> = []
      for record in records where people.count <= most {
        if let person = try transaction.link(record: record)?.person { people.insert(person) }
      }
      if people.count <= most / 2 { continue }
      try matching.keep(common: value, of: records, transaction, recordedAt: recordedAt)
      parting.formUnion(records)
    }
    return parting.sorted()
  }

  private func holders(of number: String, among records: [Int64]) throws -> [Int64] {
    try Set(records).sorted().filter { try matching.record($0, transaction).localNumbers.contains(number) }
  }

  private func areOfCrowd(_ ids: [Int64]) throws -> Bool {
    try ids.count > Self.mostHolders || CommonValue.areOfCrowd(ids.map { try matching.record($0, transaction) })
  }
}
