public import Clinical

/// All that is decided of a person by: what an engine that is elsewhere tells in one answer.
public struct PersonFile: Sendable {
  /// A record, with what is said of its patient, the oldest first.
  public struct Record: Sendable {
    public var link: PersonLink
    public var identities: [Patient]

    public init(link: PersonLink, identities: [Patient]) { (self.link, self.identities) = (link, identities) }
  }

  /// The person's own, then those that may be, each with the grade `possible`.
  public var records: [Record]
  /// Of the records' reports, record by record.
  public var versions: [StoredReportVersion]

  public init(records: [Record], versions: [StoredReportVersion]) {
    (self.records, self.versions) = (records, versions)
  }

  public var links: [PersonLink] { records.map(\.link) }
}

/// What a snapshot tells of persons as a whole.
public protocol PersonFilesReading {
  /// A person's file, as known at a moment; without records where nobody has the code then.
  func personFile(_ code: String, knownAt: Instant?) throws -> PersonFile
}
