import Catalogue
import Clinical
import Recognition
import RegistryStore

/// The reports of one person, as they could be seen at any past moment.
struct RepeatsHistory {
  /// One part of a report.
  struct Entry {
    let state: ReportState
    let candidates: [Candidate]
    /// The same by item.
    fileprivate let byItem: [String: [Candidate]]
    fileprivate let versions: [StoredReportVersion]
    fileprivate let isUncertain: Bool
    fileprivate let disputes: [Dispute]
    /// Whether it is in dispute, or was found not to be the person's: then it is nobody's repeat.
    let isDisputed: Bool
  }

  let facts: PersonFacts
  let entries: [Entry]
  private let reading: CandidateReading
  private let links: [Int64: [(since: Instant, link: PersonLink)]]

  /// - Parameters:
  ///   - versions: those of all the person's records that were told and recorded by the audit's time.
  ///   - history: every link each record ever had.
  ///   - knownAt: of the audit.
  ///   - disputes: those of a report that were recorded by then.
  init(
    facts: PersonFacts, links: [PersonLink], history: [Int64: [(since: Instant, link: PersonLink)]],
    versions: [StoredReportVersion], reference: ReferenceData, knownAt: Instant?,
    disputes: (ReportNumbers) throws -> [Dispute]
  ) rethrows {
    self.facts = facts
    self.links = history
    let reading = CandidateReading(reference: reference, person: facts)
    self.reading = reading
    let uncertain = Set(links.filter { $0.grade == .possible }.map(\.record))
    entries = try versions.byReport.flatMap { own in
      let disputes = try disputes(own.reportNumbers)
      let isDisputed = disputes.holds(at: knownAt)
      let isUncertain = isDisputed || own.allSatisfy { uncertain.contains($0.record) }
      return ReportState.parts(of: own.map(\.version)).map { state in
        let candidates = reading.candidates(of: state, identityUncertain: isUncertain)
        return Entry(
          state: state, candidates: candidates, byItem: Dictionary(grouping: candidates, by: \.item.code),
          versions: own,
          isUncertain: isUncertain, disputes: disputes, isDisputed: isDisputed)
      }
    }
  }

  /// What had been reported anywhere by a moment of some items, each report in the state its versions up to then give it.
  func reported(by moment: Instant, except own: Int, of items: Set<String>) -> [Candidate] {
    reports(except: own).flatMap { entry in
      candidates(of: entry, entry.versions.filter { $0.report.versionTime <= moment }, entry.isUncertain, items)
    }
  }

  /// What this registry had recorded by a moment of some items, of whom it then took for the same person.
  func recorded(by moment: Instant, except own: Int, of items: Set<String>) -> [Candidate] {
    let then = links.compactMapValues { history in history.last { $0.since <= moment }?.link }
    // Who it would have been asked about: the person of the report's record; that not being known yet, the only one there was.
    let asked = entries[own].versions.lazy.compactMap { then[$0.record]?.person }.first
    let persons = Set(then.values.map(\.person))
    guard let person = asked ?? (persons.count == 1 ? persons.first : nil) else { return [] }
    return reports(except: own).flatMap { entry in
      let known = entry.versions.filter { $0.recordedAt <= moment && then[$0.record]?.person == person }
      let isUncertain = entry.disputes.holds(at: moment) || known.allSatisfy { then[$0.record]?.grade == .possible }
      return candidates(of: entry, known, isUncertain, items)
    }
  }

  /// The other reports than that of a part: of its own report no part is a prior result.
  private func reports(except own: Int) -> [Entry] {
    let (institution, number) = (entries[own].state.institution, entries[own].state.report.reportNumber)
    return entries.filter { $0.state.institution != institution || $0.state.report.reportNumber != number }
  }

  private func candidates(
    of entry: Entry, _ known: [StoredReportVersion], _ isUncertain: Bool, _ items: Set<String>
  ) -> [Candidate] {
    let isUncertain = isUncertain || entry.isDisputed
    if known.isEmpty { return [] }
    if known.count == entry.versions.count, isUncertain == entry.isUncertain {
      let own = items.filter { entry.byItem[$0] != nil }
      if own.count < 2 { return own.first.flatMap { entry.byItem[$0] } ?? [] }
      return entry.candidates.filter { own.contains($0.item.code) }
    }
    let then = ReportState.parts(of: known.map(\.version)).first { $0.report.isOfSameOrder(as: entry.state.report) }
    return then.map { reading.candidates(of: $0, identityUncertain: isUncertain, items: items) } ?? []
  }
}
