/// What `huren import` did, in the keys of the contracts.
public struct ImportSummary: Encodable, Sendable, Equatable {
  /// Reports, by what the messages said of them.
  public struct Reports: Encodable, Sendable, Equatable {
    public var new = 0
    public var corrected = 0
    public var cancelled = 0
    /// Versions that lost against one that was known already.
    public var older = 0
  }

  public var files = 0
  public var messages = 0
  public var accepted = 0
  public var duplicate = 0
  public var quarantined = 0
  public var reports = Reports()
  public var results = 0
  public var personsCreated = 0
  public var unmappedItems = 0
  /// What institutions said of their own patients' numbers: updates, merges, links; nil: nothing.
  public var patientEvents: Int?
  public var findings = 0
  public var seconds = 0.0

  public init() {}

  mutating func add(_ counts: MessageIngestion.Counts) {
    accepted += 1
    reports.new += counts.new
    reports.corrected += counts.corrected
    reports.cancelled += counts.cancelled
    reports.older += counts.older
    findings += counts.findings
    results += counts.results
    personsCreated += counts.personsCreated
    unmappedItems += counts.unmappedItems
    if counts.patientEvents > 0 { patientEvents = (patientEvents ?? 0) + counts.patientEvents }
  }
}

/// How far an import has come.
public struct ImportProgress: Sendable {
  public var messages: Int
  public var quarantined: Int
  public var bytesRead: Int
  /// Of all files, where that is known before (standard input and archives are not).
  public var bytesTotal: Int?
  public var seconds: Double
}

/// Why a message of this import, or a file, was not taken; for the text that follows an import.
public struct ImportProblem: Sendable, Hashable {
  public var label: String
  public var line: Int
  public var column: Int
  public var path: String
  public var code: String
  public var reason: String
}
