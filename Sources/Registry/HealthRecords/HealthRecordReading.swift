import Catalogue
public import Clinical
import Crypto
import PersonIndex
public import Recognition
import RegistryStore

extension RegistryState {
  /// What somebody may see of a person's record.
  ///
  /// - Parameters:
  ///   - code: the person's, or one that was merged into it.
  ///   - moment: when it is asked: consents hold at times.
  ///   - knownAt: as the registry knew everything then; nil: as of its last commit. What may not be told any more is not told of then either.
  /// - Throws: `RegistryError.unknownPerson`, also where the reader may not hear that there is such a person;
  ///   `RegistryError.unknownInstitution`.
  public func healthRecord(
    of code: String, for reader: RecordReader, at moment: Instant, knownAt: Instant? = nil
  ) throws -> HealthRecord {
    let reference = try reference(knownAt: knownAt).data
    guard let current = try snapshot.currentPerson(code, knownAt: knownAt) else { throw RegistryError.unknownPerson }
    let file = try snapshot.personFile(current, knownAt: knownAt)
    let facts = file.facts(of: current, OrderPatient())
    let now = try knownAt.map { _ in try healthRecord(of: code, for: reader, at: moment) }
    let sight = try RecordSight(reader, now?.facts ?? facts, now?.reference ?? reference, at: moment)
    if let institution = sight.institution, !sight.breaksGlass,
      try registry.isStranger(to: institution, at: moment, file, facts, reference, snapshot, knownAt: knownAt)
    {
      throw RegistryError.unknownPerson
    }
    let reports = try reports(of: file, facts, sight, reference, knownAt: knownAt)
      .filter { told in now.map { $0.report(id: told.report.id) != nil } ?? true }
    return HealthRecord(
      person: current, formerCodes: try snapshot.redirects(to: current, knownAt: knownAt), facts: facts,
      patient: try patient(of: file, reports, sight), reports: reports.map(\.report).sorted(by: areInOrder),
      reference: reference, knownAt: knownAt ?? snapshot.knownAt)
  }

  private func areInOrder(_ a: RecordedReport, _ b: RecordedReport) -> Bool {
    let (time, other) = (a.clinicalTime, b.clinicalTime)
    if time != other { return time > other }
    return (a.institution, a.report.reportNumber, a.id) < (b.institution, b.report.reportNumber, b.id)
  }

  private func reports(
    of file: PersonFile, _ facts: PersonFacts, _ sight: RecordSight, _ reference: ReferenceData, knownAt: Instant?
  ) throws -> [(report: RecordedReport, records: Set<Int64>)] {
    let uncertain = Set(file.links.filter { $0.grade == .possible }.map(\.record))
    let hasDisputes = try snapshot.hasDisputes()
    let reading = CandidateReading(reference: reference, person: facts)
    return try file.versions.byReport.flatMap { own -> [(report: RecordedReport, records: Set<Int64>)] in
      // As in a decision: what may be another's is nobody's.
      if own.contains(where: { uncertain.contains($0.record) }) { return [] }
      if hasDisputes, try snapshot.isDisputed(own.reportNumbers, knownAt: knownAt) { return [] }
      let inOrder =
        own.count == 1 ? own : own.sorted { ($0.recordedAt, $0.content.hex) < ($1.recordedAt, $1.content.hex) }
      var ids: Set<String> = []
      return ReportState.parts(of: own.map(\.version)).compactMap { state in
        let versions = inOrder.filter { $0.report.isOfSameOrder(as: state.report) }
        let report = RecordedReport.seen(state, versions, of: inOrder, reading, sight, taken: &ids)
        return report.map { ($0, Set(versions.map(\.record))) }
      }
    }
  }

  /// What records of which nothing is seen say of a patient is not told either; nor are numbers to an institution that did not tell them.
  private func patient(
    of file: PersonFile, _ reports: [(report: RecordedReport, records: Set<Int64>)], _ sight: RecordSight
  ) throws -> Patient {
    let seen = reports.reduce(into: Set<Int64>()) { $0.formUnion($1.records) }
    var (patient, own) = (Patient(), [Patient]())
    for record in file.records where record.link.grade != .possible {
      let isOwn = try sight.isOwn(snapshot.recordKey(record.link.record)?.institution)
      guard isOwn || seen.contains(record.link.record) else { continue }
      for identity in record.identities {
        patient.name = identity.name ?? patient.name
        patient.sex = identity.sex ?? patient.sex
        patient.birthDate = identity.birthDate ?? patient.birthDate
      }
      if isOwn { own += record.identities }
    }
    patient.identifiers = PersonNumbers.usable(of: own)
    return patient
  }
}

