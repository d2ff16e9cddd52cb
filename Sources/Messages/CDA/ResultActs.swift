import Clinical
import XMLReading

/// Templates that say what an act is.
enum ResultTemplates {
  /// C-CDA and CCD result observations; XD-LAB laboratory observation.
  static let observations: Set<String> = [
    "2.16.840.1.113883.10.20.22.4.2", "2.16.840.1.113883.10.20.1.31", "1.3.6.1.4.1.19376.1.3.1.6",
  ]
  /// C-CDA and CCD result organizers; XD-LAB report data processing, isolate and battery.
  static let groups: Set<String> = [
    "2.16.840.1.113883.10.20.22.4.1", "2.16.840.1.113883.10.20.1.32", "1.3.6.1.4.1.19376.1.3.1", isolate,
    "1.3.6.1.4.1.19376.1.3.1.4",
  ]
  static let isolate = "1.3.6.1.4.1.19376.1.3.1.5"
  static let comments: Set<String> = ["1.3.6.1.4.1.19376.1.5.3.1.4.2", "2.16.840.1.113883.10.20.22.4.64"]
  static let all = observations.union(groups)
}

extension XMLElement {
  /// What an act is to a reader of results.
  enum ActKind {
    /// An organizer or act of CDA, a battery or report of a V3 message.
    case group
    case result
    /// An observation that says something of the act it stands in: its status, its unit, by which number it was ordered.
    case supplement
    case comment
    /// How a specimen was collected, and other procedures.
    case procedure
    /// A picture.
    case media
    case other
  }

  var actKind: ActKind {
    switch name {
    case "organizer": return .group
    case "act": return isComment ? .comment : .group
    case "procedure": return .procedure
    case "observationMedia": return .media
    default:
      if name.hasPrefix("observationBattery") || name.hasPrefix("observationReport")
        || name.hasPrefix("observationCluster")
      {
        return .group
      }
      guard name == "observation" || name.hasPrefix("observationEvent") else { return .other }
      // Images and regions of them are observations too, but no results.
      if let kind = attribute("classCode"), ["DGIMG", "ROIBND", "ROIOVL", "COND"].contains(kind) { return .other }
      if isComment { return .comment }
      return Supplement(self) == nil ? .result : .supplement
    }
  }

  /// Whether an act is said to have happened (mood EVN), not one that is ordered, planned or defined.
  var isStatement: Bool { attribute("moodCode").map { $0 == "EVN" } ?? true }

  private var isComment: Bool {
    first("code")?.stated("code") == "48767-8" || hasTemplate(ResultTemplates.comments)
  }

  /// Whether it is a result, or a group with one somewhere in it.
  var holdsResult: Bool {
    guard isStatement, !isOfAnother else { return false }
    switch actKind {
    case .result: return true
    case .group: return related.contains(where: \.holdsResult)
    default: return false
    }
  }

  /// Whether it is of somebody or something else than the patient: a child, a donor, an animal, food (`subject/relatedSubject`).
  var isOfAnother: Bool {
    guard let subject = first("subject")?.first("relatedSubject") else { return false }
    return subject.first("code")?.stated("code") != "SELF"
  }

  /// The acts below this one, whatever the relationship is called.
  var related: [XMLElement] {
    children.filter { child in relationships.contains { child.name.hasPrefix($0) } }.flatMap { Array($0.children) }
  }

  /// The annotations of an act.
  func comment(_ narrative: Narrative) -> String? {
    related.filter { $0.actKind == .comment && $0.isStatement }.compactMap { $0.commentText(narrative) }.unrepeated
      .joinedLines
  }

  /// What an annotation says.
  func commentText(_ narrative: Narrative) -> String? {
    [first("text"), first("value")].compactMap { $0 }.lazy.compactMap { text in
      text.words ?? narrative.text(referredToBy: text) ?? Filler.value(text.narrativeText)
    }.first
  }

  /// Whether there is a text or code at this element or below it.
  var statesSomething: Bool {
    answer != nil || stated("code") != nil || children.contains(where: \.statesSomething)
  }

  /// Whether a value is stated anywhere below this element.
  var holdsValue: Bool { children.contains { $0.name == "value" ? $0.statesSomething : $0.holdsValue } }
}

extension ReadingNotes {
  /// Says of every value below an element that it is not read.
  mutating func leave(valuesIn element: XMLElement, _ what: String) {
    for child in element.children {
      if child.name != "value" {
        leave(valuesIn: child, what)
      } else if child.statesSomething {
        note(.leftAside, what, at: child)
      }
    }
  }
}

/// What acts are tied by: of CDA, and of V3 messages (where a number follows).
private let relationships = [
  "component", "entryRelationship", "pertinentInformation", "sourceOf", "subjectOf", "outcome", "derivedFrom",
  "support",
]

/// An observation that says something of the act it stands in.
enum Supplement {
  /// LOINC 92235-1 of an order, 92236-9 and 33999-4 of a result.
  case status
  /// SNOMED CT 246514001.
  case unit
  /// What the Dutch write beside the results: whether this is a copy, and the number of the order in an older format.
  case administrative

  init?(_ observation: XMLElement) {
    guard let code = observation.first("code") else { return nil }
    switch code.stated("code") {
    case "92235-1", "92236-9", "33999-4": self = .status
    case "246514001": self = .unit
    case _ where code.stated("codeSystem") == "2.16.840.1.113883.2.4.3.11.60.20.77.5.2": self = .administrative
    case nil where code.first("originalText")?.words?.hasPrefix("MEDLAB-IDE") == true: self = .administrative
    default: return nil
    }
  }

  /// Whether its value says what it is to say.
  func isRead(_ observation: XMLElement) -> Bool {
    switch self {
    case .status: ResultEntries.statedStatus(observation) != nil
    case .unit: observation.first("value").map { $0.stated("code") ?? $0.words } != nil
    case .administrative: false
    }
  }
}

extension [String] {
  /// As lines of one text; nil for none.
  var joinedLines: String? { isEmpty ? nil : joined(separator: "\n") }
}
