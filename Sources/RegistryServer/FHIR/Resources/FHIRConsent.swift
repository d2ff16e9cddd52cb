import Recognition
import Catalogue
import Clinical
import Crypto
import Registry

extension FHIRWriting {
  /// What a person allowed or forbade, row by row of `consents.csv`, as Consents.
  var consents: [FHIREntry] {
    reference.statedConsents(of: record.facts.identifiers).map { stated in
      let words = [
        stated.institution ?? "*", stated.category?.rawValue ?? "*", stated.permits ? "permit" : "deny",
        stated.from.map { "\($0.milliseconds)" } ?? "", stated.to.map { "\($0.milliseconds)" } ?? "",
      ]
      let id = "c" + Array(SHA256.hash(data: Array(words.joined(separator: "\u{1F}").utf8)).prefix(12)).hex
      return FHIREntry(key: .init(type: .consent, id: id), lastUpdated: record.knownAt) { document(stated, id) }
    }
  }

  private func document(_ stated: StatedConsent, _ id: String) -> FHIRDocument {
    .resource("Consent") { consent in
      consent.add("id", id)
      consent.add("status", "active")
      consent.add(
        "scope",
        concept([FHIRCoding("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy")], text: nil))
      consent.add("category", each: [concept([FHIRCoding(FHIRCoding.loinc, "59284-0", "Consent Document")], text: nil)])
      consent.add("patient", subject)
      consent.add("dateTime", dateTime(stated.from))
      consent.add(
        "policyRule",
        concept([FHIRCoding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "OPTIN")], text: nil))
      consent.add(
        "provision",
        FHIRDocument.element { provision in
          provision.add("type", stated.permits ? "permit" : "deny")
          provision.add(
            "period",
            FHIRDocument.element { period in
              period.add("start", dateTime(stated.from))
              period.add("end", dateTime(stated.to))
            })
          provision.add("actor", each: [stated.institution.flatMap(actor)])
          provision.add(
            "code",
            each: [stated.category.flatMap { concept([FHIRCoding("urn:huren:category", $0.rawValue)], text: nil) }])
        })
    }
  }

  private func actor(_ code: String) -> FHIRDocument? {
    organization(code: code).map { organization in
      .element([
        (
          "role",
          concept([FHIRCoding("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "PRCP")], text: nil)
            ?? .nothing
        ), ("reference", organization),
      ])
    }
  }
}
