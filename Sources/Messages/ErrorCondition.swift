/// HL7 v2.5.1, table 0357: message error condition codes.
public enum ErrorCondition: String, Sendable, CaseIterable {
  case accepted = "0"
  case segmentSequence = "100"
  case requiredFieldMissing = "101"
  case dataType = "102"
  case tableValueNotFound = "103"
  case unsupportedMessageType = "200"
  case unsupportedProcessingID = "202"
  case unknownKey = "204"
  case duplicateKey = "205"
  case recordLocked = "206"
  case applicationInternal = "207"

  /// The table's own words.
  public var words: String {
    switch self {
    case .accepted: "Message accepted"
    case .segmentSequence: "Segment sequence error"
    case .requiredFieldMissing: "Required field missing"
    case .dataType: "Data type error"
    case .tableValueNotFound: "Table value not found"
    case .unsupportedMessageType: "Unsupported message type"
    case .unsupportedProcessingID: "Unsupported processing id"
    case .unknownKey: "Unknown key identifier"
    case .duplicateKey: "Duplicate key identifier"
    case .recordLocked: "Application record locked"
    case .applicationInternal: "Application internal error"
    }
  }
}
