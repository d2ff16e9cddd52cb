import Clinical
import Foundation
import Testing
import XMLReading

@testable import Messages

/// Numbers that are the same in every run.
private struct Draws: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func one(_ choices: [String]) -> String { choices.randomElement(using: &self) ?? "" }
  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}

@Suite("HL7 v2: what goes in comes out")
struct V2LawTests {
  /// A message whose every result text holds a word of its own, and those words with the line their segment stands on.
  private func generated(_ draws: inout Draws) -> (text: String, words: [(word: String, line: Int)]) {
    let terminator = draws.one(["\r", "\n", "\r\n"])
    var segments = [V2.header(draws.one(["ORU^R01", "OUL^R22", "OUL^R24", "ORU^R30", "OUL^R21"])), V2.patient]
    var words: [(word: String, line: Int)] = []
    var line: Int { segments.reduce(1) { $0 + 1 + $1.count { $0 == "\n" } } }
    func word() -> String { "w\(words.count)w" }
    for _ in 0..<Int.random(in: 1...4, using: &draws) {
      if draws.chance(30) { segments.append(V2.specimen(draws.one(["SER", "UR", ""]))) }
      if draws.chance(30) { segments.append("ORC|RE") }
      let parent = draws.chance(20) ? "|A^1|||^R1" : ""
      segments.append(
        V2.order(
          draws.one(["R1", "R1", "R2"]), draws.one(["X", "Y", ""]), section: draws.one(["LAB", "RAD", ""]),
          status: draws.one(["F", "P", "X", "", "?"]), then: parent))
      for _ in 0..<Int.random(in: 0...4, using: &draws) {
        switch Int.random(in: 0..<10, using: &draws) {
        case 0: segments.append(V2.specimen(draws.one(["SER", "UR"])))
        case 1: segments.append("ORC|RE")
        case 2: segments.append(draws.one(["ZZZ|1", "PV1||I", "TCD|x", "SAC|1", "ZDS|1.2.3", "IPC|A1", "DG1|1"]))
        case 3:
          words.append((word(), line))
          segments.append("NTE|1||" + words[words.count - 1].word + draws.one(["", " & more", "~and so on"]))
        default:
          words.append((word(), line))
          segments.append(result(words[words.count - 1].word, &draws, words.count))
        }
      }
    }
    return (segments.map { $0 + terminator }.joined(), words)
  }

