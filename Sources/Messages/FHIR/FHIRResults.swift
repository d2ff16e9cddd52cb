import Clinical
import XMLReading

/// What the results of one report have in common.
struct FHIRReportFrame {
  var report: Int
  var subject: FHIRSubject
  /// Of an exam the performer is the study's or procedure's (formats.md), of a laboratory's result its own.
  var isExam: Bool
  /// When it was performed, where the report says so.
  var performed: Instant?
  var studies: [ImagingStudy]
  /// The report's specimen where it has only one: that of results which name none.
  var specimen: XMLElement?
  var status: ResultStatus?

  var studyPerformer: OrganizationReference? { studies.lazy.compactMap(\.performer).first }
}

/// Observation → observations.
extension FHIRMessageReader {
  /// The results of a report in order, panels opened one level after another; each once, however often it is named.
  mutating func results(_ frame: FHIRReportFrame) throws(FHIRUnfit) -> [Observation] {
    let report = resources.all[frame.report]
    var waiting: [Int]
    if report.type == "Observation" {
      waiting = [frame.report]
    } else {
      waiting = report.element.all("result").flatMap { results(named: $0, from: frame.report) }
      waiting += containedResults(of: frame.report)
      waiting.reverse()
    }
    var seen: Set<Int> = []
    var isolates = FHIRIsolates()
    var observations: [Observation] = []
    while let index = waiting.popLast() {
      guard seen.insert(index).inserted else { continue }
      let resource = resources.all[index]
      guard resource.type == "Observation" else {
        note(.leftAside, "a result that is no Observation", at: resource.element)
        continue
      }
      try refuseTest(resource.element)
      if index != frame.report, isAboutAnother(index, than: frame.subject) {
        note(.leftAside, "an Observation of another patient than the report's", at: resource.element)
        continue
      }
      reached.insert(index)
      let own = self.observations(index, frame)
      let members = self.members(of: index, notes: true)
      isolates.add(own, at: observations.count, of: index, members: members, origins: origins(of: index))
      observations += own
      resultCount += 1 + own.count
      if resultCount > FHIRMessageReader.resultLimit {
        throw FHIRUnfit(
          .limitExceeded,
          "more than \(FHIRMessageReader.resultLimit) results in one message: send fewer reports at once",
          at: report.element)
      }
      waiting += members.reversed()
    }
    isolates.name(&observations)
    tellApart(&observations)
    return observations
  }

  /// What a reference to a result means; where several different resources answer to it, all: which of them are the patient's, they say
  /// themselves, and of two values of one moment the better hides nothing.
  private mutating func results(named reference: XMLElement, from index: Int) -> [Int] {
    if let found = find(reference, ["Observation"], from: index) { return [found] }
    if let address = reference.value("reference") {
      let rivals = resources.rivals(address, from: index).filter {
        resources.all[$0].type == "Observation" && resources.all[$0].element.first("subject") != nil
      }
      if !rivals.isEmpty {
        note(
          .duplicateObservation, "several different Observations answer to this reference: all are taken", at: reference
        )
        resultCount += rivals.count
        return rivals
      }
    }
    return [follow(reference, to: ["Observation"], from: index)].compactMap { $0 }
  }

  /// Observations that stand within a report and that its results do not name.
  private func containedResults(of report: Int) -> [Int] {
    var next = report + 1
    var found: [Int] = []
    while next < resources.all.count, resources.all[next].container == report {
      if resources.all[next].type == "Observation" { found.append(next) }
      next += 1
    }
    return found
  }

  /// The Observations that one holds together. STU3 and DSTU2 name them `related`, of type `has-member`.
  mutating func members(of index: Int, notes: Bool) -> [Int] {
    let element = resources.all[index].element
    var references = element.all("hasMember")
    for related in element.all("related") where related.value("type") == "has-member" {
      if let target = related.first("target") { references.append(target) }
    }
    return references.flatMap { reference in
      notes ? results(named: reference, from: index) : [find(reference, ["Observation"], from: index)].compactMap { $0 }
    }
  }

  /// The Observations that one is derived from.
  private mutating func origins(of index: Int) -> [Int] {
    let element = resources.all[index].element
    var references = element.all("derivedFrom")
    for related in element.all("related") where related.value("type") == "derived-from" {
      if let target = related.first("target") { references.append(target) }
    }
    return references.compactMap { find($0, ["Observation"], from: index) }
  }

  /// What an Observation says of its value beside it.
  private static let measures: Set<String> = [
    "dataAbsentReason", "interpretation", "referenceRange", "note", "comment", "comments",
  ]

