import Clinical
import PersonIndex

/// A province's people and the institutions that know them: each is known at home, and one in fifty to nobody yet.
///
/// Its numbers ascend with the people, for a database is filled in their order: each index is then written where it was written
/// last, and the pages at hand are enough. Those whom nobody knows yet lie everywhere between the others.
struct Population {
  /// The known and the unknown together.
  let persons: Int
  let institutions: Int
  let seed: UInt64

  /// One of so many is held back.
  static let block = 50
  /// The resident numbers there are, without those of people who are of no population.
  static let most = 35_000_000
  /// More institutions would share local numbers.
  static let mostInstitutions = 64

  /// The institution that knows a person.
  func home(of person: Int) -> Int { person * institutions / persons }

  /// Whether no institution knows a person yet.
  func isHeldBack(_ person: Int) -> Bool { person == heldBack(in: person / Population.block) }

  /// The person of a block who is held back; in the last, incomplete block there may be none of that number.
  func heldBack(in block: Int) -> Int {
    var draw = Draw(seed: seed, .arrival, block)
    return block * Population.block + draw.below(Population.block)
  }

  /// The code that a person of the database is given: anywhere among all codes, yet after those of the persons before.
  func code(of person: Int) -> String {
    let stride = UInt64.max / UInt64(persons)
    var draw = Draw(seed: seed, .order, person)
    return PersonCode.code(at: stride * UInt64(person) + draw.next() % stride)
  }

  /// What an institution says of a person: at home what it always said, elsewhere as another hospital writes it.
  func patient(_ person: Int, at institution: Int) -> Patient {
    var patient = InventedPerson.patient(person, seed: seed, visit: institution == home(of: person) ? 0 : 1)
    patient.identifiers.insert(Identifier(.local, localID(person, at: institution)), at: 0)
    return patient
  }

  /// A visitor's number falls among those of the institution's own people, and is nobody else's.
  private func localID(_ person: Int, at institution: Int) -> String {
    let home = home(of: person)
    let first = (home * persons + institutions - 1) / institutions
    var writer = ByteWriter()
    writer.text(City.code(ofInstitution: institution))
    writer.byte(45)
    let visitor = (home - institution + institutions) % institutions
    writer.number((person - first) * Population.mostInstitutions + visitor, width: 9)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