  private func result(_ word: String, _ draws: inout Draws, _ count: Int) -> String {
    let type = draws.one([
      "ST", "TX", "FT", "NM", "SN", "CE", "CWE", "IS", "", "DT", "RP", "ED", "NR", "CQ", "XX", "TS",
    ])
    var value = word
    switch type {
    case "CE", "CWE":
      value = draws.one([
        "C^\(word)^L", "\(word)^^L", "^\(word)", "^^^C^\(word)^L", "^^^^^^^^\(word)", "A^b^L~C^\(word)",
      ])
    case "SN": value = draws.one(["<^\(word)", "^1^:^\(word)", "^\(word)", word])
    case "ED": value = "^TEXT^plain^A^" + draws.one(["", "x ^ & "]) + word
    case "RP": value = "http://h/\(word)?a=1&b^P"
    case "NR": value = draws.one(["1^\(word)", word])
    case "CQ": value = draws.one(["\(word)^mmol/L", word])
    default:
      let before = draws.one(["", "x & ", "a^b ", "1~", "line.~", #"\.br\"#, #"\Z\"#, "line\n", "  ", "~"])
      value = before + word + draws.one(["", " & y", "^z", "~more", "~", #" \T\ t"#, "\nline", "\u{0C}"])
    }
    let code = draws.one([
      "A", "B^b^L^2823-3^k^LN", "A&GDT", "A&IMP", "&ADT", "A&DEV", "113014^^DCM", "IMP", "", "^only words",
    ])
    return V2.result(
      code, value, type: type, subID: draws.one(["", "1", "2"]), unit: draws.one(["", "10^9/L"]),
      range: draws.one(["", "1~2", "^^3"]), flags: draws.one(["", "H~A"]),
      status: draws.one(["F", "P", "", "X", "D", "U", "?"]), setID: draws.chance(50) ? count : 1)
  }

  private func said(_ message: Message) -> String {
    var text = ""
    for report in message.reports {
      text += report.impression ?? ""
      for study in report.studies { text += study.endpoint ?? "" }
      for observation in report.observations {
        text += [observation.value, observation.valueCode?.identifier, observation.unit, observation.note]
          .compactMap { $0 }.joined(separator: "|")
      }
    }
    return text
  }

  @Test("every text of a result, or of a note about one, is found again, or a finding names its segment")
  func nothingVanishes() throws {
    var draws = Draws(state: 20_260_518)
    var read = 0
    for round in 0..<3000 {
      let (text, words) = generated(&draws)
      guard let (message, findings) = try? V2.read(text) else { continue }
      read += 1
      let said = said(message)
      let lines = Set(findings.map(\.location.line))
      for (word, line) in words where !said.contains(word) && !lines.contains(line) {
        Issue.record("round \(round): \(word) of line \(line) is lost in\n\(text.replacing("\r", with: "\n"))")
        return
      }
    }
    #expect(read > 2500)
  }

  @Test("law of one meaning: what pipes say and what v2.xml says of it become the same reports")
  func oneMeaning() throws {
    var draws = Draws(state: 10)
    for round in 0..<1000 {
      // In v2.xml a backslash in a text is what a converter left: there is no second one to resolve.
      let text = generated(&draws).text.replacing(#"\Z\"#, with: "Z")
      guard let pipes = try? V2.read(text).message else { continue }
      var notes = ReadingNotes(ReadingContext())
      let xml = try V2Reader.read(XMLTreeReader().read(V2.xml(text)).root, dialect: .hl7v2XML, notes: &notes)
      guard xml.reports != pipes.reports else { continue }
      Issue.record("round \(round): the two differ for\n\(text.replacing("\r", with: "\n"))")
      return
    }
  }

  @Test("mutants of a message are read or refused, and never trapped")
  func mutants() {
    var draws = Draws(state: 7)
    let signs = Array("|^~\\&\r\n\u{0B}\u{1C} XMSHOBR-.\u{0}".utf8)
    for _ in 0..<3000 {
      var bytes = Array(generated(&draws).text.utf8)
      for _ in 0..<Int.random(in: 1...6, using: &draws) {
        let place = Int.random(in: 4..<bytes.count, using: &draws)
        switch Int.random(in: 0..<4, using: &draws) {
        case 0: bytes[place] = signs.randomElement(using: &draws) ?? 0
        case 1: bytes.insert(signs.randomElement(using: &draws) ?? 0, at: place)
        case 2: bytes.remove(at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0..<40, using: &draws)))
        }
      }
      let reader = MessageReader(context: ReadingContext())
      let result = bytes.withUnsafeBufferPointer { reader.read($0, notation: .er7) }
      #expect((result.message == nil) == (result.refusal != nil))
    }
  }

  // MARK: Bytes that would grow badly

  @Test("very many of anything are read, or refused with the bound")
  func many() throws {
    let many = 20_000
    func reports(_ segments: [String], patient: String = V2.patient) throws -> [Report] {
      try V2.read(V2.message(segments, patient: patient)).message.reports
    }
    let order = V2.order("R1", "X")
    let results = try reports([order] + (0..<many).map { V2.result("A\($0)", "1") })[0].observations
    #expect(results.count == many)
    let lines = try reports([order] + (0..<many).map { V2.result("A", "line \($0)", type: "TX") })[0].observations
    #expect(lines.map { $0.value?.utf8.count { $0 == 10 } } == [many - 1])
    let repetitions = (0..<many).map { "l\($0)" }.joined(separator: "~")
    #expect(
      try reports([order, V2.result("A", repetitions, type: "TX")])[0].observations[0].value?.hasSuffix("l19999")
        == true)
    let impressions = try reports([order] + (0..<many).map { V2.result("IMP", "line \($0)", type: "TX") })[0].impression
    #expect(impressions?.utf8.count { $0 == 10 } == many - 1)
    let notes = try reports([order, V2.result("A", "1")] + (0..<many).map { "NTE|1||n\($0)" })[0].observations[0].note
    #expect(notes?.hasSuffix("n19999") == true)
    let long = String(repeating: #"x & \y ^ "#, count: 200_000)
    #expect(
      try reports([order, V2.result("A", long, type: "TX")])[0].observations[0].value?.utf8.count == long.utf8.count - 1
    )
    let note = "NTE|1||" + String(repeating: "x", count: 100_000)
    #expect(
      try reports([order, note] + (0..<100).map { V2.result("A\($0)", "1") })[0].observations.count { $0.note != nil }
        == 1)

    let orders = (0...10_000).map { V2.order("R1", "X", status: $0 % 2 == 0 ? "F" : "P") }
    #expect(#expect(throws: Refusal.self) { try reports(orders) }?.finding.code == .limitExceeded)
    for part in ["|x", "^x", "&x"] {
      let text = V2.message([order, V2.result("A", String(repeating: part, count: 25_000), type: "CE")])
      #expect(#expect(throws: XMLReadingError.self) { try ER7Tree.read(Array(text.utf8)) }?.kind == .limit)
    }
    var limits = XMLLimits()
    limits.elements = 1000
    let text = V2.message([order, V2.result("A", String(repeating: "~", count: 1000), type: "TX")])
    #expect(
      #expect(throws: XMLReadingError.self) { try ER7Tree.read(Array(text.utf8), limits: limits) }?.kind == .limit)
  }
}
