import Clinical
import Testing

@testable import Catalogue

/// Several codes of one result.
struct CodeMeaningTests {
  private static let files = [
    "items.csv": """
    item,category,loinc,unit,specimen
    FE,lab,2498-4,umol/L,serum
    FERR,lab,2276-4,ug/L,serum
    TP,lab,2885-2,g/L,serum
    GLU,lab,14749-6,mmol/L,
    """,
    "panels.csv": "",
    "codemaps.csv": """
    institution,localCode,specimen,unit,item
    *,FE,serum,,FE
    *,2498-4,,,FE
    *,TP,,g/L,TP
    *,2345-7,,mg/dL,GLU
    *,GLU,,,GLU
    A,1920-8,,,TP
    A,271649006,,,TP
    """,
  ]

  private func meaning(_ codes: Code..., specimen: String? = "serum", unit: String? = nil) throws -> CodeMeaning {
    let data = try SmallReference.data(Self.files)
    return data.meaning(of: codes[0], Array(codes.dropFirst()), at: "A", specimen: specimen, unit: unit)
  }

  private func item(_ codes: Code..., unit: String? = nil) throws -> String? {
    let data = try SmallReference.data(Self.files)
    return data.meaning(of: codes[0], Array(codes.dropFirst()), at: "A", specimen: "serum", unit: unit).item?.item.code
  }

  private func code(_ identifier: String, _ system: String? = nil) -> Code { Code(identifier, system: system) }

  @Test func allThatMapAgree() throws {
    #expect(try item(code("FE", "L"), code("2498-4", "LN")) == "FE")
    #expect(try item(code("?"), code("FE")) == "FE" && item(code("FE"), code("?")) == "FE")
    #expect(try item(code("?"), code("??")) == nil)
    #expect(
      try meaning(code("GLU"), code("2345-7", "LN"), unit: "mg/dL").item?.unit == "mg/dL", "the row that has a unit")
  }

  @Test func codesThatDisagreeMapToNothing() throws {
    guard case .conflicting(let items) = try meaning(code("FE", "L"), code("TP")) else {
      Issue.record("no conflict")
      return
    }
    #expect(items == ["FE", "TP"])
  }

  @Test("a LOINC code that no row maps is not outvoted by a mnemonic either")
  func theCataloguesLOINC() throws {
    guard case .conflicting(let items) = try meaning(code("FE", "L"), code("2276-4", "http://loinc.org")) else {
      Issue.record("no conflict")
      return
    }
    #expect(items == ["FE", "FERR"])
    #expect(try item(code("2276-4", "LN"), code("FE", "L")) == nil, "whatever comes first")
    #expect(try item(code("FE", "L"), code("2276-4")) == nil, "nor one whose system is left out")
    #expect(try item(code("FE", "L"), code("2276-4", "99LOCAL")) == "FE", "but a local code of that form is another")
    #expect(try item(code("FE", "L"), code("9999-9", "LN")) == "FE", "the catalogue does not hold it")
    #expect(try item(code("2276-4", "LN")) == nil, "items.csv maps nothing by itself")
  }

  @Test("a code counts within its own system")
  func systems() throws {
    for system in ["LN", "http://loinc.org", "urn:oid:2.16.840.1.113883.6.1", "SCT", "http://snomed.info/sct"] {
      #expect(try item(code("FE", system)) == nil, "\(system) has no such code")
    }
    #expect(try item(code("1920-8", "LN")) == "TP" && item(code("1920-8", "L")) == "TP" && item(code("1920-8")) == "TP")
    #expect(try item(code("271649006", "http://snomed.info/sct/900000000000207008/version/2024")) == "TP")
    #expect(try item(code("FE", "LN"), code("TP", "L")) == "TP", "what is no code of its system disagrees with nobody")
  }
}
