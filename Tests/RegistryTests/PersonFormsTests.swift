import Clinical
import Foundation
import PersonIndex
import Registry
import Testing

/// People with very many records: sent without a number that stays, or under a placeholder that many share.
@Suite("people of many records")
struct PersonFormsTests {
  private static let reason = try! PersonActReason(actor: "reviewer-1", words: "another patient under one number")

  private static func visit(_ place: Int, at institution: Int = 1) -> PersonFeed.Visit {
    PersonFeed.Visit(
      institution: "SYNTH-H\(institution)", localID: "V\(institution)\(100 + place)", name: "诸葛^静宜",
      birthDate: "19801112", sex: "F", phone: "13912345987", address: "光明巷77号3栋1201室",
      report: "V\(institution)\(100 + place)", minute: place)
  }

  /// Of each local id the person's members, and how sure its link is.
  private func grades(_ bench: Bench) throws -> Set<[String]> {
    var result: Set<[String]> = []
    try bench.registry.eachPerson { person in
      let ids = person.records.flatMap { $0.numbers.filter { $0.type == "local" }.map(\.value) }.sorted()
      for record in person.records {
        for number in record.numbers where number.type == "local" {
          result.insert([number.value, record.link.rawValue] + ids)
        }
      }
    }
    return result
  }

  @Test("a new number at every visit is one person in any order, each record as sure as in another order")
  func equalRecords() async throws {
    var visits = (0..<9).map { Self.visit($0) } + (0..<3).map { Self.visit($0, at: 2) }
    // One that knows the resident ID, one the same with it, and one that knows another telephone.
    for place in [3, 6] { visits[place].residentID = PersonFeed.residentID("19801112", 42) }
    visits[8].phone = "13912345000"
    var generator = SplitMix64(seed: 3)
    var seen: Set<Set<[String]>> = []
    for _ in 0..<6 {
      let bench = try Bench()
      let order = visits.shuffled(using: &generator)
      try await bench.receive(Array(order.prefix(7)))
      try await bench.receive(Array(order.dropFirst(7)))
      seen.insert(try grades(bench))
      #expect(try bench.registry.check().problems.isEmpty)
    }
    #expect(seen.count == 1)
    let grades = try #require(seen.first)
    #expect(Set(grades.map { $0.dropFirst(2) }).count == 1)
  }

  @Test("what a human said of one of many that say the same holds for it alone")
  func vetoAmongEquals() async throws {
    let bench = try Bench()
    try await bench.receive((0..<4).map { Self.visit($0) })
    let before = try bench.code("SYNTH-H1", "V1102")
    let record = try #require(
      try bench.registry.person(before).records.first { record in record.numbers.contains { $0.value == "V1102" } })
    _ = try bench.registry.unlink(record.name, Self.reason)
    try await bench.receive((4..<8).map { Self.visit($0) })
    // Whoever comes later fits both: a human is asked, and they go together meanwhile.
    #expect(try bench.partition().map(\.count).sorted() == [1, 3, 4])
    #expect(try bench.registry.reviews(limit: 10).open > 0)
    #expect(try bench.registry.check().problems.isEmpty)
  }

  @Test("a name and birth date of a crowd prove nothing, and no human is asked about each")
  func crowdOfForms() async throws {
    let bench = try Bench()
    let visits = (0..<80).map { place in
      var visit = Self.visit(place)
      visit.address = "光明巷77号3栋\(1000 + place)室"
      return visit
    }
    try await bench.receive(visits)
    #expect(try bench.partition().count == 80)
    #expect(try bench.registry.reviews(limit: 1000).open == 0)
    #expect(try bench.registry.check().problems.isEmpty)
  }

  @Test(
    "who is known under more forms than anybody, by a number, is one person, whom a human is asked about no more than once"
  )
  func formsOfOneNumber() async throws {
    let bench = try Bench()
    let number = PersonFeed.residentID("19801112", 42)
    try await bench.receive(
      (0..<160).map { place in
        var visit = Self.visit(place, at: 1 + place % 3)
        visit.residentID = number
        visit.phone = "1361\(1_000_000 + place * 7919)"
        return visit
      })
    #expect(try bench.partition().count == 1)
    #expect(try bench.registry.reviews(limit: 1000).open <= 1)
    #expect(try bench.registry.check().problems.isEmpty)
  }

  @Test("of records that hide the name each stands for all that say the same")
  func hiddenNames() async throws {
    let bench = try Bench()
    let number = PersonFeed.residentID("19801112", 42)
    try await bench.receive(
      (0..<60).map { place in
        var visit = Self.visit(place)
        (visit.name, visit.residentID) = ("", number)
        return visit
      })
    #expect(try bench.partition().map(\.count) == [60])
  }
}
