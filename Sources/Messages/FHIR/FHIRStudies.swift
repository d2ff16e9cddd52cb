import Clinical
import XMLReading

/// ImagingStudy → the images behind a report.
extension FHIRMessageReader {
  mutating func readStudies(of index: Int, _ subject: FHIRSubject, into report: inout Report) {
    let element = resources.all[index].element
    // R5 writes `study`.
    for reference in element.all("imagingStudy") + element.all("study") {
      var study: ImagingStudy?
      if let found = follow(reference, from: index) {
        guard resources.all[found].type == "ImagingStudy" else { continue }
        if isAboutAnother(found, than: subject) {
          note(.leftAside, "an ImagingStudy of another patient than the report's", at: reference)
          continue
        }
        study = self.study(found)
      } else if let identifier = reference.first("identifier") {
        var named = ImagingStudy()
        name(&named, by: [identifier])
        study = named
      }
      if let study, study != ImagingStudy(), !report.studies.contains(study) { report.studies.append(study) }
    }
  }

  private mutating func study(_ index: Int) -> ImagingStudy {
    let element = resources.all[index].element
    var study = ImagingStudy()
    name(&study, by: element.all("identifier"))
    // STU3 and before.
    if study.studyInstanceUID == nil { study.studyInstanceUID = objectIdentifier(element.value("uid")) }
    study.started = instant(element.first("started"))
    let series = element.all("series")
    let modalities = series.compactMap { $0.code("modality")?.identifier }
    let ofImages = modalities.filter { !FHIRCodes.isBesideImages($0) }
    study.modality = ofImages.first ?? modalities.first ?? element.code("modality")?.identifier
    study.bodySite = series.lazy.compactMap { $0.code("bodySite") }.first
    study.laterality = series.lazy.compactMap { $0.code("laterality") }.first
    for (name, first) in [
      ("modality", study.modality), ("bodySite", study.bodySite?.identifier),
      ("laterality", study.laterality?.identifier),
    ] {
      let differs = series.contains { series in
        guard let other = series.code(name)?.identifier else { return false }
        return other != first && !FHIRCodes.isBesideImages(other)
      }
      if differs { note(.leftAside, "series that differ in \(name): the first is taken for the study", at: element) }
    }
    study.endpoint = endpoint(of: index, [element] + series)
    for one in series where study.performer == nil {
      study.performer = firstOrganization(one.all("performer").map { $0.first("actor") ?? $0 }, from: index)
    }
    if study.performer == nil { study.performer = procedurePerformer(element.first("procedureReference"), from: index) }
    return study
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

  /// The address of the first Endpoint; the reference itself where the Endpoint is not in the message.
  private mutating func endpoint(of index: Int, _ holders: [XMLElement]) -> String? {
    for reference in holders.lazy.flatMap({ $0.all("endpoint") }) {
      if let found = follow(reference, to: "Endpoint", from: index),
        let address = resources.all[found].element.value("address")
      {
        return address
      }
      if let address = reference.value("reference"), resources.resolve(address, from: index) == nil { return address }
    }
    return nil
  }

  /// The organization that performed a procedure, or on whose behalf somebody did.
  mutating func procedurePerformer(_ reference: XMLElement?, from index: Int) -> OrganizationReference? {
    guard let procedure = follow(reference, to: "Procedure", from: index) else { return nil }
    let performers = resources.all[procedure].element.all("performer")
    let references = performers.compactMap { $0.first("onBehalfOf") } + performers.compactMap { $0.first("actor") }
    return firstOrganization(references, from: procedure)
  }
}
