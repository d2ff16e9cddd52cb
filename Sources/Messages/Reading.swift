public import Clinical
public import XMLReading

/// What a dialect reader needs to know of the registry: where its clocks stand, and whose feed it reads.
public struct ReadingContext: Sendable {
  /// Where a time without zone is placed.
  public var zone: RegistryZone
  /// The source of messages that do not say whose they are (`huren import --from`).
  public var from: OrganizationReference?

  public init(zone: RegistryZone = .shanghai, from: OrganizationReference? = nil) {
    self.zone = zone
    self.from = from
  }
}

/// Why a message is quarantined whole; one of the fatal codes of `Finding.Code`.
public struct Refusal: Error, Hashable, Sendable {
  public var finding: Finding

  public init(_ finding: Finding) { self.finding = finding }

  public init(_ code: Finding.Code, _ message: String, at element: XMLElement) {
    finding = Finding(code, message, at: Location(element.location))
  }
}

/// What stands beside an accepted message, collected while it is read, and the small questions every dialect asks:
/// a filler is an absence, a time that cannot be placed is noted.
public struct ReadingNotes {
  private static let limit = 200

  public let context: ReadingContext
  public private(set) var findings: [Finding] = []
  /// How many findings there were beyond the limit.
  private var unlisted = 0

  public init(_ context: ReadingContext) { self.context = context }

  /// Notes something about an element. `message` says what and what to do; never a value.
  ///
  /// A message that is wrong in one way in ten thousand places says so two hundred times: finding the place of each costs time.
  public mutating func note(_ code: Finding.Code, _ message: String, at element: XMLElement) {
    if findings.count >= ReadingNotes.limit {
      unlisted += 1
      return
    }
    findings.append(Finding(code, message, at: Location(element.location)))
  }

  /// Says how many findings were not listed.
  mutating func close(at root: XMLElement) {
    guard unlisted > 0 else { return }
    let message = "\(unlisted) more findings are not listed: mend these first"
    findings.append(Finding(.leftAside, message, at: Location(root.location)))
  }

  /// The moment a text names; what is neither filler nor time is noted, and so is a time that cannot be meant: it is none.
  public mutating func instant(_ text: String?, at element: XMLElement) -> Instant? {
    guard let text, let time = Filler.time(text) else { return nil }
    if let instant = context.zone.instant(time) {
      if context.zone.isPlausible(instant) { return instant }
      note(.implausibleTime, "a time that cannot be (0001, 1900-01-01, 9999…): taken for none", at: element)
      return nil
    }
    note(.unreadableTime, "a time that cannot be placed: send YYYYMMDDhhmmss or an RFC 3339 time", at: element)
    return nil
  }

  /// The date a text names; what is neither filler nor date is noted.
  public mutating func date(_ text: String?, at element: XMLElement) -> CalendarDate? {
    guard let text, let time = Filler.time(text) else { return nil }
    if let date = CalendarDate(time) {
      if date.isPlausible { return date }
      note(.implausibleTime, "a date that cannot be (0001, 1900-01-01, 9999…): taken for none", at: element)
      return nil
    }
    note(.unreadableDate, "a date that is not in the calendar: send YYYYMMDD", at: element)
    return nil
  }
}

extension Location {
  /// Where an element stands.
  public init(_ location: XMLLocation) {
    self.init(line: location.line, column: location.column, path: location.path)
  }
}

extension XMLElement {
  /// The text, or nil when it is empty or a filler.
  var filled: String? { text.filled }

  /// An attribute's value, or nil when it is absent, empty or a filler.
  func filled(_ attribute: String) -> String? { self.attribute(attribute)?.filled }
}
