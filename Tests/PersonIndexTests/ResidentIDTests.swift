import Clinical
import PersonIndex
import Testing

@Suite("resident IDs and person codes")
struct ResidentIDTests {
  @Test("eighteen characters with the right check character are read, and tell birth date and sex")
  func reads() throws {
    let id = try #require(ResidentID("999999199001010016"))
    #expect(id.birthDate == CalendarDate(year: 1990, month: 1, day: 1))
    #expect(id.sex == .male)
    #expect(ResidentID("１２３") == nil)
  }

  @Test("every single wrong digit and every swap of neighbours breaks the check")
  func breaks() throws {
    let right = Array("999999199001010016")
    for place in 0..<17 {
      for digit in "0123456789" where digit != right[place] {
        var wrong = right
        wrong[place] = digit
        #expect(ResidentID(String(wrong)) == nil)
      }
      if right[place] != right[place + 1] {
        var wrong = right
        wrong.swapAt(place, place + 1)
        #expect(ResidentID(String(wrong)) == nil)
      }
    }
  }

  @Test("fifteen digits become the eighteen they stand for")
  func upgrades() throws {
    let long = try #require(ResidentID("999999199001010016")).value
    let short = String(long.prefix(6)) + String(long.dropFirst(8).prefix(9))
    #expect(ResidentID(short)?.value == long)
  }

  @Test("a person code is refused when one character is wrong")
  func codes() {
    var generator = SystemRandomNumberGenerator()
    let code = PersonCode.make(using: &generator)
    #expect(PersonCode.isValid(code))
    for place in code.indices {
      for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" where other != code[place] {
        var wrong = code
        wrong.replaceSubrange(place...place, with: String(other))
        #expect(!PersonCode.isValid(wrong))
      }
    }
  }

  @Test("a word, a filler, a length of no issuer identifies nobody; the mother's number is not the child's")
  func numbers() {
    func none(_ kind: Identifier.Kind, _ values: String...) {
      for value in values { #expect(PersonNumbers.normalised(Identifier(kind, value)) == nil, "\(kind) \(value)") }
    }
    none(.residentID, "999999199001010010", "999999190001010010", "111111111111111111", "自费")
    none(.insurance, "自费", "新农合", "不详", "无", "待补", "99999999", "12345678", "0000000000", "A12345678", "Y1", "121212")
    none(.healthCard, "876543210", "99990000 待补")
    none(.passport, "PASSPORT", "1", "E0000000", "E12345678", "99999999999999999")
    none(.military, "军字第000000号", "军官", "12345678901234")
    none(.birthCertificate, "T12", "T000000000")
    none(.hkMacauPermit, "H1234", "99998888", "HM99998888")
    none(.taiwanPermit, "9999888", "T")
    none(.local, "0000", "99999", "无卡", "自费", "N/A", "none", "", "-")
    for value in ["1", "A1", "H01-20250101", "123456", "example"] {
      #expect(PersonNumbers.normalised(Identifier(.local, value))?.value == value.uppercased())
    }
    #expect(!PersonNumbers.identifiesPerson(.motherResidentID))
  }

  @Test(
    "a number is one however it is written: width, case, hyphens, the words around it, the issues of a permit",
    arguments: [
      (Identifier.Kind.passport, " e99９ 8456", "E-9998456"), (.hkMacauPermit, "h99998456", "H9999845602"),
      (.taiwanPermit, "99998456", "9999845601(B)"), (.military, "军字第9999456号", "军9999456"),
      (.healthCard, "9999-1234-5678", "999912345678"), (.birthCertificate, "t999984567", "T999984567"),
    ])
  func spellings(kind: Identifier.Kind, one: String, other: String) throws {
    let number = try #require(PersonNumbers.normalised(Identifier(kind, one)))
    #expect(number == PersonNumbers.normalised(Identifier(kind, other)))
  }

  @Test("of two valid resident IDs in one message neither is the patient's for sure")
  func twoNumbers() {
    var patient = Patient()
    patient.identifiers = ["999999199001010016", "999999199001010032"].map { Identifier(.residentID, $0) }
    #expect(PersonNumbers.doubtful(of: patient).count == 2)
    #expect(PersonNumbers.usable(of: patient).isEmpty)
    let record = PersonRecord(key: "a", patient: patient)
    #expect(record.numbers.isEmpty && record.birthDate == nil)
    patient.identifiers.removeLast()
    let owner = PersonRecord(key: "b", patient: patient)
    let decision = PersonModel.standard(population: 1000).judge.decide(record, owner)
    #expect(decision.outcome == .review && decision.guards == [.twoResidentIDs])
  }
}
