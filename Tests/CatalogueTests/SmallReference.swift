import Foundation

@testable import Catalogue

/// A small folder of reference data; a test changes the files it is about.
enum SmallReference {
  static let files = [
    "policy.yaml": "consentDefault: permit\n",
    "institutions.csv": """
    code,name,region,level,grade,ownership,alliances,uscc,oid,dicomweb
    A,Hospital A,500101,3,,public,M1;M2,,1.2.3,
    B,Hospital B,510104,2,,public,M2,,,
    C,Hospital C,110102,2,,public,,,,
    """,
    "agreements.csv": "name,regions\n川渝,50;51",
    "items.csv": """
    item,nameZh,nameEn,category,group,loinc,unit,specimen,modality,bodySite,needsImages,provenance
    K,钾,Potassium,lab,electrolytes,,mmol/L,serum,,,false,test
    NA,钠,Sodium,lab,electrolytes,,mmol/L,serum,,,false,test
    LYTES,电解质,Electrolytes,lab,,,,,,,false,test
    GLU,葡萄糖,Glucose,lab,,,mmol/L,serum,,,false,test
    HIV,HIV抗体,HIV antibody,lab,,,,serum,,,false,test
    CT,胸部CT,CT chest,imaging,ct,,,,CT,chest,true,test
    """,
    "panels.csv": "panel,component,required\nLYTES,K,true\nLYTES,NA,true",
  ]

  static func folder(_ changes: [String: String] = [:]) -> ReferenceFolder {
    ReferenceFolder(files: files.merging(changes) { $1 }.mapValues { Array($0.utf8) })
  }

  static func data(_ changes: [String: String] = [:]) throws -> ReferenceData { try ReferenceData(folder(changes)) }

  static func problems(_ changes: [String: String]) -> [String] {
    do {
      _ = try data(changes)
      return []
    } catch {
      return (error as? ReferenceRejection)?.problems.map(\.description) ?? ["\(error)"]
    }
  }

  /// The reference data of the city, where it lies beside the repository.
  static var city: ReferenceFolder? {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../shared/city/reference")
      .standardized
    let farther = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../../../shared/city/reference"
    ).standardized
    return (try? ReferenceFolder(directory: path)) ?? (try? ReferenceFolder(directory: farther))
  }
}
