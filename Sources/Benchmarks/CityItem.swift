/// A laboratory item of the city, with the range its institutions print.
struct CityItem {
  let code: String
  let name: String
  let group: String
  /// UCUM.
  let unit: String
  /// As half of the institutions write it.
  let spelling: String
  let specimen: String
  /// Reference range in units of the last decimal.
  let range: ClosedRange<Int>
  let decimals: Int

  private init(
    _ code: String, _ name: String, _ group: String, _ unit: String, written spelling: String? = nil,
    in specimen: String = "serum", _ range: ClosedRange<Int>, _ decimals: Int
  ) {
    self.code = code
    self.name = name
    self.group = group
    self.unit = unit
    self.spelling = spelling ?? unit
    self.specimen = specimen
    self.range = range
    self.decimals = decimals
  }

  /// Ordered by group, so that neighbours are what one report tells.
  static let all: [CityItem] = [
    CityItem("WBC", "白细胞计数", "cbc", "10*9/L", written: "10^9/L", in: "blood", 350...950, 2),
    CityItem("RBC", "红细胞计数", "cbc", "10*12/L", written: "10^12/L", in: "blood", 380...580, 2),
    CityItem("HGB", "血红蛋白", "cbc", "g/L", in: "blood", 115...175, 0),
    CityItem("HCT", "红细胞压积", "cbc", "%", in: "blood", 350...500, 1),
    CityItem("MCV", "平均红细胞体积", "cbc", "fL", in: "blood", 820...1000, 1),
    CityItem("PLT", "血小板计数", "cbc", "10*9/L", written: "10^9/L", in: "blood", 125...350, 0),
    CityItem("K", "钾", "electrolytes", "mmol/L", 350...530, 2),
    CityItem("NA", "钠", "electrolytes", "mmol/L", 1370...1470, 1),
    CityItem("CL", "氯", "electrolytes", "mmol/L", 990...1100, 1),
    CityItem("CA", "钙", "electrolytes", "mmol/L", 211...252, 2),
    CityItem("PHOS", "无机磷", "electrolytes", "mmol/L", 85...151, 2),
    CityItem("ALT", "丙氨酸氨基转移酶", "liver", "U/L", 9...50, 0),
    CityItem("AST", "天门冬氨酸氨基转移酶", "liver", "U/L", 15...40, 0),
    CityItem("TBIL", "总胆红素", "liver", "umol/L", written: "µmol/L", 0...230, 1),
    CityItem("DBIL", "直接胆红素", "liver", "umol/L", written: "µmol/L", 0...80, 1),
    CityItem("TP", "总蛋白", "liver", "g/L", 650...850, 1),
    CityItem("ALB", "白蛋白", "liver", "g/L", 400...550, 1),
    CityItem("GGT", "γ-谷氨酰转移酶", "liver", "U/L", 10...60, 0),
    CityItem("CREA", "肌酐", "renal", "umol/L", written: "µmol/L", 570...970, 1),
    CityItem("UREA", "尿素", "renal", "mmol/L", 310...800, 2),
    CityItem("UA", "尿酸", "renal", "umol/L", written: "µmol/L", 208...428, 0),
    CityItem("TC", "总胆固醇", "lipids", "mmol/L", 280...520, 2),
    CityItem("TG", "甘油三酯", "lipids", "mmol/L", 50...170, 2),
    CityItem("HDL", "高密度脂蛋白胆固醇", "lipids", "mmol/L", 104...160, 2),
    CityItem("LDL", "低密度脂蛋白胆固醇", "lipids", "mmol/L", 180...337, 2),
    CityItem("GLU", "葡萄糖", "glucose", "mmol/L", 390...610, 2),
    CityItem("A1C", "糖化血红蛋白", "glucose", "%", in: "blood", 40...60, 1),
    CityItem("TSH", "促甲状腺激素", "thyroid", "m[IU]/L", written: "mIU/L", 27...420, 2),
    CityItem("FT3", "游离三碘甲状腺原氨酸", "thyroid", "pmol/L", 310...680, 2),
    CityItem("FT4", "游离甲状腺素", "thyroid", "pmol/L", 1200...2200, 2),
  ]

  /// Panels and their required components.
  static let panels: [(code: String, name: String, components: [String])] = [
    ("CBC", "血常规", ["WBC", "RBC", "HGB", "HCT", "PLT"]),
    ("LYTES", "电解质", ["K", "NA", "CL", "CA"]),
    ("LFT", "肝功能", ["ALT", "AST", "TBIL", "ALB"]),
    ("RFT", "肾功能", ["CREA", "UREA", "UA"]),
    ("LIPIDS", "血脂", ["TC", "TG", "HDL", "LDL"]),
  ]

  static let groups = Array(Set(all.map(\.group))).sorted()

  /// How an institution numbers it.
  static func localCode(institution: Int, item: Int) -> String { String((institution + 1) * 100 + item) }

  /// How an institution writes its unit.
  func unit(at institution: Int) -> String { institution.isMultiple(of: 2) ? unit : spelling }
}
