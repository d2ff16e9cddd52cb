import Clinical
import XMLReading

/// Reads acts, organizers and observations of results as XD-LAB, C-CDA, the Dutch organizer and V3 result messages
/// write them.
struct ResultEntries {
  /// What an inner act inherits from those around it (HL7 V3 context conduction).
  struct Context {
    var status: ResultStatus?
    var time: Instant?
    var specimen: CollectedSpecimen?
    var performer: OrganizationReference?
    var note: String?
  }

  let narrative: Narrative
  let specimens: [String: CollectedSpecimen]
  private(set) var observations: [Observation] = []
  /// The statuses of the outermost acts.
  private(set) var statuses: [ResultStatus] = []

  init(_ root: XMLElement, notes: inout ReadingNotes) {
    narrative = Narrative(root)
    specimens = CollectedSpecimen.index(root, notes: &notes)
  }

  /// Reads one entry of a section, or one component of an organizer that is a message by itself.
  mutating func read(_ act: XMLElement, context: Context = Context(), notes: inout ReadingNotes) {
    let count = observations.count
    walk(act, context, notes: &notes)
    if observations.count > count {
      statuses.append(ResultEntries.status(of: act) ?? observations[count].status ?? .final)
    }
  }

  private mutating func walk(_ act: XMLElement, _ context: Context, notes: inout ReadingNotes) {
    guard act.isStatement else { return }
    if act.attribute("negationInd") == "true" {
      return notes.note(.leftAside, "an act that says it was not done (negationInd): it is left out", at: act)
    }
    if act.isResultObservation { return readObservation(act, context, notes: &notes) }
    guard act.isResultGroup else { return }
    var context = context
    context.status = ResultEntries.status(of: act) ?? context.status
    context.time = notes.start(of: act.first("effectiveTime")) ?? context.time
    context.performer = act.performer ?? context.performer
    context.note = act.comment(narrative) ?? context.note
    let procedures = act.related.filter { $0.name == "procedure" }
    if procedures.count == 1 { context.specimen = specimen(of: procedures[0], notes: &notes) ?? context.specimen }
    context.specimen = statedSpecimen(act) ?? context.specimen
    for inner in act.related { walk(inner, context, notes: &notes) }
  }

  private mutating func readObservation(_ element: XMLElement, _ context: Context, notes: inout ReadingNotes) {
    guard let concept = element.first("code")?.concept(narrative) else {
      return notes.note(
        .missingCode, "an observation without code and words: it is left out, send the code", at: element)
    }
    var observation = Observation(code: concept.code)
    observation.translations = concept.translations
    readValue(of: element, into: &observation, notes: &notes)
    readInterpretation(of: element, into: &observation)
    observation.referenceRange = referenceRange(of: element, unit: observation.unit)
    observation.status = ResultEntries.status(of: element) ?? context.status
    let specimen = statedSpecimen(element) ?? context.specimen
    observation.specimen = specimen?.specimen
    observation.collected = specimen?.collected
    observation.observed = notes.start(of: element.first("effectiveTime")) ?? context.time
    observation.performer = element.performer ?? context.performer
    let methods = element.all("methodCode").compactMap { $0.concept(narrative)?.code }
    observation.method = methods.first.map { $0.display ?? $0.identifier }
    observation.bodySite = element.first("targetSiteCode")?.concept(narrative)?.code
    observation.laterality = element.first("targetSiteCode")?.laterality
    observation.note = element.comment(narrative) ?? context.note
    let position = observations.count
    observations.append(observation)

    var inner = context
    inner.specimen = specimen
    inner.time = observation.observed
    inner.performer = observation.performer
    inner.note = nil
    for act in element.related {
      if act.isResultGroup || act.hasTemplate(ResultTemplates.observations) {
        walk(act, inner, notes: &notes)
      } else if act.isResultObservation {
        readSupplement(act, into: &observations[position])
      }
    }
  }

  private func readValue(of element: XMLElement, into observation: inout Observation, notes: inout ReadingNotes) {
    let elements = element.all("value")
    for value in elements {
      let read = V3Value(value, narrative, notes: &notes)
      observation.unit = observation.unit ?? read.unit
      guard read.kind != .none else { continue }
      if observation.valueKind == .none {
        observation.valueKind = read.kind
        observation.value = read.value
        observation.valueCode = read.code
      } else if let more = read.value {
        // Several values of one observation are read as words: none of them is to be lost or preferred.
        observation.value?.append("\n" + more)
        observation.valueKind = .text
        observation.valueCode = nil
      }
    }
  }

  /// Flags; a comparator (FHIR quantity-comparator, as the Dutch write it) goes before the number instead.
  private func readInterpretation(of element: XMLElement, into observation: inout Observation) {
    for interpretation in element.items("interpretationCode") {
      guard let code = interpretation.concept(nil)?.code else { continue }
      if code.system == "2.16.840.1.113883.4.642.3.59" {
        guard observation.valueKind == .quantity, let value = observation.value, let first = value.unicodeScalars.first,
          !"<>≤≥".unicodeScalars.contains(first)
        else { continue }
        observation.value = code.identifier + value
      } else {
        observation.flags.append(code.identifier)
      }
    }
    observation.flags = observation.flags.unrepeated
  }

