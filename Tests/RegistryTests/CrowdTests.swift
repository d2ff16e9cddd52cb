import Clinical
import Foundation
import PersonIndex
import Recognition
import Registry
import Testing

/// What many people share is found out from the first message on, proves nothing from then on, and what it proved before is looked at
/// again.
@Suite("crowds")
struct CrowdTests {
  private static let names = ["欧阳^明霞", "司马^长风", "上官^飞燕", "诸葛^静宜", "令狐^文轩", "皇甫^子涵", "慕容^雨晨", "宇文^浩然"]

  /// Somebody of a place in a crowd, who has nothing in common with the others.
  private static func visit(_ place: Int, visit: Int = 0) -> PersonFeed.Visit {
    PersonFeed.Visit(
      institution: "SYNTH-H1", localID: "C\(1000 + place * 10 + visit)", name: names[place % names.count],
      birthDate: "19\(50 + place % 40)0\(1 + place % 9)1\(place % 10)", sex: place % 2 == 0 ? "F" : "M",
      report: "C\(1000 + place * 10 + visit)", minute: place * 10 + visit)
  }

  /// Of each report's number, who it is of.
  private func owners(_ bench: Bench) throws -> [String: String] {
    var owners: [String: String] = [:]
    try bench.registry.eachPerson { person in
      for record in person.records {
        for number in record.numbers where number.type == "local" { owners[number.value] = person.code }
      }
    }
    return owners
  }

  @Test("a number of three clearly different patients is none: each is a person of their own, and no task is left")
  func localNumber() async throws {
    let bench = try Bench()
    func patient(_ place: Int) -> PersonFeed.Visit {
      var visit = Self.visit(place)
      visit.localID = "1"
      return visit
    }
    try await bench.receive([patient(0), patient(1)])
    #expect(try bench.registry.check().persons == 2)
    #expect(try bench.registry.reviews(limit: 10).open == 1)
    let order = OrderPatient(identifiers: [OrderIdentifier(Identifier(.local, "1"), institution: "SYNTH-H1")])
    #expect(throws: OrderProblem.self) { try bench.person(order) }
    var later = (2..<8).map { patient($0) }
    // One of them again, with another report: nobody knows that it is the same.
    later.append(patient(7))
    later[later.count - 1].report = "again"
    later[later.count - 1].minute = 900
    try await bench.receive(later)
    #expect(try bench.registry.check().persons == 9)
    let tasks = try bench.registry.reviews(limit: 10).tasks
    #expect(tasks.count <= 1 && tasks.allSatisfy { !$0.evidence.guards.contains("same-local-number") })
    #expect(try bench.registry.check().problems.isEmpty)
    #expect(throws: OrderProblem.self) { try bench.person(order) }
    #expect(try bench.registry.persons(with: Identifier(.local, "1"), institution: "SYNTH-H1").isEmpty)
  }

  @Test("a card of people of different names identifies nobody from then on, and whom it tied is looked at again")
  func card() async throws {
    let bench = try Bench()
    func patient(_ place: Int, _ number: Int = 0) -> PersonFeed.Visit {
      var visit = Self.visit(place, visit: number)
      visit.residentID = "999912340000^^^X^MC~999999"
      return visit
    }
    try await bench.receive([patient(0), patient(0, 1)])
    var owners = try owners(bench)
    #expect(owners["C1000"] == owners["C1001"])
    try await bench.receive([patient(1), patient(2), patient(3)])
    owners = try self.owners(bench)
    #expect(Set(owners.values).count == 5, "of one name and birth date alone nobody knows that they are one")
    #expect(
      try bench.registry.reviews(limit: 10).tasks.allSatisfy { $0.evidence.guards != ["same-number-other-person"] })
    #expect(try bench.registry.persons(with: Identifier(.insurance, "999912340000"), institution: nil).isEmpty)
    #expect(try bench.registry.check().problems.isEmpty)
  }

  @Test("a telephone or dwelling of many is nobody's", arguments: [true, false])
  func contact(isPhone: Bool) async throws {
    let bench = try Bench()
    func patient(_ place: Int, _ number: Int = 0) -> PersonFeed.Visit {
      var visit = Self.visit(place, visit: number)
      if isPhone { visit.phone = "02899990001" } else { visit.address = "人民路1号1栋101室" }
      return visit
    }
    try await bench.receive([patient(0), patient(0, 1)])
    var owners = try owners(bench)
    #expect(owners["C1000"] == owners["C1001"])
    try await bench.receive((1..<14).map { patient($0) })
    owners = try self.owners(bench)
    #expect(Set(owners.values).count == 15)
  }

  @Test("the same people, whatever came first", arguments: 1...8)
  func order(seed: UInt64) async throws {
    var generator = CarelessFeed(seed: seed)
    let visits = generator.visits
    var seen: Set<Set<Set<String>>> = []
    for round in 0..<3 {
      let bench = try Bench()
      let order = round == 0 ? visits : visits.shuffled(using: &generator.numbers)
      try await bench.receive(order)
      #expect(try bench.registry.check().problems.isEmpty)
      var codes: [String] = []
      try bench.registry.eachPerson { codes.append($0.code) }
      let people = Set(try codes.map { Set(try bench.registry.timeline(ofPerson: $0).reports.map(\.reportId)) })
      seen.insert(people)
    }
    #expect(seen.count == 1)
  }
}

/// Visits that share what crowds and families share.
private struct CarelessFeed {
  var numbers: Numbers
  var visits: [PersonFeed.Visit] = []

  init(seed: UInt64) {
    numbers = Numbers(seed: seed)
    let names = ["王^伟", "王^炜", "李^静", "李^婧", "张*", "WANG^WEI", "李^静之子", "赵^敏"]
    func pick<T>(_ values: [T]) -> T { values[Int.random(in: values.indices, using: &numbers)] }
    for place in 0..<60 {
      var visit = PersonFeed.Visit(
        institution: pick(["SYNTH-H1", "SYNTH-H2"]), localID: pick(["L\(place)", "L\(place & ~1)"]),
        name: pick(names),
        birthDate: pick(["19800115", "19800511", "20251201", "19800101", ""]), sex: pick(["M", "F", ""]),
        report: "R\(place)", minute: place)
      if pick([true, false, false]) { visit.phone = pick(["13600000001", "13600000012", "1360000\(1000 + place)"]) }
      if pick([true, false, false]) { visit.address = pick(["中山路1号2栋301室", "中山路1号", "中山路\(place)号1栋101室"]) }
      if pick([true, false, false]) { visit.residentID = PersonFeed.residentID("19800115", pick([1, 2, 40 + place])) }
      visits.append(visit)
    }
  }
}
