import Clinical
import PersonIndex
import Testing

@testable import Benchmarks

@Suite("groups of records")
struct PersonClustersTests {
  private static let judge = PersonModel.standard(population: 60_000).judge

  private func record(_ key: String, _ name: String, id: String? = nil, phone: String? = "19100000012") -> PersonRecord
  {
    var patient = Patient()
    patient.name = name
    patient.sex = .male
    patient.birthDate = CalendarDate("1990-01-02")
    patient.identifiers = [id.map { Identifier(.residentID, $0) }].compactMap { $0 }
    patient.phones = [phone].compactMap { $0 }
    return PersonRecord(key: key, patient: patient)
  }

  private func groups(_ records: [PersonRecord], _ clusters: PersonClusters) -> Set<Set<String>> {
    let groups = Dictionary(grouping: records.indices, by: { clusters.group(of: $0) })
    return Set(groups.values.map { Set($0.map { records[$0].key }) })
  }

  private let one = "999999199001020011"
  private let other = "999999199001020038"

  @Test("a human's word that two are the same holds against their numbers, and others follow either")
  func pinned() {
    let records = [
      record("a", "王小明", id: one), record("b", "王小明", id: other), record("c", "王小明", id: one, phone: nil),
      record("d", "王小明", id: other, phone: nil),
    ]
    #expect(records.allSatisfy { $0.numbers.count == 1 })
    #expect(groups(records, PersonClusters(records, judge: Self.judge)) == [["a", "c"], ["b", "d"]])
    let clusters = PersonClusters(records, judge: Self.judge, pinned: [PlacePair(1, 0)])
    #expect(groups(records, clusters) == [["a", "b", "c", "d"]])
  }

  @Test("of twins with one number between them, what hides the name is nobody's, though it says the same twice")
  func hiddenNamesOfTwins() {
    let records = [
      record("a", "王小明", id: one), record("b", "王小红", id: one), record("c", "王**", id: one),
      record("d", "王**", id: one),
    ]
    let clusters = PersonClusters(records, judge: Self.judge)
    #expect(groups(records, clusters) == [["a"], ["b"], ["c"], ["d"]])
  }

  @Test("a human's word that two are not the same holds against everything, even a pin")
  func vetoed() {
    let records = [record("a", "王小明", id: one), record("b", "王小明", id: one), record("c", "王小明", id: one)]
    #expect(groups(records, PersonClusters(records, judge: Self.judge)) == [["a", "b", "c"]])
    let vetoed = PersonClusters(records, judge: Self.judge, vetoed: [PlacePair(0, 1)])
    #expect(vetoed.group(of: 0) != vetoed.group(of: 1))
    let both = PersonClusters(
      records, judge: Self.judge, pinned: [PlacePair(0, 2), PlacePair(1, 2)], vetoed: [PlacePair(0, 1)])
    #expect(both.group(of: 0) != both.group(of: 1))
    #expect(both.refused.contains { $0.decision.guards.contains(.notTheSame) })
  }

  @Test(
    "the same set of records, pins and vetoes makes the same people in any order",
    arguments: HostileCases.Kind.allCases)
  func anyOrder(kind: HostileCases.Kind) {
    var generator = HostileCases(seed: 11)
    var shuffler = SplitMix64(seed: 3)
    for _ in 0..<100 {
      let records = generator.make(kind).records
      let pins = Set((0..<2).map { _ in pair(records.count, &shuffler) })
      let vetoes = Set((0..<2).map { _ in pair(records.count, &shuffler) }).subtracting(pins)
      let order = records.indices.shuffled(using: &shuffler)
      func moved(_ pairs: Set<PlacePair>) -> Set<PlacePair> {
        Set(pairs.map { pair in PlacePair(order.firstIndex(of: pair.a) ?? 0, order.firstIndex(of: pair.b) ?? 0) })
      }
      for (pins, vetoes) in [([], []), (pins, vetoes)] {
        let shuffled = order.map { records[$0] }
        #expect(
          groups(records, PersonClusters(records, judge: Self.judge, pinned: pins, vetoed: vetoes))
            == groups(
              shuffled, PersonClusters(shuffled, judge: Self.judge, pinned: moved(pins), vetoed: moved(vetoes))))
      }
    }
  }

  private func pair(_ count: Int, _ generator: inout SplitMix64) -> PlacePair {
    let a = Int.random(in: 0..<count - 1, using: &generator)
    return PlacePair(a, Int.random(in: a + 1..<count, using: &generator))
  }
}
