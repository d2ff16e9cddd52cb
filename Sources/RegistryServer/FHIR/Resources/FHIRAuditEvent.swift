import Clinical
import Registry

/// That somebody asked for a person's data, as an AuditEvent (IHE BALP's codes for reading).
struct FHIRAuditEvent: Sendable {
  let row: AccessRow
  let zone: RegistryZone

  /// Its place in the chain.
  var id: String { "e\(row.place)" }

  var entry: FHIREntry {
    let at = zone.instant(row.at) ?? Instant(milliseconds: 0)
    var entry = FHIREntry(
      key: .init(type: .auditEvent, id: id), lastUpdated: zone.instant(row.recordedAt) ?? at, write: { document })
    entry.time = at.range
    return entry
  }

  private static let type = FHIRCoding("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest")
  private static let source = FHIRCoding("http://dicom.nema.org/resources/ontology/DCM", "110150", "Application")

  var document: FHIRDocument {
    .resource("AuditEvent") { event in
      event.add("id", id)
      event.add("type", Self.type.document)
      event.add("subtype", each: [FHIRCoding("urn:huren:access", row.what).document])
      event.add("action", "R")
      event.add("recorded", row.recordedAt)
      // 0: it was answered; 4: refused, or there was no answer in time.
      event.add("outcome", row.outcome == "answered" ? "0" : "4")
      event.add("outcomeDesc", row.error ?? (row.outcome == "answered" ? nil : row.outcome))
      event.add(
        "purposeOfEvent",
        each: [
          FHIRDocument.element { purpose in
            purpose.add("coding", each: [FHIRCoding("urn:huren:purpose", row.purpose).document])
            purpose.add("text", row.reason)
          }
        ])
      event.add("agent", each: [agent])
      event.add(
        "source",
        .element { source in
          source.add("observer", .element([("display", .text("Huren"))]))
          source.add("type", each: [Self.source.document])
        })
      event.add(
        "entity",
        each: [row.person].map { person in
          person.map { code in
            .element([
              ("what", .reference(.patient, code)),
              (
                "type",
                FHIRCoding("http://terminology.hl7.org/CodeSystem/audit-entity-type", "1", "Person").document
                  ?? .nothing
              ),
            ])
          }
        })
    }
  }

  private var agent: FHIRDocument? {
    FHIRDocument.element { agent in
      agent.add(
        "role",
        each: [
          FHIRDocument.element {
            $0.add("coding", each: [row.role.flatMap { FHIRCoding("urn:huren:role", $0).document }])
          }
        ])
      agent.add(
        "who",
        FHIRDocument.element { who in
          if let account = row.account {
            who.add("identifier", .element([("system", .text("urn:huren:account")), ("value", .text(account))]))
          }
          who.add(
            "display", [row.institution, row.department, row.clinician].compactMap { $0 }.joined(separator: " "))
        })
      agent.add("requestor", true)
      agent.add(
        "network",
        FHIRDocument.element { network in
          guard let address = row.address else { return }
          network.add("address", address)
          network.add("type", "2")
        })
    }
  }
}
