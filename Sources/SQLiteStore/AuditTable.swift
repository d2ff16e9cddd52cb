import Clinical
import RegistryStore

extension SQLiteTransaction {
  func eachPersonCode(_ body: (String) throws -> Void) throws {
    let rows = try rows("SELECT code FROM person ORDER BY code", [])
    while let row = try rows.next() { try body(row[0]) }
  }

  func linkHistory(record: Int64, knownAt: Instant?) throws -> [(since: Instant, link: PersonLink)] {
    let rows = try rows(
      "SELECT recorded_at, person, grade, rule FROM link WHERE record = ? AND recorded_at <= ? ORDER BY id",
      [record, knownAt?.milliseconds ?? .max])
    var result: [(since: Instant, link: PersonLink)] = []
    while let row = try rows.next() {
      guard let grade = LinkGrade(rawValue: row[2]) else { continue }
      let link = PersonLink(record: record, person: row[1], grade: grade, rule: row[3])
      result.append((Instant(milliseconds: row[0]), link))
    }
    return result
  }
}
