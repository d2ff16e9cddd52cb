import Catalogue
import Testing

@Suite("Unit spellings")
struct UnitsSpellingTests {
  @Test(
    "Counts per volume",
    arguments: [
      ("10^9/L", "10^9/L"), ("10*9/l", "10*9/l"), ("10+3/ul", "10*3/uL"), ("x10E3/uL", "10*3/uL"),
      ("x10^9/L", "10*9/L"),
      ("X10^12/L", "10*12/L"), ("X_10-3/uL", "10*3/uL"), ("x10*9/L", "10*9/L"), ("×10⁹/L", "10*9/L"),
      ("10⁹/L", "10*9/L"),
      ("10^9个/L", "10*9/L"), ("10(9)/L", "10*9/L"), ("10~9/L", "10*9/L"), ("１０＾９／Ｌ", "10*9/L"), ("109/L", "10*9/L"),
      ("×1012/L", "10*12/L"), ("10E9/L", "10*9/L"), ("*10^9/L", "10*9/L"), ("10的9次方/升", "10*9/L"), ("K/uL", "10*3/uL"),
      ("K/ul", "10*3/uL"), ("k/μL", "10*3/uL"), ("K/mcL", "10*3/uL"), ("K/UL", "10*3/uL"), ("K/cumm", "10*3/mm3"),
      ("M/uL", "10*6/uL"), ("THOUS/MCL", "10*3/uL"), ("Thousand/uL", "10*3/uL"), ("Million/uL", "10*6/uL"),
      ("MILL/MCL", "10*6/uL"), ("giga.l-1", "10*9/L"), ("Giga/L", "10*9/L"), ("T/L", "10*12/L"), ("Tera/L", "10*12/L"),
      ("Gpt/L", "10*9/L"), ("个/μL", "/uL"), ("个/ul", "/uL"), ("cells/uL", "{cells}/uL"), ("/ul", "/ul"), ("/UL", "/uL"),
      ("/cumm", "/mm3"), ("copies/ml", "{copies}/mL"), ("拷贝/毫升", "{copies}/mL"), ("copies/µL", "{copies}/uL"),
      ("CFU/ml", "[CFU]/mL"), ("/HP", "/[HPF]"), ("/HPF", "/[HPF]"), ("个/HP", "/[HPF]"), ("/LP", "/[LPF]"),
      ("个/高倍视野", "/[HPF]"), ("个/100WBC", "/(100.{WBC})"), ("lakhs/cumm", "10*5/mm3"),
    ])
  func counts(text: String, code: String) { expect(text, code) }

  @Test(
    "Concentrations",
    arguments: [
      ("MG/DL", "mg/dL"), ("mg/dl", "mg/dl"), ("mg%", "mg%"), ("MG/L", "mg/L"), ("G/DL", "g/dL"), ("g/l", "g/l"),
      ("gm/dL", "g/dL"), ("UG/DL", "ug/dL"), ("NG/ML", "ng/mL"), ("PG/ML", "pg/mL"), ("ng/ml", "ng/ml"),
      ("pg/ml", "pg/ml"),
      ("ng/ML", "ng/mL"), ("umol/l", "umol/l"), ("\u{B5}mol/L", "umol/L"), ("\u{3BC}mol/L", "umol/L"), ("㎍/㎖", "ug/mL"),
      ("mcg/dL", "ug/dL"), ("MMOL/L", "mmol/L"), ("mMol/L", "mmol/L"), ("Mmol/L", "mmol/L"), ("UMOL/L", "umol/L"),
      ("mEq/L", "meq/L"), ("MEQ/L", "meq/L"), ("mOsm/kg", "mosm/kg"), ("mOsm/kg H2O", "mosm/kg{H2O}"),
      ("mmol / L", "mmol/L"),
      ("mmol／L", "mmol/L"), ("毫摩尔/升", "mmol/L"), ("微摩尔每升", "umol/L"), ("克/升", "g/L"), ("纳克/毫升", "ng/mL"),
      ("mM", "mmol/L"), ("μM", "umol/L"), ("mg/g Cr", "mg/g{creat}"), ("mg/g·Cr", "mg/g{creat}"),
      ("U/g of Hb", "U/g{Hb}"),
      ("mg/L(FEU)", "mg/L{FEU}"), ("ug/mL FEU", "ug/mL{FEU}"), ("mg/100ml", "mg/(100.mL)"), ("mg/Kg", "mg/kg"),
      ("IU/mL", "[IU]/mL"), ("mIU/L", "m[IU]/L"), ("uIU/ml", "u[IU]/mL"), ("\u{3BC}IU/mL", "u[IU]/mL"),
      ("MIU/ML", "m[IU]/mL"),
      ("miu/ml", "m[IU]/mL"), ("KIU/L", "k[IU]/L"), ("KU/L", "kU/L"), ("U/l", "U/l"), ("u/l", "U/L"), ("mu/L", "mU/L"),
      ("uU/mL", "uU/mL"), ("单位/升", "U/L"), ("毫国际单位/升", "m[IU]/L"), ("AU/mL", "[arb'U]/mL"), ("EU/dL", "[EU]/dL"),
      ("GPL/mL", "[GPL'U]/mL"),
      ("MU/mol Hb", "MU/mol{Hb}"), ("μkat/L", "ukat/L"), ("nmol/L", "nmol/L"), ("m[IU]/L", "m[IU]/L"),
    ])
  func concentrations(text: String, code: String) { expect(text, code) }

