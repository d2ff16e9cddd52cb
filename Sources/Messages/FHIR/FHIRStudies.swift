import Clinical
import XMLReading

/// An order, as resources name it.
enum FHIROrderKey: Hashable {
  case resource(Int)
  case number(FHIRNumber)
}

/// ImagingStudy → the images behind a report.
extension FHIRMessageReader {
  /// Studies of one report beyond which it is none of a person.
  private static let studyLimit = 1000

  mutating func readStudies(of index: Int, _ subject: FHIRSubject, into report: inout Report) throws(FHIRUnfit) {
    let element = resources.all[index].element
    if element.all("imagingStudy").count + element.all("study").count > FHIRMessageReader.studyLimit {
      throw FHIRUnfit(
        .limitExceeded, "more than \(FHIRMessageReader.studyLimit) studies of one report: send it in parts", at: element
      )
    }
    // R5 writes `study`.
    for reference in element.all("imagingStudy") + element.all("study") {
      if let found = follow(reference, to: ["ImagingStudy"], from: index) {
        guard resources.all[found].type == "ImagingStudy" else {
          // R5: also a GenomicStudy; STU3: also an ImagingManifest.
          note(.leftAside, "a study that is no ImagingStudy", at: reference)
          continue
        }
        add(study: found, subject, reference, to: &report)
      } else if let identifier = reference.first("identifier") {
        var named = ImagingStudy()
        name(&named, by: [identifier])
        if named != ImagingStudy(), !report.studies.contains(named) { report.studies.append(named) }
      }
    }
    guard report.studies.isEmpty, resources.all[index].type == "DiagnosticReport" else { return }
    for found in studiesOfOrders(element, index) { add(study: found, subject, element, to: &report) }
  }

  private mutating func add(
    study found: Int, _ subject: FHIRSubject, _ reference: XMLElement, to report: inout Report
  ) {
    reached.insert(found)
    if isAboutAnother(found, than: subject) {
      note(.leftAside, "an ImagingStudy of another patient than the report's", at: reference)
      return
    }
    let study = study(found)
    if study != ImagingStudy(), !report.studies.contains(study) { report.studies.append(study) }
  }

  /// The images that were made for the order that a report answers, where the report names none.
  private mutating func studiesOfOrders(_ report: XMLElement, _ index: Int) -> [Int] {
    let byOrder = studiesByOrder ?? gatherStudies()
    studiesByOrder = byOrder
    if byOrder.isEmpty { return [] }
    var found: [Int] = []
    for basis in report.all("basedOn") {
      for key in orderKeys(basis, from: index) {
        for study in (byOrder[key] ?? []).prefix(FHIRMessageReader.studyLimit) where !found.contains(study) {
          found.append(study)
        }
      }
    }
    return found
  }

  private mutating func gatherStudies() -> [FHIROrderKey: [Int]] {
    var gathered: [FHIROrderKey: [Int]] = [:]
    for (index, resource) in resources.all.enumerated() where resource.type == "ImagingStudy" {
      for basis in resource.element.all("basedOn") {
        for key in orderKeys(basis, from: index) { gathered[key, default: []].append(index) }
      }
    }
    return gathered
  }

  private mutating func orderKeys(_ basis: XMLElement, from index: Int) -> [FHIROrderKey] {
    if let found = find(basis, ["ServiceRequest"], from: index) { return [.resource(found)] }
    return [basis.first("identifier").flatMap { FHIRNumber($0) }.map { .number($0) }].compactMap { $0 }
  }

  /// Says of images that no report names: alone they are no result.
  mutating func noteImagesOfNobody() {
    for (index, resource) in resources.all.enumerated()
    where resource.type == "ImagingStudy" && !reached.contains(index) {
      note(.leftAside, "an ImagingStudy that no report names: images alone are no report", at: resource.element)
    }
  }

