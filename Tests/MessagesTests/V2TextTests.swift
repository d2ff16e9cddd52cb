import Clinical
import Foundation
import Testing
import XMLReading

@testable import Messages

@Suite("HL7 v2: text is text")
struct V2TextTests {
  private func value(_ text: String, type: String = "TX") throws -> String? {
    try V2.observation(V2.result("A", text, type: type)).value
  }

  @Test(
    "separators that nobody escaped stay in a text",
    arguments: [
      "Gram stain negative & culture positive", "see id=1&v=2", "R&D^2 strain", "approx ~5 cm, 3~4 each", "10^6",
      "轻~中度",
      "C3~C6 | not here".replacing(" | not here", with: ""), "a ~ b", "ends in & and ^", "~5", "Ca^2+ & K^+",
    ], ["ST", "TX", "FT", ""])
  func separators(text: String, type: String) throws {
    #expect(try value(text, type: type) == text)
  }

  @Test(
    "repetitions that are lines become lines, and no empty one is lost",
    arguments: [
      ("FINDINGS:~Lungs clear.~~IMPRESSION: normal~", "FINDINGS:\nLungs clear.\n\nIMPRESSION: normal"),
      ("1. E. coli~2. Klebsiella", "1. E. coli\n2. Klebsiella"),
      ("双肺清晰。~心影不大。", "双肺清晰。\n心影不大。"), ("所见：正常~诊断：正常", "所见：正常\n诊断：正常"),
      (
        "Heart normal~Lungs 3~4 nodules of ~5 mm.~Bones normal",
        "Heart normal\nLungs 3~4 nodules of ~5 mm.\nBones normal"
      ),
    ])
  func lines(sent: String, read: String) throws {
    #expect(try value(sent) == read)
  }