  @Test(
    "Rates, lengths, times and the rest",
    arguments: [
      ("mmol/24h", "mmol/(24.h)"), ("g/24 h", "g/(24.h)"), ("mg/24小时", "mg/(24.h)"), ("G/24H", "g/(24.h)"),
      ("mmol/day", "mmol/d"),
      ("mm/h", "mm/h"), ("mm/H", "mm/h"), ("mm/1h", "mm/h"), ("MM/HR", "mm/h"), ("mm/60min", "mm/(60.min)"),
      ("mL/min/1.73m2", "mL/min/{1.73_m2}"), ("ml/min/1.73 m²", "mL/min/{1.73_m2}"),
      ("mL/min/1.73.m2", "mL/min/{1.73_m2}"),
      ("mL/min·1.73m^2", "mL/min/{1.73_m2}"), ("mL/(min·1.73m2)", "mL/(min.{1.73_m2})"), ("mm Hg", "mm[Hg]"),
      ("mmHg", "mm[Hg]"),
      ("毫米汞柱", "mm[Hg]"), ("KPA", "kPa"), ("cmH2O", "cm[H2O]"), ("kg/m²", "kg/m2"), ("Kg/m^2", "kg/m2"),
      ("kg/㎡", "kg/m2"),
      ("％", "%"), ("‰", "[ppth]"), ("s", "s"), ("S", "s"), ("秒", "s"), ("sec", "s"), ("SEC", "s"), ("ms", "ms"),
      ("fl", "fl"),
      ("fL", "fL"), ("FL", "fL"), ("飞升", "fL"), ("PG", "pg"), ("Pg", "pg"), ("℃", "Cel"), ("°C", "Cel"), ("摄氏度", "Cel"),
      ("°F", "[degF]"), ("C", "Cel"), ("次/分", "/min"), ("bpm", "/min"), ("beats/min", "/min"), ("岁", "a"),
      ("pH", "[pH]"),
      ("PH", "[pH]"), ("INR", "{INR}"), ("S/CO", "{s_co_ratio}"), ("cc", "mL"), ("lbs", "[lb_av]"), ("HU", "[hnsf'U]"),
      ("m", "m"), ("K", "K"), ("a", "a"), ("1", "1"), (" g/L ", "g/L"), ("s/s", "s/s"), ("Cel", "Cel"),
      ("mPa.s", "mPa.s"),
    ])
  func rest(text: String, code: String) { expect(text, code) }

  @Test(
    "In doubt, no answer",
    arguments: [
      "", " ", "-", "/", "无", "null", "G/L", "G/l", "G", "M", "M/L", "MU/L", "MIU/L", "MIU/mL", "MV", "Ms", "Mm", "MPA",
      "N/A",
      "AU", "EU/mL", "TU/L", "ng/mL DDU", "L/min.m2", "ug/kg.min", "g/cm-2", "0.5", "2.5.mg", "10-9/L", "x10-3/uL",
      "furlong",
      "enzyme units", "md/dL", "1234-5", "billion/L", "μ", "μ3", "μm3/", "u3", "mmol/", "mmol/L/", "(g", "g)", "mg//L",
      "阳性", "D", "10g/L",
      "K/furlong", "mmol/l]", "{", "x", "x10^99/L", "HP", "LP",
    ])
  func doubtful(text: String) { #expect(UnitSpelling.normalise(text) == nil) }

  @Test("What is given is valid UCUM, and given again is itself")
  func idempotent() throws {
    for text in ["×10⁹/L", "K/uL", "MG/DL", "mmol/24h", "mL/min/1.73m2", "U/g Hb", "个/100WBC", "pH", "109/L", "u/l"] {
      let code = try #require(UnitSpelling.normalise(text))
      #expect(UCUM.isValid(code))
      #expect(UnitSpelling.normalise(code) == code)
    }
  }

  @Test("A hostile text is refused, not followed")
  func hostile() {
    #expect(UnitSpelling.normalise(String(repeating: "(", count: 255)) == nil)
    #expect(UnitSpelling.normalise(String(repeating: "Cr", count: 127)) == nil)
    #expect(UnitSpelling.normalise("g" + String(repeating: "hb", count: 127)) == nil)
    #expect(UnitSpelling.normalise(String(repeating: "9", count: 100_000)) == nil)
  }

  private func expect(_ text: String, _ code: String, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(UnitSpelling.normalise(text) == code, "\(text)", sourceLocation: sourceLocation)
    #expect(UCUM.isValid(code), sourceLocation: sourceLocation)
  }
}
