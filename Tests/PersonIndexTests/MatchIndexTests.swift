import Clinical
import PersonIndex
import Testing

@testable import Benchmarks

@Suite("the index of all records")
struct MatchIndexTests {
  private static func records(_ count: Int) -> [PersonRecord] {
    var generator = HostileCases(seed: 23)
    return HostileCases.Kind.allCases.flatMap { kind in (0..<count).flatMap { _ in generator.make(kind).records } }
  }

  private static func judge(_ records: [PersonRecord], _ population: Double) -> Judge {
    var frequencies = TermFrequencies()
    for record in records { frequencies.insert(record, birthDate: record.birthDate) }
    return Judge(model: .assumed, frequencies: frequencies, rules: LinkRules(population: population))
  }

  @Test(
    "every pair that meets by a key and is linked, in review or of one number is found",
    arguments: [1000.0, 60_000, 28_000_000])
  func superset(population: Double) {
    let records = Self.records(60)
    let judge = Self.judge(records, population)
    let stored = MatchIndex()
    // One half as when a registry is opened, the other one by one.
    let half = records.count / 2
    stored.load { add in
      for (id, record) in records[..<half].enumerated() { add(Int64(id), MatchSignature(record)) }
    }
    let index = MatchSearch(stored.snapshot, MatchBounds(judge))
    for id in half..<records.count { index.insert(id: Int64(id), MatchSignature(records[id])) }
    var places: [UInt64: [Int]] = [:]
    for (place, record) in records.enumerated() {
      for key in BlockingKeys(record).keys { places[key, default: []].append(place) }
    }
    var found = 0
    var candidates = 0
    for (a, record) in records.enumerated() {
      let ids = Set(index.candidates(of: MatchSignature(record)))
      candidates += ids.count - 1
      for b in Set(BlockingKeys(record).keys.flatMap { places[$0] ?? [] }) where b != a {
        let outcome = judge.decide(record, records[b]).outcome
        let isDemanded =
          outcome == .link || outcome == .review || record.numbers.contains(where: records[b].numbers.contains)
        if isDemanded {
          found += 1
          #expect(ids.contains(Int64(b)), "\(outcome) of \(a) and \(b)")
        }
      }
    }
    #expect(found > records.count)
    #expect(candidates < 2 * found, "the filter lets too many through")
  }

  @Test("a signature is its bytes; others are refused")
  func bytes() {
    var patient = Patient()
    patient.name = "王小明"
    patient.phones = ["19100000011", "19100000012", "19100000013"]
    for record in Self.records(2) + [PersonRecord(key: "a", patient: patient)] {
      let signature = MatchSignature(record)
      #expect(signature.bytes.withUnsafeBytes { MatchSignature(bytes: $0) } == signature)
      var other = signature.bytes
      other[48] ^= 1
      #expect(other.withUnsafeBytes { MatchSignature(bytes: $0) } == nil)
      #expect(other.dropLast().withUnsafeBytes { MatchSignature(bytes: $0) } == nil)
    }
  }

  @Test("a record is found by its third telephone and its fifth number")
  func overflow() {
    var patient = Patient()
    patient.name = "王小明"
    patient.birthDate = CalendarDate("1980-05-20")
    patient.phones = ["19100000011", "19100000012", "19100000013"]
    patient.identifiers = (1...5).map { Identifier(.insurance, "Y999900\($0)") }
    let index = MatchSearch(MatchIndex().snapshot, MatchBounds(Self.judge([], 60_000)))
    index.insert(id: 7, MatchSignature(PersonRecord(key: "a", patient: patient)))
    var other = Patient()
    other.name = "王小明"
    other.phones = ["19100000013"]
    #expect(index.candidates(of: MatchSignature(PersonRecord(key: "b", patient: other))) == [7])
    other.name = nil
    other.phones = []
    other.identifiers = [Identifier(.insurance, "Y9999005")]
    #expect(index.candidates(of: MatchSignature(PersonRecord(key: "b", patient: other))) == [7])
  }

  @Test("a record is found by a former name, and by the Latin letters of its name")
  func otherNames() {
    func record(_ key: String, _ name: String, _ others: String...) -> PersonRecord {
      var patient = Patient()
      patient.name = name
      patient.otherNames = others
      patient.birthDate = CalendarDate("1980-05-20")
      return PersonRecord(key: key, patient: patient)
    }
    let judge = Self.judge([], 60_000)
    let index = MatchSearch(MatchIndex().snapshot, MatchBounds(judge))
    let stored = record("a", "王小明", "李晓")
    index.insert(id: 1, MatchSignature(stored))
    for asked in [record("b", "李晓"), record("b", "WANG XIAOMING"), record("b", "赵静", "王小明")] {
      #expect(judge.decide(stored, asked).outcome == .review)
      #expect(index.candidates(of: MatchSignature(asked)) == [1])
    }
    #expect(index.candidates(of: MatchSignature(record("b", "赵静"))).isEmpty)
  }

  @Test("a telephone of hundreds is no key by itself; with the name it is")
  func crowded() {
    var patients: [Patient] = []
    for number in 0..<500 {
      var patient = Patient()
      patient.name = ["王", "李", "张", "刘"][number % 4] + ["伟明", "芳", "娜", "敏杰", "静"][number % 5]
      patient.birthDate = CalendarDate(epochDay: -number * 17)
      patient.phones = ["19100000011"]
      patients.append(patient)
    }
    let records = patients.enumerated().map { PersonRecord(key: "\($0)", patient: $1) }
    let judge = Self.judge([], 1_000_000)
    let stored = MatchIndex()
    stored.load { add in for (id, record) in records.enumerated() { add(Int64(id), MatchSignature(record)) } }
    let index = MatchSearch(stored.snapshot, MatchBounds(judge))
    var found = 0
    for record in records {
      let ids = index.candidates(of: MatchSignature(record))
      for (id, other) in records.enumerated()
      where record.name?.pinyin == other.name?.pinyin && judge.decide(record, other).outcome != .apart {
        found += 1
        #expect(ids.contains(Int64(id)))
      }
    }
    #expect(found > 500)
  }

  @Test("a record taken in again replaces what it was")
  func replaced() {
    let records = Self.records(3)
    let index = MatchSearch(MatchIndex().snapshot, MatchBounds(Self.judge(records, 60_000)))
    for record in records.reversed() { index.insert(id: 1, MatchSignature(record)) }
    #expect(index.candidates(of: MatchSignature(records[0])) == [1])
    let last = MatchSignature(records[records.count - 1])
    #expect(MatchSignature(records[0]) == last || index.candidates(of: last).isEmpty)
  }
}
