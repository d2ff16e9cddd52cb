import Clinical

/// What the flags of results say, by their spellings without regard to case and width: `flags.csv`, else what senders are known to
/// write, else *abnormal*, for nobody flags what is normal without saying so (recognition.md, "Flag").
public struct FlagTable: Sendable {
  private let own: [String: Flag]

  init(_ rows: [(spelling: String, flag: Flag)]) {
    own = Dictionary(rows.map { (Spelling.folded($0.spelling), $0.flag) }) { first, _ in first }
  }

  /// The worst of the flags sent with one result; nil when none was sent. Words beside a code are a note.
  public func flag(_ flags: [String]) -> Flag? {
    var worst: Flag?
    var hasWords = false
    for text in flags {
      if let known = known(text) {
        worst = max(worst ?? known, known)
      } else if let text = Filler.value(text) {
        if FlagTable.isWords(text) { hasWords = true } else { worst = max(worst ?? .abnormal, .abnormal) }
      }
    }
    return worst ?? (hasWords ? .abnormal : nil)
  }

  private func known(_ text: String) -> Flag? {
    if own.isEmpty, text == "N" { return .normal }
    let folded = Spelling.folded(text)
    return own[folded] ?? FlagTable.standard(folded)
  }

  /// What a spelling means where no row says otherwise: HL7 tables 0078 and ObservationInterpretation, and the words beside them.
  ///
  /// - Parameter folded: as `Spelling` folds it.
  static func standard(_ folded: String) -> Flag? {
    if let flag = words[folded] { return flag }
    if folded.hasPrefix("critical") || folded.hasPrefix("panic") || folded.contains("危急") { return .critical }
    return isDoubled(folded) ? .critical : nil
  }

  /// `HH`, `LLL`, `AA`, `H*`: one letter said twice or starred.
  private static func isDoubled(_ folded: String) -> Bool {
    let bytes = Array(folded.utf8.prefix(9))
    guard (2...8).contains(bytes.count), let first = bytes.first, first == 104 || first == 108 || first == 97 else {
      return false
    }
    let rest = bytes.drop { $0 == first }
    return rest.allSatisfy { $0 == 42 }
  }

  private static func isWords(_ text: String) -> Bool {
    text.count > 6 || text.unicodeScalars.contains { $0.isBlank }
  }

  private static let words: [String: Flag] = [
    "n": .normal, "normal": .normal, "正常": .normal, "neg": .normal, "negative": .normal, "阴性": .normal, "nd": .normal,
    "not detected": .normal, "nr": .normal, "non-reactive": .normal, "nonreactive": .normal, "s": .normal,
    "susceptible": .normal, "敏感": .normal,
    "a": .abnormal, "abnormal": .abnormal, "异常": .abnormal, "h": .abnormal, "high": .abnormal, "l": .abnormal,
    "low": .abnormal, "pos": .abnormal, "positive": .abnormal, "阳性": .abnormal, "det": .abnormal, "detected": .abnormal,
    "r": .abnormal, "reactive": .abnormal, "resistant": .abnormal, "耐药": .abnormal, "i": .abnormal,
    "intermediate": .abnormal, "中介": .abnormal,
  ]
}
