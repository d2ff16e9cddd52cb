import Clinical
import XMLReading

/// A Specimen as results need it.
struct FHIRSpecimen {
  var specimen: Specimen?
  var collected: Instant?
}

/// What was taken, where from, and when.
extension FHIRMessageReader {
  /// The Observation's own specimen, else the report's where it has only one.
  mutating func readSpecimen(of index: Int, _ frame: FHIRReportFrame, into observation: inout Observation) {
    var holder = index
    var reference = resources.all[index].element.first("specimen")
    if reference == nil, let common = frame.specimen {
      holder = frame.report
      reference = common
    }
    guard let reference else { return }
    guard let found = follow(reference, to: ["Specimen"], from: holder), resources.all[found].type == "Specimen" else {
      let named = Specimen(
        identifier: reference.first("identifier")?.value("value"), type: reference.value("display").map { Code($0) })
      observation.specimen = named == Specimen() ? nil : named
      return
    }
    let known = specimen(found)
    observation.specimen = known.specimen
    observation.collected = known.collected
  }

  /// - Parameter depth: how many specimens this one was made of.
  private mutating func specimen(_ index: Int, depth: Int = 0) -> FHIRSpecimen {
    if let known = specimens[index] { return known }
    let element = resources.all[index].element
    let specimen = Specimen(
      identifier: element.identifier() ?? element.first("accessionIdentifier")?.value("value"),
      type: element.code("type"))
    var result = FHIRSpecimen(specimen: specimen == Specimen() ? nil : specimen)
    result.collected = start(of: element.first("collection")?.choice("collected"))
    // What was grown or drawn off from another specimen is as old as that.
    if result.collected == nil, depth < 4 {
      let parents = element.all("parent").compactMap { find($0, ["Specimen"], from: index) }
      result.collected =
        parents.filter { resources.all[$0].type == "Specimen" }.compactMap {
          self.specimen($0, depth: depth + 1).collected
        }
        .min()
    }
    if depth == 0 { specimens[index] = result }
    return result
  }

  /// The site that an Observation names, as a code or as a BodyStructure, else that of the images it is about.
  mutating func readSite(of index: Int, _ frame: FHIRReportFrame, into observation: inout Observation) {
    let element = resources.all[index].element
    observation.bodySite = element.code("bodySite")
    // R5 refers to a BodyStructure, R4 does so in an extension.
    let reference =
      element.first("bodyStructure") ?? element.extended("bodySite") ?? element.first("bodySite")?.extended("bodySite")
    if let found = find(reference, ["BodyStructure"], from: index), resources.all[found].type == "BodyStructure" {
      let structure = resources.all[found].element
      let included = structure.first("includedStructure")
      observation.bodySite = observation.bodySite ?? (included?.code("structure") ?? structure.code("location"))
      observation.laterality = included?.code("laterality") ?? structure.code("locationQualifier")
    }
    guard frame.isExam, observation.bodySite == nil, observation.laterality == nil, frame.studies.count > 1 else {
      return
    }
    // Of several studies the one that it says it is of.
    for part in element.all("partOf") + element.all("focus") + element.all("derivedFrom") {
      guard let found = find(part, ["ImagingStudy"], from: index), resources.all[found].type == "ImagingStudy" else {
        continue
      }
      let sites = study(found).sites
      if sites.count == 1 {
        observation.bodySite = sites[0].bodySite
        observation.laterality = sites[0].laterality
      }
      return
    }
  }
}
