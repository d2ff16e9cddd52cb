/// Where in a message something stands.
public struct Location: Hashable, Sendable {
  /// Counted from 1, in the file that was read.
  public var line: Int
  /// Counted from 1, in characters of that line, where the reader knows it; else 0.
  public var column: Int
  /// The way from the message's root, e.g. `/ORU_R01/PID[1]/PID.7`. Names only: never a value.
  public var path: String

  public init(line: Int, column: Int, path: String) {
    self.line = line
    self.column = column
    self.path = path
  }
}

/// Something worth knowing about a message that was accepted, or the reason why one was not.
///
/// `message` is written for the integrator who reads it at night: what is wrong and what to do. It holds no personal value.
public struct Finding: Hashable, Sendable {
  /// Stable codes; scripts count them.
  public enum Code: String, Sendable, CaseIterable {
    // Fatal: the message is quarantined whole (contracts: "Only this is fatal"). `implausible-time` beside an accepted message too.
    case unreadable
    case doctypeRefused = "doctype-refused"
    case limitExceeded = "limit-exceeded"
    case unknownDialect = "unknown-dialect"
    case unknownSender = "unknown-sender"
    case missingSource = "missing-source"
    case missingReportNumber = "missing-report-number"
    case missingPatient = "missing-patient"
    case missingMessageTime = "missing-message-time"
    case testMessage = "test-message"
    case implausibleTime = "implausible-time"
    case notYourInstitution = "not-your-institution"
    case conflictingPatient = "conflicting-patient"
    case conflictingMessage = "conflicting-message"
    case dependentEntries = "dependent-entries"
    // Beside an accepted message.
    case unreadableTime = "unreadable-time"
    case unreadableDate = "unreadable-date"
    case unreadableNumber = "unreadable-number"
    case invalidIdentifier = "invalid-identifier"
    case unknownCode = "unknown-code"
    case conflictingCodes = "conflicting-codes"
    case missingCode = "missing-code"
    case missingStatus = "missing-status"
    case missingUnit = "missing-unit"
    case duplicateObservation = "duplicate-observation"
    case danglingReference = "dangling-reference"
    case repairedMarkup = "repaired-markup"
    case encodingMislabelled = "encoding-mislabelled"
    case noResults = "no-results"
    case leftAside = "left-aside"
    /// A version that loses against one that is known already: kept, and changes no answer.
    case older
  }

  public var code: Code
  public var message: String
  public var location: Location

  public init(_ code: Code, _ message: String, at location: Location) {
    self.code = code
    self.message = message
    self.location = location
  }
}
