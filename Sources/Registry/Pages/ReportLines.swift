import Catalogue
import Clinical
import Recognition
import RegistryStore
import Savings

/// What audits ask of one report, of all its versions.
struct ReportLines {
  var uploads: [UploadLine] = []
  var marks: [MarkLine] = []
  var codes: [CodeLine] = []

  var all: [any PageLine] { uploads + marks + codes }

  /// - Parameter versions: all that are known of it; none: of it there is nothing.
  init(_ versions: [StoredReportVersion], _ reference: ReferenceData) {
    if versions.isEmpty { return }
    let reading = CandidateReading(reference: reference, person: PersonFacts(code: ""))
    let parts = ReportState.parts(of: versions.map(\.version))
    var counts: [CodeLine.Code?: Int] = [:]
    for state in parts {
      var mapped = 0
      for observation in state.report.codedResults {
        let code = CodeLine.Code(observation, in: state, reference)
        mapped += code == nil ? 1 : 0
        counts[code, default: 0] += 1
      }
      let candidates = state.isCancelled ? [] : reading.candidates(of: state)
      let own = parts.count == 1 ? versions : versions.filter { $0.report.isOfSameOrder(as: state.report) }
      uploads.append(
        UploadLine(state, own, mapped: mapped, candidates, reading, reference, isOnly: parts.count == 1))
      marks += candidates.compactMap { MarkReading.line($0, of: state, in: reference) }
    }
    let time = parts.first?.report.versionTime ?? Instant(milliseconds: 0)
    codes = counts.map { CodeLine($0.key, count: $0.value, time: time) }
  }
}

extension CodeLine.Code {
  /// - Returns: nil for a result that is of an item.
  init?(_ observation: Observation, in state: ReportState, _ reference: ReferenceData) {
    var conflicting: [String]?
    switch reference.meaning(of: observation, at: state.institution) {
    case .item: return nil
    case .unmapped: break
    case .conflicting(let items): conflicting = items
    }
    self.init(
      institution: state.institution, code: observation.code.identifier, name: observation.code.display,
      specimen: observation.specimen?.type?.identifier, unit: observation.unit, conflicting: conflicting)
  }
}

extension UploadLine {
  /// - Parameters:
  ///   - versions: those of the part.
  ///   - mapped: how many of its results are of an item.
  ///   - candidates: none for a part that is cancelled.
  init(
    _ state: ReportState, _ versions: [StoredReportVersion], mapped: Int, _ candidates: [Candidate],
    _ reading: CandidateReading, _ reference: ReferenceData, isOnly: Bool
  ) {
    let report = state.report
    let category = (reading.orderItem(of: state) ?? candidates.first?.item)?.category
    let setting = report.setting ?? reference.policy.defaultSetting
    // Corrections that follow are another matter: this is when it could first be used.
    let first = versions.sorted { $0.version.isOlder(than: $1.version) }.first { $0.report.status?.isFinal ?? true }
    // No report precedes its last specimen.
    let taken = candidates.filter { $0.clinicalTimeBasis == .collected || $0.clinicalTimeBasis == .performed }
      .compactMap(\.clinicalTime).max()
    self.init(
      institution: state.institution, time: report.reported ?? report.versionTime, isCancelled: state.isCancelled,
      hasOrder: report.ordered != nil && report.orderingInstitution != nil, isOnly: isOnly,
      results: report.resultCount,
      // An examination whose observations are of no item may be one as a whole.
      mapped: max(mapped, candidates.count), category: category?.rawValue,
      reporting: Elapsed(
        from: taken, to: first?.report.reported, target: reference.policy.reportWithin.target(setting, category),
        zone: reference.zone),
      uploading: Elapsed(
        from: first?.report.reported, to: first?.recordedAt,
        target: reference.policy.uploadWithin.target(setting, category), zone: reference.zone))
  }
}
