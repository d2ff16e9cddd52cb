import Clinical
import PersonIndex
import Testing

@Suite("decisions of two records")
struct JudgeTests {
  private static let judge = Judge(
    model: .assumed, frequencies: TermFrequencies(), rules: LinkRules(population: 60_000))

  private func record(
    _ key: String, _ name: String, sex: Sex? = .female, birth: String? = "1980-05-20", id: String? = nil,
    card: String? = nil, phone: String? = nil, address: String? = nil
  ) -> PersonRecord {
    var patient = Patient()
    patient.name = name
    patient.sex = sex
    patient.birthDate = birth.flatMap { CalendarDate($0) }
    patient.identifiers = [id.map { Identifier(.residentID, $0) }, card.map { Identifier(.healthCard, $0) }].compactMap
    { $0 }
    patient.phones = [phone].compactMap { $0 }
    patient.address = address
    return PersonRecord(key: key, patient: patient)
  }

  @Test("the same number with the same name is certain, with another name for a human")
  func numbers() {
    let a = record("a", "王小明", sex: .male, birth: nil, id: "999999199001010016")
    let same = Self.judge.decide(a, record("b", "王小明", sex: .male, birth: nil, id: "999999199001010016"))
    #expect(same.outcome == .link)
    #expect(same.grade == .certain)
    let other = Self.judge.decide(a, record("c", "李强", sex: .male, birth: nil, id: "999999199001010016"))
    #expect(other.outcome == .review)
    #expect(other.guards.contains(.sameNumberOtherPerson))
  }

  @Test("two valid numbers are two people whatever else agrees")
  func veto() {
    let a = record("a", "王小明", birth: nil, id: "999999199001010016", card: "S1", phone: "19100000012")
    let b = record("b", "王小明", birth: nil, id: "999999199001010032", card: "S1", phone: "19100000012")
    #expect(Self.judge.decide(a, b).outcome == .never)
  }

  @Test("name, birth date and telephone link; another given name on the same telephone does not")
  func described() {
    let a = record("a", "王小明", phone: "19100000012")
    let same = Self.judge.decide(a, record("b", "王小明", phone: "+86 191 0000 0012"))
    #expect(same.outcome == .link)
    #expect(same.grade == .probable)
    for name in ["王小亮", "王晓明", "王*", "王小"] {
      let twin = Self.judge.decide(a, record("c", name, phone: "19100000012"))
      #expect(twin.outcome != .link, "\(name)")
    }
  }

  @Test("a record that fits two people who cannot be one waits for a human")
  func ambiguous() {
    let records = [
      record("a", "高铭扬", phone: "19100000012"), record("b", "高铭阳", phone: "19100000012"),
      record("c", "GAO MING YANG", phone: "19100000012"),
    ]
    let clusters = PersonClusters(records, judge: Self.judge)
    #expect(Set(records.indices.map(clusters.group)).count == 3)
    #expect(clusters.refused.contains { $0.decision.guards.contains(.ambiguous) })
  }

  @Test("no record bridges two people with numbers of their own")
  func bridge() {
    let records = [
      record("a", "王小明", sex: .male, birth: "1990-01-01", id: "999999199001010016", phone: "19100000012"),
      record("b", "王小明", sex: .male, birth: "1990-01-01", id: "999999199001010059", phone: "19100000012"),
      record("c", "王小明", sex: .male, birth: "1990-01-01", phone: "19100000012"),
    ]
    #expect(records[0].numbers.count == 1 && records[1].numbers.count == 1)
    let clusters = PersonClusters(records, judge: Self.judge)
    #expect(clusters.group(of: 0) != clusters.group(of: 1))
  }

  @Test("a placeholder matches nobody, not even itself")
  func placeholder() {
    let decision = Self.judge.decide(record("a", "无名氏", card: "S1"), record("b", "无名氏", card: "S1"))
    #expect(decision.outcome == .apart)
  }

  @Test("every decision is the same from both sides")
  func symmetric() {
    var generator = HostileCases(seed: 5)
    for kind in HostileCases.Kind.allCases {
      for _ in 0..<50 {
        let records = generator.make(kind).records
        for a in records {
          for b in records {
            let (left, right) = (Self.judge.decide(a, b), Self.judge.decide(b, a))
            #expect(left.outcome == right.outcome)
            #expect(abs(left.odds - right.odds) < 0.001)
          }
        }
      }
    }
  }
}
