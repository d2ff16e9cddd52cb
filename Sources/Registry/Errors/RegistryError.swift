public import Catalogue
public import Clinical
public import RegistryStore
public import Savings

/// What stops a use case. `ErrorTable` says how each is told. No personal datum: what a case carries is what the caller named, or a
/// code, a number or a state of the registry's own.
public enum RegistryError: Error, Hashable, Sendable, CustomStringConvertible {
  // Reference data and files.
  case noReference
  /// None was loaded by the time that was asked for.
  case noReferenceThen
  case rejectedReference([ReferenceProblem])
  case unreadable(path: String)
  case missingFolder(path: String)

  // What is named and not there.
  case unknownPerson
  case unknownInstitution(String)
  case unknownQuarantine(Int64)
  case unknownEvent(String)
  case unknownRecord(RecordName)
  case unknownTask(Int64)
  /// An institution has sent no report of the number that was given.
  case unknownReport(institution: String)
  case unknownReportOfRecord(RecordName, report: String)
  /// A version of the model of the person index that never held; those that did.
  case unknownModel(known: [String])

  // Events.
  /// An event that would not be read back as itself.
  case notRepeatable(kind: String)
  /// An event of the chain that cannot be read any more.
  case unreadableEvent(String, place: Int64)
  /// A decision of the past is not to be recorded.
  case pastDecision
  case noSigningKey

  // Acts on persons.
  /// Nobody could answer for an act without a name and a reason.
  case missingReason
  case onePersonAlready
  case differentResidentIDs
  /// A record that is another person's than the one it is to be split from.
  case recordOfAnother(RecordName)
  case recordJoinedAlready(RecordName)
  case wholePerson
  case wholeRecord(RecordName)
  case closedTask(Int64, ReviewTask.Outcome)
  case nothingToUndo(event: String)

  // Disputes.
  case disputedAlready
  case foundNotTheirs
  case settledAlready(areTheirs: Bool)
  case notDisputed

  // Alerts.
  case missingNote
  case unknownAlert
  case closedAlert
  /// A step out of order: what the alert has reached, and what follows it.
  case alertStepOutOfOrder(reached: AlertStep, next: AlertStep)

  // Accounts.
  case unknownAccount(Account.Kind)
  case accountExists
  case unusableAccountName
  /// A role that accounts of this kind may not have.
  case roleNotOfKind(Account.Kind)
  case institutionsNeeded
  /// A resident without a person code, or a person code of nobody who is a resident.
  case personOfResident
  /// A client by nothing to know it by, or a user by keys.
  case credentialsNeeded
  /// What is wrong with a JWK set; nothing of the keys themselves.
  case unusableKeys(PrintedText)
  case unusableCertificate(PrintedText)
  case certificateOfAnother
  /// Nobody says that it was they who changed an account.
  case actorNeeded

  public var description: String { ErrorTable.row(of: self).text.description }
}
