import Clinical
import Testing

@testable import Catalogue

struct LookupTests {
  private func day(_ iso: String) -> Int { CalendarDate(iso)?.epochDay ?? 0 }

  @Test func findsInstitutionsBySenderCodeAndOID() throws {
    let senders = """
      application,facility,oid,institution,updateMode,repair
      LIS,HOSP,,A,snapshot,markup
      ,HOSP,,B,,
      ,,9.9,C,update,
      """
    let data = try SmallReference.data(["senders.csv": senders])
    func code(_ application: String?, _ identifier: String?, _ oid: String? = nil) -> String? {
      data.institution(OrganizationReference(application: application, identifier: identifier, oid: oid))?.code
    }
    #expect(code("LIS", "HOSP") == "A")
    #expect(code("RIS", "HOSP") == "B")
    #expect(code(nil, "B") == "B")
    #expect(code(nil, "1.2.3") == "A")
    #expect(code(nil, "?", "1.2.3") == "A")
    #expect(code(nil, nil, "9.9") == "C")
    #expect(code(nil, "b") == nil)
    let sender = data.sender(OrganizationReference(application: "LIS", identifier: "HOSP"))
    #expect(sender?.updateMode == .snapshot && sender?.repairsMarkup == true)
    #expect(data.code(of: OrganizationReference(identifier: "elsewhere")) == "elsewhere")
  }

  @Test func anOIDGoesBeforeAMereExtension() throws {
    let senders = """
      application,facility,oid,institution
      ,3,,B
      ,4,2.2,C
      ,,2.2,B
      """
    let data = try SmallReference.data(["senders.csv": senders])
    func code(_ identifier: String?, _ oid: String?) -> String? {
      data.institution(OrganizationReference(identifier: identifier, oid: oid))?.code
    }
    #expect(code("3", nil) == "B" && code("3", "9.9") == "B")
    #expect(code("3", "1.2.3") == "A", "the institution's own OID")
    #expect(code("C", "1.2.3") == "A", "another's code is an extension here")
    #expect(code("3", "2.2") == "B" && code("4", "2.2") == "C")
    #expect(data.sender(OrganizationReference(identifier: "3", oid: "1.2.3")) == nil)
  }

  @Test func aNameAloneCanBeDeclared() throws {
    let senders = """
      application,facility,oid,institution
      ,City Laboratory,,B
      RIS,City Laboratory,,C
      ,known,,A
      """
    let data = try SmallReference.data(["senders.csv": senders])
    func code(_ name: String?, _ identifier: String? = nil, oid: String? = nil, application: String? = nil) -> String? {
      data.institution(
        OrganizationReference(application: application, identifier: identifier, oid: oid, name: name))?.code
    }
    #expect(code("City Laboratory") == "B" && code("City Laboratory", application: "RIS") == "C")
    #expect(code("City Laboratory", "unheard of", oid: "9.9") == "B")
    #expect(code("City Laboratory", "known") == "A" && code("City Laboratory", nil, oid: "1.2.3") == "A")
    #expect(code("city laboratory") == nil && code("Hospital A") == nil, "a name in institutions.csv is nobody's alone")
  }

