public import Clinical

/// How each finding is told in the codes of the standards: the one table that every acknowledgement is written from.
public enum FindingTable {
  public struct Row: Hashable, Sendable {
    /// Whether a message is refused for it. `implausible-time` is also noted beside one that is taken.
    public let isFatal: Bool
    public let condition: ErrorCondition
    public let issue: IssueType
  }

  public static func row(of code: Finding.Code) -> Row {
    switch code {
    case .unreadable: fatal(.segmentSequence, .structure)
    case .doctypeRefused: fatal(.segmentSequence, .security)
    case .limitExceeded: fatal(.segmentSequence, .tooLong)
    case .unknownDialect: fatal(.unsupportedMessageType, .notSupported)
    case .unknownSender: fatal(.unknownKey, .unknown)
    case .missingSource: fatal(.requiredFieldMissing, .required)
    case .missingReportNumber: fatal(.requiredFieldMissing, .required)
    case .missingPatient: fatal(.requiredFieldMissing, .required)
    case .missingMessageTime: fatal(.requiredFieldMissing, .required)
    case .testMessage: fatal(.unsupportedProcessingID, .businessRule)
    case .implausibleTime: fatal(.dataType, .value)
    case .notYourInstitution: fatal(.unknownKey, .forbidden)
    case .conflictingPatient: fatal(.duplicateKey, .conflict)
    case .conflictingMessage: fatal(.duplicateKey, .conflict)
    case .dependentEntries: fatal(.segmentSequence, .businessRule)
    case .unreadableTime: noted(.dataType, .value)
    case .unreadableDate: noted(.dataType, .value)
    case .unreadableNumber: noted(.dataType, .value)
    case .invalidIdentifier: noted(.unknownKey, .value)
    case .unknownCode: noted(.tableValueNotFound, .codeInvalid)
    case .conflictingCodes: noted(.duplicateKey, .conflict)
    case .missingCode: noted(.requiredFieldMissing, .required)
    case .missingStatus: noted(.requiredFieldMissing, .required)
    case .missingUnit: noted(.requiredFieldMissing, .required)
    case .duplicateObservation: noted(.duplicateKey, .duplicate)
    case .danglingReference: noted(.unknownKey, .notFound)
    case .repairedMarkup: noted(.accepted, .structure)
    case .encodingMislabelled: noted(.dataType, .value)
    case .noResults: noted(.accepted, .incomplete)
    case .leftAside: noted(.accepted, .informational)
    case .older: noted(.accepted, .informational)
    }
  }

  private static func fatal(_ condition: ErrorCondition, _ issue: IssueType) -> Row {
    Row(isFatal: true, condition: condition, issue: issue)
  }

  private static func noted(_ condition: ErrorCondition, _ issue: IssueType) -> Row {
    Row(isFatal: false, condition: condition, issue: issue)
  }
}