  @Test(
    "escapes are resolved, what nobody knows stays, and so does a lone backslash",
    arguments: [
      (#"a\T\b \S\ \R\ \F\ \E\"#, #"a&b ^ ~ | \"#), (#"one\.br\two\.sp\three\.BR\four"#, "one\ntwo\nthree\nfour"),
      (#"\H\bold\N\"#, "bold"), (#"\X0D0A\line \X41\"#, "line A"), (#"a\X000d\b"#, "a\nb"),
      (#"\XE6A0B7\ \XE6\\XA0\\XB7\ \XB5\g"#, "样 样 µg"), (#"C:\lab\x"#, #"C:\lab\x"#),
      (#"95\% of \Zx\ \"#, #"95\% of \Zx\ \"#),
      (#"\XZZ\ \X4\ \X1B\ \XC4E3\"#, #"\XZZ\ \X4\ \X1B\ \XC4E3\"#), (#"\.xy\ \C2842\"#, #"\.xy\ \C2842\"#),
      (#"2\S\3 \T\"#, "2^3 &"),
    ])
  func escapes(sent: String, read: String) throws {
    let message = V2.message([V2.order("R1", "X"), V2.result("A", sent, type: "FT")])
    #expect(try V2.read(message).message.reports[0].observations[0].value == read)
  }

  @Test("v2.xml: components in a text are text, escapes are elements or were left in it, indentation is none")
  func xmlText() throws {
    let body = """
      <OBX><OBX.2>FT</OBX.2><OBX.3><CE.1>A</CE.1></OBX.3><OBX.5>
            One \\T\\ two
            <escape V=".br"/>
            three<escape V="Zx"/>
          </OBX.5><OBX.11>F</OBX.11></OBX>\
      <OBX><OBX.2>ST</OBX.2><OBX.3><CE.1>B</CE.1></OBX.3><OBX.5><ST.1>Gram</ST.1><ST.2><S.1>a</S.1><S.3>b</S.3></ST.2></OBX.5></OBX>\
      <OBX><OBX.2>NM</OBX.2><OBX.3><CE.1>C</CE.1></OBX.3><OBX.5>5</OBX.5><OBX.6><CE.1>10</CE.1><CE.2>9/L</CE.2></OBX.6></OBX>
      """
    let text = V2ReaderTests.xml.replacing(/<ORU_R01.OBSERVATION>.*<\/ORU_R01.OBSERVATION>/, with: body)
    let observations = try readV2(text).message.reports[0].observations
    #expect(observations.map(\.value) == ["One & two\nthree\\Zx\\", "Gram^a&&b", "5"])
    #expect(observations[2].unit == "10^9/L")
  }

  // MARK: Segments

  @Test(
    "only the terminator in use ends a segment",
    arguments: [
      "a\nb", "a\n\n b", "a\u{0C}b", "a\u{0B}b", "a\u{85}b", "a\u{2028}b", "a\u{1C}b",
      "a\nXYZ|b".replacing("|", with: ""),
    ],
    ["\r", "\r\n", "\n"])
  func lineBreaks(text: String, terminator: String) throws {
    let segments = [V2.order("R1", "X"), V2.result("A", text, type: "FT", status: "P"), V2.result("K", "4.1")]
    let observations = try V2.read(V2.message(segments, terminator: terminator)).message.reports[0].observations
    #expect(observations.map(\.value) == [text, "4.1"])
    #expect(observations.map(\.status) == [.preliminary, .final])
  }

  @Test(
    "a carriage return within a text, indented segments, one kind of line break for the header and another for the rest"
  )
  func mixedLineBreaks() throws {
    let segments = [V2.order("R1", "X"), V2.result("A", "a\rb\r\nc", type: "FT", status: "P")]
    let text = V2.message(segments)
    for variant in [
      text, text.replacing("\r", with: "\r\n"), text.replacing("\rOBX", with: "\r  \tOBX"),
      text.replacing("120000||ORU", with: "120000||ORU").replacing("\rPID", with: "\nPID"),
      text.replacing("\rOBX", with: "\nOBX"),
    ] {
      let observations = try V2.read(variant).message.reports[0].observations
      #expect(observations.map(\.value) == ["a\nb\nc"])
      #expect(observations[0].status == .preliminary)
    }
  }

  @Test("lines behind a text go on with it, lines behind anything else are told")
  func continuation() throws {
    let text = V2.message(
      [V2.order("R1", "X"), "OBX|1|TX|A||one", "two", "NTE|1||note", "goes on", V2.result("B", "1"), "-- log --"],
      terminator: "\n")
    let (message, findings) = try V2.read(text)
    let observations = message.reports[0].observations
    #expect(observations.map(\.value) == ["one\ntwo", "1"])
    #expect(observations[0].note == "note\ngoes on")
    #expect(observations[1].status == .final)
    #expect(findings.map(\.code) == [.leftAside])
    #expect(findings.map(\.location.line) == [9])
  }

  @Test(
    "separators are those of MSH-1 and MSH-2, the usual ones where it says less",
    arguments: [#"^~\&"#, #"^~\&#"#, "", "^", #"^~\"#, #"^~\&amp;"#, "$%*@", "^^^^"])
  func separators(encoding: String) throws {
    var text = V2.message([V2.order("R1", "X"), V2.result("A^Name^L", "P^Pos^L", type: "CE")]).replacing(
      #"^~\&"#, with: encoding)
    if encoding == "$%*@" { text = text.replacing("^", with: "$") }
    let observation = try V2.read(text).message.reports[0].observations[0]
    #expect(observation.code == Code("A", display: "Name", system: "L"))
    #expect(observation.value == "Pos")
  }

  @Test("a header without separators is refused")
  func noSeparators() {
    for text in ["MSH", "MSH|LIS|H001", "MSHx^~\\&x", "PID|1"] {
      let error = #expect(throws: XMLReadingError.self) { try ER7Tree.read(Array(text.utf8)) }
      #expect(error?.kind == .malformed)
    }
  }

  // MARK: Values, units, ranges

  typealias Value = (type: String, sent: String, read: String?, kind: Observation.ValueKind)

  static let values: [Value] = [
    ("NM", "10^6", "10^6", Observation.ValueKind.quantity), ("NM", "4.1~4.2", "4.1~4.2", .text),
    ("NM", "~10", "~10", .text),
    ("NM", "7．5", "7．5", .quantity), ("NM", "12,345", "12,345", .text), ("NM", "-", "-", .text),
    ("ST", "+", "+", .text),
    ("ST", "±", "±", .text), ("ST", "－", "－", .text), ("NM", "\"\"", nil, .none), ("ST", "/", nil, .none),
    ("SN", "<^0.01", "<0.01", .quantity), ("SN", "^1^:^128", "1:128", .structured), ("SN", "=^5", "5", .quantity),
    ("SN", "^2^+", "2+", .structured), ("SN", "<0.01", "<0.01", .quantity), ("SN", "-", "-", .structured),
    ("NR", "3^5", "3-5", .structured), ("CQ", "5^mmol/L&&UCUM", "5", .quantity),
    ("DT", "20260518", "20260518", .time),
    ("", "5.2", "5.2", .quantity), ("", "P^Pos^SCT", "Pos", .coded),
    ("ST", "10828004^Positive^SCT", "Positive", .coded),
    ("TX", "a^b^c", "a^b^c", .text), ("CE", "P^Pos^L~Q^^L~^Rest", "Pos; Q; Rest", .coded),
    ("CE", "^^^P^阳性^L", "阳性", .coded), ("CWE", "^^^^^^^^原文", "原文", .coded),
    ("CE", "10828004^^SCT^P^阳性^L", "阳性", .coded),
    ("CWE", ">10^5 CFU/mL", ">10^5 CFU/mL", .text), ("CE", "E. coli ^ ESBL", "E. coli ^ ESBL", .text),
    ("CE", "Not detected^未检出", "未检出", .coded),
    ("CE", "^Salmonella & Shigella", "Salmonella & Shigella", .coded), ("CE", "-", "-", .text),
    ("IS", "N", "N", .coded),
    ("ED", "^application^pdf^Base64^JVBERi0", "application/pdf", .attachment),
    ("TX", "JVBERi0xLjQ", "application/pdf", .attachment),
    ("ED", "^TEXT^plain^A^Some & text^more", "Some & text^more", .text),
    ("RP", "http://h/x?a=1&b=2^P", "http://h/x?a=1&b=2", .attachment),
  ]

  @Test("values are read whole, whatever OBX-2 says of them", arguments: values)
  func value(_ value: Value) throws {
    let observation = try V2.observation(V2.result("A", value.sent, type: value.type))
    #expect(observation.value == value.read)
    #expect(observation.valueKind == value.kind)
  }

  @Test("a number under a coded type is one where a unit stands beside it")
  func numberAsCode() throws {
    #expect(try V2.observation(V2.result("A", "4.1", type: "CE", unit: "mmol/L")).valueKind == .quantity)
    #expect(try V2.observation(V2.result("A", "1", type: "CE")).valueKind == .coded)
  }

  @Test(
    "a unit is read whole when its pieces make no sense; UCUM decides between two",
    arguments: [
      ("10^9/L", "10^9/L"), ("x10^3/uL", "x10^3/uL"), ("10^9/L^giga per litre^UCUM", "10^9/L"),
      ("mL/min/1.73m^2", "mL/min/1.73m^2"),
      ("g/m^2", "g/m^2"), ("^10^12/L", "10^12/L"), ("×10^9/L^^UCUM", "×10^9/L"),
      ("mmol/L^millimole per litre^UCUM", "mmol/L"), ("^mmol/L", "mmol/L"), ("^^^mmol/L", "mmol/L"),
      ("mmol每升^毫摩^L^mmol/L^^UCUM", "mmol/L"), ("mmol/L^x^UCUM^mM^^UCUM", "mmol/L"), ("^^^^^^^^mmol/L", "mmol/L"),
      (#"10\S\9/L"#, "10^9/L"), ("%", "%"), ("mm^2nd hour^L", "mm"), ("10*9/L^10^9/L", "10*9/L"),
    ])
  func units(sent: String, read: String) throws {
    #expect(try V2.observation(V2.result("A", "1", unit: sent)).unit == read)
  }

  @Test(
    "a range is read whole",
    arguments: [
      ("3.5~5.3", "3.5~5.3"), ("男:120-160~女:110-150", "男:120-160~女:110-150"), ("<10^5", "<10^5"),
      ("阴性 & 弱阳性", "阴性 & 弱阳性"),
      ("3.5^5.3", "3.5^5.3"), (">^11.0", ">"), ("^^10.0", nil),
    ] as [(String, String?)])
  func ranges(sent: String, read: String?) throws {
    #expect(try V2.observation(V2.result("A", "1", range: sent)).referenceRange == read)
    let isWhole = sent == read
    #expect(try V2.findings([V2.order("R1", "X"), V2.result("A", "1", range: sent)]).isEmpty == isWhole)
  }

  @Test("all flags, and the alternates of a code with their systems")
  func flagsAndCodes() throws {
    let observation = try V2.observation(
      V2.result("2823-3^Potassium^LN^K^钾^L^^^^0101^血钾^99X", "1", flags: "H~A^Abnormal^HL70078~^高"))
    #expect(observation.flags == ["H", "A", "高"])
    #expect(observation.code == Code("2823-3", display: "Potassium", system: "LN"))
    #expect(
      observation.translations == [Code("K", display: "钾", system: "L"), Code("0101", display: "血钾", system: "99X")])
    #expect(try V2.observation(V2.result("^^^K^钾^L", "1")).code == Code("K", display: "钾", system: "L"))
    #expect(try V2.observation(V2.result("^钾", "1")).code == Code("钾"))
    #expect(try V2.observation(V2.result("^^^^^^^^血钾", "1")).code == Code("血钾"))
  }
}