  @Test func aUnitWithoutDimensionMayBeMissing() throws {
    let data = try SmallReference.data([
      "items.csv":
        "item,category,unit\nINR,lab,{INR}\nPH,lab,[pH]\nSG,lab,{ratio}\nONE,lab,1\nHCT,lab,%\nACR,lab,mg/g\nWBC,lab,10*9/L\nCOP,lab,{copies}/mL",
      "panels.csv": "",
    ])
    func value(_ item: String) throws -> Double? { data.normalize(7.4, unit: nil, for: try #require(data.items[item])) }
    for item in ["INR", "PH", "SG", "ONE"] { #expect(try value(item) == 7.4, "\(item)") }
    for item in ["HCT", "ACR", "WBC", "COP"] { #expect(try value(item) == nil, "\(item)") }
  }

  @Test func codeMapsTakeTheRowThatNamesMost() throws {
    let maps = """
      institution,localCode,localName,specimen,unit,item
      *,1,,serum,mmol/L,NA
      A,1,,,,K
      A,2,,,,K
      A,2,,serum,,NA
      A,3,,,mg/dL,GLU
      A,4,,,,K
      A,4,,,,NA
      A,5,,serum,,K
      """
    let data = try SmallReference.data(["codemaps.csv": maps])
    func item(_ code: String, of institution: String = "A", specimen: String? = nil, unit: String? = nil) -> String? {
      data.localItem(code, of: institution, specimen: specimen, unit: unit)?.item.code
    }
    #expect(item("1", specimen: "serum", unit: "mmol/L") == "K")
    #expect(item("1", of: "B", specimen: "serum") == "NA")
    #expect(item("1", of: "B", specimen: "blood") == nil)
    #expect(item("2") == "K")
    #expect(item("2", specimen: "serum") == "NA")
    #expect(data.localItem("3", of: "A", specimen: nil, unit: nil)?.unit == "mg/dL")
    #expect(item("3", unit: "mmol/L") == nil)
    #expect(item("4") == nil, "two items for one code: no guess")
    #expect(item("5") == nil)
    #expect(item("K") == nil, "an item's own code is not a local code")
  }

  @Test func specimensBySpelling() throws {
    let data = try SmallReference.data(["specimens.csv": "spelling,specimen\n血清,serum\nSER,serum"])
    #expect(data.specimen(Code(" ser ")) == "serum")
    #expect(data.specimen(Code("Serum")) == "serum")
    #expect(data.specimen(Code("119", display: "血清")) == "serum")
    #expect(data.specimen(Code("plasma")) == nil)
  }

  @Test func numbersInTheItemsUnit() throws {
    let data = try SmallReference.data([
      "units.csv": "spelling,ucum\nMMOL,mmol/L\nµmol/L,umol/L",
      "conversions.csv": "item,from,to,factor\nGLU,g/L,mmol/L,5.55",
    ])
    let glucose = try #require(data.items["GLU"])
    let antibody = try #require(data.items["HIV"])
    #expect(data.normalize(0.1, unit: "mmol/L", for: glucose) == 0.1)
    #expect(data.normalize(0.1, unit: "MMOL", for: glucose) == 0.1)
    #expect(abs(try #require(data.normalize(5000, unit: "\u{3BC}mol/L", for: glucose)) - 5) < 1e-9)
    #expect(abs(try #require(data.normalize(100, unit: "mg/dL", for: glucose)) - 5.55) < 1e-9)
    #expect(data.normalize(1, unit: nil, for: glucose) == nil)
    #expect(data.normalize(1, unit: "bottle", for: glucose) == nil)
    #expect(data.normalize(1.5, unit: "S/CO", for: antibody) == 1.5)
    #expect(data.normalize(1, unit: "mg/dL", for: try #require(data.items["K"])) == nil, "a conversion is one item's")
  }

  @Test func conversionsAreReadBackwards() throws {
    let data = try SmallReference.data(["conversions.csv": "item,from,to,factor\nGLU,mmol/L,g/L,0.18"])
    let glucose = try #require(data.items["GLU"])
    #expect(abs(try #require(data.normalize(90, unit: "mg/dL", for: glucose)) - 5) < 1e-9)
  }

  @Test(arguments: [
    ("mmol/L", ["mol"]), ("10*9/L", []), ("meq/L", ["eq"]), ("mosm/kg", ["osm"]), ("mmol/mol", ["/mol", "mol"]),
    ("%", []), ("U/L", ["mol"]),
    ("nkat/L", ["mol"]), ("[IU]/L", []), ("{mol}/L", []), ("umol/min/L", ["mol"]), ("mL/min", []), ("kU/L", ["mol"]),
  ])
  func whatAUnitCounts(_ code: String, _ units: [String]) {
    #expect(AmountOfSubstance.units(code) == units)
  }

  @Test func whatUCUMTakesForNumbersIsNotConverted() throws {
    let data = try SmallReference.data([
      "items.csv": "item,category,unit\nA1C,lab,%\nWBC,lab,10*9/L\nCA,lab,mmol/L",
      "panels.csv": "",
    ])
    func normalize(_ code: String, _ unit: String) throws -> Double? {
      data.normalize(48, unit: unit, for: try #require(data.items[code]))
    }
    #expect(try normalize("A1C", "mmol/mol") == nil)
    #expect(try normalize("WBC", "mmol/L") == nil)
    #expect(try normalize("CA", "meq/L") == nil)
    #expect(try normalize("CA", "mmol/L") == 48)
  }

  @Test func scopesCover() throws {
    let data = try SmallReference.data()
    let a = try #require(data.institutions["A"])
    let b = try #require(data.institutions["B"])
    let c = try #require(data.institutions["C"])
    let agreements = ["川渝": ["50", "51"]]
    func scope(_ text: String) throws -> Scope { try #require(Scope(text, agreements: agreements)) }
    #expect(try scope("national").covers(nil, c))
    #expect(try scope("region:5001").covers(c, a) && !(try scope("region:5001").covers(a, b)))
    #expect(try scope("agreement:川渝").covers(c, b) && !(try scope("agreement:川渝").covers(a, c)))
    #expect(try scope("alliance:M2").covers(a, b) && !(try scope("alliance:M1").covers(a, b)))
    #expect(!(try scope("alliance:M2").covers(nil, b)))
    #expect(Scope("everywhere", agreements: agreements) == nil && Scope("region:", agreements: agreements) == nil)
  }

  @Test func listsAndCertificatesIncludeBothDays() throws {
    let data = try SmallReference.data([
      "lists.csv": "list,scope,item,validFrom,validTo\nz,national,*,2024-01-01,\nb,region:51,K,2024-03-01,2024-03-31",
      "certificates.csv":
        "institution,item,scope,validFrom,validTo\nA,*,national,2024-01-01,\nA,group:electrolytes,region:51,2024-03-01,2024-03-31",
    ])
    let a = data.institutions["A"]
    let b = try #require(data.institutions["B"])
    let k = try #require(data.items["K"])
    #expect(data.list(for: k, from: a, to: b, on: day("2024-03-01")) == "b")
    #expect(data.list(for: k, from: a, to: b, on: day("2024-03-31")) == "b")
    #expect(data.list(for: k, from: a, to: b, on: day("2024-04-01")) == "z")
    #expect(data.list(for: k, from: a, to: b, on: day("2023-12-31")) == nil)
    #expect(data.certificate(for: k, of: a, to: b, on: day("2024-03-31"))?.name == "A/group:electrolytes/region:51")
    #expect(data.certificate(for: k, of: a, to: b, on: day("2024-04-01"))?.name == "A/*/national")
    #expect(data.certificate(for: k, of: b, to: b, on: day("2024-03-31")) == nil)
  }

  @Test func windowsTakeTheMostParticularRow() throws {
    let data = try SmallReference.data([
      "windows.csv": """
      key,setting,flag,hours
      *,emergency,critical,1
      group:electrolytes,*,*,168
      group:electrolytes,inpatient,*,24
      group:electrolytes,*,abnormal,48
      K,*,*,72
      """
    ])
    let k = try #require(data.items["K"])
    let na = try #require(data.items["NA"])
    let glucose = try #require(data.items["GLU"])
    #expect(k.window(in: .inpatient, flag: .abnormal)?.hours == 72)
    #expect(na.window(in: .inpatient, flag: .abnormal)?.hours == 24)
    #expect(na.window(in: .outpatient, flag: .abnormal)?.hours == 48)
    #expect(na.window(in: .checkup, flag: .unknown)?.hours == 168)
    #expect(glucose.window(in: .outpatient, flag: .normal) == nil)
  }

  @Test func pricesGoFromTheInstitutionToTheDefault() throws {
    let data = try SmallReference.data([
      "prices.csv": """
      priceKey,item,fen,validFrom,validTo
      *,K,1,2024-01-01,
      region:50,K,2,2024-01-01,
      region:5001,K,3,2024-01-01,
      region:50/level:3,K,4,2024-01-01,2024-12-31
      A,K,5,2024-06-01,2024-06-30
      A,K,6,2024-06-10,2024-06-10
      """
    ])
    let k = try #require(data.items["K"])
    func price(_ code: String, _ iso: String) -> Int? {
      data.institutions[code].flatMap { data.price(of: k, at: $0, on: day(iso)) }
    }
    #expect(price("A", "2024-06-10") == 6)
    #expect(price("A", "2024-06-11") == 5)
    #expect(price("A", "2024-07-01") == 4)
    #expect(price("A", "2025-01-01") == 3)
    #expect(price("C", "2025-01-01") == 1)
    #expect(price("C", "2023-12-31") == nil)
  }

  @Test func consentPrecedence() throws {
    let rows = """
      idType,idValue,institution,category,decision,from,to
      resident-id,x,*,*,permit,2025-01-01,
      resident-id,X,*,lab,deny,2024-01-01,2025-06-01T00:00:00+08:00
      resident-id,X,B,*,permit,,
      resident-id,X,C,lab,permit,2025-01-01,
      resident-id,X,C,lab,deny,2025-01-01,
      """
    let data = try SmallReference.data(["consents.csv": rows])
    let zone = RegistryZone.shanghai
    func permits(_ institution: String, _ category: Category, _ time: String) throws -> Bool {
      let moment = try #require(zone.instant(time))
      return data.consent(of: [Identifier(.residentID, "x")], to: institution, at: moment).permits(category)
    }
    #expect(!(try permits("A", .lab, "2025-05-31T23:59:59")))
    #expect(try permits("A", .lab, "2025-06-01T00:00:00"), "the end is excluded")
    #expect(try permits("A", .imaging, "2025-05-31"))
    #expect(try permits("B", .lab, "2025-05-31"), "the row naming the institution wins")
    #expect(!(try permits("C", .lab, "2025-05-31")), "deny wins a tie")
    #expect(try permits("A", .ecg, "2020-01-01"), "the policy's default")
  }

  @Test func limitsBySexAndAge() throws {
    let data = try SmallReference.data([
      "limits.csv": "item,sex,ageFromYears,ageToYears,low,high\nK,,,,1,9\nK,male,,60,2,8\nK,male,60,,3,7"
    ])
    let k = try #require(data.items["K"])
    #expect(k.limit(sex: .male, age: 59)?.low == 2)
    #expect(k.limit(sex: .male, age: 60)?.low == 3)
    #expect(k.limit(sex: .male, age: nil)?.low == 1)
    #expect(k.limit(sex: .female, age: 60)?.low == 1)
    #expect(k.limit(sex: nil, age: nil)?.low == 1)
  }

  @Test func suggestsByName() throws {
    let data = try SmallReference.data()
    #expect(data.suggestItem(forName: "钾").first == ItemSuggestion(item: "K", score: 1))
    #expect(data.suggestItem(forName: "ＨＩＶ 抗体").first?.score == 1)
    #expect(data.suggestItem(forName: "葡萄糖测定").first?.item == "GLU")
    #expect(data.suggestItem(forName: "potasium").first?.item == "K")
    #expect(data.suggestItem(forName: "凝血酶原时间").isEmpty)
  }

  @Test func checkTellsGapsAndContradictions() {
    let problems = ReferenceCheck.problems(
      in: SmallReference.folder([
        "codemaps.csv": "institution,localCode,item\nA,1,K\nA,1,NA",
        "lists.csv": "list,scope,item,validFrom\nL,national,K,2024-01-01",
        "certificates.csv": "institution,item,scope,validFrom\nA,GLU,national,2024-01-01",
        "limits.csv": "item,low\nHIV,1",
        "windows.csv": "key,hours\nNA,1",
        "prices.csv": "priceKey,item,fen,validFrom\n*,K,1,2024-01-01\n*,K,2,2025-01-01",
      ])
    ).map(\.description)
    for start in [
      "codemaps.csv:3: localCode: the code means two items", "lists.csv:2: item: no row of windows.csv",
      "certificates.csv:2: item: in no list",
      "limits.csv:2: item: the item has no unit", "limits.csv:2: provenance", "windows.csv:2: provenance",
      "prices.csv:3: validFrom: overlaps",
      "items.csv:3: item: no price", "institutions.csv:3: code: no row of codemaps.csv",
    ] {
      #expect(problems.contains { $0.hasPrefix(start) }, "\(start)")
    }
  }
}
