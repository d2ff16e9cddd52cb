import Clinical
import GRDB
import RegistryStore

extension SQLiteTransaction {
  func insertPerson(_ code: String, recordedAt: Instant) throws -> Bool {
    try run(
      "INSERT INTO person (code, recorded_at) VALUES (?, ?) ON CONFLICT DO NOTHING", [code, recordedAt.milliseconds])
    return db.changesCount > 0
  }

  func hasPerson(_ code: String) throws -> Bool {
    try one(Int64.self, "SELECT 1 FROM person WHERE code = ?", [code]) != nil
  }

  func personRecordedAt(_ code: String) throws -> Instant? {
    try one(Int64.self, "SELECT recorded_at FROM person WHERE code = ?", [code]).map { Instant(milliseconds: $0) }
  }

  func insertLink(_ link: PersonLink, actor: String, event: String?, recordedAt: Instant) throws {
    try run(
      "INSERT INTO link (record, person, grade, rule, actor, recorded_at) VALUES (?, ?, ?, ?, ?, ?)",
      [link.record, link.person, link.grade.rawValue, link.rule, actor, recordedAt.milliseconds])
    if let event { try run("INSERT INTO link_event (link, event) VALUES (?, ?)", [lastID, event]) }
  }

  func insertNamedOtherwise(person: String) throws {
    try run("INSERT INTO named_otherwise (person) VALUES (?) ON CONFLICT DO NOTHING", [person])
  }

  func isNamedOtherwise(person: String) throws -> Bool {
    try one(Int64.self, "SELECT 1 FROM named_otherwise WHERE person = ?", [person]) != nil
  }

  func link(record: Int64, knownAt: Instant?) throws -> PersonLink? {
    try first(
      "SELECT person, grade, rule FROM link WHERE record = ? AND recorded_at <= ? ORDER BY id DESC LIMIT 1",
      [record, knownAt?.milliseconds ?? .max]
    ) { row in
      guard let grade = LinkGrade(rawValue: row[1]) else { throw StoreError.damaged("a link of an unknown grade") }
      return PersonLink(record: record, person: row[0], grade: grade, rule: row[2])
    }
  }

  func links(person: String, knownAt: Instant?) throws -> [PersonLink] {
    let moment = knownAt?.milliseconds ?? .max
    let rows = try rows(
      """
      SELECT record, grade, rule FROM link AS own WHERE person = ?
        AND id = (SELECT max(id) FROM link WHERE record = own.record AND recorded_at <= ?) ORDER BY record
      """, [person, moment])
    var links: [PersonLink] = []
    while let row = try rows.next() {
      guard let grade = LinkGrade(rawValue: row[1]) else { throw StoreError.damaged("a link of an unknown grade") }
      links.append(PersonLink(record: row[0], person: person, grade: grade, rule: row[2]))
    }
    return links
  }

  func firstRecord(person: String) throws -> Int64? {
    try one(Int64.self, "SELECT record FROM link WHERE person = ? ORDER BY id LIMIT 1", [person])
  }

  func possibleLinks(of links: [PersonLink], knownAt: Instant?) throws -> [PersonLink] {
    let own = Set(links.map(\.record))
    var others: [Int64: PersonLink] = [:]
    for link in links {
      for task in try reviews(record: link.record, knownAt: knownAt) {
        let other = task.records.a == link.record ? task.records.b : task.records.a
        if own.contains(other) { continue }
        others[other] = PersonLink(record: other, person: link.person, grade: .possible, rule: "review")
      }
    }
    return others.values.sorted { $0.record < $1.record }
  }

  func insertRedirect(from person: String, to target: String, recordedAt: Instant) throws {
    try run(
      "INSERT INTO redirect (person, target, recorded_at) VALUES (?, ?, ?)", [person, target, recordedAt.milliseconds])
  }

  func currentPerson(_ code: String, knownAt: Instant?) throws -> String? {
    guard try hasPerson(code) else { return nil }
    var code = code
    var seen: Set<String> = [code]
    while let target = try one(
      String.self, "SELECT target FROM redirect WHERE person = ? AND recorded_at <= ? ORDER BY id DESC LIMIT 1",
      [code, knownAt?.milliseconds ?? .max]), seen.insert(target).inserted
    {
      code = target
    }
    return code
  }

  func redirects(to person: String, knownAt: Instant?) throws -> [String] {
    var result: Set<String> = []
    var queue = [person]
    while let target = queue.popLast() {
      let rows = try rows("SELECT DISTINCT person FROM redirect WHERE target = ?", [target])
      var codes: [String] = []
      while let row = try rows.next() { codes.append(row[0]) }
      for code in codes where code != person {
        guard try currentPerson(code, knownAt: knownAt) == person, result.insert(code).inserted else { continue }
        queue.append(code)
      }
    }
    return result.sorted()
  }

  func eachPerson(_ body: (String) throws -> Void) throws {
    let rows = try rows("SELECT code FROM person ORDER BY code", [])
    while let row = try rows.next() {
      let code: String = row[0]
      if try currentPerson(code) == code { try body(code) }
    }
  }
}
