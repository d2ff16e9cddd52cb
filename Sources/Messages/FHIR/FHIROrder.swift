import Clinical
import XMLReading

/// ServiceRequest and Encounter: who ordered what, when, and where the patient was. A report can do without: nothing is said of what is
/// not in the message.
extension FHIRMessageReader {
  /// STU3 and DSTU2 call an order otherwise.
  private static let orderTypes = ["ServiceRequest", "ProcedureRequest", "ReferralRequest", "DiagnosticOrder"]

  mutating func readOrder(of index: Int, into report: inout Report) {
    let element = resources.all[index].element
    // STU3 writes context.
    var encounter = find(element.first("encounter") ?? element.first("context"), ["Encounter"], from: index)
    for basis in element.all("basedOn") + element.all("request") {
      guard let order = find(basis, FHIRMessageReader.orderTypes, from: index) else {
        report.orderNumber = report.orderNumber ?? basis.first("identifier")?.value("value")
        continue
      }
      guard FHIRMessageReader.orderTypes.contains(resources.all[order].type) else { continue }
      read(order: order, into: &report)
      let element = resources.all[order].element
      encounter = encounter ?? find(element.first("encounter") ?? element.first("context"), ["Encounter"], from: order)
      break
    }
    if report.orderNumber == nil {
      report.orderNumber = element.all("identifier").first { $0.has("PLAC", in: "type") }?.value("value")
    }
    if let encounter, resources.all[encounter].type == "Encounter" {
      report.setting = setting(of: resources.all[encounter].element)
    }
  }

  private mutating func read(order: Int, into report: inout Report) {
    let element = resources.all[order].element
    report.orderNumber = element.identifier(preferring: "PLAC", refusing: "FILL")
    report.ordered = instant(element.first("authoredOn"))
    guard var requester = element.first("requester") else { return }
    // STU3 writes the person as agent and the organization beside.
    let behalf = requester.first("onBehalfOf")
    if let agent = requester.first("agent") { requester = agent }
    report.orderingInstitution = organization(behalf, from: order) ?? organization(requester, from: order)
    report.clinician = clinician(requester, from: order)
    report.department = department(requester, from: order)
  }

  private mutating func clinician(_ reference: XMLElement, from index: Int) -> String? {
    guard let found = find(reference, ["Practitioner", "PractitionerRole", "Organization"], from: index) else {
      let type = reference.value("type") ?? reference.value("reference").flatMap(FHIRAddress.type)
      return type == "Organization" ? nil : reference.value("display")
    }
    let element = resources.all[found].element
    switch resources.all[found].type {
    case "Practitioner": return element.all("name").lazy.compactMap(\.humanName).first ?? reference.value("display")
    case "PractitionerRole":
      guard let practitioner = element.first("practitioner") else { return reference.value("display") }
      if let person = find(practitioner, ["Practitioner"], from: found) {
        return resources.all[person].element.all("name").lazy.compactMap(\.humanName).first
      }
      return practitioner.value("display")
    default: return nil
    }
  }

  /// The name of the Organization that orders, where it is a part of an institution.
  private mutating func department(_ reference: XMLElement, from index: Int) -> String? {
    guard var found = find(reference, ["Organization", "PractitionerRole"], from: index) else { return nil }
    if resources.all[found].type == "PractitionerRole" {
      guard let organization = find(resources.all[found].element.first("organization"), ["Organization"], from: found)
      else { return nil }
      found = organization
    }
    let element = resources.all[found].element
    guard resources.all[found].type == "Organization", element.first("partOf") != nil || element.has("dept", in: "type")
    else { return nil }
    return element.value("name")
  }

  private mutating func setting(of encounter: XMLElement) -> Setting? {
    guard let element = encounter.first("class") else { return nil }
    // DSTU2 writes a code alone.
    if let code = element.filled("value"), let setting = FHIRCodes.setting(code) { return setting }
    for code in element.codes {
      if let setting = FHIRCodes.setting(code.identifier) ?? code.display.flatMap(FHIRCodes.setting) { return setting }
    }
    note(.unknownCode, "a class that is not in HL7 v3 ActEncounterCode: send AMB, IMP or EMER", at: element)
    return nil
  }
}
