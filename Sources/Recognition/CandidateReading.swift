public import Catalogue
public import Clinical

/// Reads the candidates of a person's reports: local codes, units, specimens and organizations are interpreted here.
public struct CandidateReading: Sendable {
  let reference: ReferenceData
  let person: PersonFacts
  let flags: FlagReading

  public init(reference: ReferenceData, person: PersonFacts) {
    self.reference = reference
    self.person = person
    flags = FlagReading(reference: reference, sex: person.sex)
  }

  /// The candidates of a part of a report, in the order of its observations.
  ///
  /// - Parameters:
  ///   - identityUncertain: whether the report hangs on a person link still awaiting review.
  ///   - missingStudies: the UIDs of studies that were asked for and not found; the accession number of one without UID.
  ///   - items: only results of these items; nil: of all.
  public func candidates(
    of state: ReportState, identityUncertain: Bool = false, missingStudies: Set<String> = [], items: Set<String>? = nil
  ) -> [Candidate] {
    let source = reference.institutions[state.institution]
    let part = MappedPart(state, reference)
    let results = part.results.filter { items?.contains($0.local.item.code) ?? true }
    var candidates: [Candidate] = []
    candidates.reserveCapacity(results.count)
    var examinations = ExaminationReading(part, self, source, missingStudies: missingStudies)
    for result in results {
      let members = part.members(of: result)
      candidates.append(
        result.local.item.category == .lab
          ? laboratory(members, result.local, state, source) : examinations.candidate(result.local.item, members))
    }
    showSiblings(in: &candidates, of: results, part)
    if let item = orderItem(of: state), item.category != .lab, items?.contains(item.code) ?? true,
      !part.observations.contains(where: { $0.local?.item === item })
    {
      candidates.append(examinations.candidate(item, []))
    }
    if identityUncertain {
      for index in candidates.indices { candidates[index].identityUncertain = true }
    }
    return candidates
  }

  /// The catalogue item that was ordered, as the report's order codes say; nil where they are not mapped, or disagree.
  public func orderItem(of state: ReportState) -> Item? {
    let report = state.report
    guard let code = report.orderCode ?? report.orderCodeTranslations.first else { return nil }
    let others =
      report.orderCode == nil ? Array(report.orderCodeTranslations.dropFirst()) : report.orderCodeTranslations
    return reference.meaning(of: code, others, at: state.institution, specimen: nil, unit: nil).item?.item
  }

  // MARK: Laboratory

  private func laboratory(
    _ members: [MappedObservation], _ local: LocalItem, _ state: ReportState, _ source: Institution?
  ) -> Candidate {
    let first = members[0].observation
    var candidate = candidate(local.item, first.performer, subID: first.subID, state, source)
    candidate.status = members.leastFinal ?? .unknown
    candidate.place([
      (first.collected, .collected), (first.observed, .observed), (state.report.reported, .reported),
    ])
    candidate.specimen = members[0].specimen.code(else: local.item.specimen)
    take(members, local, in: &candidate)
    candidate.words = candidate.numeric == nil ? members.lines : []
    candidate.text = candidate.words.isEmpty ? nil : candidate.words.joined(separator: "\n")
    return candidate
  }

  // MARK: Both

  func candidate(
    _ item: Item, _ performer: OrganizationReference?, subID: String, _ state: ReportState, _ source: Institution?
  ) -> Candidate {
    // Who is named as the source is named is the source.
    let isSource = performer.map { $0.identifier == nil && $0.oid == nil && $0.name == source?.name } ?? true
    let performing = isSource ? source : performer.flatMap { reference.institution($0) }
    let code = isSource ? nil : performing?.code ?? performer.flatMap { reference.code(of: $0) }
    return Candidate(
      item: item, state: state, subID: subID, performer: code ?? state.institution,
      performing: code == nil ? source : performing, source: source)
  }

  /// The value, its unit and what it says of the patient; of several lines the worst.
  func take(_ members: [MappedObservation], _ local: LocalItem, in candidate: inout Candidate) {
    let age = candidate.clinicalTime.flatMap { person.age(at: $0, in: reference.zone) }
    let limit = local.item.limit(sex: person.sex, age: age)
    var worst = Flag.unknown
    for mapped in members {
      let observation = mapped.observation
      let numeric = mapped.numeric
      let unit = observation.unit?.filled ?? (numeric == nil ? nil : local.unit)
      let range = observation.referenceRange?.filled
      let normalized = numeric.flatMap { reference.normalize($0.number, unit: unit, for: local.item) }
      worst = max(
        worst,
        flags.flag(observation.flags, numeric, unit: unit, range: range, normalized: normalized, limit: limit))
      if members.count == 1 { (candidate.numeric, candidate.normalizedValue) = (numeric, normalized) }
      candidate.unit = candidate.unit ?? unit
      candidate.referenceRange = candidate.referenceRange ?? range
      candidate.method = candidate.method ?? observation.method
      candidate.recognitionMark = candidate.recognitionMark ?? observation.recognitionMark
    }
    candidate.flag = worst
    candidate.note = members.notes
  }
}

extension [MappedObservation] {
  /// A text is not final while one of its lines is not.
  var leastFinal: ResultStatus? {
    let statuses = compactMap(\.observation.status)
    return statuses.first { !$0.isFinal } ?? statuses.first
  }

  /// The lines of a text as sent.
  var lines: [String] {
    if count == 1 { return self[0].words.map { [$0] } ?? [] }
    // White space before a word and empty lines are part of a text.
    let lines = map { mapped -> String in
      guard mapped.words != nil, let value = mapped.observation.value else { return "" }
      let unit = mapped.numeric == nil ? nil : mapped.observation.unit?.filled
      return value + (unit.map { " " + $0 } ?? "")
    }
    guard let first = lines.firstIndex(where: { !$0.isEmpty }), let last = lines.lastIndex(where: { !$0.isEmpty })
    else { return [] }
    return [String](lines[first...last])
  }

  var notes: String? {
    var notes: [String] = []
    for mapped in self {
      if let note = mapped.observation.note, !notes.contains(note) { notes.append(note) }
    }
    return notes.isEmpty ? nil : notes.joined(separator: "\n")
  }
}

extension Candidate {
  /// Takes the first time there is; the reported time stands beside it.
  mutating func place(_ times: [(time: Instant?, basis: Basis)]) {
    reported = times.last?.time
    guard let first = times.first(where: { $0.time != nil }) else { return }
    clinicalTime = first.time
    clinicalTimeBasis = first.basis
  }
}
