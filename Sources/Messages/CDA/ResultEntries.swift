import Clinical
import XMLReading

/// Reads acts, organizers and observations of results as XD-LAB, C-CDA, the Dutch organizer and V3 result messages
/// write them, at any depth: every value is a result in its place, or a finding says where one was left.
struct ResultEntries {
  /// What an inner act inherits from those around it (HL7 V3 context conduction).
  struct Context {
    var status: ResultStatus?
    var time: Instant?
    var specimen: CollectedSpecimen?
    var isolate: Organism?
    var performer: OrganizationReference?
    var note: String?
    /// Of the group it stands in.
    var code: Code?
  }

  /// What a culture found: all below it is of this.
  struct Organism {
    var name: String
    var code: Code?
  }

  let narrative: Narrative
  let specimens: [String: CollectedSpecimen]
  private(set) var observations: [Observation] = []
  /// Where each of them stands.
  private(set) var origins: [XMLElement] = []
  /// The statuses of the outermost acts.
  private(set) var statuses: [ResultStatus] = []
  /// Pictures beside the results.
  private(set) var attachments: [String] = []
  /// What is said of no result in particular.
  private(set) var remarks: [String] = []
  /// Whom the ranges are to fit.
  let person: RangePerson

  init(_ root: XMLElement, notes: inout ReadingNotes) {
    narrative = Narrative(root)
    person = RangePerson(root, zone: notes.context.zone)
    specimens = CollectedSpecimen.index(root, notes: &notes)
  }

  /// The specimen that everything is of, where a laboratory's document tells of one alone; of several that were collected at one moment,
  /// that moment.
  var commonSpecimen: CollectedSpecimen? {
    guard let first = specimens.values.first else { return nil }
    if specimens.count == 1
      || !first.identifiers.isEmpty && specimens.values.allSatisfy({ $0.identifiers == first.identifiers })
    {
      return first
    }
    return specimens.values.allSatisfy { $0.collected != nil && $0.collected == first.collected }
      ? CollectedSpecimen(collected: first.collected) : nil
  }

  /// Reads one entry of a section, or one component of an organizer that is a message by itself.
  mutating func read(_ act: XMLElement, context: Context = Context(), notes: inout ReadingNotes) {
    let count = observations.count
    if act.actKind == .comment, act.isStatement {
      remarks += act.commentText(narrative).map { [$0] } ?? []
    } else {
      walk(act, context, notes: &notes)
    }
    if observations.count > count {
      statuses.append(ResultEntries.status(of: act) ?? observations[count].status ?? .final)
    }
  }

  private mutating func walk(_ act: XMLElement, _ context: Context, notes: inout ReadingNotes) {
    guard act.isStatement else { return notes.leave(valuesIn: act, "a value that is ordered or planned, not found") }
    if act.attribute("negationInd") == "true" {
      let what = "an act that says it was not done (negationInd): it is left out"
      return act.holdsValue ? notes.leave(valuesIn: act, what) : notes.note(.leftAside, what, at: act)
    }
    if act.isOfAnother {
      return notes.leave(valuesIn: act, "a value of somebody else than the patient (relatedSubject): it is left aside")
    }
    switch act.actKind {
    case .result: readObservation(act, context, notes: &notes)
    case .group: readGroup(act, context, notes: &notes)
    case .media: attachments.append(act.first("value")?.stated("mediaType") ?? "application/octet-stream")
    // The act around them has read these; what stands below is by itself.
    case .comment, .supplement:
      if let supplement = Supplement(act), !supplement.isRead(act) {
        for value in act.all("value") where value.statesSomething {
          notes.note(.leftAside, "a value that is of the message, not of a result: it is left aside", at: value)
        }
      }
      remarks += act.comment(narrative).map { [$0] } ?? []
      for inner in act.related { walk(inner, context, notes: &notes) }
    case .procedure: notes.leave(valuesIn: act, "a value that is of a procedure, not of a result: it is left aside")
    case .other: notes.leave(valuesIn: act, "a value in an act that holds no results (\(act.name)): it is left aside")
    }
  }

  private mutating func readGroup(_ act: XMLElement, _ context: Context, notes: inout ReadingNotes) {
    var context = context
    let acts = act.related
    context.status = ResultEntries.status(of: act) ?? context.status
    for supplement in acts where supplement.actKind == .supplement && Supplement(supplement) == .status {
      context.status = ResultEntries.statedStatus(supplement) ?? context.status
    }
    context.time = time(of: act, notes: &notes) ?? context.time
    context.performer = act.performer ?? context.performer
    let comment = act.comment(narrative)
    context.note = [context.note, comment].compactMap { $0 }.unrepeated.joinedLines
    context.code = act.first("code")?.concept(narrative)?.code ?? context.code
    context.specimen = statedSpecimen(act) ?? collected(acts, notes: &notes) ?? context.specimen
    let isolate = organism(act)
    context.isolate = isolate ?? context.isolate
    let count = observations.count
    for inner in acts { walk(inner, context, notes: &notes) }
    if isolate == nil, observations.count == count, let comment { remarks.append(comment) }
    if let isolate, observations.count == count {
      observations.append(found(isolate, context))
      origins.append(act)
    }
  }

