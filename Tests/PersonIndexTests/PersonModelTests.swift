import Clinical
import Foundation
import PersonIndex
import Testing

@testable import Benchmarks

@Suite("models of the person index")
struct PersonModelTests {
  private func record(_ key: String, _ name: String, phone: String? = nil) -> PersonRecord {
    var patient = Patient()
    patient.name = name
    patient.sex = .female
    patient.birthDate = CalendarDate("1980-05-20")
    patient.phones = [phone].compactMap { $0 }
    return PersonRecord(key: key, patient: patient)
  }

  @Test("among 28 million, an uncommon name and birth date need a telephone, a common name needs a human")
  func standard() {
    let judge = PersonModel.standard(population: 28_000_000).judge
    func outcome(_ name: String, phone: String?) -> LinkDecision.Outcome {
      judge.decide(record("a", name, phone: phone), record("b", name, phone: phone)).outcome
    }
    #expect(outcome("黎梓晗", phone: "19100000012") == .link)
    #expect(outcome("黎梓晗", phone: nil) == .review)
    #expect(outcome("张伟", phone: nil) == .review)
  }

  @Test("a model decoded decides as the one encoded did, and holds no name")
  func coded() throws {
    var estimation = ModelEstimation()
    let names = ["黎梓晗", "黎梓晗", "张伟", "张伟", "张伟", "王小明"]
    let records = names.enumerated().map { record("\($0)", $1, phone: "1910000001\($0)") }
    for (place, record) in records.enumerated() {
      estimation.insert(record, birthDate: CalendarDate(epochDay: place))
    }
    estimation.insert(anchor: records[0], records[1])
    let model = estimation.model(rules: LinkRules(population: 1000))
    #expect(model.version == "2+1")
    let encoded = try JSONEncoder().encode(model)
    #expect(!String(decoding: encoded, as: UTF8.self).contains("张"))
    let decoded = try JSONDecoder().decode(PersonModel.self, from: encoded)
    for a in records {
      for b in records {
        #expect(model.judge.decide(a, b).odds == decoded.judge.decide(a, b).odds)
        #expect(model.judge.decide(a, b).outcome == decoded.judge.decide(a, b).outcome)
      }
    }
  }

  @Test("records in another order make the same model")
  func anyOrder() throws {
    var generator = HostileCases(seed: 29)
    let records = (0..<60).flatMap { number in
      generator.make(.siblings).records.map { ("\(number) \($0.key)", $0) }
    }.map(\.1)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var shuffler = SplitMix64(seed: 5)
    let models = try [records, records.shuffled(using: &shuffler)].map { records in
      var estimation = ModelEstimation()
      for record in records { estimation.insert(record, birthDate: record.birthDate) }
      return try encoder.encode(estimation.model(rules: LinkRules(population: 1000)).frequencies)
    }
    #expect(models[0] == models[1])
  }
}
