import Clinical
import XMLReading

/// Gathers the data elements (DE…, 2.16.156.10011.2.2.1) of a Chinese report's sections.
///
/// The standard puts each item in an organizer of its own; senders also write several items in one organizer, several
/// results under one item, or no organizer at all. So results go to the item (DE04.30.019.00) that they follow.
struct ChineseEntries {
  private let specimenNumber: String?
  private var items: [ChineseItem] = []
  private var method: String?
  private var category: String?
  private var resultText: [String] = []
  private var findings: [String] = []
  private var impression: [String] = []
  private var remark: [String] = []
  private var bodySite: Code?
  private var procedureSite: Code?
  private var laterality: Code?
  private var studies: [ImagingStudy] = []
  /// The observation that names the reporting institution.
  private(set) var reporter: XMLElement?

  init(specimenNumber: String?) { self.specimenNumber = specimenNumber }

  mutating func read(_ section: XMLElement, notes: inout ReadingNotes) {
    var loose: [XMLElement] = []
    for entry in section.all("entry") {
      readStudies(entry)
      for act in entry.children {
        switch act.name {
        case "organizer":
          readItems(in: members(of: act, notes: &notes), performer: act.performer, isLoose: false, notes: &notes)
        case "observation": loose.append(act)
        case "procedure": readSite(of: act)
        default:
          notes.leave(valuesIn: act, "a value in an entry that is neither observation nor organizer: it is left aside")
        }
      }
    }
    readItems(in: loose, performer: nil, isLoose: true, notes: &notes)
  }

  /// The observations of an organizer, those of organizers within it included.
  private mutating func members(of organizer: XMLElement, notes: inout ReadingNotes) -> [XMLElement] {
    readStudies(organizer)
    var result: [XMLElement] = []
    for component in organizer.all("component") {
      readStudies(component)
      for act in component.children {
        switch act.name {
        case "observation": result.append(act)
        case "organizer": result += members(of: act, notes: &notes)
        default: notes.leave(valuesIn: act, "a value in an act that is no observation: it is left aside")
        }
      }
    }
    return result
  }

  private mutating func readItems(
    in observations: [XMLElement], performer: OrganizationReference?, isLoose: Bool, notes: inout ReadingNotes
  ) {
    var current = ChineseItem()
    current.performer = performer
    for element in observations {
      readStudies(element)
      let code = element.first("code")?.stated("code")
      if isLoose, readReport(code, element, notes: &notes) { continue }
      if code == "DE04.30.019.00", current.place != nil {
        finish(&current, notes: &notes)
        current.performer = performer
      } else if code == "DE04.30.015.00", current.hasQuantity {
        // A second result under one item.
        let repeated = current.withoutResult
        finish(&current, notes: &notes)
        current = repeated
      }
      current.read(code, element, notes: &notes)
      readWithin(element)
    }
    finish(&current, notes: &notes)
  }

  /// Where the site, and what was seen and concluded, stand within an item.
  private mutating func readWithin(_ element: XMLElement) {
    let code = element.first("code")?.stated("code")
    if isSite(element) { bodySite = bodySite ?? siteCode(element) }
    if let text = text(element), code == "DE04.50.131.00" || code == "DE04.50.132.00" {
      readFindings(code, element, text)
    }
    for relationship in element.all("entryRelationship") + element.all("component") {
      for nested in relationship.all("observation") { readWithin(nested) }
    }
  }

  private mutating func finish(_ item: inout ChineseItem, notes: inout ReadingNotes) {
    if item.code != nil {
      category = category ?? item.category
      items.append(item)
    } else {
      for element in item.elements where element.holdsValue {
        let code = element.first("code")?.stated("code")
        if code == "DE04.50.131.00" || code == "DE04.50.132.00" || isSite(element) {
          for nested in element.related {
            notes.leave(valuesIn: nested, "a value below what is said of the whole report: it is left aside")
          }
          continue
        }
        notes.note(
          .missingCode, "a result without an item code (DE04.30.019.00): it is left out, send the code", at: element)
      }
    }
    item = ChineseItem()
  }

  /// What stands beside the items and is said of the whole report. Says whether it was that.
  private mutating func readReport(_ code: String?, _ element: XMLElement, notes: inout ReadingNotes) -> Bool {
    if isSite(element) {
      if bodySite == nil {
        bodySite = siteCode(element)
      } else if bodySite != siteCode(element) {
        again(element, &notes)
      }
      return true
    }
    switch code {
    case "DE02.10.027.00":
      if method == nil { method = text(element) } else if method != text(element) { again(element, &notes) }
    case "DE04.30.018.00":
      if category == nil { category = text(element) } else if category != text(element) { again(element, &notes) }
    case "DE04.50.130.00": resultText += text(element).map { [$0] } ?? []
    case "DE04.50.131.00", "DE04.50.132.00":
      if let text = text(element) { readFindings(code, element, text) }
    case "DE06.00.179.00": remark += text(element).map { [$0] } ?? []
    case "DE08.10.013.00": reporter = reporter ?? element
    default: return false
    }
    for nested in element.related {
      notes.leave(valuesIn: nested, "a value below what is said of the whole report: it is left aside")
    }
    return true
  }

