public import Catalogue
public import Clinical

/// Reads the candidates of a person's reports: local codes, units, specimens and organizations are interpreted here.
public struct CandidateReading {
  private let reference: ReferenceData
  private let person: PersonFacts

  public init(reference: ReferenceData, person: PersonFacts) {
    self.reference = reference
    self.person = person
  }

  /// The candidates of a report, in the order of its observations.
  ///
  /// - Parameters:
  ///   - identityUncertain: whether the report hangs on a person link still awaiting review.
  ///   - missingStudies: the UIDs of studies that were asked for and not found.
  ///   - items: only results of these items; nil: of all.
  public func candidates(
    of state: ReportState, identityUncertain: Bool = false, missingStudies: Set<String> = [], items: Set<String>? = nil
  ) -> [Candidate] {
    let source = reference.institutions[state.institution]
    let mapped = state.report.observations.map { Mapped($0, in: state, reference) }
    let orderItem = orderItem(of: state)
    var candidates: [Candidate] = []
    for (index, entry) in mapped.enumerated() {
      guard let local = entry.local, items?.contains(local.item.code) ?? true else { continue }
      let observation = entry.observation
      if local.item.category == .lab {
        candidates.append(laboratory(observation, local, entry.specimen, state, source))
      } else {
        // An opinion beside the findings of the same item is no result of its own.
        let hasFindings = mapped.contains { $0.local?.item === local.item && !$0.observation.isImpression }
        if observation.isImpression, hasFindings { continue }
        candidates.append(examination(local.item, observations: mapped, at: index, state, source))
      }
    }
    if let item = orderItem, item.category != .lab, items?.contains(item.code) ?? true,
      !mapped.contains(where: { $0.local?.item === item })
    {
      candidates.append(examination(item, observations: mapped, at: nil, state, source))
    }
    for index in candidates.indices {
      candidates[index].identityUncertain = identityUncertain
      candidates[index].isStudyMissing = candidates[index].studyInstanceUID.map(missingStudies.contains) ?? false
    }
    return candidates
  }

  /// The catalogue item that was ordered, as the report's order code says; nil where it is not mapped.
  public func orderItem(of state: ReportState) -> Item? {
    let report = state.report
    for code in [report.orderCode].compactMap({ $0 }) + report.orderCodeTranslations {
      let local = reference.localItem(code.identifier, of: state.institution, specimen: nil, unit: nil)
      if let local { return local.item }
    }
    return nil
  }

  // MARK: Laboratory

  private func laboratory(
    _ observation: Observation, _ local: LocalItem, _ specimen: StatedSpecimen, _ state: ReportState,
    _ source: Institution?
  ) -> Candidate {
    var candidate = candidate(local.item, observation.performer, subID: observation.subID, state, source)
    candidate.status = observation.status ?? .unknown
    let times: [(Instant?, Candidate.Basis)] = [
      (observation.collected, .collected), (observation.observed, .observed), (state.report.reported, .reported),
    ]
    candidate.place(times)
    candidate.specimen = specimen.code(else: local.item.specimen)
    take(observation, local, in: &candidate)
    if candidate.numeric == nil { candidate.text = observation.words }
    return candidate
  }

  // MARK: Examinations

  /// An examination: one of its observations, or the report itself where its order code is the item.
  private func examination(
    _ item: Item, observations: [Mapped], at index: Int?, _ state: ReportState, _ source: Institution?
  ) -> Candidate {
    let report = state.report
    let study = report.studies.first
    let own = index.map { observations[$0] }
    let performer = own?.observation.performer ?? study?.performer
    var candidate = candidate(item, performer, subID: own?.observation.subID ?? "", state, source)
    candidate.status = own?.observation.status ?? report.status ?? .unknown
    candidate.place([
      (own?.observation.observed, .performed), (report.studies.compactMap(\.started).min(), .performed),
      (report.performed, .performed),
      (report.reported, .reported),
    ])
    candidate.specimen = own.map { $0.specimen.code(else: item.specimen) } ?? item.specimen
    if let own, let local = own.local { take(own.observation, local, in: &candidate) }
    // Findings: its own, the report's, and what was observed beside without being a result of another item.
    let beside = observations.filter { $0.local == nil || $0.local?.item === item }.map(\.observation).filter {
      !$0.isImpression
    }
    if own == nil {
      candidate.flag = beside.map { FlagReading.sent($0.flags) ?? .unknown }.max() ?? .unknown
      candidate.recognitionMark = beside.lazy.compactMap(\.recognitionMark).first
    }
    if candidate.numeric == nil {
      let findings = [report.findingsText.flatMap { Filler.value($0) }].compactMap { $0 } + beside.compactMap(\.words)
      candidate.text = findings.isEmpty ? nil : findings.joined(separator: "\n")
    }
    candidate.hasStudy = report.studies.contains {
      $0.studyInstanceUID != nil || $0.accessionNumber != nil || $0.endpoint != nil
    }
    candidate.studyInstanceUID = report.studies.lazy.compactMap(\.studyInstanceUID).first
    candidate.endpoint =
      report.studies.lazy.compactMap(\.endpoint).first ?? (candidate.hasStudy ? source?.dicomweb : nil)
    candidate.bodySites = stated(own?.observation.bodySite, report.studies.map(\.bodySite))
    if candidate.bodySites.isEmpty { candidate.bodySites = [item.bodySite].compactMap { $0 } }
    candidate.lateralities = stated(own?.observation.laterality, report.studies.map(\.laterality))
    return candidate
  }

