import Clinical
import Catalogue
import Crypto

extension Decision {
  /// The line of contracts.md, always the same bytes for the same decision.
  public var json: String {
    var json = JSONWriter()
    json.object { json in
      json.member("orderId", order.order.id)
      json.member("decisionId", id)
      json.member("person", person)
      json.member("orderingInstitution", order.institution.code)
      json.member("orderedAt", zone.rfc3339(order.order.orderedAt))
      json.member("knownAt", knownAt.map(zone.rfc3339))
      writeAnswer(&json)
    }
    return json.text
  }

  private func writeAnswer(_ json: inout JSONWriter) {
    json.key("items")
    json.array(items) { $0.write($1, orderedAt: order.order.orderedAt, zone: zone) }
    json.key("reference")
    json.object { json in
      json.member("policy", reference.policy)
      json.member("catalogue", reference.catalogue)
      json.member("lists", reference.lists)
      json.member("certificates", reference.certificates)
    }
  }

  /// The first 128 bits of the SHA-256 of order, answer and reference data, in hexadecimal. Of the patient only the
  /// identifiers the order itself names count, never the registry's code, so that the answer is the same wherever it is
  /// asked for.
  func digest() -> String {
    let order = order.order
    var json = JSONWriter()
    json.object { json in
      json.member("orderId", order.id)
      json.member(
        "identifiers",
        order.patient.identifiers.map { "\($0.identifier.kind.rawValue):\($0.identifier.value)" }.sorted())
      json.member("orderingInstitution", self.order.institution.code)
      json.member("department", order.department)
      json.member("clinician", order.clinician)
      json.member("setting", order.setting.rawValue)
      json.member("orderedAt", Int(order.orderedAt.milliseconds))
      json.member("retestReason", self.order.retestReason?.rawValue)
      json.member("retestReasonText", order.retestReasonText)
      json.key("ordered")
      json.array(self.order.items) { json, resolved in
        json.object { json in
          json.member("item", resolved.item.code)
          json.member("specimen", resolved.ordered.specimen)
          json.member("bodySite", resolved.ordered.bodySite)
          json.member("laterality", resolved.ordered.laterality)
        }
      }
      writeAnswer(&json)
    }
    return SHA256.hash(data: Array(json.text.utf8)).prefix(16).hex
  }
}

extension JSONWriter {
  fileprivate mutating func write(_ decision: ItemDecision, orderedAt: Instant, zone: RegistryZone) {
    object { json in
      json.member("item", decision.item.code)
      json.member("inPanel", decision.inPanel)
      json.member("outcome", decision.outcome.rawValue)
      json.key("chosen")
      json.array(decision.chosen) { $0.write($1, orderedAt: orderedAt, zone: zone) }
      if let covered = decision.covered { json.member("covered", covered) }
      if let residual = decision.residual { json.member("residual", residual) }
      json.key("rejected")
      json.array(decision.rejected) { json, rejected in
        json.object { json in
          json.member("institution", rejected.institution)
          json.member("reportId", rejected.reportID)
          json.member("item", rejected.item)
          json.member("failed", rejected.failed.map(\.rawValue))
          json.member("studyInstanceUid", rejected.missingStudyUID)
          json.member("accessionNumber", rejected.missingAccessionNumber)
        }
      }
      // A price that is not known is said; where nothing is avoided there is none to say.
      if let price = decision.priceFen {
        json.member("priceFen", price)
      } else if decision.outcome.isRecognisable {
        json.null("priceFen")
      }
    }
  }

  private mutating func write(_ chosen: ChosenResult, orderedAt: Instant, zone: RegistryZone) {
    let candidate = chosen.candidate
    let age = Double(orderedAt.milliseconds - chosen.clinicalTime.milliseconds) / 3_600_000
    object { json in
      json.member("institution", candidate.institution)
      json.member("performer", candidate.performer)
      json.member("reportId", candidate.reportID)
      json.member("version", candidate.version)
      json.member("item", candidate.item.code)
      json.member("value", candidate.numeric?.digits)
      json.member("comparator", candidate.numeric?.comparator?.rawValue)
      json.member("unit", candidate.unit)
      json.member("normalizedValue", candidate.normalizedValue)
      json.member("normalizedUnit", candidate.normalizedValue == nil ? nil : candidate.item.unit)
      json.member("text", candidate.text)
      json.member("referenceRange", candidate.referenceRange)
      json.member("flag", candidate.flag.rawValue)
      json.member("clinicalTime", zone.rfc3339(chosen.clinicalTime))
      json.member("clinicalTimeBasis", candidate.clinicalTimeBasis?.rawValue)
      json.member("reportedTime", candidate.reported.map(zone.rfc3339))
      json.member("ageHours", (age * 100).rounded() / 100)
      json.member("windowHours", chosen.windowHours)
      json.member("validUntil", zone.rfc3339(chosen.validUntil))
      json.member("list", chosen.list)
      json.member(
        "certificate", chosen.certificates.isEmpty ? nil : chosen.certificates.map(\.name).joined(separator: "; "))
      json.member("method", candidate.method)
      json.member("note", candidate.note)
      json.member("studyInstanceUid", chosen.study?.studyInstanceUID)
      json.member("accessionNumber", chosen.study?.studyInstanceUID == nil ? chosen.study?.accessionNumber : nil)
      json.member("endpoint", chosen.study?.endpoint)
    }
  }
}
