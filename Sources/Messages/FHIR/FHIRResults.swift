import Clinical
import XMLReading

/// What the results of one report have in common.
struct FHIRReportFrame {
  var report: Int
  var subject: FHIRSubject
  /// Of an exam the performer is the study's or procedure's (formats.md), of a laboratory's result its own.
  var isExam: Bool
  var studyPerformer: OrganizationReference?
  /// The report's specimen where it has only one: that of results which name none.
  var specimen: XMLElement?
}

/// Observation → observations.
extension FHIRMessageReader {
  /// The results of a report in order, panels opened one level after another; each once, however often it is named.
  mutating func results(_ frame: FHIRReportFrame, _ reached: inout Set<Int>) throws(Refusal) -> [Observation] {
    let element = resources.all[frame.report].element
    var waiting: [Int]
    if resources.all[frame.report].type == "Observation" {
      waiting = [frame.report]
    } else {
      waiting = element.all("result").compactMap { follow($0, from: frame.report) }.reversed()
    }
    var seen: Set<Int> = []
    var observations: [Observation] = []
    while let index = waiting.popLast() {
      guard seen.insert(index).inserted else { continue }
      reached.insert(index)
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
      observations += self.observations(index, frame)
      resultCount += 1 + resource.element.all("component").count
      if resultCount > FHIRMessageReader.resultLimit {
        throw Refusal(
          .limitExceeded,
          "more than \(FHIRMessageReader.resultLimit) results in one message: send fewer reports at once",
          at: element)
      }
      waiting += resource.element.all("hasMember").compactMap { follow($0, from: index) }.reversed()
    }
    tellApart(&observations)
    return observations
  }

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
    if let parentCode {
      var own = shared
      own.code = parentCode
      readMeasure(of: element, into: &own)
      let isGroup = !components.isEmpty || element.first("hasMember") != nil
      if !(isGroup && own.valueKind == .none && own.note == nil) { result.append(own) }
    }
    for (position, component) in components.enumerated() {
      guard let code = component.first("code")?.codes.first else {
        note(.missingCode, "a component without code: nothing says what was observed", at: component)
        continue
      }
      var own = shared
      own.note = nil
      own.code = code
      readMeasure(of: component, into: &own)
      own.subID = parentCode?.identifier ?? String(position + 1)
      result.append(own)
    }
    return result
  }

  /// What an Observation and its components have in common.
  private mutating func readFrame(of index: Int, _ frame: FHIRReportFrame, into observation: inout Observation) {
    let element = resources.all[index].element
    observation.status = status(of: element)
    observation.observed = start(of: element.choice("effective"))
    readSpecimen(of: index, frame, into: &observation)
    // The device stands for a method that is not told.
    observation.method = element.first("method")?.conceptText ?? device(of: index)
    observation.bodySite = element.code("bodySite")
    if frame.isExam {
      observation.performer = frame.studyPerformer
      for part in element.all("partOf") where observation.performer == nil {
        observation.performer = procedurePerformer(part, from: index)
      }
    } else {
      observation.performer = firstOrganization(element.all("performer"), from: index)
    }
    let texts = element.all("note").compactMap { $0.value("text") }
    // A short note that ends in HR is the printed recognition mark 互认标识, as it is in a v2 NTE.
    observation.recognitionMark = texts.first { $0.hasSuffix("HR") && $0.count <= 12 }
    let remarks = texts.filter { $0 != observation.recognitionMark }
    observation.note = remarks.isEmpty ? nil : remarks.joined(separator: "\n")
  }

  /// What an Observation and a component each have of their own.
  private mutating func readMeasure(of element: XMLElement, into observation: inout Observation) {
    observation.translations = Array((element.first("code")?.codes ?? []).dropFirst())
    readValue(of: element, into: &observation)
    observation.flags = element.all("interpretation").compactMap { interpretation in
      let codes = interpretation.codes
      return (codes.first { $0.system?.hasSuffix("ObservationInterpretation") ?? false } ?? codes.first)?.identifier
    }
    observation.referenceRange = FHIRRange.normal(of: element, unit: observation.unit)
    let codes = [observation.code] + observation.translations
    observation.isImpression =
      observation.valueKind == .text && codes.contains { FHIRCodes.isImpression($0.identifier) }
  }

  private func device(of index: Int) -> String? {
    guard let reference = resources.all[index].element.first("device") else { return nil }
    if let address = reference.value("reference"), let found = resources.resolve(address, from: index) {
      let element = resources.all[found].element
      let name = element.first("deviceName")?.value("name") ?? element.value("modelNumber")
      if let name = name ?? element.first("type")?.conceptText { return name }
    }
    return reference.value("display")
  }

  /// The Observation's own specimen, else the report's where it has only one.
  private mutating func readSpecimen(of index: Int, _ frame: FHIRReportFrame, into observation: inout Observation) {
    var holder = index
    var reference = resources.all[index].element.first("specimen")
    if reference == nil, let common = frame.specimen {
      holder = frame.report
      reference = common
    }
    guard let reference else { return }
    guard let found = follow(reference, to: "Specimen", from: holder) else {
      observation.specimen = reference.first("identifier")?.value("value").map { Specimen(identifier: $0) }
      return
    }
    let element = resources.all[found].element
    let specimen = Specimen(
      identifier: element.identifier() ?? element.first("accessionIdentifier")?.value("value"),
      type: element.code("type"))
    observation.specimen = specimen == Specimen() ? nil : specimen
    observation.collected = start(of: element.first("collection")?.choice("collected"))
  }

  /// Repetitions of a code within a report are told apart by their order: the second is `2`, or its sub-id and `.2`.
  private func tellApart(_ observations: inout [Observation]) {
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