  /// An Observation, and its components as observations of their own. One that only holds others together is none itself.
  private mutating func observations(_ index: Int, _ frame: FHIRReportFrame) -> [Observation] {
    let element = resources.all[index].element
    let components = element.all("component")
    let parentCode = element.first("code")?.codes.first
    guard parentCode != nil || !components.isEmpty else {
      note(.missingCode, "an Observation without code: nothing says what was observed", at: element)
      return []
    }
    // A code is needed while the shared fields are read; a component replaces it by its own.
    var shared = Observation(code: parentCode ?? Code(""))
    readFrame(of: index, frame, into: &shared)
    var result: [Observation] = []
    let isGroup = !components.isEmpty || element.first("hasMember") != nil || element.first("related") != nil
    if let parentCode {
      var own = shared
      own.code = parentCode
      readMeasure(of: element, frame, into: &own)
      let saysNothing = own.valueKind == .none && own.note == nil && own.flags.isEmpty && own.referenceRange == nil
      if !(isGroup && saysNothing) { result.append(own) }
    } else if element.children.contains(where: {
      FHIRMessageReader.measures.contains($0.name) || $0.name.hasPrefix("value")
    }) {
      note(.missingCode, "a value without code: nothing says what was observed", at: element)
    }
    for (position, component) in components.enumerated() {
      guard let code = component.first("code")?.codes.first else {
        note(.missingCode, "a component without code: nothing says what was observed", at: component)
        continue
      }
      var own = shared
      own.note = nil
      own.code = code
      readMeasure(of: component, frame, into: &own)
      own.subID = parentCode?.identifier ?? String(position + 1)
      result.append(own)
    }
    return result
  }

  /// What an Observation and its components have in common.
  private mutating func readFrame(of index: Int, _ frame: FHIRReportFrame, into observation: inout Observation) {
    let element = resources.all[index].element
    observation.status = index == frame.report ? frame.status : status(ofResult: resources.all[index])
    observation.observed = start(of: element.choice("effective"))
    readSpecimen(of: index, frame, into: &observation)
    // The device stands for a method that is not told.
    observation.method = element.first("method")?.conceptText ?? device(of: index)
    readSite(of: index, frame, into: &observation)
    if frame.isExam {
      observation.performer = frame.studyPerformer
      for part in element.all("partOf") where observation.performer == nil {
        observation.performer = procedurePerformer(part, from: index)
      }
    } else {
      observation.performer = firstOrganization(element.all("performer"), from: index)
    }
    // STU3 writes comment, DSTU2 comments.
    let texts =
      element.all("note").compactMap { $0.value("text") } + ["comment", "comments"].compactMap { element.value($0) }
    // A short note that ends in HR is the printed recognition mark 互认标识, as it is in a v2 NTE.
    observation.recognitionMark = texts.first { $0.hasSuffix("HR") && $0.count <= 12 }
    let remarks = texts.filter { $0 != observation.recognitionMark }
    observation.note = remarks.isEmpty ? nil : remarks.joined(separator: "\n")
  }

  private mutating func status(ofResult resource: FHIRResources.Resource) -> ResultStatus? {
    guard resource.isDeleted else { return status(of: resource.element) }
    note(.leftAside, "deleted since: the result is withdrawn", at: resource.element)
    return .enteredInError
  }

  /// What an Observation and a component each have of their own.
  private mutating func readMeasure(
    of element: XMLElement, _ frame: FHIRReportFrame, into observation: inout Observation
  ) {
    observation.translations = Array((element.first("code")?.codes ?? []).dropFirst())
    var remarks = readValue(of: element, into: &observation) + readInterpretation(of: element, into: &observation)
    if let reason = element.first("dataAbsentReason")?.conceptText { remarks.append(reason) }
    let moment = observation.collected ?? observation.observed ?? frame.performed
    let person = FHIRPersonFacts(frame.subject.patient, at: moment, notes.context.zone)
    let value = element.choice("value")
    observation.referenceRange = FHIRRange.applying(to: person, of: element, beside: value)
    remarks += FHIRRange.others(of: element, for: person, beside: value)
    observation.add(remarks: remarks)
    let codes = [observation.code] + observation.translations
    observation.isImpression =
      observation.valueKind == .text && codes.contains { FHIRCodes.isImpression($0.identifier) }
  }

  private mutating func device(of index: Int) -> String? {
    guard let reference = resources.all[index].element.first("device") else { return nil }
    if let found = find(reference, ["Device"], from: index) {
      let element = resources.all[found].element
      let name = element.first("deviceName")?.value("name") ?? element.value("modelNumber") ?? element.value("model")
      if let name = name ?? element.first("type")?.conceptText { return name }
    }
    return reference.value("display")
  }

  /// Repetitions of a code within a report are told apart by their order: the second is `2`, or its sub-id and `.2`.
  func tellApart(_ observations: inout [Observation]) {
    struct Key: Hashable {
      var code: String
      var subID: String
    }
    var taken: Set<Key> = []
    var repetitions: [Key: Int] = [:]
    for position in observations.indices {
      let own = Key(code: observations[position].code.identifier, subID: observations[position].subID)
      var key = own
      while !taken.insert(key).inserted {
        let count = repetitions[own, default: 1] + 1
        repetitions[own] = count
        key.subID = own.subID.isEmpty ? String(count) : "\(own.subID).\(count)"
      }
      observations[position].subID = key.subID
    }
  }
}

extension Observation {
  /// Adds words to the note, each once.
  fileprivate mutating func add(remarks: [String]) {
    if remarks.isEmpty { return }
    var seen: Set<String> = []
    let all = ([note].compactMap { $0 } + remarks).filter { seen.insert($0).inserted }
    note = all.joined(separator: "\n")
  }
}
