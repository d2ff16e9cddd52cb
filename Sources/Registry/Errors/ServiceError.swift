/// What stops a request before it reaches a use case. `ErrorTable` says how each is told. Says nothing of what was sent.
public enum ServiceError: Error, Hashable, Sendable, CaseIterable {
  // Who asks.
  /// It is not shown who asks, or what is shown is not believed. Which of it, only the log tells: nobody is to be helped in guessing.
  case notAuthenticated
  /// The role may not.
  case notAllowed
  /// The role may; the token was given for something else.
  case insufficientScope
  /// A client of several institutions that does not say for which it acts.
  case institutionNeeded
  /// Not an institution that the account is registered for.
  case notYourInstitution
  /// Too many failures from there: slower.
  case tooMany
  /// Name, password or code is not right: which of them, nobody is told.
  case signInFailed
  /// A password that is too short, too long, or the name itself.
  case weakPassword
  /// A change by a session, without what shows that it is meant by who is signed in.
  case formTokenNeeded

  // What is asked.
  case noRoute
  case wrongMethod
  case malformed
  case tooLarge
  case unsupportedMedia
  /// A request id that was used already.
  case replayed
  /// A request's own time lies more than 5 minutes from the clock.
  case timestampOff
  /// It did not come to its end in the time it has.
  case unfinished
  /// `knownAt`, from who is no auditor.
  case knownAtNotAllowed
  /// An opening for which a reason must be stated, without one.
  case reasonNeeded

  // Images.
  /// Of whose study is asked, nobody says.
  case personNeeded
  /// Not in what whoever asks may see of the person: whether there is one, nobody is told.
  case unknownStudy
  /// The source's archive does not have it, or there is no archive.
  case imagesMissing
  /// The archive does not give them in a form that is taken.
  case imagesNotAcceptable
  /// The archive sends nothing for five seconds.
  case imagesUnavailable
  /// The archive is not there, or does not show that it is itself, or breaks off.
  case archiveUnreachable
  /// The archive answers what nobody asked it for.
  case archiveRefused

  // Resources of FHIR.
  /// Nothing of this id, or nothing that whoever asks may hear of.
  case noResource
  /// A search that does not say whose resources.
  case patientNeeded
  /// A number alone, of a person who asks another's: whose it is, is told by a name or a birth date.
  case descriptionNeeded
  /// A number of a person in an address.
  case numbersInQuery
  /// What a parameter of a search says cannot be read.
  case searchValue
  /// A parameter that no search here knows, where that is not to be passed over.
  case searchUnknown
  /// A page of a search that was made too long ago, by another account, or before the service was started.
  case pageOver
  /// Neither JSON nor XML.
  case notAcceptable

  // The service.
  /// No answer in time, or a queue that is full: never read as "no prior result".
  case busy
  /// Not to be answered while it starts or ends.
  case unavailable
  /// What nobody foresaw.
  case `internal`

  /// The one that a status of HTTP stands for; nil for none of ours.
  public init?(status: Int) {
    switch status {
    case 400: self = .malformed
    case 401: self = .notAuthenticated
    case 403: self = .notAllowed
    case 404: self = .noRoute
    case 405: self = .wrongMethod
    case 406: self = .notAcceptable
    case 413: self = .tooLarge
    case 415: self = .unsupportedMedia
    case 429: self = .tooMany
    case 503: self = .busy
    default: return nil
    }
  }
}
