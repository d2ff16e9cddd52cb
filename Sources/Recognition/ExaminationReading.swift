import Catalogue
import Clinical

/// Reads the examinations of a part of a report: each of some of its observations, or the report itself where its order code is the
/// item.
struct ExaminationReading {
  private let part: MappedPart
  private let reading: CandidateReading
  private let source: Institution?
  private let studies: [CandidateStudy]
  /// By item, since several results of one item show the same.
  private var findings: [ObjectIdentifier: Findings] = [:]

  init(_ part: MappedPart, _ reading: CandidateReading, _ source: Institution?, missingStudies: Set<String>) {
    self.part = part
    self.reading = reading
    self.source = source
    studies = part.state.report.studies.map {
      CandidateStudy($0, archive: source?.dicomweb, missing: missingStudies)
    }
  }

  /// - Parameter members: empty for the report itself.
  mutating func candidate(_ item: Item, _ members: [MappedObservation]) -> Candidate {
    let report = part.state.report
    let own = report.studies.filter { $0.isAbout(item, of: report.studies) }
    let performer = members.first?.observation.performer ?? own.lazy.compactMap(\.performer).first
    let subID = members.first?.observation.subID ?? ""
    var candidate = reading.candidate(item, performer, subID: subID, part.state, source)
    candidate.place([
      (members.compactMap(\.observation.observed).min(), .performed), (own.compactMap(\.started).min(), .performed),
      (report.performed, .performed), (report.reported, .reported),
    ])
    candidate.specimen = members.first.map { $0.specimen.code(else: item.specimen) } ?? item.specimen
    if let local = members.first?.local { reading.take(members, local, in: &candidate) }
    candidate.status = members.leastFinal ?? report.status ?? .unknown
    if candidate.numeric == nil { take(findings(of: item), isReport: members.isEmpty, in: &candidate) }
    candidate.studies = studies
    candidate.sites = sites(of: item, members.first?.observation)
    return candidate
  }

  /// What was found of an item: its own observations, and those that are no result of another; opinions and what was taken back aside.
  private struct Findings {
    let lines: [MappedObservation]
    let words: [String]
    let text: String?
  }

  private mutating func findings(of item: Item) -> Findings {
    if let known = findings[ObjectIdentifier(item)] { return known }
    let lines = part.observations.filter {
      !$0.observation.isImpression && !$0.isCancelled && ($0.local == nil || $0.local?.item === item)
    }
    let words =
      [part.state.report.findingsText?.filled].compactMap { $0 } + lines.compactMap(\.words)
    let found = Findings(lines: lines, words: words, text: words.isEmpty ? nil : words.joined(separator: "\n"))
    findings[ObjectIdentifier(item)] = found
    return found
  }

  private func take(_ found: Findings, isReport: Bool, in candidate: inout Candidate) {
    if candidate.status.isFinal, let other = found.lines.leastFinal, !other.isFinal { candidate.status = other }
    candidate.words = found.words
    candidate.text = found.text
    guard isReport else { return }
    candidate.flag =
      found.lines.map { reading.reference.flags.flag($0.observation.flags) ?? .unknown }.max() ?? .unknown
    candidate.recognitionMark = found.lines.lazy.compactMap(\.observation.recognitionMark).first
    candidate.note = found.lines.notes
  }

  /// The observation's own site and side, what it leaves out taken from the studies that agree; else those of the studies; else the
  /// item's own site.
  private func sites(of item: Item, _ observation: Observation?) -> [CandidateSite] {
    var sites = studies.flatMap(\.sites)
    let own = CandidateSite(
      bodySite: observation?.bodySite?.identifier, laterality: observation?.laterality?.identifier)
    if own != CandidateSite() {
      let agreeing = sites.compactMap { own.filled(from: $0) }
      sites = agreeing.isEmpty ? [own] : agreeing
    }
    if sites.isEmpty, item.bodySite != nil { sites = [CandidateSite()] }
    return sites.map { CandidateSite(bodySite: $0.bodySite ?? item.bodySite, laterality: $0.laterality) }
  }
}

extension CandidateSite {
  /// This site with what another says besides; nil where the two differ.
  fileprivate func filled(from other: CandidateSite) -> CandidateSite? {
    func differ(_ a: String?, _ b: String?) -> Bool { a != nil && b != nil && a != b }
    if differ(bodySite, other.bodySite) || differ(laterality, other.laterality) { return nil }
    return CandidateSite(bodySite: bodySite ?? other.bodySite, laterality: laterality ?? other.laterality)
  }
}

extension ImagingStudy {
  /// Whether it is of an item rather than another study of the report is: by its site, else by its modality; where neither tells, all
  /// are.
  fileprivate func isAbout(_ item: Item, of studies: [ImagingStudy]) -> Bool {
    if studies.count == 1 { return true }
    func shows(_ study: ImagingStudy) -> Bool {
      study.sites.contains { $0.bodySite?.identifier == item.bodySite && item.bodySite != nil }
    }
    if studies.contains(where: shows) { return shows(self) }
    if let modality = item.modality, studies.contains(where: { $0.modality == modality }) {
      return self.modality == modality
    }
    return true
  }
}
