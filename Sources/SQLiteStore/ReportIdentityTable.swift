import Clinical
import GRDB
import RegistryStore

enum ReportIdentitySchema {
  static let sql = """
    -- Other ids of reports than their numbers: of the document, its set, the documents it replaces, and numbers tied to one another.
    CREATE TABLE report_identity (
      institution TEXT NOT NULL,
      identity TEXT NOT NULL,
      report_number TEXT NOT NULL,
      recorded_at INTEGER NOT NULL,
      PRIMARY KEY (institution, identity, report_number)
    ) STRICT, WITHOUT ROWID;
    """
}

/// Ids by which versions of one report know one another beside its number: documents that replace others come with ids of their own.
///
/// A document's own id is kept as `=id`, and one that it says it takes the place of as `>id`: two documents of one id are no versions of
/// each other by that alone, because senders write ids of examples into every document.
///
/// A version is kept under the number of the report that it is a version of, as far as that is known when it comes. One that shows later
/// that two reports were one ties their numbers.
extension SQLiteTransaction {
  func insertReportIdentity(institution: String, _ identity: String, number: String, recordedAt: Instant) throws {
    try run(
      """
      INSERT INTO report_identity (institution, identity, report_number, recorded_at) VALUES (?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """, [institution, identity, number, recordedAt.milliseconds])
  }

  /// Whether any report is known by more than its number.
  func hasReportIdentities() throws -> Bool {
    try one(Int64.self, "SELECT 1 FROM report_identity LIMIT 1", []) != nil
  }

  func reportNumbers(institution: String, of identities: [String]) throws -> [String] {
    var numbers: Set<String> = []
    var queue = identities
    var seen = Set(identities)
    let most = 32
    while let identity = queue.popLast() {
      let rows = try rows(
        "SELECT report_number FROM report_identity WHERE institution = ? AND identity = ? LIMIT ?",
        [institution, identity, most + 1])
      var found: [String] = []
      while let row = try rows.next() { found.append(row[0]) }
      if found.count > most { continue }
      for number in found {
        numbers.insert(number)
        if seen.insert(number).inserted { queue.append(number) }
      }
    }
    return numbers.sorted()
  }

  /// Numbers that were found later to be one report's.
  func tiedReportNumbers() throws -> [(institution: String, a: String, b: String)] {
    let rows = try rows(
      """
      SELECT institution, identity, report_number FROM report_identity AS tie
      WHERE identity <> report_number AND EXISTS (
        SELECT 1 FROM report_version WHERE institution = tie.institution AND report_number = tie.identity)
      """, [])
    var result: [(institution: String, a: String, b: String)] = []
    while let row = try rows.next() { result.append((row[0], row[1], row[2])) }
    return result
  }
}
