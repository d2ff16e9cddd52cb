import Catalogue
public import Clinical
import Foundation
import Recognition
import RegistryStore

/// A person's whole record 一档: every current result, newest first, with where it came from.
public struct PersonTimeline: Encodable, Sendable {
  public struct Institution: Encodable, Sendable {
    /// As `huren person split` and `link` take it.
    public var record: String
    public var institution: String
    public var link: PersonView.LinkView
    public var identifiers: [PersonView.NumberView]
    public var names: [String]
  }

  public struct Result: Encodable, Sendable {
    public var localCode: String
    public var localName: String?
    public var item: String?
    public var value: String?
    public var unit: String?
    public var referenceRange: String?
    public var flags: [String]
    public var status: String?
    public var collected: String?
    public var observed: String?
  }

  public struct Report: Encodable, Sendable {
    public var institution: String
    public var reportId: String
    public var version: String
    public var status: String?
    /// Whether the person says that it is not theirs, or it was found not to be.
    public var disputed: Bool?
    public var reportedTime: String?
    public var orderCode: String?
    public var findings: String?
    public var impression: String?
    public var studies: [String]
    public var results: [Result]
    public var sources: [Source]
  }

  /// A message that told the report, or part of it.
  public struct Source: Encodable, Sendable {
    public var message: String
    public var dialect: String
    public var file: String
    public var line: Int
    public var recordedAt: String
  }

  public var person: String
  public var formerCodes: [String]
  public var name: String?
  public var sex: String?
  public var birthDate: String?
  public var institutions: [Institution]
  public var possible: [PersonView.Possible]
  public var reports: [Report]

  /// As a page of text.
  public var text: PrintedText {
    var lines: [PrintedText] = ["\(person)  \([name, sex, birthDate].compactMap { $0 }.joined(separator: ", "))"]
    if !formerCodes.isEmpty { lines.append("formerly \(formerCodes.joined(separator: ", "))") }
    for entry in institutions {
      let numbers = entry.identifiers.map { "\($0.type) \($0.value)" }.joined(separator: ", ")
      lines.append("  record \(entry.record), \(entry.institution) (\(entry.link.rawValue)): \(numbers)")
    }
    for other in possible {
      lines.append(
        "  perhaps the same person 可能同一人: \(other.person), \(other.guards.joined(separator: " ")) (task \(other.task))")
    }
    for report in reports {
      lines.append(
        "\(report.reportedTime ?? "time unknown")  \(report.institution) \(report.reportId) \(report.status ?? "")\(report.disputed == true ? ", disputed" : "")"
      )
      for result in report.results {
        let value = [result.value, result.unit].compactMap { $0 }.joined(separator: " ")
        let name = result.localName ?? result.localCode
        lines.append("    \(name) [\(result.item ?? "not mapped")]: \(value) \(result.flags.joined(separator: " "))")
      }
      for (title, words) in [("findings", report.findings), ("impression", report.impression)] {
        // A narrative has lines of its own, which nothing else here begins like.
        let own = words?.split(whereSeparator: \.isNewline) ?? []
        lines += own.enumerated().map { $0 == 0 ? "    \(title): \($1)" : "      | \($1)" }
      }
      for source in report.sources { lines.append("    from \(source.file):\(source.line) (\(source.dialect))") }
    }
    return lines.joined(separator: "\n")
  }
}

extension Registry {
  /// Everything about a person, as known at a moment.
  ///
  /// - Throws: `RegistryError.unknownPerson`.
  public func timeline(ofPerson code: String, knownAt: Instant? = nil) throws -> PersonTimeline {
    let reference = try reference(knownAt: knownAt).data
    return try store.read { transaction in
      guard let current = try transaction.currentPerson(code, knownAt: knownAt) else {
        throw RegistryError.unknownPerson
      }
      let view = try view(of: current, transaction, knownAt: knownAt)
      var reports: [(time: Int64, report: PersonTimeline.Report)] = []
      let versions = try transaction.links(person: current, knownAt: knownAt).flatMap {
        try transaction.reportVersions(record: $0.record, knownAt: knownAt)
      }
      for sources in versions.byReport {
        let isDisputed = try transaction.isDisputed(sources.reportNumbers, knownAt: knownAt)
        for state in ReportState.parts(of: sources.map(\.version)) {
          let time = (state.report.reported ?? state.report.versionTime).milliseconds
          var report = try report(
            state, sources.filter { $0.report.isOfSameOrder(as: state.report) }, reference, transaction)
          report.disputed = isDisputed ? true : nil
          reports.append((time, report))
        }
      }
      let latest = view.latest
      return PersonTimeline(
        person: current, formerCodes: view.formerCodes, name: latest.name, sex: latest.sex?.rawValue,
        birthDate: latest.birthDate?.iso,
        institutions: view.records.map {
          PersonTimeline.Institution(
            record: $0.name.description, institution: $0.institution, link: $0.link, identifiers: $0.numbers,
            names: Set($0.identities.compactMap(\.name)).sorted())
        }, possible: view.possible,
        reports: reports.sorted {
          $0.time != $1.time
            ? $0.time > $1.time
            : ($0.report.institution, $0.report.reportId) < ($1.report.institution, $1.report.reportId)
        }.map(\.report))
    }
  }

  private func report(
    _ state: ReportState, _ sources: [StoredReportVersion], _ reference: ReferenceData, _ transaction: any StoreSnapshot
  ) throws -> PersonTimeline.Report {
    let zone = reference.zone
    let report = state.report
    return PersonTimeline.Report(
      institution: state.institution, reportId: report.reportNumber, version: state.version,
      status: report.status?.rawValue, reportedTime: report.reported.map { zone.rfc3339($0) },
      orderCode: report.orderCode?.identifier, findings: report.findingsText, impression: report.impression,
      studies: report.studies.compactMap(\.studyInstanceUID),
      results: report.observations.map { result($0, state, reference) },
      sources: try sources.compactMap { version in
        guard let origin = try transaction.messageOrigin(version.message) else { return nil }
        return PersonTimeline.Source(
          message: origin.messageID, dialect: origin.dialect, file: origin.label, line: origin.line,
          recordedAt: zone.rfc3339(version.recordedAt))
      })
  }

  private func result(
    _ observation: Observation, _ state: ReportState, _ reference: ReferenceData
  ) -> PersonTimeline.Result {
    let item = reference.meaning(of: observation, at: state.institution).item?.item.code
    return PersonTimeline.Result(
      localCode: observation.code.identifier, localName: observation.code.display, item: item, value: observation.value,
      unit: observation.unit, referenceRange: observation.referenceRange, flags: observation.flags,
      status: observation.status?.rawValue, collected: observation.collected.map { reference.zone.rfc3339($0) },
      observed: observation.observed.map { reference.zone.rfc3339($0) })
  }
}
