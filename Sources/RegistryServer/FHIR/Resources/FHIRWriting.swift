import Catalogue
import Clinical
import Foundation
import Registry

/// How a person's record is told in resources of FHIR R4: what was sent, verbatim, beside the catalogue's code and the normalised value.
struct FHIRWriting: Sendable {
  let record: HealthRecord

  var reference: ReferenceData { record.reference }
  var zone: RegistryZone { reference.zone }
  var subject: FHIRDocument { .reference(.patient, record.person) }

  /// A dateTime, as finely as it was told.
  func dateTime(_ instant: Instant?) -> String? {
    guard let instant, zone.isPlausible(instant) else { return nil }
    return instant.precision == .day ? zone.date(of: instant).iso : zone.rfc3339(instant)
  }

  /// An instant: of what was told as a day alone there is none.
  func instant(_ instant: Instant?) -> String? { instant?.precision == .day ? nil : dateTime(instant) }

  func meta(_ report: RecordedReport, version: String? = nil, _ updated: Instant? = nil) -> FHIRDocument? {
    FHIRDocument.element { meta in
      meta.add("versionId", version ?? report.state.version)
      meta.add("lastUpdated", zone.rfc3339(updated ?? report.lastUpdated))
    }
  }

  /// A CodeableConcept of what was sent and what the catalogue says of it.
  func concept(_ codings: [FHIRCoding], text: String?) -> FHIRDocument? {
    FHIRDocument.element { concept in
      concept.add("coding", each: codings.map(\.document))
      concept.add("text", text ?? codings.first?.display ?? codings.first?.code)
    }
  }

  func concept(_ code: Code?, of institution: String) -> FHIRDocument? {
    guard let code else { return nil }
    return concept([code.coding(of: institution)], text: code.display)
  }

  /// The institution that the catalogue knows, else what was written.
  func organization(_ named: OrganizationReference) -> FHIRDocument? {
    if let institution = reference.institution(named) {
      return organization(code: institution.code)
    }
    return FHIRDocument.element { $0.add("display", named.name ?? named.identifier ?? named.oid) }
  }

  func organization(code: String) -> FHIRDocument? {
    guard let institution = reference.institutions[code] else {
      return FHIRDocument.element { $0.add("display", code) }
    }
    return FHIRDocument.element { element in
      element.add("reference", "Organization/" + FHIROrganization.id(of: institution))
      element.add("display", institution.name)
    }
  }

  /// What an item is called elsewhere.
  static func codings(of item: Item?) -> [FHIRCoding] {
    guard let item else { return [] }
    let own = FHIRCoding(FHIRSystem.item, item.code, item.nameZh ?? item.nameEn)
    return [own] + (item.loinc.map { [FHIRCoding(FHIRCoding.loinc, $0, item.nameEn)] } ?? [])
  }

  /// Each system and code once.
  static func once(_ codings: [FHIRCoding]) -> [FHIRCoding] {
    var seen: Set<FHIRCoding> = []
    return codings.filter { seen.insert(FHIRCoding($0.system, $0.code)).inserted }
  }
}

extension Category {
  /// The registry's own word, and that of HL7 where there is one: observation-category, and table 0074 of reports.
  func codings(isReport: Bool) -> [FHIRCoding] {
    let own = FHIRCoding("urn:huren:category", rawValue)
    let standard: FHIRCoding
    if isReport {
      let code =
        switch self {
        case .lab: "LAB"
        case .imaging: "RAD"
        case .ecg: "EC"
        case .ultrasound: "RUS"
        case .endoscopy: "OTH"
        case .pathology: "PAT"
        case .function: "PF"
        }
      standard = FHIRCoding("http://terminology.hl7.org/CodeSystem/v2-0074", code)
    } else {
      let code =
        switch self {
        case .lab, .pathology: "laboratory"
        case .imaging, .ultrasound: "imaging"
        case .ecg, .endoscopy, .function: "procedure"
        }
      standard = FHIRCoding("http://terminology.hl7.org/CodeSystem/observation-category", code)
    }
    return [standard, own]
  }
}
