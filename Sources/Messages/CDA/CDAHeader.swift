import Clinical
import XMLReading

/// The header that every ClinicalDocument has.
enum CDAHeader {
  /// A report with all that the header says: source, patient, times, orders, and which report it is.
  ///
  /// - Parameters:
  ///   - number: the report's own number, where the document has a place for it.
  ///   - act: the ids of the only act reported.
  static func report(
    _ document: XMLElement, number: String? = nil, act: [InstanceIdentifier] = [], mode: Report.UpdateMode,
    notes: inout ReadingNotes
  ) throws(Refusal) -> Report {
    let time = document.first("effectiveTime")
    guard let effective = notes.start(of: time) else {
      throw Refusal(
        .missingMessageTime, "no readable effectiveTime: send YYYYMMDDhhmmss", at: time ?? document)
    }
    let custodian = document.first("custodian", "assignedCustodian", "representedCustodianOrganization")
    guard let source = custodian?.organization() ?? document.author ?? notes.context.from else {
      throw Refusal(
        .missingSource,
        "no custodian and no author's organization: send representedCustodianOrganization with its id, or import with --from",
        at: custodian ?? document)
    }
    let patient = try V3Patient.read(
      document.all("recordTarget"), within: document, at: effective, notes: &notes)
    let numbering = try DocumentNumbering(document, number: number, act: act, notes: &notes)
    var report = Report(
      source: source, reportNumber: numbering.number, patient: patient, versionTime: effective, messageTime: effective,
      updateMode: mode)
    numbering.write(into: &report)
    report.status = .final
    report.reported = notes.start(of: document.first("author")?.first("time")) ?? effective
    let order = document.first("inFulfillmentOf")?.first("order")
    report.orderNumber = order?.identifiers.first?.value
    report.ordered = notes.start(of: order?.first("effectiveTime"))
    return report
  }

  /// What the document says of itself as a whole (`sdtc:statusCode`): that results are still to come, or that it is withdrawn.
  static func status(_ document: XMLElement) -> ResultStatus? {
    switch (document.first("sdtc:statusCode") ?? document.first("statusCode"))?.stated("code") {
    case "active", "new", "held", "suspended": .preliminary
    case "aborted", "cancelled", "obsolete": .cancelled
    case "nullified": .enteredInError
    default: nil
    }
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
