import ArgumentParser
import Foundation

struct ReferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reference", abstract: "Writes the reference folder of a city, for `huren reference load`.")

  @Argument(help: "The folder; created when it is not there.")
  var directory: String
  @OptionGroup var options: CityOptions

  func run() throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try writeInstitutions(options.city.institutions)
    try writeItems()
    try writeRecognition()
    try write(
      "policy.yaml",
      [
        "timeZone: Asia/Shanghai", "defaultSetting: outpatient", "consentDefault: permit", "critical: exclude",
        "partialPanels: true", "minimumAgeDays: 28",
      ])
  }

  private func writeInstitutions(_ count: Int) throws {
    var institutions = ["code,name,region,level"]
    var codeMaps = ["institution,localCode,localName,specimen,unit,item"]
    var certificates = ["institution,item,scope,validFrom,validTo,issuer"]
    for number in 0..<count {
      let code = City.code(ofInstitution: number)
      // Regions 9999xx, which GB/T 2260 does not have.
      institutions.append("\(code),第\(number)医院,\(999_900 + number % 100),\(1 + number % 3)")
      for (index, item) in CityItem.all.enumerated() {
        let local = CityItem.localCode(institution: number, item: index)
        codeMaps.append("\(code),\(local),\(item.name),,,\(item.code)")
      }
      // One in eight is missing, so that decisions have something to reject.
      for (index, group) in CityItem.groups.enumerated() where !(number + index).isMultiple(of: 8) {
        certificates.append("\(code),group:\(group),national,2023-01-01,,QC")
      }
    }
    try write("institutions.csv", institutions)
    try write("codemaps.csv", codeMaps)
    try write("certificates.csv", certificates)
  }

  private func writeItems() throws {
    var items = ["item,nameZh,category,group,unit,specimen,needsImages,provenance"]
    var panels = ["panel,component,required"]
    var units = Set<String>()
    for item in CityItem.all {
      items.append("\(item.code),\(item.name),lab,\(item.group),\(item.unit),\(item.specimen),false,synthetic")
      if item.spelling != item.unit { units.insert("\(item.spelling),\(item.unit)") }
    }
    for panel in CityItem.panels {
      items.append("\(panel.code),\(panel.name),lab,,,,false,synthetic")
      panels += panel.components.map { "\(panel.code),\($0),true" }
    }
    try write("items.csv", items)
    try write("panels.csv", panels)
    try write("units.csv", ["spelling,ucum"] + units.sorted())
    try write("specimens.csv", ["spelling,specimen", "血清,serum", "全血,blood"])
  }

  private func writeRecognition() throws {
    var lists = ["list,scope,item,validFrom,validTo"]
    var prices = ["priceKey,item,fen,validFrom,validTo"]
    let codes = CityItem.all.map(\.code) + CityItem.panels.map(\.code)
    for (index, code) in codes.enumerated() {
      lists.append("national-2024,national,\(code),2023-01-01,")
      prices.append("*,\(code),\(500 + index * 130),2023-01-01,")
      prices.append("region:9999/level:3,\(code),\(600 + index * 150),2023-01-01,")
    }
    try write("lists.csv", lists)
    try write("prices.csv", prices)
    try write(
      "windows.csv",
      [
        "key,setting,flag,hours,provenance", "*,*,*,168,synthetic", "*,emergency,*,24,synthetic",
        "group:cbc,*,*,72,synthetic", "group:lipids,*,*,720,synthetic", "group:glucose,*,*,720,synthetic",
        "A1C,*,*,1440,synthetic", "K,*,abnormal,24,synthetic", "group:thyroid,*,*,672,synthetic",
      ])
  }

  private func write(_ name: String, _ lines: [String]) throws {
    let text = lines.joined(separator: "\n") + "\n"
    try text.write(to: URL(fileURLWithPath: directory).appendingPathComponent(name), atomically: true, encoding: .utf8)
  }
}
