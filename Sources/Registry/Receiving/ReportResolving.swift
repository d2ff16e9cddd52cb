import Catalogue
import Clinical
import Messages

/// Says of the reports of a message which institution each is of, and whose the numbers of its patient are.
struct ReportResolving {
  let reference: ReferenceData
  /// Whose feed it is said to be: the institution's code.
  let feedOf: String?
  let place: Location

  /// The reports, each with the code of its source.
  ///
  /// - Throws: `Refusal` for a source that nobody knows, or that is not the feed's.
  func resolved(
    _ message: Message, _ findings: inout [Finding]
  ) throws(Refusal) -> [(report: Report, institution: String)] {
    var result: [(report: Report, institution: String)] = []
    for report in message.reports {
      var report = report
      let institution = try institution(of: &report, in: message.dialect, &findings)
      report.patient.identifiers = ownIdentifiers(report.patient.identifiers, institution, &findings)
      if let assigner = report.numberAssigner, reference.assigner(assigner)?.code != institution {
        // The same number under two roots is two reports; a root of the source's own is what its other messages leave unsaid.
        report.reportNumber = report.number(within: assigner)
        report.numberAssigner = nil
      }
      if reference.sender(report.source)?.updateMode == .snapshot {
        report.updateMode = .snapshot
        // Newer replaces older whole: then what the message tells under one number is one.
        let known = result.firstIndex { $0.institution == institution && $0.report.reportNumber == report.reportNumber }
        if let known, result[known].report.patient == report.patient {
          result[known].report.absorb(report)
          continue
        }
      }
      result.append((report, institution))
    }
    return result
  }

  /// What institutions say of their own patients' numbers, each with the code of its institution.
  ///
  /// - Throws: `Refusal` for a source that nobody knows, or that is not the feed's.
  func resolvedEvents(_ message: Message, _ findings: inout [Finding]) throws(Refusal) -> [IncomingPatientEvent] {
    var result: [IncomingPatientEvent] = []
    for event in message.patientEvents {
      var event = event
      let institution = try institution(of: event.source, in: message.dialect)
      event.patient.identifiers = ownIdentifiers(event.patient.identifiers, institution, &findings)
      if let prior = event.prior {
        event.prior?.identifiers = ownIdentifiers(prior.identifiers, institution, &findings)
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
    if let known, let feedOf, known != feedOf {
      throw Refusal(
        Finding(
          .notYourInstitution, "it names another institution than the one whose feed this is said to be", at: place))
    }
    let isOfFeed = dialect == .fhirJSON || dialect == .fhirXML
    guard let institution = known ?? (isOfFeed ? feedOf : nil) else {
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
      if let feedOf, institution.code != feedOf {
        throw Refusal(
          Finding(
            .notYourInstitution, "it names another institution than the one whose feed this is said to be", at: place))
      }
      return institution.code
    }
    guard let feedOf, dialect == .fhirJSON || dialect == .fhirXML else {
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

  /// Without the record numbers that another institution assigned: by them a stranger would be found here.
  private func ownIdentifiers(
    _ identifiers: [Identifier], _ institution: String, _ findings: inout [Finding]
  ) -> [Identifier] {
    guard identifiers.contains(where: { $0.assigner != nil }) else { return identifiers }
    var own: [Identifier] = []
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
    return own
  }
}
