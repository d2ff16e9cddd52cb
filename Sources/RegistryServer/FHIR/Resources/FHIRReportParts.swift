import Recognition
import Clinical
import Crypto
import Registry

/// A specimen of a report, once for all results that were found in it.
struct RecordedSpecimen: Sendable, Identifiable {
  let id: String
  let specimen: Specimen
  let collected: Instant?
  /// The catalogue's code of its type.
  let type: String?
}

/// A study of a report.
struct RecordedStudy: Sendable, Identifiable {
  let id: String
  let study: ImagingStudy
}

extension RecordedReport {
  var specimens: [RecordedSpecimen] { specimens(of: results) }

  func specimens(of results: [RecordedResult]) -> [RecordedSpecimen] {
    var seen: Set<String> = []
    return results.compactMap { result in
      guard let specimen = result.observation.specimen, let id = specimenID(of: result), seen.insert(id).inserted
      else { return nil }
      return RecordedSpecimen(
        id: id, specimen: specimen, collected: result.observation.collected, type: result.reading.specimen)
    }
  }

  func specimenID(of result: RecordedResult) -> String? {
    guard let specimen = result.observation.specimen, specimen.identifier != nil || specimen.type != nil else {
      return nil
    }
    let words = [
      specimen.identifier ?? "", specimen.type?.system ?? "", specimen.type?.identifier ?? "",
      result.observation.collected.map { String($0.milliseconds) } ?? "",
    ]
    return id + ".s" + Self.mark(words)
  }

  var imagingStudies: [RecordedStudy] {
    var seen: Set<String> = []
    return report.studies.compactMap { study in
      let id = id + ".i" + Self.mark([study.studyInstanceUID ?? "", study.accessionNumber ?? "", study.endpoint ?? ""])
      return seen.insert(id).inserted ? RecordedStudy(id: id, study: study) : nil
    }
  }

  /// The id of the provenance of a version.
  func provenanceID(of version: RecordedVersion) -> String { "\(id).v\(version.digest.prefix(16))" }

  private static func mark(_ words: [String]) -> String {
    Array(SHA256.hash(data: Array(words.joined(separator: "\u{1F}").utf8)).prefix(5)).hex
  }
}

extension FHIRWriting {
  func document(_ specimen: RecordedSpecimen, of report: RecordedReport) -> FHIRDocument {
    let type = specimen.specimen.type
    let sent = type.map { [$0.coding(of: report.institution)] } ?? []
    let own = specimen.type.map { [FHIRCoding("urn:huren:specimen", $0)] } ?? []
    return .resource("Specimen") { resource in
      resource.add("id", specimen.id)
      resource.add("meta", meta(report))
      resource.add(
        "identifier",
        each: [
          FHIRDocument.element { identifier in
            guard let value = specimen.specimen.identifier?.nonBlank else { return }
            identifier.add("system", "urn:huren:specimen:" + report.institution)
            identifier.add("value", value)
          }
        ])
      if !(sent + own).isEmpty { resource.add("type", concept(sent + own, text: type?.display)) }
      resource.add("subject", subject)
      resource.add(
        "collection", FHIRDocument.element { $0.add("collectedDateTime", dateTime(specimen.collected)) })
    }
  }

  func document(_ recorded: RecordedStudy, of report: RecordedReport) -> FHIRDocument {
    let study = recorded.study
    return .resource("ImagingStudy") { resource in
      resource.add("id", recorded.id)
      resource.add("meta", meta(report))
      resource.add("identifier", each: identifiers(of: study, report.institution))
      resource.add("status", report.state.isCancelled ? "cancelled" : "available")
      // As many senders name one for a study as for its series.
      resource.add(
        "modality",
        each: [study.modality.flatMap { FHIRCoding("http://dicom.nema.org/resources/ontology/DCM", $0).document }])
      resource.add("subject", subject)
      resource.add("started", dateTime(study.started ?? report.report.performed))
    }
  }

  private func identifiers(of study: ImagingStudy, _ institution: String) -> [FHIRDocument?] {
    let uid = study.studyInstanceUID?.nonBlank.map { uid in
      FHIRDocument.element([("system", .text("urn:dicom:uid")), ("value", .text("urn:oid:" + uid))])
    }
    let accession = study.accessionNumber?.nonBlank.map { number in
      FHIRDocument.element([
        (
          "type",
          .element([
            (
              "coding",
              .list([
                .element([
                  ("system", .text("http://terminology.hl7.org/CodeSystem/v2-0203")), ("code", .text("ACSN")),
                ])
              ])
            )
          ])
        ), ("system", .text("urn:huren:accession:" + institution)), ("value", .text(number)),
      ])
    }
    return [uid, accession]
  }

  /// Which message told a version, and when it was received. Who reads it can hold the digest against the version's.
  func provenance(of version: RecordedVersion, _ report: RecordedReport, _ origin: MessageOrigin?) -> FHIRDocument {
    .resource("Provenance") { resource in
      resource.add("id", report.provenanceID(of: version))
      let target = "DiagnosticReport/\(report.id)/_history/\(version.digest)"
      resource.add("target", each: [.element([("reference", .text(target))])])
      resource.add("recorded", zone.rfc3339(version.recordedAt))
      resource.add(
        "agent",
        each: [
          FHIRDocument.element { agent in
            agent.add(
              "type",
              concept(
                [FHIRCoding("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "author")], text: nil))
            agent.add("who", organization(code: report.institution))
          }
        ])
      guard let origin else { return }
      resource.add(
        "entity",
        each: [
          FHIRDocument.element { entity in
            entity.add("role", "source")
            entity.add(
              "what",
              FHIRDocument.element { what in
                what.add(
                  "identifier",
                  .element([("system", .text("urn:huren:message:sha256")), ("value", .text(origin.digest))]))
                what.add("display", "\(origin.dialect) \(origin.messageID)")
              })
          }
        ])
    }
  }
}
