import Clinical
import PersonIndex
import Testing

@testable import Benchmarks

@Suite("decisions of two records")
struct JudgeTests {
  private static let judge = Judge(
    model: .assumed, frequencies: TermFrequencies(), rules: LinkRules(population: 60_000))

  private func record(
    _ key: String, _ name: String?, sex: Sex? = .female, birth: String? = "1980-05-20", id: String? = nil,
    card: String? = nil, phone: String? = nil, address: String? = nil, others: [String] = []
  ) -> PersonRecord {
    var patient = Patient()
    patient.name = name
    patient.otherNames = others
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

  @Test("an equal number of a compatible person links among however many people, and only then")
  func numbersAmongMillions() {
    let judge = PersonModel.standard(population: 28_000_000).judge
    let id = "999999199001010016"
    func outcome(_ a: PersonRecord, _ b: PersonRecord) -> LinkDecision.Outcome { judge.decide(a, b).outcome }
    let named = record("a", "张伟", sex: .male, birth: nil, id: id)
    #expect(outcome(named, record("b", nil, sex: nil, birth: nil, id: id)) == .link)
    #expect(outcome(named, record("b", nil, sex: .female, birth: nil, id: id)) == .review)
    #expect(outcome(named, record("b", nil, sex: .male, birth: "1985-03-07", id: id)) == .review)
    let card = record("a", "张伟", sex: .male, birth: "1990-01-01", card: "S99990001")
    #expect(judge.decide(card, record("b", "张伟", sex: nil, birth: nil, card: "S99990001")).grade == .certain)
    #expect(outcome(card, record("b", nil, sex: .male, birth: "1990-01-01", card: "S99990001")) == .link)
    #expect(outcome(card, record("b", nil, sex: .male, birth: nil, card: "S99990001")) == .review)
    #expect(outcome(card, record("b", "王芳", sex: .male, birth: "1990-01-01", card: "S99990001")) == .review)
  }

  @Test("a maiden or Latin name stands for the name; two other names alike prove nothing")
  func otherNames() {
    func named(_ key: String, _ names: String...) -> PersonRecord {
      record(key, names[0], phone: "19100000012", others: Array(names.dropFirst()))
    }
    #expect(Self.judge.decide(named("a", "王小明"), named("b", "李晓敏", "王小明")).outcome == .link)
    #expect(Self.judge.decide(named("a", "WANG XIAOMING", "王小明"), named("b", "王小明")).outcome == .link)
    #expect(Self.judge.decide(named("a", "王小明", "毛毛"), named("b", "王小红", "毛毛")).outcome != .link)
  }

  @Test("twins with one number between them, whose names sound alike, are not put together, by no third record either")
  func twinsOfOneNumber() {
    let id = "999999199001010016"
    func twin(_ key: String, _ name: String) -> PersonRecord {
      record(key, name, sex: .male, birth: "1990-01-01", id: id, phone: "19100000012", address: "和平路1号2栋3室")
    }
    for bridge in ["高*", "GAO MINGYANG", "高明扬", "高扬"] {
      let records = [twin("a", "高铭扬"), twin("b", "高铭阳"), twin("c", bridge)]
      let clusters = PersonClusters(records, judge: Self.judge)
      #expect(clusters.group(of: 0) != clusters.group(of: 1), "\(bridge)")
    }
  }

  @Test("a number of the institution's own is no number of the index")
  func localNumbers() {
    var patient = Patient()
    patient.name = "王小明"
    patient.identifiers = [Identifier(.local, "1"), Identifier(.outpatient, "2"), Identifier(.inpatient, "3")]
    #expect(PersonRecord(key: "a", patient: patient).numbers.isEmpty)
  }

  @Test("twins in a table of Latin names are not put together, whether it holds households or not")
  func latinTwins() {
    func twin(_ key: String, _ given: String) -> PersonRecord {
      PersonRecord(
        key: key,
        patient: {
          var patient = Patient(); patient.birthDate = CalendarDate("1980-05-20"); return patient
        }(),
        latin: [
          .givenName: given, .surname: "sondergeld", .streetNumber: "48", .street: "goldfinchcircuit",
          .locality: "kooltuo", .suburb: "canterbury", .postcode: "2776", .state: "vic",
        ])
    }
    for hasHouseholds in [true, false] {
      let judge = Judge(
        model: .assumed, frequencies: TermFrequencies(),
        rules: LinkRules(population: 1000, hasHouseholds: hasHouseholds))
      #expect(judge.decide(twin("a", "deakin"), twin("b", "lachlan")).outcome != .link)
      #expect(judge.decide(twin("a", "deakin"), twin("b", "deakn")).outcome == .link)
    }
  }

  @Test("twins in a table of Latin names are not put together where each has a number")
  func latinTwinsWithNumbers() {
    let letters = Array("abcdefghiklmnoprstuw")
    func word(_ seed: Int) -> String { String((1...7).map { letters[(seed / $0 + seed * $0 * $0) % letters.count] }) }
    func row(_ key: String, _ person: Int, given: String, number: Int) -> PersonRecord {
      var patient = Patient()
      patient.birthDate = CalendarDate(epochDay: person * 37)
      return PersonRecord(
        key: key, patient: patient,
        latin: [
          .givenName: given, .surname: word(person * 7 + 3), .streetNumber: "\(person)", .street: word(person * 5 + 1),
          .postcode: "\(2000 + person)", .nationalNumber: "\(number)",
        ])
    }
    let records = (0..<200).flatMap { person in
      let isTwin = person % 10 == 0
      return [
        row("\(person)-0", person, given: "deakin", number: 1_234_567 + person * 7919),
        row(
          "\(person)-1", person, given: isTwin ? "lachlan" : "deakin",
          number: (isTwin ? 7_654_321 : 1_234_567) + person * 7919),
      ]
    }
    let clusters = TableLinkage(records, population: 400).clusters
    for person in 0..<200 {
      #expect((clusters.group(of: 2 * person) == clusters.group(of: 2 * person + 1)) == (person % 10 != 0), "\(person)")
    }
  }

  @Test("two valid numbers are two people whatever else agrees")
  func veto() {
    let a = record("a", "王小明", birth: nil, id: "999999199001010016", card: "S99990001", phone: "19100000012")
    let b = record("b", "王小明", birth: nil, id: "999999199001010032", card: "S99990001", phone: "19100000012")
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
    let decision = Self.judge.decide(record("a", "无名氏", card: "S99990001"), record("b", "无名氏", card: "S99990001"))
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

  @Test(
    "a child is known by its mother's number, its birthday and its place in the birth, under whatever name it has by then"
  )
  func mothersNumber() {
    func child(_ key: String, _ name: String, order: Int?, day: String = "2026-01-01", sex: Sex = .male) -> PersonRecord
    {
      var patient = Patient()
      patient.name = name
      patient.sex = sex
      patient.birthDate = CalendarDate(day)
      patient.birthOrder = order
      patient.identifiers = [Identifier(.motherResidentID, "999999199001010016")]
      return PersonRecord(key: key, patient: patient)
    }
    let judge = PersonModel.standard(population: 28_000_000).judge
    let first = child("a", "王小明之子", order: 1)
    let named = judge.decide(first, child("b", "李强", order: 1))
    #expect(named.outcome == .link && named.grade == .certain)
    #expect(judge.decide(first, child("b", "李强", order: 2)).outcome == .never)
    #expect(judge.decide(first, child("b", "李强", order: nil)).outcome != .link)
    #expect(judge.decide(first, child("b", "李强", order: 1, day: "2027-06-01")).outcome != .link)
    #expect(judge.decide(first, child("b", "李强", order: 1, sex: .female)).outcome != .link)
    #expect(judge.decide(child("a", "李强", order: 1), child("b", "李勇", order: 1)).outcome == .review)
  }
}
