import Clinical
import XMLReading

/// ADT → what an institution says of its own patients' numbers.
///
/// Read are the events that change what is known of a number: A08 and A31 (update), A18, A30, A34, A36, A39 and A40 (merge: of a patient,
/// a person, or a patient with accounts), A46, A47 and A48 (change of a number), A24 and A37 (link and unlink). Admissions, transfers,
/// bookings, and merges and moves of accounts and visits alone (A35, A41, A42, A44, A45, A49, A50, A51) say nothing of who a patient is.
/// A43 moves a number to another person: the reports under it stay where they are until the sender takes them back and sends them anew.
struct V2PatientEvents {
  private enum Shape {
    /// PID alone.
    case update
    /// PID and the MRG behind it; several such groups in one message.
    case replacement(PatientEvent.Kind)
    /// Two PID.
    case pair(PatientEvent.Kind)
  }

  private let source: OrganizationReference
  private let shape: Shape
  private let at: Instant
  private let messageTime: Instant
  private let separators: V2Separators
  private var patient: (value: Patient, element: XMLElement, isTold: Bool)?
  private var events: [PatientEvent] = []

  /// - Parameter messageTime: MSH-7.
  /// - Throws: `Refusal` for an event that says nothing of patients' numbers.
  init(
    _ root: XMLElement, event: String?, source: OrganizationReference, messageTime: Instant, separators: V2Separators,
    _ notes: inout ReadingNotes
  ) throws(Refusal) {
    self.source = source
    self.messageTime = messageTime
    self.separators = separators
    let evn = root.first("EVN").map { V2Segment(element: $0, separators: separators) }
    guard let shape = V2PatientEvents.shape(event ?? evn?.text(1) ?? "") else {
      throw Refusal(
        .unknownDialect,
        "an ADT event that tells no result and changes no patient's number: send results as ORU or OUL, and of patients A08, A31, "
          + "A18, A24, A37, A40 or A47", at: evn?.element ?? root)
    }
    self.shape = shape
    // EVN-6 is when it happened, EVN-2 when it was recorded.
    at =
      evn.flatMap { evn in
        notes.instant(evn, 6, toldAt: messageTime) ?? notes.instant(evn, 2, toldAt: messageTime)
      } ?? messageTime
  }

  private static func shape(_ event: String) -> Shape? {
    switch event {
    case "A08", "A31": .update
    case "A18", "A30", "A34", "A36", "A39", "A40": .replacement(.merge)
    case "A46", "A47", "A48": .replacement(.changeNumber)
    case "A24": .pair(.link)
    case "A37": .pair(.unlink)
    default: nil
    }
  }

  mutating func read(_ root: XMLElement, _ notes: inout ReadingNotes) throws(Refusal) -> [PatientEvent] {
    try add(segmentsOf: root, &notes)
    try closePatient()
    guard !events.isEmpty else {
      throw Refusal(.missingPatient, "no PID segment: it says of which patient something changes", at: root)
    }
    return events
  }

  private mutating func add(segmentsOf group: XMLElement, _ notes: inout ReadingNotes) throws(Refusal) {
    for child in group.children {
      switch child.name {
      case "PID": try add(pid: V2Segment(element: child, separators: separators), &notes)
      case "MRG": try add(mrg: V2Segment(element: child, separators: separators), &notes)
      case let name where name.utf8.count != 3: try add(segmentsOf: child, &notes)
      default: break
      }
    }
  }

  private mutating func add(pid: V2Segment, _ notes: inout ReadingNotes) throws(Refusal) {
    let read = try V2Patient.read(pid, toldAt: messageTime, &notes)
    try check(read, pid.element, "no patient number in PID-3: it says of which patient something changes")
    switch shape {
    case .update: events.append(PatientEvent(.update, source: source, patient: read, at: at))
    case .replacement:
      try closePatient()
      patient = (read, pid.element, false)
    case .pair(let kind):
      guard let first = patient else {
        patient = (read, pid.element, false)
        return
      }
      try checkOther(read, than: first.value, pid.element)
      patient = nil
      events.append(PatientEvent(kind, source: source, patient: first.value, prior: read, at: at))
    }
  }

  private mutating func add(mrg: V2Segment, _ notes: inout ReadingNotes) throws(Refusal) {
    guard case .replacement(let kind) = shape else { return }
    guard let patient else {
      throw Refusal(.missingPatient, "MRG without a PID before it: it says whose number stays in use", at: mrg.element)
    }
    let prior = try V2Patient.read(prior: mrg, &notes)
    try check(prior, mrg.element, "no number in MRG-1 (or MRG-4): it says which number goes out of use")
    try checkOther(prior, than: patient.value, mrg.element)
    self.patient?.isTold = true
    events.append(PatientEvent(kind, source: source, patient: patient.value, prior: prior, at: at))
  }

  private func check(_ patient: Patient, _ element: XMLElement, _ message: String) throws(Refusal) {
    if patient.identifiers.isEmpty { throw Refusal(.missingPatient, message, at: element) }
  }

  /// Of two patients one has a number that the other has not; a number without its assigner is whoever's has that value.
  private func checkOther(_ prior: Patient, than patient: Patient, _ element: XMLElement) throws(Refusal) {
    let isOther = prior.identifiers.contains { number in
      !patient.identifiers.contains {
        $0.kind == number.kind && $0.value == number.value
          && ($0.assigner == nil || number.assigner == nil || $0.assigner == number.assigner)
      }
    }
    if isOther { return }
    throw Refusal(
      .missingPatient, "the two numbers are one (MRG-1 and PID-3, or both PID-3): it says which other number is meant",
      at: element)
  }

  /// A patient of whom the message says with whom they are to be one, or are not.
  private mutating func closePatient() throws(Refusal) {
    guard let patient, !patient.isTold else { return }
    let message: String
    switch shape {
    case .update: return
    case .replacement: message = "PID without MRG behind it: MRG-1 says which number goes out of use"
    case .pair: message = "one PID where two are needed: those that are linked, or are not"
    }
    throw Refusal(.missingPatient, message, at: patient.element)
  }
}