  mutating func study(_ index: Int) -> ImagingStudy {
    let element = resources.all[index].element
    var study = ImagingStudy()
    name(&study, by: element.all("identifier"))
    // STU3 and before.
    if study.studyInstanceUID == nil { study.studyInstanceUID = objectIdentifier(element.value("uid")) }
    if study.accessionNumber == nil { study.accessionNumber = element.first("accession")?.value("value") }
    study.started = instant(element.first("started"))
    let series = element.all("series")
    let modalities = series.compactMap { $0.code("modality")?.identifier }
    let ofImages = modalities.filter { !FHIRCodes.isBesideImages($0) }
    study.modality = ofImages.first ?? modalities.first ?? element.code("modality")?.identifier
    if let modality = study.modality, ofImages.contains(where: { $0 != modality }) {
      note(.leftAside, "series of several modalities: the first is taken for the study", at: element)
    }
    readSites(of: series, into: &study)
    study.endpoint = endpoint(of: index, [element] + series)
    for one in series where study.performer == nil {
      study.performer = firstOrganization(one.all("performer").map { $0.first("actor") ?? $0 }, from: index)
    }
    for procedure in element.all("procedureReference") + element.all("partOf") where study.performer == nil {
      study.performer = procedurePerformer(procedure, from: index)
    }
    return study
  }

  /// A side belongs to the site it stands beside: that of the first series of images, then those that differ from it.
  private func readSites(of series: [XMLElement], into study: inout ImagingStudy) {
    var sites: [ExaminedSite] = []
    var seen: Set<ExaminedSite> = []
    for one in series {
      if let modality = one.code("modality")?.identifier, FHIRCodes.isBesideImages(modality) { continue }
      let site = ExaminedSite(bodySite: one.code("bodySite"), laterality: one.code("laterality"))
      if site != ExaminedSite(bodySite: nil, laterality: nil), seen.insert(site).inserted { sites.append(site) }
    }
    guard let first = sites.first else { return }
    study.bodySite = first.bodySite
    study.laterality = first.laterality
    study.otherSites = Array(sites.dropFirst())
  }

  /// The Study Instance UID under `urn:dicom:uid`, the accession number under type ACSN.
  private func name(_ study: inout ImagingStudy, by identifiers: [XMLElement]) {
    for identifier in identifiers {
      guard let value = identifier.value("value") else { continue }
      if identifier.value("system") == "urn:dicom:uid" || value.hasPrefix("urn:oid:"), study.studyInstanceUID == nil {
        study.studyInstanceUID = objectIdentifier(value)
      } else if identifier.has("ACSN", in: "type"), study.accessionNumber == nil {
        study.accessionNumber = value
      }
    }
  }

  /// The address of an Endpoint, one for WADO-RS before others; the reference itself where the Endpoint is not in the message.
  private mutating func endpoint(of index: Int, _ holders: [XMLElement]) -> String? {
    var other: String?
    var seen: Set<String> = []
    for reference in holders.lazy.flatMap({ $0.all("endpoint") }) {
      let address = reference.value("reference")
      if let address, !seen.insert(address).inserted { continue }
      guard let found = find(reference, ["Endpoint"], from: index) else {
        other = other ?? address.flatMap { $0.hasPrefix("#") ? nil : $0 }
        continue
      }
      let element = resources.all[found].element
      guard resources.all[found].type == "Endpoint", let address = element.value("address") else { continue }
      if element.has("dicom-wado-rs", in: "connectionType") { return address }
      other = other ?? address
    }
    return other
  }

  /// The organization that performed a procedure, or on whose behalf somebody did.
  mutating func procedurePerformer(_ reference: XMLElement?, from index: Int) -> OrganizationReference? {
    guard let procedure = find(reference, ["Procedure"], from: index), resources.all[procedure].type == "Procedure"
    else {
      return nil
    }
    let performers = resources.all[procedure].element.all("performer")
    let references = performers.compactMap { $0.first("onBehalfOf") } + performers.compactMap { $0.first("actor") }
    return firstOrganization(references, from: procedure)
  }
}
