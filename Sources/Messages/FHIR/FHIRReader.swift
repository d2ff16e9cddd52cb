public import Clinical
public import XMLReading

/// Reads results of FHIR R4 in either notation: a Bundle of any type, a bare DiagnosticReport, or an Observation that can stand
/// as a report of its own.
public enum FHIRReader {
  /// Resources that are met in feeds of results. One that holds no report is recognised too, and refused with the reason.
  private static let types: Set<String> = [
    "Bundle", "DiagnosticReport", "Observation", "Patient", "Practitioner", "PractitionerRole", "Organization",
    "Specimen",
    "ServiceRequest", "ImagingStudy", "Encounter", "Endpoint", "Procedure", "Device", "DeviceMetric", "Media",
    "Location",
    "Task", "List", "Group", "Provenance", "Composition", "DocumentReference", "MessageHeader", "OperationOutcome",
    "RelatedPerson", "Condition", "CareTeam", "HealthcareService", "Substance", "MolecularSequence", "Parameters",
    "ImagingSelection", "QuestionnaireResponse", "Questionnaire", "Binary", "Basic", "AuditEvent", "Consent",
    "Coverage",
    "Account", "Appointment", "CarePlan", "Communication", "CommunicationRequest", "FamilyMemberHistory", "Flag",
    "Goal",
    "AllergyIntolerance", "Immunization", "Medication", "MedicationRequest", "MedicationStatement", "Person",
    "Subscription", "BodyStructure", "CapabilityStatement", "ValueSet", "CodeSystem", "ConceptMap", "NamingSystem",
    "StructureDefinition", "ObservationDefinition", "SpecimenDefinition", "ActivityDefinition", "PlanDefinition",
  ]

  /// Whether the root is a FHIR resource: it is named like one, and its primitives stand in `value` attributes.
  public static func recognises(_ root: XMLElement) -> Bool {
    guard types.contains(root.name) else { return false }
    var isEmpty = true
    for child in root.children {
      isEmpty = false
      if child.attribute("value") != nil { return true }
      for grandchild in child.children {
        if grandchild.attribute("value") != nil || types.contains(grandchild.name) { return true }
        if grandchild.children.contains(where: { $0.attribute("value") != nil || types.contains($0.name) }) {
          return true
        }
      }
    }
    return isEmpty && root.text.allSatisfy(\.isWhitespace)
  }

  /// - Throws: `Refusal` for what contracts.md calls fatal; one report that cannot be taken refuses the whole message.
  public static func read(
    _ root: XMLElement, dialect: Dialect, notes: inout ReadingNotes
  ) throws(Refusal) -> Message {
    guard recognises(root) else {
      throw Refusal(.unknownDialect, "no FHIR resource: send a Bundle or a DiagnosticReport", at: root)
    }
    var reader = FHIRMessageReader(root, notes)
    defer { notes = reader.notes }
    return try reader.message(dialect)
  }
}

extension FHIRMessageReader {
  mutating func message(_ dialect: Dialect) throws(Refusal) -> Message {
    for bundle in resources.bundles {
      try refuseTest(bundle.element)
      if let header = bundle.messageHeader { try refuseTest(resources.all[header].element) }
    }
    let root = resources.bundles[0].element
    noteWhatIsNotRead()
    let reports = try self.reports()
    guard let latest = reports.map(\.messageTime).max() else {
      throw Refusal(
        .missingReportNumber,
        "no DiagnosticReport, and no Observation with identifier, subject and performing Organization to stand for one",
        at: root)
    }
    let isBundle = root.name == "Bundle"
    return Message(
      dialect: dialect,
      messageID: isBundle ? root.first("identifier")?.value("value") ?? root.value("id") : nil,
      messageTime: isBundle ? messageTime(ofBundle: 0) ?? latest : latest, reports: reports)
  }

  private mutating func noteWhatIsNotRead() {
    for bundle in resources.bundles where bundle.deletions > 0 {
      note(
        .leftAside,
        "\(bundle.deletions) entries say DELETE, which names no report: send it with status entered-in-error instead",
        at: bundle.element)
    }
    for bundle in resources.tooDeep {
      note(
        .leftAside, "a Bundle more than \(FHIRResources.depth) deep in Bundles is not read: send it alone", at: bundle)
    }
  }

  /// Every DiagnosticReport, and every Observation that none of them reaches and that can stand as a report of its own: it
  /// carries an identifier, a subject and a performing Organization, which are the number, patient and source of a report.
  private mutating func reports() throws(Refusal) -> [Report] {
    var reports: [Report] = []
    var reached: Set<Int> = []
    for (index, resource) in resources.all.enumerated()
    where resource.type == "DiagnosticReport" && resource.container == nil {
      reports.append(try report(index, &reached))
    }
    var loose: (count: Int, first: XMLElement)?
    var refusal: Refusal?
    for index in looseObservations(reached) where !reached.contains(index) {
      do {
        var inside: Set<Int> = []
        reports.append(try report(index, &inside))
        reached.formUnion(inside)
      } catch {
        if error.finding.code == .testMessage || error.finding.code == .limitExceeded { throw error }
        refusal = refusal ?? error
        loose = (count: (loose?.count ?? 0) + 1, first: loose?.first ?? resources.all[index].element)
      }
    }
    if reports.isEmpty, let refusal { throw refusal }
    if let loose {
      note(
        .leftAside,
        "\(loose.count) Observations that no DiagnosticReport names, this the first: they lack what a report needs "
          + "(identifier, subject, performing Organization, issued)", at: loose.first)
    }
    return reports
  }

  /// Observations that no report reached; panels before their members, which are read with them.
  private func looseObservations(_ reached: Set<Int>) -> [Int] {
    let loose = resources.all.indices.filter {
      resources.all[$0].type == "Observation" && resources.all[$0].container == nil && !reached.contains($0)
    }
    var members: Set<Int> = []
    for index in loose {
      for member in resources.all[index].element.all("hasMember") {
        guard let address = member.value("reference"), let found = resources.resolve(address, from: index) else {
          continue
        }
        members.insert(found)
      }
    }
    return loose.filter { !members.contains($0) } + loose.filter { members.contains($0) }
  }
}
