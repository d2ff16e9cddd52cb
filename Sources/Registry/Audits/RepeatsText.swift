public import Clinical
import Savings

extension RepeatsAudit {
  /// As a page for people: amounts in yuan.
  public var text: PrintedText {
    let basis = asIfConnected ? "as if all had been connected" : "by what this registry had recorded then"
    var lines: [PrintedText] = ["Repeated tests, \(basis), at \(period.at)\(period.words)", figures.total.text]
    for row in figures.rows { lines += ["", PrintedText(row.title), row.figures.text] }
    for finding in findings ?? [] {
      let priors = finding.priors.map { "\($0.institution) \($0.reportId)" }.joined(separator: ", ")
      let words: [String] = [
        finding.orderedAt, finding.institution, finding.department ?? "-", finding.clinician ?? "-", finding.person,
        finding.item, finding.reportId, [finding.kind, finding.reason].compactMap { $0 }.joined(separator: " "),
        finding.priceFen.map(yuan) ?? "unknown", finding.hoursApart.map { "\($0) h after" } ?? "", priors,
      ]
      lines.append(words.map(PrintedText.init).joined(separator: "\t"))
    }
    return lines.joined(separator: "\n")
  }
}

extension RepeatFigures {
  fileprivate var text: PrintedText {
    let reasons = justified.sorted { $0.key < $1.key }.map { "\($0.value) for reason \($0.key)" }
    var lines: [PrintedText] = [
      "  examined     \(examined)",
      "  avoidable    \(avoidable), \(yuan(avoidableFen)), \(unknownPrice) of them without a price",
      "  in part      \(partly), \(yuan(partlyFen)), \(partlyUnknownPrice) of them without a price",
      "  justified    \(reasons.isEmpty ? "none" : reasons.joined(separator: ", "))",
    ]
    for cause in RepeatFinding.LostCause.allCases {
      guard let lost = lost[cause.rawValue], lost.n > 0 else { continue }
      lines.append("  lost         to \(cause.rawValue): \(lost.n), \(yuan(lost.fen))")
    }
    return lines.joined(separator: "\n")
  }
}
