public import Catalogue
public import Clinical
public import Recognition

/// A test that was done, as the question it would have been: could a prior result have stood in for it?
public struct RepeatQuestion: Sendable {
  /// The report's source.
  public let source: String
  public let reportId: String
  /// Who ordered, else the source.
  public let institution: Institution
  public let item: Item
  /// The order's time, else the clinical one.
  public let orderedAt: Instant
  /// Of what was ordered.
  public let clinicalTime: Instant
  /// The newest of the whole report.
  public let newestClinicalTime: Instant
  public let setting: Setting
  public let department: String?
  public let clinician: String?

  /// The questions of a report in its newest state: one for the item of its order code, else one for each item it has results of.
  /// None for a cancelled report, or for what cannot be placed in time.
  ///
  /// - Parameter candidates: the report's own results.
  public static func questions(
    of state: ReportState, candidates: [Candidate], in reference: ReferenceData
  ) -> [RepeatQuestion] {
    let report = state.report
    let ordering = report.orderingInstitution.flatMap { reference.institution($0) }
    guard !state.isCancelled, let institution = ordering ?? reference.institutions[state.institution] else { return [] }
    let results = candidates.filter { !$0.status.isCancelled }
    let times = results.compactMap(\.clinicalTime)
    func question(_ item: Item, _ own: [Instant]) -> RepeatQuestion? {
      guard let first = own.min() ?? report.performed ?? report.reported ?? report.ordered else { return nil }
      return RepeatQuestion(
        source: state.institution, reportId: report.reportNumber, institution: institution, item: item,
        orderedAt: report.ordered ?? first, clinicalTime: own.max() ?? first, newestClinicalTime: times.max() ?? first,
        setting: report.setting ?? reference.policy.defaultSetting, department: report.department,
        clinician: report.clinician)
    }
    let reading = CandidateReading(reference: reference, person: PersonFacts(code: ""))
    if let item = reading.orderItem(of: state) { return [question(item, times)].compactMap { $0 } }
    var seen: Set<String> = []
    return results.map(\.item).filter { seen.insert($0.code).inserted }.compactMap { item in
      question(item, results.filter { $0.item === item }.compactMap(\.clinicalTime))
    }
  }
}