  /// The observation's own, else those of the studies.
  private func stated(_ own: Code?, _ studies: [Code?]) -> [String] {
    if let own { return [own.identifier] }
    return studies.compactMap { $0?.identifier }
  }

  // MARK: Both

  private func candidate(
    _ item: Item, _ performer: OrganizationReference?, subID: String, _ state: ReportState, _ source: Institution?
  ) -> Candidate {
    let performing = performer.flatMap { reference.institution($0) }
    let code = performing?.code ?? performer.flatMap { reference.code(of: $0) }
    return Candidate(
      item: item, state: state, subID: subID, performer: code ?? state.institution,
      performing: code == nil ? source : performing, source: source)
  }

  /// The value, its unit and what it says of the patient.
  private func take(_ observation: Observation, _ local: LocalItem, in candidate: inout Candidate) {
    candidate.numeric = observation.words.flatMap { observation.valueKind == .coded ? nil : NumericValue($0) }
    candidate.unit = observation.unit.flatMap { Filler.value($0) } ?? (candidate.numeric == nil ? nil : local.unit)
    if let number = candidate.numeric?.number {
      candidate.normalizedValue = reference.normalize(number, unit: candidate.unit, for: local.item)
    }
    candidate.referenceRange = observation.referenceRange.flatMap { Filler.value($0) }
    candidate.method = observation.method
    candidate.recognitionMark = observation.recognitionMark
    let age = candidate.clinicalTime.flatMap { person.age(at: $0, in: reference.zone) }
    candidate.flag = FlagReading.flag(
      observation.flags, candidate.numeric, range: candidate.referenceRange, normalized: candidate.normalizedValue,
      limit: local.item.limit(sex: person.sex, age: age))
  }
}

/// An observation with what its code and specimen mean.
private struct Mapped {
  let observation: Observation
  let specimen: StatedSpecimen
  let local: LocalItem?

  init(_ observation: Observation, in state: ReportState, _ reference: ReferenceData) {
    self.observation = observation
    let specimen = StatedSpecimen(observation.specimen?.type, reference)
    self.specimen = specimen
    let unit = observation.unit.flatMap { Filler.value($0) }
    var local: LocalItem?
    for code in [observation.code] + observation.translations where local == nil {
      local = reference.localItem(
        code.identifier, of: state.institution, specimen: specimen.code(else: nil), unit: unit)
    }
    self.local = local
  }
}

/// The specimen as the sender states it.
private enum StatedSpecimen {
  case unstated
  /// A spelling that is not in the table matches nothing.
  case unknown
  case known(String)

  init(_ type: Code?, _ reference: ReferenceData) {
    guard let type, Filler.value(type.identifier) != nil || type.display.flatMap({ Filler.value($0) }) != nil else {
      self = .unstated
      return
    }
    self = reference.specimen(type).map { .known($0) } ?? .unknown
  }

  func code(else own: String?) -> String? {
    switch self {
    case .unstated: own
    case .unknown: nil
    case .known(let code): code
    }
  }
}

extension Candidate {
  /// Takes the first time there is; the reported time stands beside it.
  fileprivate mutating func place(_ times: [(time: Instant?, basis: Basis)]) {
    reported = times.last?.time
    guard let first = times.first(where: { $0.time != nil }) else { return }
    clinicalTime = first.time
    clinicalTimeBasis = first.basis
  }
}

extension Observation {
  /// The value, unless it is a filler, an opinion or a document.
  fileprivate var words: String? {
    isImpression || valueKind == .attachment ? nil : value.flatMap { Filler.value($0) }
  }
}
