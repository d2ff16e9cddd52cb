import Clinical
import PersonIndex
import RegistryStore

/// All that is said of a record, with its form in the index: made once, and asked for four times of a record that is new.
struct SaidRecord {
  let record: PersonIndex.PersonRecord
  let signature: MatchSignature

  init(_ record: PersonIndex.PersonRecord) { (self.record, signature) = (record, MatchSignature(record)) }
}

extension StoreSnapshot {
  /// The form of each record that the index holds; none where it is of another version.
  func signatures() throws -> [Int64: MatchSignature] {
    var held: [Int64: MatchSignature] = [:]
    try eachSignature(after: 0) { record, bytes in held[record] = MatchSignature(bytes: bytes) }
    return held
  }

  /// A record as the index compares it: all that its institution said of the patient, the last word on each.
  func personRecord(_ id: Int64, knownAt: Instant? = nil) throws -> PersonIndex.PersonRecord {
    guard let key = try recordKey(id) else { throw StoreError.damaged("a link to a record that is not there") }
    return PersonIndex.PersonRecord(key: key, identities: try identities(record: id, knownAt: knownAt))
  }
}

extension PersonIndex.PersonRecord {
  /// - Parameter normalised: the patient's numbers as `PersonNumbers.normalised` makes them, where that was done.
  init(key: RecordKey, _ patient: Patient, doubtful: [Identifier] = [], normalised: [Identifier?]? = nil) {
    self.init(
      key: [key.institution, key.kind, key.value].joined(separator: "|"), patient: patient,
      institution: key.institution, doubtful: doubtful, normalised: normalised)
  }

  /// - Parameter identities: what was said of the patient, the oldest first.
  init(key: RecordKey, identities: [Patient]) {
    if identities.count == 1 {
      self.init(key: key, identities[0])
      return
    }
    var said = Patient()
    var doubtful: [Identifier] = []
    for identity in identities {
      let two = PersonNumbers.doubtful(of: identity)
      doubtful += two
      said.identifiers += identity.identifiers.filter {
        !said.identifiers.contains($0) && (two.isEmpty || $0.kind != .residentID)
      }
      said.otherNames += identity.otherNames.filter { !said.otherNames.contains($0) }
      said.phones += identity.phones.filter { !said.phones.contains($0) }
      if let name = identity.name {
        if let earlier = said.name, earlier != name, !said.otherNames.contains(earlier) {
          said.otherNames.append(earlier)
        }
        said.name = name
      }
      said.sex = identity.sex ?? said.sex
      said.birthDate = identity.birthDate ?? said.birthDate
      said.address = identity.address ?? said.address
      said.birthOrder = identity.birthOrder ?? said.birthOrder
      said.motherName = identity.motherName ?? said.motherName
    }
    self.init(key: key, said, doubtful: doubtful)
  }
}
