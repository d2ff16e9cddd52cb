public import Catalogue
public import Clinical

/// A result of the person that might stand in, with everything the checks ask (recognition.md, "What a candidate
/// carries").
public struct Candidate: Sendable {
  /// What the clinical time is taken from.
  public enum Basis: String, Sendable {
    case collected, observed, performed, reported
  }

  /// Of the local code; the checks look at it, the price at the ordered one.
  public let item: Item
  /// The code of the source institution, S.
  public let institution: String
  /// nil when the catalogue does not know the source.
  public let source: Institution?
  /// The code of the performer, P, or its identifier as written.
  public let performer: String
  /// nil when the catalogue does not know the performer.
  public let performing: Institution?
  public let reportID: String
  /// The content digest of the report's newest version.
  public let version: String
  /// OBX-4, empty where there is none or the report itself is the result.
  public let subID: String
  public internal(set) var status = ResultStatus.unknown
  public internal(set) var clinicalTime: Instant?
  public internal(set) var clinicalTimeBasis: Basis?
  public internal(set) var reported: Instant?
  /// A value that is a number.
  public internal(set) var numeric: NumericText?
  /// As sent, else that of the code map's row.
  public internal(set) var unit: String?
  /// In the item's unit; nil where it is no number or not comparable.
  public internal(set) var normalizedValue: Double?
  /// A value in words, line by line; of examinations the findings.
  public internal(set) var words: [String] = []
  /// What is shown in words: the value, and beside it what the report says of the same item besides, organism by organism.
  public internal(set) var text: String?
  public internal(set) var referenceRange: String?
  public internal(set) var flag = Flag.unknown
  /// The catalogue code of the specimen: the stated one, else the item's own; nil when a spelling is unknown or nothing
  /// says.
  public internal(set) var specimen: String?
  /// What was examined: the stated sites, each with its side, else the item's own.
  public internal(set) var sites: [CandidateSite] = []
  public internal(set) var method: String?
  /// What the sender remarks about it.
  public internal(set) var note: String?
  public internal(set) var studies: [CandidateStudy] = []
  /// The result hangs on a person link still awaiting review.
  public internal(set) var identityUncertain = false
  /// The printed recognition mark, where the message carried one.
  public internal(set) var recognitionMark: String?

  init(item: Item, state: ReportState, subID: String, performer: String, performing: Institution?, source: Institution?)
  {
    self.item = item
    self.subID = subID
    self.performer = performer
    self.performing = performing
    self.source = source
    institution = state.institution
    reportID = state.report.reportNumber
    version = state.version
  }

  /// Who needs a certificate: the performer of a laboratory result, of others performer and source.
  public var certificateHolders: [(code: String, institution: Institution?)] {
    let performers = [(code: performer, institution: performing)]
    return item.category == .lab || institution == performer
      ? performers : performers + [(code: institution, institution: source)]
  }

  /// The sites of which something is said.
  public var statedSites: [CandidateSite] { sites.filter { $0 != CandidateSite() } }

  /// A value, findings or images; a diagnosis alone is none of them (国卫医发〔2022〕6号 Art. 2).
  public var hasResult: Bool { numeric != nil || !words.isEmpty || studies.contains(where: \.isNamed) }
}

/// A site of the body that was examined, with its side; codes as sent, nil where nothing is said.
public struct CandidateSite: Hashable, Sendable, Codable {
  public var bodySite: String?
  public var laterality: String?

  public init(bodySite: String? = nil, laterality: String? = nil) {
    self.bodySite = bodySite
    self.laterality = laterality
  }

  /// Whether another place is this one, as far as this one says which.
  public func holds(_ other: CandidateSite) -> Bool {
    (bodySite == nil || bodySite == other.bodySite) && (laterality == nil || laterality == other.laterality)
  }
}

/// The images behind a candidate.
public struct CandidateStudy: Hashable, Sendable {
  public let studyInstanceUID: String?
  public let accessionNumber: String?
  public let modality: String?
  /// Where they can be asked for.
  public let endpoint: String?
  /// What they show; empty where nothing says.
  public let sites: [CandidateSite]
  /// Whether they can be seen: not those that were asked for and not found, nor those known by an accession number alone of a source
  /// whose archive nobody knows.
  public let isAvailable: Bool

  /// - Parameters:
  ///   - archive: where the source's images can be asked for, if the study does not say.
  ///   - missing: UIDs, or accession numbers where a study has no UID, of what was asked for and not found.
  init(_ study: ImagingStudy, archive: String?, missing: Set<String>) {
    studyInstanceUID = study.studyInstanceUID
    accessionNumber = study.accessionNumber
    modality = study.modality
    let hasName = study.studyInstanceUID != nil || study.accessionNumber != nil
    endpoint = study.endpoint ?? (hasName ? archive : nil)
    sites = study.sites.map {
      CandidateSite(bodySite: $0.bodySite?.identifier, laterality: $0.laterality?.identifier)
    }
    let isMissing = (study.studyInstanceUID ?? study.accessionNumber).map(missing.contains) ?? false
    isAvailable = !isMissing && (study.studyInstanceUID != nil || endpoint != nil)
  }

  /// Whether anything names them.
  public var isNamed: Bool { studyInstanceUID != nil || accessionNumber != nil || endpoint != nil }
}
