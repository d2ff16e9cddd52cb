import Clinical
import XMLReading

/// The reports of a message while its segments go by.
///
/// Groups are looked through: a message is its segments in order. An ORC goes with the OBR after it (in OUL with the OBR before
/// it), an OBX with the OBR before it. An SPM that stands before the first OBR of its patient leads the orders behind it (OUL_R22, R23),
/// every other follows its own (ORU, OUL_R24). An NTE goes with what stands before it.
struct V2Assembly {
  /// What an NTE is about.
  private enum Subject {
    case nothing, order, observation, specimen
  }

  /// More orders than that are no message of one patient's results; each is held against those of its number.
  private static let limit = 10_000

  private let source: OrganizationReference
  private let messageTime: Instant
  private let isOUL: Bool
  /// OUL_R21: the container stands before its order and says what is in it.
  private let containersLead: Bool
  private let separators: V2Separators

  private var patient: (value: Patient, element: XMLElement)?
  private var setting: Setting?
  private var pendingORC: V2Segment?
  private var pendingNotes: [V2Segment] = []
  private var leadingSpecimens: [V2Order.Remarked] = []
  private var specimensLead = false
  private var isLeading = false
  private var container: V2Segment?
  private var order: V2Order?
  private var orders = 0
  private var subject = Subject.nothing
  /// An SPM came after results: what is observed behind it is about the specimen, unless it goes on counting (OBX-1).
  private var isPastSpecimen = false
  private var reports: [Report] = []
  private var index = V2ReportIndex()
  private var isolates = V2Isolates()
  private var unread: Set<String> = []

  /// - Parameter structure: the message structure, e.g. `OUL_R22`.
  init(source: OrganizationReference, messageTime: Instant, structure: String, separators: V2Separators) {
    self.source = source
    self.messageTime = messageTime
    isOUL = structure.hasPrefix("OUL")
    containersLead = structure == "OUL_R21"
    self.separators = separators
  }

  /// - Parameter isMessage: whether it is the message itself.
  mutating func add(
    segmentsOf group: XMLElement, isMessage: Bool = true, _ notes: inout ReadingNotes
  ) throws(Refusal) {
    for child in group.children {
      let name = child.name
      if name.utf8.count == 3 {
        try add(V2Segment(element: child, separators: separators), name, &notes)
      } else if name == "line" {
        notes.note(.leftAside, "a line that is no segment and goes on with no text: send one message a file", at: child)
      } else {
        // A group of results that names no patient is not about the one before it.
        if isMessage, name.hasSuffix(".PATIENT_RESULT") { try leavePatient(&notes) }
        try add(segmentsOf: child, isMessage: false, &notes)
      }
    }
  }

  private mutating func add(_ segment: V2Segment, _ name: String, _ notes: inout ReadingNotes) throws(Refusal) {
    switch name {
    case "OBX": add(observation: segment, &notes)
    case "PID":
      try leavePatient(&notes)
      patient = (try V2Patient.read(segment, toldAt: messageTime, &notes), segment.element)
    case "PV1":
      setting = segment.text(2).flatMap(V2Tables.setting)
      if order == nil { subject = .nothing }
    case "ORC":
      if isOUL, order != nil, order?.orc == nil, order?.observations.isEmpty == true {
        order?.orc = segment
      } else {
        leavePendingORC(&notes)
        pendingORC = segment
        subject = .nothing
      }
    case "OBR": try begin(segment, &notes)
    case "NTE": add(note: segment, &notes)
    case "SPM": try add(specimen: segment, &notes)
    case "SAC":
      guard containersLead else { break }
      try closeOrder(&notes)
      (container, subject) = (segment, .nothing)
    case "ZDS", "IPC":
      order?.studySegments.append(segment)
    default:
      if order != nil, !V2SegmentNames.isBesideResults(name), unread.insert(name).inserted {
        notes.note(.leftAside, "a segment among the results that nobody reads", at: segment.element)
      }
    }
  }

  /// An ORC that no OBR follows: what is remarked of it is of no result.
  private mutating func leavePendingORC(_ notes: inout ReadingNotes) {
    for note in pendingNotes { leave(note, &notes) }
    (pendingORC, pendingNotes) = (nil, [])
  }

  private mutating func leavePatient(_ notes: inout ReadingNotes) throws(Refusal) {
    try closeOrder(&notes)
    leavePending(&notes)
    (patient, setting) = (nil, nil)
  }

  /// What waited for an OBR when the patient or the message ends.
  private mutating func leavePending(_ notes: inout ReadingNotes) {
    leavePendingORC(&notes)
    if isLeading { for note in leadingSpecimens.flatMap(\.notes) { leave(note, &notes) } }
    (leadingSpecimens, specimensLead, isLeading) = ([], false, false)
    (container, subject) = (nil, .nothing)
  }

