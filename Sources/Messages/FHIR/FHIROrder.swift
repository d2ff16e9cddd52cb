import Clinical
import XMLReading

/// ServiceRequest and Encounter: who ordered what, when, and where the patient was.
extension FHIRMessageReader {
  mutating func readOrder(of index: Int, into report: inout Report) {
    let element = resources.all[index].element
    var encounter = follow(element.first("encounter"), to: "Encounter", from: index)
    for basis in element.all("basedOn") {
      guard let order = follow(basis, from: index) else {
        report.orderNumber = report.orderNumber ?? basis.first("identifier")?.value("value")
        continue
      }
      guard resources.all[order].type == "ServiceRequest" else { continue }
      read(order: order, into: &report)
      encounter = encounter ?? follow(resources.all[order].element.first("encounter"), to: "Encounter", from: order)
      break
    }
    if report.orderNumber == nil {
      report.orderNumber = element.all("identifier").first { $0.has("PLAC", in: "type") }?.value("value")
    }
    if let encounter { report.setting = setting(of: resources.all[encounter].element) }
  }

  private mutating func read(order: Int, into report: inout Report) {
    let element = resources.all[order].element
    report.orderNumber = element.identifier(preferring: "PLAC", refusing: "FILL")
    report.ordered = instant(element.first("authoredOn"))
    guard let requester = element.first("requester") else { return }
    report.orderingInstitution = organization(requester, from: order)
    report.clinician = clinician(requester, from: order)
    report.department = department(requester, from: order)
  }

  private mutating func clinician(_ reference: XMLElement, from index: Int) -> String? {
    guard let address = reference.value("reference"), let found = resources.resolve(address, from: index) else {
      let isOrganization =
        reference.value("type") == "Organization"
        || reference.value("reference")?.contains("Organization/") ?? false
      return isOrganization ? nil : reference.value("display")
    }
    let element = resources.all[found].element
    switch resources.all[found].type {
    case "Practitioner": return element.all("name").lazy.compactMap(\.humanName).first ?? reference.value("display")
    case "PractitionerRole":
      guard let practitioner = element.first("practitioner") else { return reference.value("display") }
      if let person = follow(practitioner, to: "Practitioner", from: found) {
        return resources.all[person].element.all("name").lazy.compactMap(\.humanName).first
      }
      return practitioner.value("display")
    default: return nil
    }
  }

  /// The name of the Organization that orders, where it is a part of an institution.
  private mutating func department(_ reference: XMLElement, from index: Int) -> String? {
    guard var found = follow(reference, from: index) else { return nil }
    if resources.all[found].type == "PractitionerRole" {
      guard let organization = follow(resources.all[found].element.first("organization"), from: found) else {
        return nil
      }
      found = organization
    }
    let element = resources.all[found].element
    guard resources.all[found].type == "Organization", element.first("partOf") != nil || element.has("dept", in: "type")
    else { return nil }
    return element.value("name")
  }

  private mutating func setting(of encounter: XMLElement) -> Setting? {
    guard let element = encounter.first("class") else { return nil }
    for code in element.codes {
      if let setting = FHIRCodes.setting(code.identifier) ?? code.display.flatMap(FHIRCodes.setting) { return setting }
    }
    note(.unknownCode, "a class that is not in HL7 v3 ActEncounterCode: send AMB, IMP or EMER", at: element)
    return nil
  }
}
