import Clinical
import XMLReading

/// One order group: OBR with the ORC, SPM, NTE and OBX that belong to it. Status, times, specimen and notes are its own.
struct V2Order {
  /// An SPM or OBX, and what is remarked of it.
  struct Remarked {
    let segment: V2Segment
    var notes: [V2Segment] = []
  }

  let obr: V2Segment
  var orc: V2Segment?
  /// NTE after ORC or OBR.
  var notes: [V2Segment]
  var specimens: [Remarked]
  /// SAC, which says what was taken where no SPM does.
  let container: V2Segment?
  var observations: [Remarked] = []
  /// ZDS (IHE scheduled workflow) and IPC, which name the images.
  var studySegments: [V2Segment] = []

  init(obr: V2Segment, orc: V2Segment?, notes: [V2Segment], specimens: [Remarked], container: V2Segment?) {
    self.obr = obr
    self.orc = orc
    self.notes = notes
    self.specimens = specimens
    self.container = container
    observations.reserveCapacity(16)
  }

  func report(
    source: OrganizationReference, patient: Patient, messageTime: Instant, setting: Setting?,
    _ notes: inout ReadingNotes
  ) throws(Refusal) -> Report {
    guard let number = obr.text(3) ?? obr.text(2) ?? orc?.text(3) else {
      throw Refusal(.missingReportNumber, "OBR-3 and OBR-2 are empty: a report needs its number", at: obr.element)
    }
    var report = Report(
      source: source, reportNumber: number, patient: patient, versionTime: messageTime, messageTime: messageTime,
      updateMode: .update)
    report.status = status(&notes)
    if let field = obr.field(4), let code = obr.code(field) {
      report.orderCode = code
      report.orderCodeTranslations = obr.alternates(field)
    }
    report.orderNumber = obr.text(2) ?? orc?.text(2)
    report.section = obr.text(24)
    report.setting = setting
    report.performed = notes.instant(obr, 7)
    if let orc {
      report.ordered = notes.instant(orc, 9)
      report.orderingInstitution = orc.field(21).flatMap(orc.tree.organization)
      report.department = orc.text(17, 2) ?? orc.text(17)
    }
    report.ordered = report.ordered ?? notes.instant(obr, 6)
    report.clinician = (orc?.field(12) ?? obr.field(16)).flatMap(obr.tree.personName)
    let collected = collected(&notes) ?? report.performed
    readReported(into: &report, collected: collected, &notes)
    readObservations(into: &report, collected: collected, &notes)
    readStudies(into: &report, &notes)
    return report
  }

  private func status(_ notes: inout ReadingNotes) -> ResultStatus? {
    guard let code = obr.text(25) else { return nil }
    if let status = V2Tables.reportStatus(code) { return status }
    notes.note(.unknownCode, "OBR-25 is not in HL7 table 0123: send F, C, P, X…", at: obr.place(25))
    return .unknown
  }

  // MARK: Times

  /// OBR-22 orders the versions of a report where it can: it tells more than a day, and lies neither before the collection nor more than
  /// a day after the message's own time. Else the message's own time does.
  private func readReported(into report: inout Report, collected: Instant?, _ notes: inout ReadingNotes) {
    guard let reported = notes.instant(obr, 22) else { return }
    report.reported = reported
    let reason: String
    if reported.precision == .day {
      reason = "is a day alone: send YYYYMMDDhhmmss"
    } else if let collected, reported.end <= collected {
      reason = "lies before the collection"
    } else if reported > report.messageTime.adding(hours: 24) {
      reason = "lies more than a day after MSH-7"
    } else {
      report.versionTime = reported
      return
    }
    notes.note(.implausibleTime, "OBR-22 orders no versions, MSH-7 does: it \(reason)", at: obr.place(22))
  }

  /// SPM-17; of several specimens the first that was taken.
  private func collected(_ notes: inout ReadingNotes) -> Instant? {
    var first: Instant?
    for specimen in specimens {
      guard let time = notes.instant(specimen.segment, 17) else { continue }
      first = min(first ?? time, time)
    }
    return first
  }

  // MARK: Specimen

  private func specimen(_ notes: inout ReadingNotes) -> Specimen? {
    guard let first = specimens.first?.segment else {
      return (obr.field(15) ?? container?.field(6)).flatMap(legacySpecimen)
    }
    let types = specimens.compactMap { specimen in specimen.segment.field(4).flatMap { type(specimen.segment, $0) } }
    var specimen = Specimen(identifier: first.text(2) ?? first.text(2, 2), type: types.first)
    if let type = types.first, types.contains(where: { $0.identifier != type.identifier }) {
      // Which result is of which nothing says: the two together are a specimen that matches no other.
      specimen.type = Code(types.map(\.identifier).joined(separator: "+"))
      notes.note(
        .leftAside, "specimens of different types for one order: which result is of which nobody can say",
        at: first.element)
    }
    return specimen
  }

  /// SPM-4; where the code stands without words, with those of the other code.
  private func type(_ spm: V2Segment, _ field: XMLElement.ID) -> Code? {
    var code = spm.code(field)
    if code?.display == nil { code?.display = spm.alternates(field).lazy.compactMap(\.display).first }
    return code
  }

  /// OBR-15 of versions before 2.5, and SAC-6: SPS, whose first component is the source of the specimen.
  private func legacySpecimen(_ field: XMLElement.ID) -> Specimen? {
    obr.tree.component(1, of: field).flatMap(obr.code).map { Specimen(type: $0) }
  }

