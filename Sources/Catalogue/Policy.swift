public import Clinical
import Yams

/// The registry's own choices: `policy.yaml`.
public struct Policy: Hashable, Sendable {
  public enum ConsentDefault: String, Sendable, CaseIterable {
    case permit, deny
  }

  public enum CriticalValues: String, Sendable, CaseIterable {
    case exclude, allow
  }

  /// IANA name.
  public var timeZone = "Asia/Shanghai"
  /// For reports that state no setting.
  public var defaultSetting = Setting.outpatient
  /// What holds where a person stated nothing. It has no default of its own: somebody must have chosen it.
  public var consentDefault: ConsentDefault
  public var critical = CriticalValues.exclude
  public var partialPanels = true
  /// In elapsed days of 24 hours.
  public var minimumAgeDays = 28
  /// Words that answer where a number is asked for (recognition.md, check 10), as `Spelling` folds them.
  public private(set) var quantitativeWords = Policy.usualQuantitativeWords
  /// What a comma in a number is.
  public var commaInNumbers = NumericText.Comma.none
  /// How many people the region has whose results may come here: the prior of the person index. Who is whom is no part of a decision's
  /// reference data, so this is not among the rows of its digest.
  public var population = 28_000_000
  /// From collected (examinations: performed) to reported.
  public var reportWithin = TimeTargets()
  /// From reported to recorded here.
  public var uploadWithin = TimeTargets()
  /// A feed is silent when its last report is older than so many times its usual gap.
  public var silentAfterGaps = 3

  public init(consentDefault: ConsentDefault) { self.consentDefault = consentDefault }

  /// Whether a text is an answer where a number is asked for, without regard to case and width.
  public func isQuantitativeWord(_ text: String) -> Bool { quantitativeWords.contains(Spelling.folded(text)) }

  /// There is nothing of it, or less than can be seen. `ND` is not among them: it also says that a test was not done.
  private static let usualQuantitativeWords: Set<String> = [
    "未检出", "未检测到", "未测出", "未查出", "未见", "阴性", "阴性(-)", "(-)", "低于检测限", "低于检测下限", "低于检出限", "低于最低检测限",
    "not detected", "none detected", "undetected", "undetectable", "target not detected", "none seen",
    "below detection limit", "below limit of detection", "negative", "neg",
  ]

  /// Every choice in force that decisions ask for, defaults included, as `key=value`: what its digest is made of. What only audits
  /// ask for is no part of it, so that another target leaves every decision's id as it is.
  var canonicalRows: [[String]] {
    var rows = [
      ["timeZone", timeZone], ["defaultSetting", defaultSetting.rawValue], ["consentDefault", consentDefault.rawValue],
      ["critical", critical.rawValue], ["partialPanels", String(partialPanels)],
      ["minimumAgeDays", String(minimumAgeDays)],
    ]
    // Choices that came later count where they are made: policies without them keep the digest they had.
    if quantitativeWords != Policy.usualQuantitativeWords {
      rows.append(["quantitativeWords"] + quantitativeWords.sorted())
    }
    if commaInNumbers != .none { rows.append(["commaInNumbers", commaInNumbers.rawValue]) }
    return rows
  }

  private static let example = "consentDefault: permit (or deny)"

  /// Reads the file; nil with problems when there is something wrong with it.
  static func read(_ bytes: [UInt8]?, problems: inout [ReferenceProblem]) -> Policy? {
    let file = ReferenceFolder.policyName
    func note(_ line: Int, _ column: String?, _ message: String) {
      problems.append(ReferenceProblem(file: file, line: line, column: column, message: message))
    }
    guard let bytes else {
      note(0, nil, "the file is missing: write it with at least the line \(example)")
      return nil
    }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    guard let text = String(validating: body, as: UTF8.self), let root = try? Yams.compose(yaml: text) else {
      note(1, nil, "not YAML in UTF-8, or empty: write one `key: value` a line, at least \(example)")
      return nil
    }
    guard let mapping = root.mapping else {
      note(1, nil, "not a list of `key: value` lines")
      return nil
    }
    let before = problems.count
    var policy = Policy(consentDefault: .deny)
    var statesConsent = false
    for (key, value) in mapping {
      let line = key.mark?.line ?? 0
      let name = key.string ?? ""
      let word = value.string ?? ""
      func choice<T: RawRepresentable & CaseIterable>(_ type: T.Type) -> T? where T.RawValue == String {
        if let choice = T(rawValue: word) { return choice }
        note(line, name, "not one of " + T.allCases.map(\.rawValue).joined(separator: ", "))
        return nil
      }
      switch name {
      case "timeZone":
        policy.timeZone = word
        if RegistryZone(identifier: word) == nil {
          note(line, name, "not a zone of the zone database: write Asia/Shanghai")
        }
      case "defaultSetting": policy.defaultSetting = choice(Setting.self) ?? policy.defaultSetting
      case "consentDefault":
        statesConsent = true
        policy.consentDefault = choice(ConsentDefault.self) ?? policy.consentDefault
      case "critical": policy.critical = choice(CriticalValues.self) ?? policy.critical
      case "partialPanels":
        if let flag = value.bool { policy.partialPanels = flag } else { note(line, name, "neither true nor false") }
      case "minimumAgeDays":
        if let days = value.int, days >= 0 {
          policy.minimumAgeDays = days
        } else {
          note(line, name, "not a whole number of days")
        }
      case "quantitativeWords":
        let words = value.sequence?.map { $0.string.map(Spelling.folded) ?? "" }
        if let words, !words.contains("") {
          policy.quantitativeWords = Set(words)
        } else {
          note(line, name, "not a list of words: write [未检出, not detected]; it takes the place of the usual ones")
        }
      case "commaInNumbers": policy.commaInNumbers = choice(NumericText.Comma.self) ?? policy.commaInNumbers
      case "population":
        if let people = value.int, people > 0 {
          policy.population = people
        } else {
          note(line, name, "not a number of people")
        }
      case "reportWithin": for problem in policy.reportWithin.read(value) { note(problem.line, name, problem.message) }
      case "uploadWithin": for problem in policy.uploadWithin.read(value) { note(problem.line, name, problem.message) }
      case "silentAfterGaps":
        if let gaps = value.int, gaps > 0 {
          policy.silentAfterGaps = gaps
        } else {
          note(line, name, "not a whole number of gaps, 1 or more")
        }
      default:
        let known =
          "timeZone, defaultSetting, consentDefault, critical, partialPanels, minimumAgeDays, quantitativeWords, commaInNumbers, population, reportWithin, uploadWithin, silentAfterGaps"
        note(line, name, "unknown key: the keys are \(known)")
      }
    }
    if !statesConsent { note(0, "consentDefault", "missing, and it has no default: write \(example)") }
    return problems.count == before ? policy : nil
  }
}
