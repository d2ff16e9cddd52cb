import Clinical
import XMLReading

/// Value, flags, range and status of an observation.
extension ResultEntries {
  func readValue(of element: XMLElement, into observation: inout Observation, notes: inout ReadingNotes) {
    for value in element.all("value") {
      let read = V3Value(value, narrative, notes: &notes)
      observation.unit = observation.unit ?? read.unit
      if let words = read.originalText { observation.add(note: words) }
      guard read.kind != .none else {
        noteUnread(value, notes: &notes)
        continue
      }
      if observation.valueKind == .none {
        observation.valueKind = read.kind
        observation.value = read.value
        observation.valueCode = read.code
      } else if let more = read.value {
        // Several values of one observation are read as words: none of them is to be lost or preferred.
        let isOtherUnit = read.unit != nil && read.unit != observation.unit
        observation.value?.append("\n" + more + (isOtherUnit ? " " + (read.unit ?? "") : ""))
        observation.valueKind = .text
        observation.valueCode = nil
      }
    }
  }

  private func noteUnread(_ value: XMLElement, notes: inout ReadingNotes) {
    if let reference = value.first("reference") ?? value.first("originalText")?.first("reference") {
      notes.note(
        .danglingReference,
        "a value that stands in the narrative, at a place that is not there: send the ID it refers to",
        at: reference)
    } else if value.statesSomething {
      notes.note(.leftAside, "a value of a form that is not read: send PQ, CD or ST", at: value)
    }
  }

  /// Flags; a comparator (FHIR quantity-comparator, as the Dutch write it; off scale in HL7's) goes before the number. Words without a code
  /// are a note, unless they are a flag's own words.
  func readInterpretation(of element: XMLElement, into observation: inout Observation) {
    for interpretation in element.items("interpretationCode") {
      guard let code = interpretation.concept(narrative)?.code else { continue }
      let hasCode =
        interpretation.stated("code") != nil || interpretation.all("translation").contains { $0.stated("code") != nil }
      if !hasCode, !ResultEntries.flagWords.contains(code.identifier.lowercased()) {
        observation.add(note: code.identifier)
        continue
      }
      let isComparator = ["<", ">", "<=", ">="].contains(code.identifier)
      if isComparator, observation.valueKind == .quantity, let value = observation.value,
        let first = value.unicodeScalars.first,
        !"<>≤≥".unicodeScalars.contains(first)
      {
        observation.value = code.identifier + value
      }
      if code.system == "2.16.840.1.113883.4.642.3.59" { continue }
      observation.flags.append(code.identifier)
      // How an organism responds to a drug, and whether something was found, is all of some results.
      if observation.valueKind == .none, ResultEntries.answers.contains(code.identifier) {
        observation.valueKind = .coded
        observation.value = code.display ?? code.identifier
        observation.valueCode = code
      }
    }
    observation.flags = observation.flags.unrepeated
  }

  private static let flagWords: Set<String> = [
    "正常", "异常", "偏高", "偏低", "危急", "normal", "abnormal", "high", "low", "critical",
  ]

  /// HL7 ObservationInterpretation: susceptibility and detection.
  private static let answers: Set<String> = [
    "S", "R", "I", "SDD", "NS", "SYN-R", "SYN-S", "VS", "MS", "POS", "NEG", "IND", "DET", "ND", "E", "NR", "RR", "WR",
  ]

  /// The range that says what is normal of such a person, or the first.
  func referenceRange(of element: XMLElement, _ observation: Observation, notes: inout ReadingNotes) -> String? {
    let stated = element.all("referenceRange")
    if stated.isEmpty { return nil }
    let ranges = stated.compactMap { range in
      ["observationRange", "interpretationRange", "referenceObservationEventCriterion"].lazy
        .compactMap { range.first($0) }.first.map { (range: $0, fit: person.fit(range)) }
    }
    let fitting = ranges.filter { $0.fit != .no }
    let normal = fitting.filter { $0.range.first("interpretationCode")?.stated("code") == "N" }
    let candidates = normal.isEmpty ? fitting : normal
    guard let chosen = (candidates.first { $0.fit == .yes } ?? candidates.first)?.range ?? ranges.first?.range else {
      return nil
    }
    let rivals = candidates.filter { $0.fit == .yes }.isEmpty ? candidates : candidates.filter { $0.fit == .yes }
    let text = self.text(ofRange: chosen, observation)
    if rivals.contains(where: { self.text(ofRange: $0.range, observation) != text }) {
      notes.note(
        .leftAside, "more than one reference range, and nothing says which is this person's: the first is read",
        at: stated[1])
    }
    return text
  }

  private func text(ofRange range: XMLElement, _ observation: Observation) -> String? {
    if let value = range.first("value") {
      if let interval = V3Interval(value) {
        return interval.range(besideUnit: observation.unit, value: observation.value)
      }
      if range.first("text") == nil { return value.answer ?? value.displayName ?? value.stated("code") }
    }
    return range.first("text").flatMap { $0.words ?? narrative.text(referredToBy: $0) }
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

  /// The status that a supplement states.
  static func statedStatus(_ supplement: XMLElement) -> ResultStatus? {
    guard let value = supplement.first("value") else { return nil }
    let words = [value.stated("code"), value.displayName, value.words].compactMap { $0?.lowercased() }
    return words.lazy.compactMap(status(named:)).first
  }

  private static func status(named name: String) -> ResultStatus? {
    switch name {
    case "pending", "in progress": .registered
    case "correction": .corrected
    default: ResultStatus(rawValue: name).flatMap { $0 == .unknown ? nil : $0 }
    }
  }
}

extension Observation {
  /// Adds to what is noted.
  mutating func add(note text: String) {
    guard let note else { return note = text }
    if note != text { self.note = note + "\n" + text }
  }
}