  private mutating func readObservation(_ element: XMLElement, _ context: Context, notes: inout ReadingNotes) {
    let acts = element.related
    var inner = context
    inner.time = time(of: element, notes: &notes) ?? context.time
    inner.performer = element.performer ?? context.performer
    inner.specimen = statedSpecimen(element) ?? collected(acts, notes: &notes) ?? context.specimen
    inner.isolate = organism(element) ?? context.isolate
    inner.status = ResultEntries.status(of: element) ?? context.status
    for supplement in acts where supplement.actKind == .supplement && Supplement(supplement) == .status {
      inner.status = ResultEntries.statedStatus(supplement) ?? inner.status
    }
    let text = element.first("text").flatMap { $0.words ?? narrative.text(referredToBy: $0) }
    if let concept = element.first("code")?.concept(narrative) ?? text.map({ (Code($0), []) }) {
      var observation = Observation(code: concept.code)
      observation.translations = concept.translations
      observation.note = [element.comment(narrative), context.note].compactMap { $0 }.unrepeated.joinedLines
      observation.collected = inner.specimen?.collected
      observation.specimen = inner.specimen?.stated
      observation.isolate = inner.isolate?.name
      observation.observed = inner.time
      observation.performer = inner.performer
      observation.status = inner.status
      read(element, acts, into: &observation, notes: &notes)
      if observation.valueKind == .none, let text, text != concept.code.display { observation.add(note: text) }
      observations.append(observation)
      origins.append(element)
      inner.note = nil
    } else {
      remarks += element.comment(narrative).map { [$0] } ?? []
      if element.all("value").contains(where: \.statesSomething) || acts.isEmpty {
        notes.note(
          .missingCode, "an observation without code and words: it is left out, send the code", at: element)
      }
    }
    for act in acts { walk(act, inner, notes: &notes) }
  }

  /// What stands in the observation itself.
  private func read(
    _ element: XMLElement, _ acts: [XMLElement], into observation: inout Observation, notes: inout ReadingNotes
  ) {
    readValue(of: element, into: &observation, notes: &notes)
    for supplement in acts where supplement.actKind == .supplement && Supplement(supplement) == .unit {
      let value = supplement.first("value")
      observation.unit = observation.unit ?? value?.stated("code") ?? value?.words
    }
    readInterpretation(of: element, into: &observation)
    observation.referenceRange = referenceRange(of: element, observation, notes: &notes)
    let methods = element.all("methodCode").compactMap { $0.concept(narrative)?.code }
    observation.method = methods.first.map { $0.display ?? $0.identifier }
    observation.bodySite = element.first("targetSiteCode")?.concept(narrative)?.code
    observation.laterality = element.first("targetSiteCode")?.laterality
  }

  /// When it was: the act's own time, else when its performer says that it was performed.
  private func time(of act: XMLElement, notes: inout ReadingNotes) -> Instant? {
    notes.start(of: act.first("effectiveTime")) ?? notes.start(of: act.first("performer")?.first("time"))
  }

  /// An organism that a group names, and says no more of.
  private func found(_ isolate: Organism, _ context: Context) -> Observation {
    var observation = Observation(code: context.code ?? Code(isolate.name))
    observation.value = isolate.name
    observation.valueKind = isolate.code == nil ? .text : .coded
    observation.valueCode = isolate.code
    observation.isolate = isolate.name
    observation.observed = context.time
    observation.collected = context.specimen?.collected
    observation.specimen = context.specimen?.stated
    observation.performer = context.performer
    observation.status = context.status
    observation.note = context.note
    return observation
  }

  /// Of what a specimen is that is no specimen of the patient's but what grew from one (XD-LAB isolate; `ISLT`; ELGA: a player of class
  /// MIC).
  private func organism(_ act: XMLElement) -> Organism? {
    for specimen in act.all("specimen") {
      guard let role = specimen.first("specimenRole") ?? specimen.first("specimen"), isIsolate(role, of: act) else {
        continue
      }
      let stated = CollectedSpecimen(role: role).specimen
      guard let name = stated.type?.display ?? stated.type?.identifier ?? stated.identifier else { continue }
      return Organism(name: name, code: stated.type?.system == nil ? nil : stated.type)
    }
    return nil
  }

  private func isIsolate(_ role: XMLElement, of act: XMLElement) -> Bool {
    role.attribute("classCode") == "ISLT" || CollectedSpecimen.player(of: role)?.attribute("classCode") == "MIC"
      || act.hasTemplate([ResultTemplates.isolate])
  }

  private func statedSpecimen(_ act: XMLElement) -> CollectedSpecimen? {
    for specimen in act.all("specimen") {
      guard let role = specimen.first("specimenRole") ?? specimen.first("specimen"), !isIsolate(role, of: act) else {
        continue
      }
      let stated = CollectedSpecimen(role: role)
      let known = stated.identifiers.lazy.compactMap { specimens[$0] }.first
      return known.map { $0.merging(stated) } ?? stated
    }
    return nil
  }

  /// The specimen that the only procedure among some acts collected, or the one it refers to by an id.
  private func collected(_ acts: [XMLElement], notes: inout ReadingNotes) -> CollectedSpecimen? {
    let procedures = acts.filter { $0.actKind == .procedure }
    guard procedures.count == 1 else { return nil }
    if let known = procedures[0].identifiers.lazy.compactMap({ specimens[$0.key] }).first { return known }
    return CollectedSpecimen(procedure: procedures[0], notes: &notes)
  }
}