  // MARK: Results

  private func readObservations(into report: inout Report, collected: Instant?, _ notes: inout ReadingNotes) {
    let specimen = specimen(&notes)
    let bodySite = obr.field(15).flatMap { obr.tree.component(4, of: $0) }.flatMap(obr.code)
    report.observations.reserveCapacity(observations.count)
    var blankLines = 0
    for observation in observations {
      let (segment, noteSegments) = (observation.segment, observation.notes)
      let line = segment.field(3) == nil ? report.observations.last : nil
      // Read where it will stand: an observation is large, and seldom it goes elsewhere.
      let place = report.observations.count
      report.observations.append(Observation(code: Code("")))
      let role = V2Observation.read(segment, into: &report.observations[place], after: line, &notes)
      guard let role, report.observations[place].value != nil || isTold(segment, &notes),
        report.observations[place].valueKind == .quantity
          || !namesStudy(report.observations[place], segment, &report)
      else {
        report.observations.remove(at: place)
        leave(noteSegments, &notes)
        continue
      }
      report.observations[place].specimen = specimen
      report.observations[place].collected = collected
      if report.observations[place].bodySite == nil { report.observations[place].bodySite = bodySite }
      if !noteSegments.isEmpty { V2Note.add(V2Note.texts(noteSegments), to: &report.observations[place]) }
      if role == .opinion, report.observations[place].value != nil {
        let opinion = report.observations.remove(at: place)
        readOpinion(opinion, segment, noteSegments, into: &report, &notes)
      } else if place > 0, report.observations[place].valueKind != .quantity,
        report.observations[place - 1].goesOn(with: report.observations[place], segment, of: report.status)
      {
        let further = report.observations.remove(at: place)
        report.observations[place - 1].append(further, after: blankLines)
        if further.value == nil {
          blankLines += 1
          continue
        }
      }
      blankLines = 0
    }
    addSharedNotes(to: &report, &notes)
  }

  /// U alone makes final what was told before: of what it would be final nobody said.
  private func isTold(_ obx: V2Segment, _ notes: inout ReadingNotes) -> Bool {
    guard obx.text(11) == "U" else { return true }
    notes.note(
      .leftAside, "OBX-11 = U makes a result final without telling it: send it again with its value", at: obx.element)
    return false
  }

  private func readOpinion(
    _ opinion: Observation, _ obx: V2Segment, _ segments: [V2Segment], into report: inout Report,
    _ notes: inout ReadingNotes
  ) {
    if opinion.isRemoved {
      notes.note(
        .leftAside, "an impression that is taken back stays until another is told: send the new one", at: obx.element)
      return leave(segments, &notes)
    }
    if opinion.flags.contains(where: { $0 != "N" }) {
      notes.note(.leftAside, "a flag (OBX-8) of an impression: it is of no result", at: obx.place(8))
    }
    for text in [opinion.value, opinion.note].compactMap({ $0 }) {
      if report.impression?.append("\n" + text) == nil { report.impression = text }
    }
  }

  private func leave(_ segments: [V2Segment], _ notes: inout ReadingNotes) {
    for segment in segments where segment.words(3) != nil {
      notes.note(.leftAside, "a note of what is no result", at: segment.element)
    }
  }

  /// What is remarked of the order and its specimens is remarked of each of its results.
  private func addSharedNotes(to report: inout Report, _ notes: inout ReadingNotes) {
    let segments = self.notes + specimens.flatMap(\.notes)
    if segments.isEmpty { return }
    var range = report.observations.indices
    if range.isEmpty { return leave(segments, &notes) }
    let texts = V2Note.texts(segments)
    if texts.reduce(0, { $0 + $1.utf8.count }) * range.count > 1 << 20 {
      notes.note(
        .leftAside, "a note of the order that is shown beside the first of its results alone: it is too long for each",
        at: segments[0].element)
      range = range.prefix(1)
    }
    for index in range { V2Note.add(texts, to: &report.observations[index]) }
  }
}

extension Instant {
  /// The first moment that it does not name.
  fileprivate var end: Instant {
    let length: Int64 =
      switch precision {
      case .day: 86_400_000
      case .hour: 3_600_000
      case .minute: 60_000
      case .second: 1000
      }
    return Instant(milliseconds: milliseconds + length)
  }
}

extension Observation {
  /// Whether another is a further line of this text: lines of one text come as several OBX of one code and sub-id, empty ones too.
  fileprivate func goesOn(with other: Observation, _ obx: V2Segment, of order: ResultStatus?) -> Bool {
    guard valueKind == .text, code == other.code, subID == other.subID, observed == other.observed,
      (status ?? order) == (other.status ?? order), !isRemoved, !other.isRemoved, flags.count < 50
    else { return false }
    if other.value == nil { return ["ST", "TX", "FT"].contains(obx.text(2)) }
    return other.valueKind == .text
  }

  fileprivate mutating func append(_ other: Observation, after blankLines: Int) {
    if let line = other.value { value?.append(String(repeating: "\n", count: blankLines + 1) + line) }
    flags += other.flags.filter { !flags.contains($0) }
    recognitionMark = recognitionMark ?? other.recognitionMark
    if let note = other.note, self.note?.append("\n" + note) == nil { self.note = note }
  }
}
