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

  @Test("fillers identify nobody; the mother's number is not the child's")
  func numbers() {
    #expect(PersonNumbers.normalised(Identifier(.local, "0000")) == nil)
    #expect(PersonNumbers.normalised(Identifier(.residentID, "999999199001010010")) == nil)
    #expect(PersonNumbers.normalised(Identifier(.passport, " e12３ 456"))?.value == "E123456")
    #expect(!PersonNumbers.identifiesPerson(.motherResidentID))
  }
}
