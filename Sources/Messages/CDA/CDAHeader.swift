import Clinical
import XMLReading

/// The header that every ClinicalDocument has.
enum CDAHeader {
  /// A report with all that the header says: source, patient, times, orders.
  ///
  /// - Parameter number: the report's number, or nil for the document's own id.
  static func report(_ document: XMLElement, number: String?, notes: inout ReadingNotes) throws(Refusal) -> Report {
    let time = document.first("effectiveTime")
    guard let effective = notes.start(of: time) else {
      throw Refusal(
        .missingMessageTime, "no readable effectiveTime: send YYYYMMDDhhmmss", at: time ?? document)
    }
    let custodian = document.first("custodian", "assignedCustodian", "representedCustodianOrganization")
    guard let source = custodian?.organization() else {
      throw Refusal(
        .missingSource, "no custodian: send representedCustodianOrganization with its id", at: custodian ?? document)
    }
    let patient = try V3Patient.read(document.first("recordTarget"), within: document, notes: &notes)
    guard let number = number ?? document.identifiers.first?.value else {
      throw Refusal(.missingReportNumber, "neither a report number nor a document id: send one", at: document)
    }
    var report = Report(
      source: source, reportNumber: number, patient: patient, versionTime: effective, messageTime: effective,
      updateMode: .snapshot)
    report.status = .final
    report.reported = notes.start(of: document.first("author")?.first("time"))
    let order = document.first("inFulfillmentOf")?.first("order")
    report.orderNumber = order?.identifiers.first?.value
    report.ordered = notes.start(of: order?.first("effectiveTime"))
    return report
  }

  /// The sections at any depth, in document order. Chinese documents hang them on the document itself.
  static func sections(of document: XMLElement) -> [XMLElement] {
    var result: [XMLElement] = []
    for component in document.all("component") {
      if let body = component.first("structuredBody") { result += sections(of: body) }
      for section in component.all("section") {
        result.append(section)
        result += sections(of: section)
      }
    }
    return result
  }
}

extension Report {
  /// Tells repetitions of a code within the report apart: the second is `2`, and so on in the order sent.
  mutating func numberRepetitions() {
    var seen: [String: Int] = [:]
    for index in observations.indices {
      let count = seen[observations[index].code.identifier, default: 0] + 1
      seen[observations[index].code.identifier] = count
      if count > 1 { observations[index].subID = String(count) }
    }
  }
}
