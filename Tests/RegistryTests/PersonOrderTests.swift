import Clinical
import Foundation
import PersonIndex
import Registry
import Testing

/// Who is who does not depend on who came first.
@Suite("laws of identification")
struct PersonOrderTests {
  /// People with slips, lent cards, numbers given twice, twins and newborns, as three hospitals know them.
  private static func visits() -> [PersonFeed.Visit] {
    var generator = SplitMix64(seed: 11)
    let surnames = ["王", "李", "张", "刘", "欧阳", "司马"]
    let characters = Array("明霞长风小天国强秀英丽军伟芳静磊洋艳勇杰娟涛").map(String.init)
    var visits: [PersonFeed.Visit] = []
    func pick<T>(_ values: [T]) -> T { values[Int.random(in: values.indices, using: &generator)] }
    func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }
    for number in 0..<70 {
      let birth = "19\(60 + number % 40)0\(1 + number % 9)1\(number % 10)"
      let name = pick(surnames) + pick(characters) + (chance(80) ? pick(characters) : "")
      let card = PersonFeed.residentID(birth, number)
      let phone = "136\(10_000_000 + number * 7919)"
      let sex = number % 2 == 1 ? "M" : "F"
      for place in 0..<Int.random(in: 1...4, using: &generator) {
        var visit = PersonFeed.Visit(
          institution: "SYNTH-H\(1 + place % 3)", localID: "P\(number)-\(place)", name: name, birthDate: birth,
          sex: sex,
          report: "R\(number)-\(place)", minute: number * 7 + place)
        if chance(60) { visit.residentID = card }
        if chance(60) { visit.phone = phone }
        if chance(10) { visit.name = String(name.dropLast()) + pick(characters) }
        if chance(10) { visit.birthDate = "19\(60 + number % 40)0\(1 + (number + 1) % 9)1\(number % 10)" }
        if chance(5) {
          visit.residentID = PersonFeed.residentID(
            "19\(60 + (number + 1) % 40)0\(1 + (number + 1) % 9)1\((number + 1) % 10)", number + 1)
        }
        visits.append(visit)
        // The same hospital learns the number, or a telephone, later.
        if chance(25) {
          visit.residentID = card
          visit.phone = phone
          visit.report += "b"
          visit.minute += 3
          visits.append(visit)
        }
      }
    }
    return visits
  }

  @Test("any order of arrival, in one feed or in many, gives the same people and the same open tasks")
  func anyOrder() async throws {
    let visits = Self.visits()
    var partitions: Set<Set<Set<String>>> = []
    var tasks: Set<Int> = []
    var generator = SplitMix64(seed: 5)
    for round in 0..<4 {
      let bench = try Bench()
      var order = visits.shuffled(using: &generator)
      if round == 1 { order += visits.shuffled(using: &generator).prefix(40) }
      let size = [order.count, order.count, 17, 40][round]
      for start in stride(from: 0, to: order.count, by: size) {
        try await bench.receive(Array(order[start..<min(order.count, start + size)]))
      }
      partitions.insert(try bench.partition())
      tasks.insert(try bench.registry.reviews(limit: 1000).open)
      #expect(try bench.registry.check().problems.isEmpty)
    }
    #expect(partitions.count == 1)
    #expect(tasks.count == 1)
    let partition = try #require(partitions.first)
    #expect(partition.contains { $0.count > 2 })
    // A local id begins with the number of whose it is. Only who carries another's card may be taken for somebody else.
    let mixed = partition.filter { person in
      Set(person.compactMap { $0.split(separator: "/").last?.split(separator: "-").first }).count > 1
    }
    #expect(mixed.isEmpty)
  }

  @Test("a rebuild with the model in force changes nothing, and a shadow run leaves nothing behind")
  func rebuild() async throws {
    let bench = try Bench()
    try await bench.receive(Self.visits())
    let before = try bench.partition()
    let shadow = try bench.registry.rebuild(model: nil, apply: nil)
    #expect(shadow.records > 100)
    #expect(try bench.partition() == before)
    #expect(try bench.registry.personActs().isEmpty)
    let reason = try PersonActReason(actor: "reviewer-1", words: "the same again")
    let again = try bench.registry.rebuild(model: shadow.before, apply: reason)
    #expect(again.moved == 0 && again.created == 0 && again.retired == 0)
    #expect(again.event == nil, "what is in force already says nothing again")
    #expect(try bench.partition() == before)
    // Counted, put in force, and once more because the answer was never seen.
    let counted = try bench.registry.rebuild(model: nil, apply: reason)
    #expect(counted.event != nil)
    let acts = try bench.registry.personActs().count
    let unseen = try bench.registry.rebuild(model: nil, apply: reason)
    #expect(unseen.event == nil && unseen.model == counted.model)
    #expect(try bench.registry.personActs().count == acts)
    #expect(try bench.registry.check().problems.isEmpty)
    #expect(try bench.registry.verifyEvents().firstDifference == nil)
  }
}
