public import Catalogue
public import Clinical
import Recognition

/// A test that was done, with what was found of it: all that audits of repeats and monitoring ask.
public struct QuestionLine: PageLine {
  public static let kind = PageKind.question

  /// What was found, of one of the two ways to ask.
  public struct Finding: Sendable, Hashable {
    public var kind: RepeatFinding.Kind
    public var priceFen: Int?
    /// The institutions whose results stand in, or would; in byte order, joined by `+`.
    public var sources: String?

    public init(_ finding: RepeatFinding) {
      kind = finding.kind
      priceFen = finding.priceFen
      let institutions = Set(finding.chosen.map(\.candidate.institution)).sorted()
      sources = institutions.isEmpty ? nil : institutions.joined(separator: "+")
    }
  }

  public let institution: String
  public let item: String
  public let setting: Setting
  public let department: String?
  public let clinician: String?
  /// When it was ordered.
  public let time: Instant
  /// From then on it has happened: ordered and done.
  public let happenedAt: Instant
  /// From then on nothing that is recorded now changes what was found. Audits of an earlier time ask anew.
  public var settledAt: Instant
  /// With all that had been reported anywhere by then.
  public let connected: Finding
  /// With what this registry had recorded by then.
  public let recorded: Finding
  /// What the test cost when it was ordered; nil: no price is known.
  public let fen: Int?
  /// Results of its report whose flag is known, and of those the abnormal or critical ones: counted once for the first of the report's
  /// questions that is in a period.
  public var flagged = 0
  public var positive = 0
  /// Where the questions of a report may not all be in a period: its number in the person's history from 1 on, and which of its questions
  /// this is. Else only the first question carries the results.
  public var reportPlace: (report: Int, question: Int)?

  /// - Parameter recorded: the finding of the same question.
  public init(
    _ question: RepeatQuestion, connected: RepeatFinding, recorded: RepeatFinding, reference: ReferenceData
  ) {
    institution = question.institution.code
    item = question.item.code
    setting = question.setting
    department = question.department
    clinician = question.clinician
    time = question.orderedAt
    happenedAt = max(question.orderedAt, question.clinicalTime)
    settledAt = happenedAt
    self.connected = Finding(connected)
    self.recorded = Finding(recorded)
    fen = question.fen(in: reference)
  }

  public func finding(asIfConnected: Bool) -> Finding { asIfConnected ? connected : recorded }

  enum Column: Int, CaseIterable {
    case institution, item, setting, department, clinician
    /// Both in milliseconds from the order on.
    case happened, settled
    case connectedKind, connectedPrice, connectedSources, recordedKind, recordedPrice, recordedSources
    case price, flagged, positive, reportPlace
  }

  public func values(_ word: (String) throws -> Int64) rethrows -> [Int64] {
    func price(_ fen: Int?) -> Int64 { fen.map { Int64($0) + 1 } ?? 0 }
    func after(_ moment: Instant) -> Int64 { moment.milliseconds &- time.milliseconds }
    func finding(_ finding: Finding) throws -> [Int64] {
      [finding.kind.number, price(finding.priceFen), try finding.sources.map(word) ?? 0]
    }
    let who: [Int64] = [
      try word(institution), try word(item), try word(setting.rawValue), try department.map(word) ?? 0,
      try clinician.map(word) ?? 0,
    ]
    let what = try finding(connected) + finding(recorded)
    let place = reportPlace.map { Int64($0.report) << 24 | Int64($0.question) } ?? 0
    return who + [after(happenedAt), after(settledAt)] + what
      + [price(fen), Int64(flagged), Int64(positive), place]
  }
}

extension RepeatFinding.Kind {
  /// What stands for it in a page.
  var number: Int64 {
    switch self {
    case .needed: 0
    case .avoidable: 1
    case .partly: 2
    case .lost(.notListed): 3
    case .lost(.noQualityCertificate): 4
    case .lost(.both): 5
    case .justified(let reason): 100 + Int64(reason.rawValue)
    }
  }

  init?(number: Int64) {
    switch number {
    case 0: self = .needed
    case 1: self = .avoidable
    case 2: self = .partly
    case 3: self = .lost(.notListed)
    case 4: self = .lost(.noQualityCertificate)
    case 5: self = .lost(.both)
    default:
      guard let reason = RetestReason(rawValue: Int(number &- 100)) else { return nil }
      self = .justified(reason)
    }
  }
}
