import Clinical
import PersonIndex
import Testing

@testable import Benchmarks

@Suite("slips of one person, and what tells of two")
struct SlipTests {
  private static let judge = PersonModel.standard(population: 28_000_000).judge
  private static let id = "999999199001010016"
  private static let spring = "999999199003050118"

  private func record(
    _ key: String, _ name: String, birth: String? = "1990-01-01", id: String? = Self.id, card: String? = nil,
    phone: String? = "19100000012", address: String? = nil
  ) -> PersonRecord {
    var patient = Patient()
    patient.name = name
    patient.sex = .male
    patient.birthDate = birth.flatMap { CalendarDate($0) }
    patient.identifiers = [id.map { Identifier(.residentID, $0) }, card.map { Identifier(.healthCard, $0) }].compactMap
    { $0 }
    patient.phones = [phone].compactMap { $0 }
    patient.address = address
    return PersonRecord(key: key, patient: patient)
  }

  /// How many people, in whatever order they come.
  private func people(_ records: [PersonRecord]) -> Set<Int> {
    var generator = SplitMix64(seed: 5)
    return Set(
      (0..<6).map { _ in
        let clusters = PersonClusters(records.shuffled(using: &generator), judge: Self.judge)
        return Set(records.indices.map(clusters.group)).count
      })
  }

  @Test("a given name typed otherwise under one number is a slip, until something tells of a twin")
  func slipsOfName() {
    let named = record("a", "高铭扬")
    #expect(people([named, record("b", "高铭阳")]) == [1])
    #expect(people([named, record("b", "高铭阳", phone: "19100000077")]) == [2])
    #expect(people([named, record("b", "高铭武")]) == [1])
    #expect(people([named, record("b", "高铭武", phone: nil)]) == [2])
    #expect(people([named, record("b", "高铭阳", birth: "1990-01-03")]) == [2])
    // Said twice, it is no slip.
    let twice = [
      named, record("b", "高铭扬", card: "S1000002"), record("c", "高铭阳"), record("d", "高铭阳", address: "和平路1号2栋3室"),
    ]
    #expect(people(twice) == [2])
    #expect(people(Array(twice.prefix(3))) == [1])
    // A twin who has another number, or a card that the other has not.
    #expect(people([named, record("b", "高铭阳"), record("c", "高铭阳", id: "999999199001010032")]) == [3])
    let cards = [
      record("a", "高铭扬", card: "S1000002"), record("b", "高铭阳"), record("c", "高铭阳", id: nil, card: "S1000003"),
    ]
    #expect(people(cards) != [1])
  }

  @Test("a name shorter by a character, or another surname of one sound, is no twin's, however often it is said")
  func namesOfNoTwin() {
    let named = record("a", "高铭扬")
    let shorter = [named, record("b", "高铭扬", address: "和平路1号2栋3室"), record("c", "高铭"), record("d", "高铭")]
    #expect(people(shorter) == [1])
    let surname = [named, record("b", "高铭扬", address: "和平路1号2栋3室"), record("c", "郜铭扬"), record("d", "郜铭扬")]
    #expect(people(surname) == [1])
    #expect(people([named, record("b", "高铭", phone: nil), record("c", "高铭", phone: "19100000077")]) != [1])
  }

  @Test("a birthday of the Chinese calendar is one person's with an equal number, and nobody's without")
  func lunarDates() {
    // 1990-03-05 was the ninth of the second month.
    let card = "S1000002"
    func dated(_ key: String, _ birth: String, card: String?, phone: String? = nil) -> PersonRecord {
      record(key, "高铭扬", birth: birth, id: nil, card: card, phone: phone)
    }
    let solar = dated("a", "1990-03-05", card: card)
    #expect(people([solar, dated("b", "1990-02-09", card: card)]) == [1])
    #expect(people([solar, dated("b", "1990-02-10", card: card)]) == [2])
    #expect(people([dated("a", "1990-03-05", card: nil), dated("b", "1990-02-09", card: nil)]) == [2])
    // 2020 had two fourth months: 1 June was the tenth of the second of them.
    #expect(people([dated("a", "2020-06-01", card: card), dated("b", "2020-04-10", card: card)]) == [1])
    // A resident ID tells the day, unless it is the day that a form fills in.
    #expect(record("a", "高铭扬", birth: "1989-12-05", phone: nil).birthDate == CalendarDate("1989-12-05"))
    let told = record("a", "高铭扬", birth: "1990-02-09", id: Self.spring, phone: nil)
    #expect(told.birthDate == CalendarDate("1990-03-05"))
  }