  private func leave(_ note: V2Segment, _ notes: inout ReadingNotes) {
    guard note.words(3) != nil else { return }
    notes.note(.leftAside, "a note about no result: before an OBR, or after what was left aside", at: note.element)
  }

  private mutating func begin(_ obr: V2Segment, _ notes: inout ReadingNotes) throws(Refusal) {
    try closeOrder(&notes)
    orders += 1
    if orders > V2Assembly.limit {
      throw Refusal(
        .limitExceeded, "more than \(V2Assembly.limit) OBR in one message: send it in parts", at: obr.element)
    }
    order = V2Order(
      obr: obr, orc: pendingORC, notes: pendingNotes, specimens: leadingSpecimens, container: container)
    (pendingORC, pendingNotes, subject) = (nil, [], .order)
    (isLeading, isPastSpecimen) = (false, false)
  }

  private mutating func add(observation obx: V2Segment, _ notes: inout ReadingNotes) {
    // An ORC after its OBR, where it belongs before it.
    if let orc = pendingORC, order != nil, order?.orc == nil {
      order?.orc = orc
      order?.notes += pendingNotes
      (pendingORC, pendingNotes) = (nil, [])
    }
    guard order != nil, pendingORC == nil, !isPastSpecimen || goesOn(obx) else {
      subject = .nothing
      let text =
        isPastSpecimen || isLeading
        ? "an OBX about the specimen: it is no result of the order, and is left aside"
        : "an OBX before its OBR: nothing says what it is a result of"
      return notes.note(.leftAside, text, at: obx.element)
    }
    order?.observations.append(V2Order.Remarked(segment: obx))
    subject = .observation
  }

  /// Whether OBX-1 goes on counting from the result before it.
  private func goesOn(_ obx: V2Segment) -> Bool {
    guard let last = order?.observations.last?.segment.text(1).flatMap(NumericText.count), last < .max else {
      return false
    }
    return obx.text(1).flatMap(NumericText.count) == last + 1
  }

  private mutating func add(note: V2Segment, _ notes: inout ReadingNotes) {
    if pendingORC != nil { return pendingNotes.append(note) }
    switch subject {
    case .order: order?.notes.append(note)
    case .observation: if let last = order?.observations.indices.last { order?.observations[last].notes.append(note) }
    case .specimen:
      if isLeading {
        leadingSpecimens[leadingSpecimens.count - 1].notes.append(note)
      } else if let last = order?.specimens.indices.last {
        order?.specimens[last].notes.append(note)
      }
    case .nothing: leave(note, &notes)
    }
  }

  private mutating func add(specimen spm: V2Segment, _ notes: inout ReadingNotes) throws(Refusal) {
    subject = .specimen
    guard order == nil || specimensLead else {
      isPastSpecimen = order?.observations.isEmpty == false
      order?.specimens.append(V2Order.Remarked(segment: spm))
      return
    }
    try closeOrder(&notes)
    if !isLeading { leadingSpecimens = [] }
    leadingSpecimens.append(V2Order.Remarked(segment: spm))
    (specimensLead, isLeading) = (true, true)
  }

  private mutating func closeOrder(_ notes: inout ReadingNotes) throws(Refusal) {
    guard let order else { return }
    self.order = nil
    isPastSpecimen = false
    guard let patient, !patient.value.identifiers.isEmpty || patient.value.name != nil else {
      throw Refusal(
        .missingPatient, "no patient number and no name in PID: send at least PID-3",
        at: self.patient?.element ?? order.obr.element)
    }
    let report = try order.report(
      source: source, patient: patient.value, messageTime: messageTime, setting: setting, &notes)
    let (placer, filler, count) = (report.orderNumber, report.reportNumber, report.observations.count)
    let place: Int
    let start: Int
    if let known = self.place(of: report) {
      (place, start) = (known, reports[known].observations.count)
      reports[known].absorb(report)
      if reports[known].studies.count > V2Order.studyLimit {
        throw Refusal(
          .limitExceeded, "more than \(V2Order.studyLimit) studies of one report: send it in parts",
          at: order.obr.element)
      }
    } else {
      (place, start) = (reports.count, 0)
      reports.append(consume report)
    }
    isolates.add(
      order, told: .init(placer: placer, filler: filler, report: place, observations: start..<start + count))
  }

  /// The report of which a further one of its number and order tells the rest; one that does not say what was ordered goes with the first.
  private mutating func place(of report: Report) -> Int? {
    if reports.isEmpty { return nil }
    let place: Int?
    if reports.count <= 8 {
      place = reports.firstIndex { $0.reportNumber == report.reportNumber && $0.isOfSameOrder(as: report) }
    } else {
      place = index.place(of: report, in: reports)
    }
    return place.flatMap { reports[$0].patient == report.patient ? $0 : nil }
  }

  mutating func finish(_ notes: inout ReadingNotes) throws(Refusal) -> [Report] {
    try closeOrder(&notes)
    leavePending(&notes)
    isolates.tie(&reports)
    return reports
  }
}