  private func again(_ element: XMLElement, _ notes: inout ReadingNotes) {
    notes.note(.leftAside, "a data element that stands twice in one report: the first is read", at: element)
  }

  /// 客观所见 and 主观提示. Some templates give both the code of the first; then the name tells.
  private mutating func readFindings(_ code: String?, _ element: XMLElement, _ text: String) {
    let isImpression = code == "DE04.50.132.00" || element.first("code")?.displayName?.contains("主观") == true
    if isImpression {
      impression.append(text)
    } else {
      findings.append(text)
    }
  }

  private func text(_ element: XMLElement) -> String? {
    element.first("value").flatMap { $0.words ?? $0.displayName ?? $0.stated("code") }
  }

  /// 检查部位, by its name: the data element's number differs from sender to sender.
  private func isSite(_ element: XMLElement) -> Bool {
    element.first("code")?.displayName?.contains("部位") ?? false
  }

  private func siteCode(_ element: XMLElement) -> Code? { element.first("value")?.concept(nil)?.code }

  private mutating func readSite(of procedure: XMLElement) {
    guard let target = procedure.first("targetSiteCode") else { return }
    procedureSite = procedureSite ?? target.concept(nil)?.code
    laterality = laterality ?? target.laterality
  }

  private mutating func readStudies(_ element: XMLElement) {
    for reference in element.all("reference") {
      for external in reference.all("externalDocument") + reference.all("externalObservation")
        + reference.all("externalAct")
      {
        if let study = ImagingStudy(external) { studies.append(study) }
      }
    }
  }

  /// Writes what was gathered into the report.
  func fill(_ report: inout Report, kind: ChineseDocument.Kind) {
    report.section = category
    report.findingsText = (kind == .examination ? findings + resultText : resultText + findings).joinedLines
    report.impression = impression.joinedLines
    // Without an item a remark is of the report.
    let remark = remark.joinedLines
    if items.isEmpty, let remark { report.impression = (impression + [remark]).joinedLines }
    report.observations = items.map { item in
      var observation = item.observation
      observation.method = observation.method ?? method
      if let remark { observation.add(note: remark) }
      observation.bodySite = observation.bodySite ?? bodySite ?? (kind == .examination ? procedureSite : nil)
      observation.laterality = observation.laterality ?? laterality
      if kind == .laboratory { addSpecimenNumber(to: &observation) }
      // 客观所见 is said of the whole examination, and 正常 alone is a judgement, not what was seen. A lab's report text is
      // one item's result only when there is one item.
      let isSeen = kind == .examination ? item.hasOnlyResultCode : observation.valueKind == .none && items.count == 1
      if isSeen {
        observation.value = report.findingsText
        observation.valueKind = report.findingsText == nil ? .none : .text
      }
      return observation
    }
    if kind == .examination { report.performed = report.observations.lazy.compactMap(\.observed).first }
    report.studies = studies.unrepeated.map { study in
      var study = study
      study.bodySite = report.observations.first?.bodySite
      study.laterality = report.observations.first?.laterality
      study.started = report.performed
      return study
    }
  }

  private func addSpecimenNumber(to observation: inout Observation) {
    guard let specimenNumber else { return }
    var specimen = observation.specimen ?? Specimen()
    specimen.identifier = specimen.identifier ?? specimenNumber
    observation.specimen = specimen
  }
}

extension XMLElement {
  /// The side named by a qualifier of a body site (`targetSiteCode/qualifier/value`).
  var laterality: Code? { first("qualifier")?.first("value")?.plainCode }
}

extension ImagingStudy {
  /// The study that an external act's ids name: a DICOM UID as extension, or as a root by itself.
  ///
  /// - Returns: nil where no id has the form of a UID.
  init?(_ external: XMLElement) {
    let uids = external.items("id").compactMap { id -> String? in
      if let text = id.stated("extension") { return ImagingStudy.uid(text) }
      guard let root = id.stated("root"), !Root.isChinese(root) else { return nil }
      return ImagingStudy.uid(root)
    }
    guard let uid = uids.first else { return nil }
    self.init()
    studyInstanceUID = uid
    let address = external.first("text")?.first("reference")?.stated("value")
    endpoint = address.flatMap { $0.hasPrefix("http://") || $0.hasPrefix("https://") ? $0 : nil }
  }

  /// A DICOM UID (PS3.5 §9): digits and dots, at most 64 characters; `urn:oid:` before it is left out.
  static func uid(_ text: String) -> String? {
    let uid = text.lowercased().hasPrefix("urn:oid:") ? String(text.dropFirst(8)) : text
    let arcs = uid.split(separator: ".", omittingEmptySubsequences: false)
    let isUID =
      uid.utf8.count <= 64 && arcs.count >= 4
      && arcs.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
    return isUID ? uid : nil
  }
}
