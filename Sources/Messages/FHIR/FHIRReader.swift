public import Clinical
public import XMLReading

/// Reads results of FHIR in either notation: a Bundle of any type, Parameters, a bare DiagnosticReport, or an Observation that
/// stands as a report of its own; and what a sender says of its patients' numbers.
///
/// R4 is the model; what STU3 and R5 call otherwise is read too.
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
    "ProcedureRequest", "ReferralRequest", "ImagingManifest", "BodySite", "EpisodeOfCare", "Claim",
    "ExplanationOfBenefit", "MedicationAdministration", "MedicationDispense", "Schedule", "Slot", "RiskAssessment",
    "ClinicalImpression", "DetectedIssue", "NutritionOrder", "DeviceRequest", "DeviceUseStatement",
    "BiologicallyDerivedProduct", "GenomicStudy", "Linkage", "Contract", "ResearchSubject", "Library", "Measure",
  ]

  /// The namespace of FHIR XML.
  public static let namespace = "http://hl7.org/fhir"

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
    return isEmpty && root.text.nonBlank == nil
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
    do {
      return try reader.message(dialect)
    } catch {
      throw error.refusal
    }
  }
}

extension FHIRMessageReader {
  mutating func message(_ dialect: Dialect) throws(FHIRUnfit) -> Message {
    for bundle in resources.bundles {
      try refuseTest(bundle.element)
      if let header = bundle.messageHeader { try refuseTest(resources.all[header].element) }
    }
    let root = resources.bundles[0].element
    var unfit: FHIRUnfit?
    let reports = try self.reports(&unfit)
    let events = try patientEvents(beside: reports, &unfit)
    let latest = (reports.map(\.messageTime) + events.map(\.at)).max()
    guard let latest else {
      throw unfit
        ?? FHIRUnfit(
          .missingReportNumber, "neither a DiagnosticReport nor an Observation: there is no result in this message",
          at: root)
    }
    noteImagesOfNobody()
    return Message(
      dialect: dialect, messageID: Self.messageID(of: root), messageTime: messageTime(ofBundle: 0) ?? latest,
      reports: reports, patientEvents: events)
  }

  /// A Bundle's identifier is its own for ever; its id only where it is a message or a document: a server gives every answer one.
  static func messageID(of root: XMLElement) -> String? {
    guard root.name == "Bundle" else { return nil }
    if let identifier = root.first("identifier")?.value("value") { return identifier }
    return root.value("type") == "message" || root.value("type") == "document" ? root.value("id") : nil
  }

  /// Every DiagnosticReport, and every Observation that none of them reaches as a report of its own.
  ///
  /// - Parameter unfit: why the first of those that can be none is none.
  private mutating func reports(_ unfit: inout FHIRUnfit?) throws(FHIRUnfit) -> [Report] {
    var reports: [Report] = []
    for (index, resource) in resources.all.enumerated()
    where resource.type == "DiagnosticReport" && resource.container == nil {
      if let other = subjectOtherThanPatient(of: index) {
        unfit = unfit ?? other
        note(.leftAside, "a report about a group, a device or a place, of no patient", at: resource.element)
        continue
      }
      reports.append(try report(index))
    }
    for index in looseObservations() where !reached.contains(index) {
      do {
        reports.append(try report(index))
      } catch {
        if error.code == .testMessage || error.code == .limitExceeded { throw error }
        unfit = unfit ?? error
        note(
          .leftAside, "an Observation that no report names and that can be none itself: " + error.message,
          at: resources.all[index].element)
      }
    }
    if reports.isEmpty { return [] }
    for (index, resource) in resources.all.enumerated()
    where resource.type == "Observation" && resource.container != nil && !reached.contains(index) {
      note(.leftAside, "an Observation contained in a resource that is no report's", at: resource.element)
    }
    return try joined(reports)
  }

  /// Observations that no report reached; panels before their members, which are read with them.
  private mutating func looseObservations() -> [Int] {
    let loose = resources.all.indices.filter {
      resources.all[$0].type == "Observation" && resources.all[$0].container == nil && !reached.contains($0)
    }
    var members: Set<Int> = []
    for index in loose { members.formUnion(self.members(of: index, notes: false)) }
    return loose.filter { !members.contains($0) } + loose.filter { members.contains($0) }
  }
}
