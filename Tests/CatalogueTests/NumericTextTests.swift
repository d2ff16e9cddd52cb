import Clinical
import Testing

/// One grammar of numbers for readers and decisions.
struct NumericTextTests {
  @Test(arguments: [
    ("5.83", nil, "5.83", 5.83), ("<0.01", "<", "0.01", 0.01), (" >= 7 ", ">=", "7", 7), ("≤3", "<=", "3", 3),
    ("＜ 3.5", "<", "3.5", 3.5), ("=>4", ">=", "4", 4), ("-2", nil, "-2", -2), ("−2", nil, "−2", -2),
    ("+7.5", nil, "+7.5", 7.5), ("７．５", nil, "７．５", 7.5), ("1e3", nil, "1e3", 1000),
    ("1.2E-03", nil, "1.2E-03", 0.0012),
    ("2.90", nil, "2.90", 2.9), (".5", nil, ".5", 0.5), ("5.", nil, "5.", 5), ("10^6", nil, "10^6", 1e6),
    ("10⁻³", nil, "10⁻³", 0.001), ("1.23×10^6", nil, "1.23×10^6", 1.23e6), (">1.0 x 10⁷", ">", "1.0 x 10⁷", 1e7),
    ("\u{3000}4.1\u{A0}", nil, "4.1", 4.1), ("10", nil, "10", 10), ("-10^2", nil, "-10^2", -100),
  ])
  func numbers(_ text: String, _ comparator: String?, _ digits: String, _ number: Double) throws {
    let value = try #require(NumericText(text))
    #expect(value.comparator?.rawValue == comparator && value.digits == digits && value.number == number)
  }

  @Test(arguments: [
    "1:128", "3-5", "positive", "", "<", "nan", "inf", "0x10", "+", "-", "±", "5.8 mmol", "阴性", "7,5", "1,234", "7.5↑",
    "7,5 H", "1.2.3", "5 6", "- 2", "1e", "3×4", "10^", "1e9999", "++", "2+", String(repeating: "1", count: 400),
  ])
  func noNumbers(_ text: String) {
    #expect(NumericText(text) == nil)
  }

  @Test func aCommaIsWhatThePolicySays() {
    func number(_ text: String, _ comma: NumericText.Comma) -> Double? { NumericText(text, comma: comma)?.number }
    #expect(number("1,234", .grouping) == 1234 && number("12,345,678.5", .grouping) == 12_345_678.5)
    #expect(number("１，２３４", .grouping) == 1234 && NumericText("1,234", comma: .grouping)?.digits == "1,234")
    for text in ["1,23", "1,2345", "1234,567", "1,234,5", ",234", "1,,234"] {
      #expect(number(text, .grouping) == nil, "\(text)")
    }
    #expect(number("7,5", .decimal) == 7.5 && number("<0,05", .decimal) == 0.05 && number("1,234", .decimal) == 1.234)
    #expect(number("1.234,5", .decimal) == nil && number("7,", .decimal) == nil)
  }

  @Test func whereOnlyANumberCanStandItHasNothingAroundIt() {
    let decimals = [("5", 5.0), ("-0.5", -0.5), ("+7.5", 7.5), (".5", 0.5), ("1e-3", 0.001), ("-2E+06", -2e6)]
    for (text, number) in decimals { #expect(NumericText.decimal(text) == number, "\(text)") }
    for text in ["", "-", ".", "1.2.3", " 5", "5 ", "<5", "10^6", "１", "nan", "inf", "0x10", "1e9999", "1,5"] {
      #expect(NumericText.decimal(text) == nil, "\(text)")
    }
    #expect(NumericText.count("3") == 3 && NumericText.count("03") == 3)
    for text in ["", "-1", "+1", "3.0", " 3", "３", "99999999999999999999"] {
      #expect(NumericText.count(text) == nil, "\(text)")
    }
  }

  @Test func longTextIsNotRead() {
    #expect(NumericText(String(repeating: " ", count: 1_000_000) + "word") == nil)
    #expect(NumericText("5 " + String(repeating: "x", count: 1_000_000)) == nil)
  }
}
