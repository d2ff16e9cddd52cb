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
  /// The catalogue code of its specimen as the report states it; empty for a spelling nobody knows, which matches nothing; nil where
  /// the item's own is meant, or the results have several.
  public let specimen: String?
  /// The sites that were examined, each with its side: all are asked for.
  public let sites: [CandidateSite]
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
    let newest = results.compactMap(\.clinicalTime).max()
    func question(_ item: Item, _ own: [Candidate]) -> RepeatQuestion? {
      let times = own.compactMap(\.clinicalTime)
      guard let first = times.min() ?? report.performed ?? report.reported ?? report.ordered,
        reference.zone.isPlausible(report.ordered ?? first)
      else { return nil }
      return RepeatQuestion(
        source: state.institution, reportId: report.reportNumber, institution: institution, item: item,
        specimen: own.specimen, sites: item.category == .lab ? [] : own.sites, orderedAt: report.ordered ?? first,
        clinicalTime: times.max() ?? first, newestClinicalTime: newest ?? first,
        setting: report.setting ?? reference.policy.defaultSetting, department: report.department,
        clinician: report.clinician)
    }
    let reading = CandidateReading(reference: reference, person: PersonFacts(code: ""))
    if let item = reading.orderItem(of: state) { return [question(item, results)].compactMap { $0 } }
    let byItem = Dictionary(grouping: results, by: \.item.code)
    var seen: Set<String> = []
    return results.map(\.item).filter { seen.insert($0.code).inserted }.compactMap { item in
      question(item, byItem[item.code] ?? [])
    }
  }

  /// What the test cost at the institution that ordered it, when it did; nil: no price is known.
  func fen(in reference: ReferenceData) -> Int? {
    reference.price(of: item, at: institution, on: reference.zone.date(of: orderedAt).epochDay)
  }

  /// The test as it would have been ordered: once for each site.
  var ordered: [OrderItem] {
    var ordered = OrderItem(item: item.code)
    ordered.specimen = specimen
    if sites.isEmpty { return [ordered] }
    return sites.map { site in
      var ordered = ordered
      (ordered.bodySite, ordered.laterality) = (site.bodySite, site.laterality)
      return ordered
    }
  }
}

extension [Candidate] {
  /// Of all of them; nil where they have several, or none that anybody states.
  fileprivate var specimen: String? {
    let stated = Set(map { $0.specimen ?? ($0.item.specimen == nil ? nil : "") })
    return stated.count == 1 ? stated.first ?? nil : nil
  }

  /// Every site once, in the order told.
  fileprivate var sites: [CandidateSite] {
    var seen: Set<CandidateSite> = []
    return flatMap(\.sites).filter { seen.insert($0).inserted }
  }
}
