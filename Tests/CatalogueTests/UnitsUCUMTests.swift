import Catalogue
import Testing

@Suite("UCUM")
struct UnitsUCUMTests {
  @Test(
    "Each rule of the grammar admits what it should",
    arguments: [
      "m", "dam", "mmol/L", "/m", "/min", "10*9/L", "10^9/L", "10*-7.s", "10*", "100/m3", "m+2", "m-2", "m2.s-1",
      "{cells}/uL",
      "kg{body_wt}", "1{c}", "{}", "mL/min/{1.73_m2}", "g/(8.h){shift}", "ug/(kg.min)", "((m))", "/(m.s)", "m[H2O]",
      "mm[Hg]", "B[10.nV]", "dB[SPL]", "[m/s2/Hz^(1/2)]", "KiBy", "u[IU]/mL", "%[slope]", "'", "''", "[Amb'a'1'U]",
      "mCel", "10.Cel", "Cel{axillary}", "[CCID_50]", "10.L/min", "[pi].rad", "%", "a", "mo_s",
    ])
  func valid(code: String) { #expect(UCUM.isValid(code)) }

  @Test(
    "What the grammar does not admit says where",
    arguments: [
      ("", 1), ("m/", 3), ("m.", 3), ("m//s", 3), (".m", 1), ("m s", 2), ("µmol/L", 1), ("(m", 3), ("m)", 2), ("()", 2),
      ("m{a", 2), ("m{a}{b}", 5), ("{a}m", 4), ("m(s)", 2), ("12h", 1), ("g/12h", 3), ("10+3/ul", 1), ("2.0.m", 3),
      ("0", 1),
      ("1.73.0", 6), ("[IU", 1), ("m[Hg", 2), ("km[Hg", 3), ("mmin", 1), ("m[degF]", 1), ("mmol/kg[H20]", 6),
      ("mIU/L", 1),
      ("m-", 1), ("m12345", 2), ("Cel2", 1), ("Cel/min", 5), ("/Cel", 2), ("m.[pH]", 3), ("99999999999999999999", 1),
      ("kkg", 1), ("M/uL", 1), ("UG/L", 1),
    ])
  func invalid(code: String, position: Int) {
    #expect { try UCUM.unit(code) } throws: { ($0 as? UCUMError)?.position == position }
  }

  @Test("Deep or long codes are refused, not followed")
  func bounds() {
    #expect(UCUM.isValid(String(repeating: "(", count: 127) + "m" + String(repeating: ")", count: 127)))
    #expect(!UCUM.isValid(String(repeating: "(", count: 100_000)))
    #expect(!UCUM.isValid(String(repeating: "m.", count: 1000) + "m"))
  }

  @Test(
    "Laboratory values come out as a person would write them",
    arguments: [
      (10, "mg/dL", "g/L", 0.1), (5.83, "10*9/L", "10*12/L", 0.00583), (4.52, "10*12/L", "10*6/uL", 4.52),
      (13.4, "g/dL", "g/L", 134), (0.412, "L/L", "%", 41.2), (88.4, "umol/L", "mmol/L", 0.0884),
      (1.1, "ng/mL", "ug/L", 1.1),
      (6.6, "10*3/uL", "10*9/L", 6.6), (6.6, "10^3/ul", "10*9/L", 6.6), (0.1, "L", "mL", 100), (0.3, "m", "mm", 300),
      (2.35, "m[IU]/L", "u[IU]/mL", 2.35), (120, "mm[Hg]", "kPa", 15.99864), (60, "U/L", "ukat/L", 1),
      (33, "U/L", "nkat/L", 550),
      (1, "[lb_av]", "kg", 0.45359237), (1, "[in_i]", "cm", 2.54), (24, "h", "d", 1), (180, "deg", "[pi].rad", 1),
      (3, "g/(24.h)", "g/d", 3), (1, "mol", "1", 6.02214076e23), (1, "eq", "mmol", 1000), (1, "[LPF]", "[HPF]", 100),
      (7, "/[HPF]", "/{field}", 7), (1, "[ly]", "cm", 946_073_047_258_080_000), (2.54, "KiBy", "bit", 20807.68),
      (-3.7, "mmol/L", "umol/L", -3700), (0, "g", "kg", 0), (1, "g%", "mg/dL", 1000), (1, "a/b", "a.fm-2", 0.01),
    ])
  func proper(value: Double, from: String, to: String, expected: Double) {
    #expect(UCUM.convert(value, from: from, to: to) == expected)
  }

  @Test(
    "Special units follow their functions",
    arguments: [
      (37, "Cel", "K", 310.15), (310.15, "K", "Cel", 37), (98.6, "[degF]", "Cel", 37), (37, "Cel", "[degF]", 98.6),
      (-40, "Cel", "[degF]", -40), (80, "[degRe]", "Cel", 100), (100, "Cel", "[degRe]", 80),
      (36600, "mCel", "Cel", 36.6),
      (491.67, "[degR]", "Cel", 0), (32, "[degF]", "K", 273.15),
    ])
  func temperatures(value: Double, from: String, to: String, expected: Double) {
    #expect(UCUM.convert(value, from: from, to: to) == expected)
  }

  @Test(
    "Special units on logarithmic and other scales follow their functions",
    arguments: [
      (7.4, "[pH]", "nmol/L", 39.810717055349734), (1, "mmol/L", "[pH]", 3), (1, "Np", "1", 2.718281828459045),
      (3, "B", "1", 1000), (30, "dB", "1", 1000), (1000, "1", "dB", 30), (1, "Np", "B", 0.4342944819032518),
      (2, "B[SPL]", "Pa", 0.0002), (94, "dB[SPL]", "Pa", 1.0023744672545447), (2, "B[V]", "V", 10),
      (2, "B[mV]", "mV", 10),
      (4, "B[uV]", "mV", 0.1), (2, "B[10.nV]", "nV", 100), (1, "B[W]", "W", 10), (1, "B[kW]", "W", 10000),
      (1, "B[kW]", "B[W]", 4), (8, "bit_s", "1", 256), (100, "%[slope]", "deg", 45), (45, "deg", "[p'diop]", 100),
      (100, "[p'diop]", "%[slope]", 100), (2, "[hp'_X]", "1", 0.01), (2, "[hp'_C]", "1", 0.0001),
      (1, "[hp'_M]", "1", 0.001),
      (1, "[hp'_Q]", "1", 0.00002), (0.0001, "1", "[hp'_C]", 2), (3, "[m/s2/Hz^(1/2)]", "m2/s4/Hz", 9),
      (9, "m2/s4/Hz", "[m/s2/Hz^(1/2)]", 3),
    ])
  func functions(value: Double, from: String, to: String, expected: Double) throws {
    let result = try #require(UCUM.convert(value, from: from, to: to))
    #expect(abs(result - expected) <= 1e-13 * abs(expected), "\(result)")
  }

  @Test(
    "What is not commensurable has no conversion",
    arguments: [
      ("[IU]/L", "U/L"), ("[IU]", "1"), ("[arb'U]", "[IU]"), ("[arb'U]", "{count}"), ("mmol/L", "g/L"),
      ("L/(min.m2)", "L/min.m2"),
      ("Cel", "m"), ("K/uL", "10*3/uL"), ("deg", "1"), ("mmol/L", "furlong"), ("furlong", "furlong"),
      ("[PFU]", "[CFU]"),
    ])
  func incommensurable(from: String, to: String) {
    #expect(UCUM.convert(1, from: from, to: to) == nil)
    #expect(UCUM.convert(1, from: to, to: from) == nil)
  }

  @Test("Arbitrary units convert among their own prefixes and spellings")
  func arbitrary() throws {
    #expect(UCUM.convert(1.5, from: "k[IU]/L", to: "[iU]/mL") == 1.5)
    #expect(UCUM.convert(2, from: "[arb'U]/mL", to: "[arb'U]/L") == 2000)
    #expect(try UCUM.unit("[IU].[arb'U]") == UCUM.unit("[arb'U].[iU]"))
    #expect(try UCUM.unit("[IU]/[iU]") == UCUM.unit("1"))
    #expect(try UCUM.unit("[IU]").dimension.isArbitrary)
  }

  @Test("Equal codes, and codes of equal meaning, return the value bit for bit")
  func identity() {
    for value in [0.1 + 0.2, -0.0, 1 / 3, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity] as [Double] {
      for (from, to) in [("mg/dL", "mg/dL"), ("Cel", "Cel"), ("mL", "cm3"), ("Cel", "Cel{oral}"), ("/L", "{x}/l")] {
        #expect(UCUM.convert(value, from: from, to: to)?.bitPattern == value.bitPattern)
      }
    }
  }

  @Test("A value that has no counterpart has no conversion")
  func noCounterpart() {
    #expect(UCUM.convert(-1, from: "mol/L", to: "[pH]") == nil)
    #expect(UCUM.convert(0, from: "mol/L", to: "[pH]") == nil)
    #expect(UCUM.convert(-1e6, from: "[pH]", to: "mol/L") == nil)
    #expect(UCUM.convert(.nan, from: "g", to: "kg")?.isNaN == true)
  }

  @Test("Decimals of a laboratory's length survive the way there and back, and the decimal point just moves")
  func roundTrip() throws {
    let pairs = [
      ("mg/dL", "g/L", -2), ("10*9/L", "10*12/L", -3), ("umol/L", "mol/L", -6), ("10*6/uL", "/L", 12),
      ("g/dL", "ng/mL", 7),
    ]
    for (from, to, shift) in pairs {
      for digits in stride(from: 1, to: 10_000_000, by: 20_011) {
        let places = digits % 7
        let value = try #require(Double("\(digits)e-\(places)"))
        let there = try #require(UCUM.convert(value, from: from, to: to))
        #expect(there == Double("\(digits)e\(shift - places)"), "\(value) \(from)")
        #expect(UCUM.convert(there, from: to, to: from) == value, "\(value) \(from)")
      }
    }
  }

  @Test("Products and powers")
  func algebra() throws {
    let gram = try UCUM.unit("g")
    let metre = try UCUM.unit("m")
    #expect(try gram.multiplied(by: metre) == UCUM.unit("m.g"))
    #expect(try gram.divided(by: metre) == UCUM.unit("g.m-1"))
    #expect(try metre.raised(to: 3) == UCUM.unit("kL"))
    #expect(try UCUM.unit("Cel").multiplied(by: metre) == nil)
    #expect(try metre.divided(by: UCUM.unit("Cel")) == nil)
    let newton = try UCUM.unit("kN")
    #expect(newton.magnitude == 1e6)
    #expect((newton.dimension[.length], newton.dimension[.mass], newton.dimension[.time]) == (1, 1, -2))
    #expect(try UCUM.unit("[pH]").isSpecial)
    #expect(try UCUM.unit("mmol").dimension.isNone)
    #expect(try UCUM.unit("U/L").isCommensurable(with: UCUM.unit("kat/m3")))
  }

  @Test("A huge power keeps its order of magnitude")
  func power() throws {
    let result = try #require(UCUM.convert(1, from: "[in_i]20", to: "m20"))
    #expect(abs(result / 1.249321840704485e-32 - 1) < 1e-12)
  }
}