/// What a reader's consents leave to be seen.
struct RecordSight {
  /// nil: the person themselves.
  let institution: Institution?
  let breaksGlass: Bool
  private let consent: ConsentView?
  private let seesAll: Bool

  /// - Throws: `RegistryError.unknownInstitution`.
  init(_ reader: RecordReader, _ facts: PersonFacts, _ reference: ReferenceData, at moment: Instant) throws {
    switch reader {
    case .person:
      (institution, breaksGlass, consent, seesAll) = (nil, false, nil, true)
    case .institution(let code, let breaksGlass):
      guard let institution = reference.institutions[code] else { throw RegistryError.unknownInstitution(code) }
      let consent = reference.consent(of: facts.identifiers, to: code, at: moment)
      (self.institution, self.breaksGlass, self.consent) = (institution, breaksGlass, consent)
      seesAll = breaksGlass || Category.allCases.allSatisfy(consent.permits)
    }
  }

  /// Whether a source is the reader, or the person reads.
  func isOwn(_ source: String?) -> Bool { institution == nil || source == institution?.code }

  /// Whether results of some kinds are seen; nil: of a kind that nobody knows.
  func sees(_ categories: some Sequence<Category?>, of source: String) -> Bool {
    seesAll || isOwn(source)
      || categories.allSatisfy { category in category.map { consent?.permits($0) ?? true } ?? false }
  }
}

extension RecordedReport {
  /// - Parameters:
  ///   - versions: of the part, in the order in which they were recorded.
  ///   - all: of the whole report.
  ///   - taken: ids that other parts of the report have.
  /// - Returns: nil where nothing of it may be seen.
  fileprivate static func seen(
    _ state: ReportState, _ versions: [StoredReportVersion], of all: [StoredReportVersion], _ reading: CandidateReading,
    _ sight: RecordSight, taken: inout Set<String>
  ) -> RecordedReport? {
    guard let first = versions.first, let last = versions.last else { return nil }
    let name = first.reportID
    var (id, ordinal) = (name, 1)
    while !taken.insert(id).inserted {
      ordinal += 1
      id = "\(name)-\(ordinal)"
    }
    let item = reading.orderItem(of: state)
    let readings = state.report.observations.map { reading.reading(of: $0, in: state) }
    guard let seen = state.seen(by: sight, item, readings) else { return nil }
    return RecordedReport(
      id: id, otherIDs: Set(versions.dropFirst().map(\.reportID)), state: seen.state, orderItem: item,
      results: results(of: seen.state, id, seen.readings),
      versions: versions.map {
        RecordedVersion(digest: $0.content.hex, recordedAt: $0.recordedAt, message: $0.message)
      },
      past: ReportPast(versions: all, item: item, reading: reading, sight: sight), lastUpdated: last.recordedAt)
  }
}

/// What a part of a report was before.
struct ReportPast: Sendable {
  /// Of the whole report, in the order in which they were recorded.
  fileprivate let versions: [StoredReportVersion]
  fileprivate let item: Item?
  fileprivate let reading: CandidateReading
  fileprivate let sight: RecordSight
}

extension RecordedReport {
  /// The report as it stood when one of its versions had been recorded, and none after it; nil where nothing of that may be seen.
  public func state(after version: RecordedVersion) -> ReportState? {
    let known = past.versions.prefix { ($0.recordedAt, $0.content.hex) <= (version.recordedAt, version.digest) }
    guard
      let then = ReportState.parts(of: known.map(\.version)).first(where: { $0.report.isOfSameOrder(as: report) })
    else { return nil }
    let readings = then.report.observations.map { past.reading.reading(of: $0, in: then) }
    return then.seen(by: past.sight, past.item, readings)?.state
  }

  /// The results of a state of the report.
  public func results(of state: ReportState) -> [RecordedResult] {
    Self.results(of: state, id, state.report.observations.map { past.reading.reading(of: $0, in: state) })
  }

