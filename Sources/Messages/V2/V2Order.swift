import Clinical
import XMLReading

/// One order group: OBR with the ORC, SPM and OBX that belong to it.
struct V2Order {
  let obr: V2Segment
  var orc: V2Segment?
  var specimens: [V2Segment] = []
  var observations: [(segment: V2Segment, notes: [V2Segment])] = []
  /// ZDS (IHE scheduled workflow) and IPC, which name the images.
  var studySegments: [V2Segment] = []

  init(obr: V2Segment, orc: V2Segment?, specimens: [V2Segment]) {
    self.obr = obr
    self.orc = orc
    self.specimens = specimens
    observations.reserveCapacity(16)
  }

  func report(
    source: OrganizationReference, patient: Patient, messageTime: Instant, setting: Setting?,
    _ notes: inout ReadingNotes
  ) throws(Refusal) -> Report {
    guard let number = obr.text(3) ?? obr.text(2) ?? orc?.text(3) else {
      throw Refusal(.missingReportNumber, "OBR-3 and OBR-2 are empty: a report needs its number", at: obr.element)
    }
    let reported = notes.instant(obr, 22)
    var report = Report(
      source: source, reportNumber: number, patient: patient, versionTime: reported ?? messageTime,
      messageTime: messageTime, updateMode: .update)
    report.reported = reported
    report.status = status(&notes)
    let tree = obr.tree
    if let field = obr.field(4), let code = tree.code(field) {
      report.orderCode = code
      report.orderCodeTranslations = tree.alternates(field)
    }
    report.orderNumber = obr.text(2) ?? orc?.text(2)
    report.section = obr.text(24)
    report.performed = notes.instant(obr, 7)
    if let orc {
      report.ordered = notes.instant(orc, 9)
      report.orderingInstitution = orc.field(21).flatMap(tree.organization)
      report.department = orc.text(17, 2) ?? orc.text(17)
    }
    report.ordered = report.ordered ?? notes.instant(obr, 6)
    report.clinician = (orc?.field(12) ?? obr.field(16)).flatMap(tree.personName)

    let specimen = specimens.first.map(V2Order.specimen) ?? obr.field(15).flatMap(legacySpecimen)
    let collected =
      specimens.first.flatMap { spm in notes.instant(spm, 17) }
      ?? report.performed
    let bodySite = obr.field(15).flatMap { tree.component(4, of: $0) }.flatMap(tree.code)
    report.observations.reserveCapacity(observations.count)
    for (segment, noteSegments) in observations {
      var observation = Observation(code: Code(""))
      guard V2Observation.read(segment, into: &observation, &notes) else { continue }
      observation.specimen = specimen
      observation.collected = collected
      if observation.bodySite == nil { observation.bodySite = bodySite }
      V2Observation.annotate(&observation, noteSegments)
      add(observation, segment, to: &report)
    }
    for segment in studySegments { add(study: segment, to: &report) }
    return report
  }

  private func status(_ notes: inout ReadingNotes) -> ResultStatus? {
    guard let code = obr.text(25) else { return nil }
    if let status = V2Tables.reportStatus(code) { return status }
    notes.note(.unknownCode, "OBR-25 is not in HL7 table 0123: send F, C, P, X…", at: obr.place(25))
    return .unknown
  }

  /// Puts an observation where it belongs: among the results, into the impression, or as the study it names.
  private func add(_ observation: consuming Observation, _ segment: V2Segment, to report: inout Report) {
    if observation.code.identifier == "113014", let uid = observation.value ?? observation.valueCode?.identifier {
      // DCM 113014 "DICOM Study": how IHE radiology reports name their images.
      return addStudy(uid: uid, to: &report)
    }
    if observation.isImpression, let text = observation.value {
      report.impression = [report.impression, text].compactMap { $0 }.joined(separator: "\n")
      return
    }
    if observation.valueKind == .attachment, let pointer = V2Observation.studyUID(inPointer: segment) {
      return addStudy(uid: pointer, to: &report)
    }
    // Lines of one text come as several OBX of one code.
    if let last = report.observations.indices.last, observation.valueKind == .text,
      report.observations[last].valueKind == .text, report.observations[last].code == observation.code,
      report.observations[last].subID == observation.subID, !observation.isRemoved,
      let earlier = report.observations[last].value, let text = observation.value
    {
      report.observations[last].value = earlier + "\n" + text
      return
    }
    report.observations.append(observation)
  }

  private func add(study segment: V2Segment, to report: inout Report) {
    // ZDS-1 is the Study Instance UID; IPC-1 the accession, IPC-3 the UID, IPC-5 the modality (HL7 2.5.1, 4.5.6).
    if segment.name == "ZDS" {
      if let uid = segment.text(1) { addStudy(uid: uid, to: &report) }
    } else if let uid = segment.text(3) {
      addStudy(uid: uid, to: &report)
      if let last = report.studies.indices.last {
        report.studies[last].accessionNumber = segment.text(1)
        report.studies[last].modality = segment.text(5)
      }
    }
  }

  private func addStudy(uid: String, to report: inout Report) {
    let uid = uid.hasPrefix("urn:oid:") ? String(uid.dropFirst(8)) : uid
    if report.studies.contains(where: { $0.studyInstanceUID == uid }) { return }
    var study = ImagingStudy()
    study.studyInstanceUID = uid
    report.studies.append(study)
  }

  private static func specimen(_ spm: V2Segment) -> Specimen {
    Specimen(identifier: spm.text(2), type: spm.field(4).flatMap(spm.tree.code))
  }

  /// OBR-15 of versions before 2.5: SPS, whose first component is the source of the specimen.
  private func legacySpecimen(_ field: XMLElement.ID) -> Specimen? {
    obr.tree.component(1, of: field).flatMap(obr.tree.code).map { Specimen(type: $0) }
  }
}
