import Catalogue
import Clinical
import Messages

/// Says of the reports of a message which institution each is of, and whose the numbers of its patient are.
struct ReportResolving {
  let reference: ReferenceData
  /// Whose feed it is said to be.
  let owner: FeedOwner?
  let place: Location

  init(reference: ReferenceData, of owner: FeedOwner?, place: Location) {
    (self.reference, self.owner, self.place) = (reference, owner, place)
  }

  /// Makes the numbers of reports and of their patients those of their sources.
  ///
  /// - Returns: for each report the code of its source.
  /// - Throws: `Refusal` for a source that nobody knows, or that is not the feed's.
  func resolve(
    _ reports: inout [Report], in dialect: Dialect, _ findings: inout [Finding]
  ) throws(Refusal) -> [String] {
    var institutions: [String] = []
    var hasSnapshots = false
    for index in reports.indices {
      let institution = try institution(of: &reports[index], in: dialect, &findings)
      institutions.append(institution)
      ownIdentifiers(&reports[index].patient.identifiers, institution, &findings)
      if let assigner = reports[index].numberAssigner, reference.assigner(assigner)?.code != institution {
        // The same number under two roots is two reports; a root of the source's own is what its other messages leave unsaid.
        reports[index].reportNumber = reports[index].number(within: assigner)
        reports[index].numberAssigner = nil
      }
      if reference.sender(reports[index].source)?.updateMode == .snapshot {
        reports[index].updateMode = .snapshot
        hasSnapshots = true
      }
    }
    if hasSnapshots { absorbSnapshots(&reports, &institutions) }
    return institutions
  }

  /// Newer replaces older whole: then what one message tells under one number is one.
  private func absorbSnapshots(_ reports: inout [Report], _ institutions: inout [String]) {
    var index = 0
    while index < reports.count {
      let known = reports[..<index].indices.first {
        institutions[$0] == institutions[index] && reports[$0].reportNumber == reports[index].reportNumber
      }
      guard reports[index].updateMode == .snapshot, let known, reports[known].patient == reports[index].patient else {
        index += 1
        continue
      }
      reports[known].absorb(reports.remove(at: index))
      institutions.remove(at: index)
    }
  }

  /// What institutions say of their own patients' numbers, each with the code of its institution.
  ///
  /// - Throws: `Refusal` for a source that nobody knows, or that is not the feed's.
  func resolvedEvents(_ message: Message, _ findings: inout [Finding]) throws(Refusal) -> [IncomingPatientEvent] {
    var result: [IncomingPatientEvent] = []
    for event in message.patientEvents {
      var event = event
      let institution = try institution(of: event.source, in: message.dialect)
      ownIdentifiers(&event.patient.identifiers, institution, &findings)
      if var prior = event.prior {
        ownIdentifiers(&prior.identifiers, institution, &findings)
        event.prior = prior
      }
      // One that lies ahead of its message would hold against everything that is said later.
      if event.at.milliseconds > message.messageTime.milliseconds + 86_400_000 || !reference.zone.isPlausible(event.at)
      {
        findings.append(
          Finding(.implausibleTime, "an event's time that cannot be: the message's own is taken for it", at: place))
        event.at = message.messageTime
      }
      let incoming = IncomingPatientEvent(event: event, institution: institution)
      if incoming.isAboutNobody {
        let text = "it says something of a patient whom no number names: it is left aside"
        findings.append(Finding(.leftAside, text, at: place))
        continue
      }
      result.append(incoming)
    }
    return result
  }

  private func institution(of source: OrganizationReference, in dialect: Dialect) throws(Refusal) -> String {
    let known = reference.institution(source)?.code
    if let known, let owner, !owner.permits(known) {
      throw Refusal(
        Finding(
          .notYourInstitution, "it names another institution than the one whose feed this is said to be", at: place))
    }
    let isOfFeed = dialect == .fhirJSON || dialect == .fhirXML
    guard let institution = known ?? (isOfFeed ? owner?.assumed : nil) else {
      throw Refusal(
        Finding(
          .unknownSender, "the sender is no institution known here: add it to senders.csv or institutions.csv",
          at: place))
    }
    return institution
  }

  /// The code of the institution a report is of.
  ///
  /// FHIR names who performed and who reports in one place (DiagnosticReport.performer): of a feed that is said to be somebody's, whom
  /// nobody knows is taken for the performer, who then needs a certificate of their own.
  private func institution(
    of report: inout Report, in dialect: Dialect, _ findings: inout [Finding]
  ) throws(Refusal) -> String {
    if let institution = reference.institution(report.source) {
      if let owner, !owner.permits(institution.code) {
        throw Refusal(
          Finding(
            .notYourInstitution, "it names another institution than the one whose feed this is said to be", at: place))
      }
      return institution.code
    }
    guard let feedOf = owner?.assumed, dialect == .fhirJSON || dialect == .fhirXML else {
      throw Refusal(
        Finding(
          .unknownSender, "the sender is no institution known here: add it to senders.csv or institutions.csv",
          at: place))
    }
    for index in report.observations.indices where report.observations[index].performer == nil {
      report.observations[index].performer = report.source
    }
    for index in report.studies.indices where report.studies[index].performer == nil {
      report.studies[index].performer = report.source
    }
    report.source = OrganizationReference(identifier: feedOf)
    let text = "who reports is not known here: taken for who performed, in the feed of \(feedOf); add it to senders.csv"
    let finding = Finding(.unknownSender, text, at: place)
    if !findings.contains(finding) { findings.append(finding) }
    return feedOf
  }

  /// Leaves out the record numbers that another institution assigned: by them a stranger would be found here.
  private func ownIdentifiers(_ identifiers: inout [Identifier], _ institution: String, _ findings: inout [Finding]) {
    guard identifiers.contains(where: { $0.assigner != nil }) else { return }
    var own: [Identifier] = []
    own.reserveCapacity(identifiers.count)
    for var identifier in identifiers {
      if let assigner = identifier.assigner {
        let known = identifier.kind.isWithinInstitution ? reference.assigner(assigner)?.code : institution
        if let known, known != institution {
          let text = "a record number that another institution assigned: it is left with that institution"
          findings.append(Finding(.leftAside, text, at: place))
          continue
        }
        if known != nil { identifier.assigner = nil }
      }
      if !own.contains(identifier) { own.append(identifier) }
    }
    identifiers = own
  }
}