  fileprivate static func results(
    of state: ReportState, _ id: String, _ readings: [ObservationReading]
  ) -> [RecordedResult] {
    var marks: [String: Int] = [:]
    return zip(state.report.observations, readings).map { observation, reading in
      let mark = observation.mark
      let count = marks[mark, default: 0] + 1
      marks[mark] = count
      return RecordedResult(
        id: "\(id).\(mark)" + (count == 1 ? "" : "-\(count)"), observation: observation, reading: reading)
    }
  }
}

extension ReportState {
  /// Without what a reader may not see; nil where that is all.
  ///
  /// Words and pictures of a whole report are of every kind that anything in it is of; what is not mapped is of the kind of what was ordered.
  fileprivate func seen(
    by sight: RecordSight, _ item: Item?, _ readings: [ObservationReading]
  ) -> (state: ReportState, readings: [ObservationReading])? {
    func kind(_ reading: ObservationReading) -> Category? { reading.item?.category ?? item?.category }
    var kinds = Set(readings.map(kind))
    if kinds.isEmpty || item != nil { kinds.insert(item?.category) }
    if sight.sees(kinds, of: institution) { return (self, readings) }
    let kept = readings.indices.filter { sight.sees([kind(readings[$0])], of: institution) }
    if kept.isEmpty { return nil }
    var part = report
    part.observations = kept.map { report.observations[$0] }
    (part.findingsText, part.impression, part.studies, part.attachments) = (nil, nil, [], [])
    return (with(part), kept.map { readings[$0] })
  }
}

extension StoredReportVersion {
  /// Of the report whose first version it is.
  fileprivate var reportID: String { String(stored, radix: 16) + "-" + content.prefix(8).hex }
}

extension Observation {
  /// What tells it from others of its report.
  fileprivate var mark: String {
    let words = [code.system ?? "", code.identifier, subID, specimen?.identifier ?? "", isolate ?? ""]
    return Array(SHA256.hash(data: Array(words.joined(separator: "\u{1F}").utf8)).prefix(5)).hex
  }
}

/// Where a version of a report came from.
public struct MessageOrigin: Hashable, Sendable {
  /// The sender's own id.
  public let messageID: String
  public let dialect: String
  /// SHA-256 of its bytes, in hexadecimal.
  public let digest: String
}

extension RegistryState {
  /// What was recorded by then is what is read.
  public var knownAt: Instant { snapshot.knownAt }

  /// The person that a code stands for: itself, or the one it was merged into; nil where nobody has it.
  public func currentPerson(_ code: String, knownAt: Instant? = nil) throws -> String? {
    try snapshot.currentPerson(code, knownAt: knownAt)
  }

  /// Which messages told a record's versions, by the versions' digests.
  public func origins(of record: HealthRecord) throws -> [String: MessageOrigin] {
    var origins: [String: MessageOrigin] = [:]
    for version in record.reports.flatMap(\.versions) {
      guard let origin = try snapshot.messageOrigin(version.message),
        let body = try snapshot.messageBody(version.message)
      else { continue }
      origins[version.digest] = MessageOrigin(
        messageID: origin.messageID, dialect: origin.dialect, digest: Array(SHA256.hash(data: body)).hex)
    }
    return origins
  }

  /// Whom an institution, or the person, describes: as an order does.
  ///
  /// - Returns: the current code; nil where that is nobody, or may be several.
  public func person(_ patient: OrderPatient, askedBy institution: String?, at moment: Instant) throws -> String? {
    let reference = try reference().data
    var patient = patient
    if let code = patient.person, patient.identifiers.isEmpty { return try currentPerson(code) }
    guard let institution else { return nil }
    patient.person = nil
    let order = Order(
      id: "search", patient: patient, orderingInstitution: institution, setting: reference.policy.defaultSetting,
      orderedAt: moment, items: [])
    do {
      let resolved = try ResolvedOrder(order, in: reference)
      return try registry.person(of: resolved, reference, snapshot, knownAt: snapshot.knownAt)
    } catch let problem as OrderProblem where [.unknownPerson, .ambiguousPerson].contains(problem.code) {
      return nil
    }
  }

  /// Whose record an id of a report, or of a result of one, leads to; nil where it leads to nobody's.
  public func person(ofReport id: String, knownAt: Instant? = nil) throws -> String? {
    guard let record = Int64(id.prefix { $0 != "-" }, radix: 16) else { return nil }
    return try snapshot.link(record: record, knownAt: knownAt)?.person
  }
}
