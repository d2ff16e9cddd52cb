import Clinical
import Foundation
import Testing

@testable import Catalogue

/// Each kind of gap and contradiction that `huren reference check` tells, with its file, line and column.
@Suite("Reference data checked before it is loaded")
struct ReferenceCheckTests {
  private static let sound = [
    "codemaps.csv": "institution,localCode,item\n*,K,K\n*,NA,NA\n*,GLU,GLU\n*,HIV,HIV\n*,CT,CT\n*,LYTES,LYTES",
    "prices.csv": """
    priceKey,item,fen,validFrom
    *,K,1,2020-01-01\n*,NA,1,2020-01-01\n*,LYTES,1,2020-01-01\n*,GLU,1,2020-01-01\n*,HIV,1,2020-01-01\n*,CT,1,2020-01-01
    """,
    "windows.csv": "key,hours,provenance\n*,24,test",
  ]

  private static func found(_ changes: [String: String], today: String? = nil) -> [String] {
    let folder = SmallReference.folder(sound.merging(changes) { $1 })
    return ReferenceCheck.problems(in: folder, today: today.flatMap { CalendarDate($0)?.epochDay }).map(\.description)
  }

  @Test("what is sound is not complained of")
  func nothing() { #expect(Self.found([:], today: "2030-01-01").isEmpty) }

  @Test(
    "what contradicts, is missing or leads nowhere is told where it stands",
    arguments: [
      (
        "codemaps.csv", "institution,localCode,item\n*,K,K\n*,K,NA",
        "codemaps.csv:3: localCode: the code means two items"
      ),
      ("codemaps.csv", "institution,localCode,item\n*,K,K\n*,K,K", "codemaps.csv:3: localCode: the row stands twice"),
      (
        "codemaps.csv", "institution,localCode,specimen,unit,item\n*,K,serum,,K\n*,K,,mmol/L,NA",
        "codemaps.csv:3: localCode: holds for the same results as line 2"
      ),
      (
        "codemaps.csv", "institution,localCode,specimen,item\n*,K,plasma,K",
        "codemaps.csv:2: specimen: not a catalogue code"
      ),
      (
        "codemaps.csv", "institution,localCode,item\nA,K,K", "institutions.csv:3: code: no row of codemaps.csv names it"
      ),
      ("institutions.csv", "code,name,level\nA,x,3", "institutions.csv:2: region: empty"),
      ("institutions.csv", "code,name,region\nA,x,500101", "institutions.csv:2: level: empty"),
      ("institutions.csv", "code,name,region,level\nA,x,50010,3", "institutions.csv:2: region: a GB/T 2260 code has"),
      ("senders.csv", "facility,institution\nA,B", "senders.csv:2: facility: is the code of another institution"),
      ("senders.csv", "facility,institution\nZ,X", "senders.csv:2: institution: not an institution"),
      (
        "panels.csv", "panel,component\nLYTES,K\nLYTES,K", "panels.csv:3: panel: the same panel, component as in line 2"
      ),
      ("panels.csv", "panel,component\nLYTES,X", "panels.csv:2: component: not an item"),
      (
        "panels.csv", "panel,component\nLYTES,K\nGLU,LYTES\nGLU,K",
        "panels.csv:4: component: in the panel LYTES already"
      ),
      ("units.csv", "spelling,ucum\nx,nonsense", "units.csv:2: ucum: not a UCUM code"),
      ("flags.csv", "spelling,class\nn,normal", "flags.csv:2: class: this is what it means without the row"),
      ("flags.csv", "spelling,class\nHH,abnormal", "flags.csv:2: class: elsewhere this is critical"),
      ("flags.csv", "spelling,class\nH,normal", "flags.csv:2: class: elsewhere this is abnormal"),
      ("conversions.csv", "item,from,to,factor\nGLU,mg/dL,ng/L,1", "conversions.csv:2: to: does not lead"),
      ("conversions.csv", "item,from,to,factor\nGLU,umol/L,mmol/L,10", "conversions.csv:2: factor: UCUM has another"),
      (
        "conversions.csv", "item,from,to,factor\nGLU,umol/L,mmol/L,0.001", "conversions.csv:2: factor: UCUM converts so"
      ),
      (
        "conversions.csv", "item,from,to,factor\nGLU,mg/dL,mmol/L,0.0555\nGLU,g/L,mmol/L,0.555",
        "conversions.csv:3: factor: contradicts line 2"
      ),
      (
        "conversions.csv", "item,from,to,factor\nGLU,mg/dL,mmol/L,0.0555\nGLU,mmol/L,mg/dL,1.8",
        "conversions.csv:3: factor: contradicts line 2"
      ),
      ("limits.csv", "item,low,high,unit\nGLU,70,110,mg/dL", "limits.csv:2: unit: not the item's unit mmol/L"),
      (
        "limits.csv", "item,low,high,criticalHigh\nGLU,3.9,6.1,2", "limits.csv:2: criticalHigh: a critical limit within"
      ),
      ("limits.csv", "item,low,high,criticalLow\nGLU,3.9,6.1,50", "limits.csv:2: criticalLow: a critical limit within"),
      ("limits.csv", "item,low,high\nHIV,1,2", "limits.csv:2: item: the item has no unit"),
      ("limits.csv", "item,low,high\nK,3.5,5.3", "limits.csv:2: provenance: empty"),
      (
        "limits.csv", "item,ageFromYears,ageToYears\nK,0,18\nK,12,60",
        "limits.csv:3: ageFromYears: the ages overlap"
      ),
      ("lists.csv", "list,scope,item,validFrom\nL,national,X,2020-01-01", "lists.csv:2: item: not an item"),
      ("lists.csv", "list,scope,item,validFrom\nL,region:99,K,2020-01-01", "lists.csv:2: scope: no institution"),
      ("lists.csv", "list,scope,item,validFrom\nL,alliance:M9,K,2020-01-01", "lists.csv:2: scope: no institution"),
      (
        "lists.csv", "list,scope,item,validFrom\nL,national,LYTES,2020-01-01\nL,national,K,2020-01-01",
        "lists.csv:2: item: a panel is recognised by its components, and these are in no list: NA"
      ),
      (
        "certificates.csv", "institution,item,scope,validFrom\nA,X,national,2020-01-01",
        "certificates.csv:2: item: not an item"
      ),
      (
        "certificates.csv", "institution,item,scope,validFrom\nA,K,national,2020-01-01",
        "certificates.csv:2: item: in no list"
      ),
      (
        "certificates.csv", "institution,item,scope,validFrom\nA,K,region:99,2020-01-01",
        "certificates.csv:2: scope: no institution"
      ),
      ("windows.csv", "key,hours\n*,24", "windows.csv:2: provenance: empty"),
      (
        "prices.csv", "priceKey,item,fen,validFrom,validTo\n*,K,1,2020-01-01,2024-12-31\n*,K,2,2024-12-31,",
        "prices.csv:3: validFrom: overlaps another price"
      ),
      ("prices.csv", "priceKey,item,fen,validFrom\nregion:99,K,1,2020-01-01", "prices.csv:2: priceKey: no institution"),
      ("prices.csv", "priceKey,item,fen,validFrom\n*,K,1,2020-01-01", "items.csv:3: item: no price"),
      ("splits.csv", "scheme,fundBasisPoints,hospitalBasisPoints\n*,1,1", "splits.csv:2: provenance: empty"),
      (
        "items.csv",
        "item,category,unit,needsImages\nK,lab,nonsense,true\nNA,lab,,\nLYTES,lab,,\nGLU,lab,,\nHIV,lab,,\nCT,lab,,",
        "items.csv:2: unit: not UCUM"
      ),
    ])
  func told(file: String, text: String, problem: String) {
    let found = Self.found([file: text])
    #expect(found.contains { $0.hasPrefix(problem) }, "\(found)")
  }

  @Test("an item in a list without a window, by name or by *")
  func noWindow() {
    for item in ["K", "*"] {
      let found = Self.found([
        "windows.csv": "key,hours,provenance\nNA,24,test",
        "lists.csv": "list,scope,item,validFrom\nL,national,\(item),2020-01-01",
      ])
      #expect(found.contains { $0.hasPrefix("lists.csv:2: item: ") && $0.contains("windows.csv is about") }, "\(found)")
    }
  }

  @Test("a LOINC code that means one item here and another there")
  func loinc() {
    let items = "item,category,loinc\nK,lab,2823-3\nNA,lab,2951-2\nLYTES,lab,\nGLU,lab,\nHIV,lab,\nCT,imaging,"
    let maps = Self.sound["codemaps.csv"]! + "\n*,2823-3,NA\n*,2951-2,NA\nA,2823-3,NA"
    let found = Self.found(["items.csv": items, "codemaps.csv": maps])
    #expect(found.filter { $0.contains("LOINC") } == ["codemaps.csv:8: item: items.csv gives this LOINC code to K"])
  }

  @Test("limits as far apart as a conversion factor are in two units")
  func twoUnits() {
    let conversions = "item,from,to,factor\nGLU,mg/dL,mmol/L,0.0555"
    func found(_ high: String) -> [String] {
      Self.found([
        "conversions.csv": conversions,
        "limits.csv": "item,sex,low,high,provenance\nGLU,male,3.9,6.1,test\nGLU,female,1,\(high),test",
      ])
    }
    #expect(found("110").map { String($0.prefix(27)) } == ["limits.csv:3: high: as far "])
    #expect(found("7").isEmpty)
  }

  @Test("what ran out with nothing after it is told; what follows in time is not")
  func expired() {
    let changes = [
      "lists.csv": """
      list,scope,item,validFrom,validTo
      OLD,national,K,2020-01-01,2024-06-30
      OLD,national,NA,2020-01-01,2024-12-31
      NEW,national,K,2025-01-01,
      """,
      "certificates.csv": """
      institution,item,scope,validFrom,validTo
      A,K,national,2020-01-01,2024-12-31
      A,K,national,2025-01-01,2025-12-31
      B,K,national,2020-01-01,2024-12-31
      """,
      "prices.csv": """
      priceKey,item,fen,validFrom,validTo
      *,K,1,2020-01-01,2024-12-31
      *,NA,1,2020-01-01,2024-12-31\n*,NA,2,2025-01-01,
      *,LYTES,1,2020-01-01,\n*,GLU,1,2020-01-01,\n*,HIV,1,2020-01-01,\n*,CT,1,2020-01-01,
      """,
    ]
    #expect(Self.found(changes, today: "2024-12-31").isEmpty)
    #expect(
      Self.found(changes, today: "2025-01-01").map { $0.prefix { $0 != " " } } == [
        "certificates.csv:4:", "lists.csv:3:", "prices.csv:2:",
      ])
  }
}
