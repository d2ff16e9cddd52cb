import Clinical
import Testing

@testable import Catalogue

struct ReferenceLoadTests {
  @Test func loadsASmallFolder() throws {
    let data = try SmallReference.data()
    #expect(data.items.count == 6)
    #expect(data.items["LYTES"]?.requiredComponents == ["K", "NA"])
    #expect(data.policy.minimumAgeDays == 28)
  }

  @Test func anEmptyFolderSaysWhatToWrite() {
    let problems = ReferenceCheck.problems(in: ReferenceFolder(files: [:]))
    #expect(
      problems.map(\.description) == [
        "policy.yaml: the file is missing: write it with at least the line consentDefault: permit (or deny)"
      ])
  }

  @Test func aPolicyAloneIsEnough() throws {
    #expect(
      try SmallReference.data(["policy.yaml": "\u{FEFF}# ours\r\nconsentDefault: deny\r\n"]).policy.consentDefault
        == .deny)
    let data = try ReferenceData(ReferenceFolder(files: ["policy.yaml": Array("consentDefault: deny".utf8)]))
    #expect(data.items.isEmpty)
  }

  @Test(arguments: [
    ("", "policy.yaml:1: not YAML"),
    ("critical: allow", "consentDefault: missing"),
    ("consentDefault: maybe", "policy.yaml:1: consentDefault: not one of permit, deny"),
    ("consentDefault: deny\ntimezone: Asia/Shanghai", "policy.yaml:2: timezone: unknown key"),
    ("consentDefault: deny\ntimeZone: Asia/Nowhere", "policy.yaml:2: timeZone"),
    ("consentDefault: deny\nminimumAgeDays: -1", "policy.yaml:2: minimumAgeDays"),
    ("consentDefault: deny\npartialPanels: perhaps", "policy.yaml:2: partialPanels"),
    ("consentDefault: deny\nquantitativeWords: 阴性", "policy.yaml:2: quantitativeWords: not a list of words"),
    ("consentDefault: deny\ncommaInNumbers: both", "policy.yaml:2: commaInNumbers: not one of none, grouping, decimal"),
  ])
  func refusesAPolicy(_ policy: String, _ problem: String) {
    let problems = SmallReference.problems(["policy.yaml": policy])
    #expect(problems.contains { $0.contains(problem) }, "\(problems)")
  }

  @Test(arguments: [
    ("codemaps.csv", "institution,localCode,item\nA,1,K\nA,2,KX", "codemaps.csv:3: item: not an item"),
    ("codemaps.csv", "institution,localCode,item\nZ,1,K", "codemaps.csv:2: institution: not an institution"),
    ("codemaps.csv", "institution,localCode,items\nA,1,K", "codemaps.csv:1: items: unknown column"),
    (
      "institutions.csv", "code,name,region,dicomweb\nA,a,500198,http://pacs.example/dicomweb",
      "institutions.csv:2: dicomweb: no DICOMweb root"
    ),
    ("codemaps.csv", "institution,localCode\nA,1", "codemaps.csv:1: item: the column is missing"),
    ("codemaps.csv", "institution,localCode,item\nA,1", "codemaps.csv:2: 2 fields"),
    (
      "certificates.csv", "institution,item,scope,validFrom\nZ,K,national,2024-01-01", "certificates.csv:2: institution"
    ),
    ("certificates.csv", "institution,item,scope,validFrom\nA,group:x,national,2024-01-01", "certificates.csv:2: item"),
    ("certificates.csv", "institution,item,scope,validFrom\nA,K,agreement:x,2024-01-01", "certificates.csv:2: scope"),
    ("certificates.csv", "institution,item,scope,validFrom\nA,K,region:5x,2024-01-01", "certificates.csv:2: scope"),
    ("lists.csv", "list,scope,item,validFrom,validTo\nL,national,K,2024-02-30,", "lists.csv:2: validFrom: not a date"),
    (
      "lists.csv", "list,scope,item,validFrom,validTo\nL,national,K,2024-02-03,2024-02-02",
      "lists.csv:2: validTo: before"
    ),
    ("lists.csv", "list,scope,item,validFrom\nL,national,K,", "lists.csv:2: validFrom: empty"),
    ("panels.csv", "panel,component\nLYTES,K\nLYTES,LYTES", "panels.csv:2: panel: the panel contains itself"),
    ("panels.csv", "panel,component\nLYTES,GLU\nGLU,LYTES", "panels.csv:3: panel: the panel contains itself"),
    ("panels.csv", "panel,component,required\nLYTES,K,false", "panels.csv:2: required: no component"),
    ("panels.csv", "panel,component\nLYTES,X", "panels.csv:2: component: not an item"),
    ("limits.csv", "item,low,high\nK,high,5", "limits.csv:2: low: not a number"),
    ("limits.csv", "item,sex\nK,man", "limits.csv:2: sex: not one of"),
    ("windows.csv", "key,setting,flag,hours\n*,home,*,24", "windows.csv:2: setting: not one of"),
    (
      "windows.csv", "key,setting,flag,hours\nK,*,*,24\nK,,,48",
      "windows.csv:3: key: the same key, setting, flag as in line 2"
    ),
    ("windows.csv", "key,hours\nK,", "windows.csv:2: hours: empty"),
    ("prices.csv", "priceKey,item,fen,validFrom\nregion:50/level:9,K,1,2024-01-01", "prices.csv:2: priceKey"),
    ("prices.csv", "priceKey,item,fen,validFrom\n*,K,1.5,2024-01-01", "prices.csv:2: fen: not a whole number"),
    ("institutions.csv", "code,name\nA,x\nA,y", "institutions.csv:3: code: the same code as in line 2"),
    ("splits.csv", "scheme,fundBasisPoints,hospitalBasisPoints\n*,9000,2000", "splits.csv:2: hospitalBasisPoints"),
    ("flags.csv", "spelling,class\nx,unknown", "flags.csv:2: class: not one of normal, abnormal, critical"),
    ("flags.csv", "spelling,class\nx,", "flags.csv:2: class: empty"),
    (
      "flags.csv", "spelling,class\n↑↑,critical\nX,normal\n Ｘ ,critical",
      "flags.csv:4: spelling: the same spelling as in line 3"
    ),
    ("retest-reasons.csv", "institution,localCode,retestReason\nA,x,7", "retest-reasons.csv:2: retestReason"),
    ("consents.csv", "idType,idValue,decision\nlocal,1,deny", "consents.csv:2: idType"),
    ("senders.csv", "application,institution\n,A", "senders.csv:2: facility: the row names no"),
    ("item.csv", "item\n", "item.csv: unknown file"),
  ])
  func tellsFileLineAndColumn(_ file: String, _ text: String, _ problem: String) {
    let problems = SmallReference.problems([file: text])
    #expect(problems.contains { $0.hasPrefix(problem) }, "\(problems)")
  }

  @Test(
    "two rows of which neither goes before the other are refused, by both their lines",
    arguments: [
      ("resident,*,*,*,*|*,*,*,inpatient,*", "3: scheme: ties with line 2"),
      ("resident,*,3,*,*|self-pay,*,*,*,*|*,*,3,inpatient,*", "4: scheme: ties with line 2"),
      ("*,*,3,inpatient,*|*,*,*,inpatient,case|*,*,3,*,case", "3: scheme: ties with line 2"),
      ("*,*,3,*,*|self-pay,*,*,*,*", "3: scheme: ties with line 2"),
    ])
  func ties(_ rows: String, _ problem: String) {
    let text = rows.split(separator: "|").map { $0 + ",1,1" }.joined(separator: "\n")
    let splits = "scheme,enrolment,level,setting,payment,fundBasisPoints,hospitalBasisPoints\n" + text
    let problems = SmallReference.problems(["splits.csv": splits])
    #expect(problems.contains { $0.hasPrefix("splits.csv:\(problem)") }, "\(problems)")
    #expect(throws: Never.self, "what was loaded once is read again") {
      try ReferenceData(SmallReference.folder(["splits.csv": splits]), isStored: true)
    }
  }

  @Test(
    "rows that cannot meet, or of which one names more, are no tie",
    arguments: [
      "resident,*,*,*,*|employee,*,*,*,*", "resident,*,3,*,*|resident,*,2,*,*", "resident,*,*,*,*|*,*,3,inpatient,*",
      "resident,*,3,*,*|employee,*,*,inpatient,*", "*,*,*,*,capitation|self-pay,*,*,*,*",
    ])
  func noTies(_ rows: String) {
    let text = rows.split(separator: "|").map { $0 + ",1,1" }.joined(separator: "\n")
    let splits = "scheme,enrolment,level,setting,payment,fundBasisPoints,hospitalBasisPoints\n" + text
    #expect(SmallReference.problems(["splits.csv": splits]).isEmpty)
  }

  @Test func ofManyBadRowsTheFirstAreTold() {
    let rows = (0..<1000).map { "A,\($0),NONE" }.joined(separator: "\n")
    let problems = SmallReference.problems(["codemaps.csv": "institution,localCode,item\n" + rows, "flags.csv": "x"])
    #expect(problems.count { $0.hasPrefix("codemaps.csv") } == 201)
    #expect(problems.contains { $0.hasPrefix("flags.csv:1: x: unknown column") })
    #expect(problems.last?.hasPrefix("codemaps.csv: 800 more like these") == true)
  }

  @Test func thePolicySaysWhichWordsAnswer() throws {
    let usual = try SmallReference.data().policy
    for word in ["未检出", " 阴性 ", "Not Detected", "ＮＥＧＡＴＩＶＥ", "未检测到"] {
      #expect(usual.isQuantitativeWord(word), "\(word)")
    }
    for word in ["溶血", "ND", "see note", "", "未检出 溶血"] { #expect(!usual.isQuantitativeWord(word), "\(word)") }
    let own = try SmallReference.data(["policy.yaml": "consentDefault: permit\nquantitativeWords: [ND, 溶血]"])
    #expect(own.policy.isQuantitativeWord("nd") && !own.policy.isQuantitativeWord("阴性"))
  }

  @Test("a choice or a table that came later leaves the digests of those who do without it as they were")
  func digestsOfOldFolders() throws {
    let old = try SmallReference.data().digests
    #expect(
      old.policy
        == "\(try SmallReference.data(["policy.yaml": "consentDefault: permit\ncommaInNumbers: none"]).digests.policy)")
    let words = "consentDefault: permit\nquantitativeWords: [ND]"
    #expect(try SmallReference.data(["policy.yaml": words]).digests.policy != old.policy)
    #expect(
      try SmallReference.data(["policy.yaml": "consentDefault: permit\ncommaInNumbers: grouping"]).digests.policy
        != old.policy)
    let flags = try SmallReference.data(["flags.csv": "spelling,class\n↑↑,critical"]).digests
    #expect(flags.catalogue != old.catalogue && flags.policy == old.policy && flags.lists == old.lists)
    #expect(try SmallReference.data(["flags.csv": "spelling,class"]).digests == old)
  }

  @Test func tellsEveryBadRowAndNoPersonalValue() {
    let problems = SmallReference.problems([
      "consents.csv": "idType,idValue,decision\nresident-id,SECRET1,maybe\nvisa,SECRET2,deny",
      "windows.csv": "key,hours\nX,1\nY,1",
    ])
    #expect(problems.count == 4)
    #expect(!problems.contains { $0.contains("SECRET") })
  }

  @Test func digestsFollowTheContentAlone() throws {
    let list = "list,scope,item,validFrom,validTo\nL,national,K,2024-01-01,\nL,national,NA,2024-01-01,\n"
    let same = "scope,list,item,validFrom\r\n\"national\",L, NA ,2024-01-01\r\nnational,L,K,2024-01-01\r\n"
    let first = try SmallReference.data(["lists.csv": list]).digests
    #expect(
      try SmallReference.data(["lists.csv": same, "policy.yaml": "# new\nconsentDefault: permit\ncritical: exclude"])
        .digests == first)
    let other = try SmallReference.data(["lists.csv": list.replacing("NA", with: "GLU")]).digests
    #expect(other.lists != first.lists && other.catalogue == first.catalogue && other.policy == first.policy)
    #expect(try SmallReference.data(["windows.csv": "key,hours\n*,24"]).digests.policy != first.policy)
    #expect(first.certificates.utf8.count == 64)
    let limits = "item,low,high\nK,3.5,5.3"
    let stated = limits.replacing("high", with: "high,unit").replacing("5.3", with: "5.3,mmol/L")
    #expect(
      try SmallReference.data(["limits.csv": limits]).digests == SmallReference.data(["limits.csv": stated]).digests)
  }

  @Test(.enabled(if: SmallReference.city != nil, "the city's reference data is not beside the repository: skipped"))
  func loadsTheCity() throws {
    let city = try #require(SmallReference.city)
    let data = try ReferenceData(city)
    #expect(data.institutions.count == 20)
    #expect(data.items["CBC"]?.requiredComponents == ["HCT", "HGB", "PLT", "RBC", "WBC"])
    #expect(!ReferenceCheck.problems(in: city).contains { $0.severity == .error })
  }
}
