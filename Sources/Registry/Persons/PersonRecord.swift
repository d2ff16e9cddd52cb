import Catalogue
public import Clinical
import Foundation
import Recognition
import RegistryStore

/// A person's whole record 一档: every current result, newest first, with where it came from.
public struct PersonRecord: Encodable, Sendable {
  public struct Institution: Encodable, Sendable {
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
  public var reports: [Report]

  /// As a page of text.
  public var text: String {
    var lines = ["\(person)  \([name, sex, birthDate].compactMap { $0 }.joined(separator: ", "))"]
    if !formerCodes.isEmpty { lines.append("formerly \(formerCodes.joined(separator: ", "))") }
    for entry in institutions {
      let numbers = entry.identifiers.map { "\($0.type) \($0.value)" }.joined(separator: ", ")
      lines.append("  \(entry.institution) (\(entry.link.rawValue)): \(numbers)")
    }
    for report in reports {
      lines.append(
        "\(report.reportedTime ?? "time unknown")  \(report.institution) \(report.reportId) \(report.status ?? "")")
      for result in report.results {
        let value = [result.value, result.unit].compactMap { $0 }.joined(separator: " ")
        let name = result.localName ?? result.localCode
        lines.append("    \(name) [\(result.item ?? "not mapped")]: \(value) \(result.flags.joined(separator: " "))")
      }
      if let findings = report.findings { lines.append("    findings: \(findings)") }
      if let impression = report.impression { lines.append("    impression: \(impression)") }
      for source in report.sources { lines.append("    from \(source.file):\(source.line) (\(source.dialect))") }
    }
    return lines.joined(separator: "\n")
  }
}

extension Registry {
  /// Everything about a person, as known at a moment.
  ///
  /// - Throws: `RegistryError.unknownPerson`.
  public func record(ofPerson code: String, knownAt: Instant? = nil) throws -> PersonRecord {
    let reference = try reference(knownAt: knownAt).data
    return try store.read { transaction in
      guard let current = try transaction.currentPerson(code, knownAt: knownAt) else {
        throw RegistryError.unknownPerson
      }
      let view = try view(of: current, transaction, knownAt: knownAt)
      var reports: [(time: Int64, report: PersonRecord.Report)] = []
      let versions = try transaction.links(person: current, knownAt: knownAt).flatMap {
        try transaction.reportVersions(record: $0.record, knownAt: knownAt)
      }
      for sources in versions.byReport {
        guard let state = ReportState(sources.map(\.version)) else { continue }
        let time = (state.report.reported ?? state.report.versionTime).milliseconds
        reports.append((time, try report(state, sources, reference, transaction)))
      }
      let latest = view.latest
      return PersonRecord(
        person: current, formerCodes: view.formerCodes, name: latest.name, sex: latest.sex?.rawValue,
        birthDate: latest.birthDate?.iso,
        institutions: view.records.map {
          PersonRecord.Institution(
            institution: $0.institution, link: $0.link, identifiers: $0.numbers,
            names: Set($0.identities.compactMap(\.name)).sorted())
        },
        reports: reports.sorted {
          $0.time != $1.time
            ? $0.time > $1.time
            : ($0.report.institution, $0.report.reportId) < ($1.report.institution, $1.report.reportId)
        }.map(\.report))
    }
  }

  private func report(
    _ state: ReportState, _ sources: [StoredReportVersion], _ reference: ReferenceData, _ transaction: StoreTransaction
  ) throws -> PersonRecord.Report {
    let zone = reference.zone
    let report = state.report
    return PersonRecord.Report(
      institution: state.institution, reportId: report.reportNumber, version: state.version,
      status: report.status?.rawValue, reportedTime: report.reported.map { zone.rfc3339($0) },
      orderCode: report.orderCode?.identifier, findings: report.findingsText, impression: report.impression,
      studies: report.studies.compactMap(\.studyInstanceUID),
      results: report.observations.map { result($0, state, reference) },
      sources: try sources.compactMap { version in
        guard let origin = try transaction.messageOrigin(version.message) else { return nil }
        return PersonRecord.Source(
          message: origin.messageID, dialect: origin.dialect, file: origin.label, line: origin.line,
          recordedAt: zone.rfc3339(version.recordedAt))
      })
  }

  private func result(
    _ observation: Observation, _ state: ReportState, _ reference: ReferenceData
  ) -> PersonRecord.Result {
    let specimen = observation.specimen?.type.flatMap { reference.specimen($0) }
    let item = ([observation.code] + observation.translations).lazy.compactMap {
      reference.localItem($0.identifier, of: state.institution, specimen: specimen, unit: observation.unit)?.item.code
    }.first
    return PersonRecord.Result(
      localCode: observation.code.identifier, localName: observation.code.display, item: item, value: observation.value,
      unit: observation.unit, referenceRange: observation.referenceRange, flags: observation.flags,
      status: observation.status?.rawValue, collected: observation.collected.map { reference.zone.rfc3339($0) },
      observed: observation.observed.map { reference.zone.rfc3339($0) })
  }
}