  /// The range that says what is normal, or the first.
  private func referenceRange(of element: XMLElement, unit: String?) -> String? {
    let ranges = element.all("referenceRange").compactMap { range in
      ["observationRange", "interpretationRange", "referenceObservationEventCriterion"].lazy
        .compactMap { range.first($0) }.first
    }
    let normal = ranges.first { $0.first("interpretationCode")?.stated("code") == "N" } ?? ranges.first
    guard let normal else { return nil }
    if let value = normal.first("value") {
      if let interval = V3Interval(value) { return interval.range(besideUnit: unit) }
      if normal.first("text") == nil { return value.words ?? value.displayName ?? value.stated("code") }
    }
    return normal.first("text").flatMap { $0.words ?? narrative.text(referredToBy: $0) }
  }

  /// Observations that say something about an observation: its unit (SNOMED CT 246514001), its status (LOINC 92236-9,
  /// 33999-4).
  private func readSupplement(_ element: XMLElement, into observation: inout Observation) {
    guard let code = element.first("code")?.stated("code"), let value = element.first("value") else { return }
    switch code {
    case "246514001": observation.unit = observation.unit ?? value.stated("code") ?? value.words
    case "92236-9", "33999-4":
      let words = [value.stated("code"), value.displayName, value.words].compactMap { $0?.lowercased() }
      observation.status = words.lazy.compactMap(ResultEntries.status(named:)).first ?? observation.status
    default: break
    }
  }

  private func statedSpecimen(_ act: XMLElement) -> CollectedSpecimen? {
    for specimen in act.all("specimen") {
      guard let role = specimen.first("specimenRole") ?? specimen.first("specimen"),
        role.attribute("classCode") != "ISLT"
      else { continue }
      let stated = CollectedSpecimen(role: role)
      let known = stated.identifiers.lazy.compactMap { specimens[$0] }.first
      return known.map { $0.merging(stated) } ?? stated
    }
    return nil
  }

  /// The specimen a procedure collected, or the one it refers to by an id.
  private func specimen(of procedure: XMLElement, notes: inout ReadingNotes) -> CollectedSpecimen? {
    if let known = procedure.identifiers.lazy.compactMap({ specimens[$0.value] }).first { return known }
    return CollectedSpecimen(procedure: procedure, notes: &notes)
  }

  /// ActStatus as a result's status.
  static func status(of act: XMLElement) -> ResultStatus? {
    switch act.first("statusCode")?.stated("code") {
    case "completed": .final
    case "active", "new", "held", "suspended": .preliminary
    case "aborted", "cancelled", "obsolete": .cancelled
    case "nullified": .enteredInError
    default: nil
    }
  }

  private static func status(named name: String) -> ResultStatus? {
    switch name {
    case "pending", "in progress": .registered
    case "correction": .corrected
    default: ResultStatus(rawValue: name).flatMap { $0 == .unknown ? nil : $0 }
    }
  }
}

/// Templates that say what an act is.
enum ResultTemplates {
  /// C-CDA result observation; XD-LAB laboratory observation.
  static let observations: Set<String> = ["2.16.840.1.113883.10.20.22.4.2", "1.3.6.1.4.1.19376.1.3.1.6"]
  /// C-CDA result organizer; XD-LAB report data processing, isolate and battery.
  static let groups: Set<String> = [
    "2.16.840.1.113883.10.20.22.4.1", "1.3.6.1.4.1.19376.1.3.1", "1.3.6.1.4.1.19376.1.3.1.5",
    "1.3.6.1.4.1.19376.1.3.1.4",
  ]
  static let comments: Set<String> = ["1.3.6.1.4.1.19376.1.5.3.1.4.2", "2.16.840.1.113883.10.20.22.4.64"]
}

extension XMLElement {
  /// Whether an act is said to have happened (mood EVN), not one that is ordered, planned or defined.
  var isStatement: Bool { attribute("moodCode").map { $0 == "EVN" } ?? true }

  /// A group of results: an organizer or act of CDA, a battery or report of a V3 message.
  var isResultGroup: Bool {
    switch name {
    case "organizer": true
    case "act": !isComment
    default:
      name.hasPrefix("observationBattery") || name.hasPrefix("observationReport")
        || name.hasPrefix("observationCluster")
    }
  }

  /// A result; images and regions of them are observations too, but no results.
  var isResultObservation: Bool {
    guard name == "observation" || name.hasPrefix("observationEvent") else { return false }
    return attribute("classCode").map { !["DGIMG", "ROIBND", "ROIOVL", "COND"].contains($0) } ?? true
  }

  private var isComment: Bool {
    first("code")?.stated("code") == "48767-8" || hasTemplate(ResultTemplates.comments)
  }

  /// The acts below this one, whatever the relationship is called.
  var related: [XMLElement] {
    children.filter { $0.name.hasPrefix("component") || $0.name == "entryRelationship" }.flatMap { Array($0.children) }
  }

  /// The annotations of an act.
  func comment(_ narrative: Narrative) -> String? {
    let comments = related.compactMap { act -> String? in
      guard act.name == "act", act.isComment, let text = act.first("text") else { return nil }
      return text.words ?? narrative.text(referredToBy: text)
    }
    return comments.isEmpty ? nil : comments.joined(separator: "\n")
  }
}