  @Test("who is called so, born that day but for a slip, and reached there is one person; elsewhere perhaps another")
  func oneOfAPlace() {
    let named = record("a", "高铭扬", birth: "1985-03-04", id: nil)
    #expect(people([named, record("b", "高铭扬", birth: "1985-08-04", id: nil)]) == [1])
    #expect(people([named, record("b", "高铭扬", birth: "1985-08-04", id: nil, phone: "19100000077")]) == [2])
    let home = "和平路1号2栋3室"
    let living = record("a", "高铭扬", birth: "1985-03-04", id: nil, phone: nil, address: home)
    #expect(people([living, record("b", "高铭扬", birth: "1985-08-04", id: nil, phone: nil, address: home)]) == [1])
  }

  @Test("a permit of Hong Kong, Macau or Taiwan is one person's however the name is spelt there, whichever issue it is")
  func permits() {
    func holder(_ key: String, _ name: String, _ number: String, birth: String = "1971-06-05", sex: Sex = .male)
      -> PersonRecord
    {
      var patient = Patient()
      (patient.name, patient.sex, patient.birthDate) = (name, sex, CalendarDate(birth))
      patient.identifiers = [Identifier(.hkMacauPermit, number)]
      return PersonRecord(key: key, patient: patient)
    }
    let han = holder("a", "陈大文", "H20457193")
    #expect(people([han, holder("b", "CHAN Tai Man", "H2045719302")]) == [1])
    #expect(people([han, holder("b", "CHAN Tai Man", "H2045719302", birth: "1973-01-02")]) == [2])
    #expect(people([han, holder("b", "CHAN Tai Man", "H2045719302", sex: .female)]) == [2])
    #expect(people([han, holder("b", "李国强", "H20457193")]) == [2])
  }

  @Test("one name and one telephone of few people stand for a birth date that is a slip apart, never for a father's")
  func oneTelephone() {
    let named = record("a", "欧阳景澄", birth: "1985-03-17", id: nil)
    #expect(people([named, record("b", "欧阳景澄", birth: "1985-03-11", id: nil)]) == [1])
    #expect(people([named, record("b", "欧阳景澄", birth: "1958-03-17", id: nil)]) == [2])
    #expect(people([named, record("b", "欧阳景澄", birth: "1985-03-11", id: nil, phone: nil)]) == [2])
  }

  @Test(
    "damaged tables with families: nobody is mixed with a housemate, and most records of a person are found",
    arguments: [(4, 0.98), (6, 0.92)])
  func families(modifications: Int, least: Double) throws {
    var people = LatinPersons(modifications: modifications, familyShare: 50, seed: 31)
    let rows = people.make(persons: 250, copies: 4)
    let fields = [
      "record": "rec_id", "given-name": "given_name", "surname": "surname", "street-number": "street_number",
      "street": "address_1", "locality": "address_2", "suburb": "suburb", "postcode": "postcode", "state": "state",
      "birth-date": "date_of_birth", "national-number": "soc_sec_id",
    ]
    let columns = try TableColumns(fields, header: LatinPersons.header)
    let linkage = TableLinkage(rows.enumerated().map { columns.record($1, row: $0) }, population: Double(rows.count))
    let figures = PersonFigures(
      linkage.clusters, truth: rows.map { String($0[0].split(separator: "-")[1]) }, seconds: 0)
    #expect(figures.mixed == 0)
    #expect(figures.recall >= least)
  }
}
