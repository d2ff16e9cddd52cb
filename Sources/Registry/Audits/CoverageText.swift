public import Clinical
import Savings

extension CoverageAudit {
  /// As a page for people: amounts in yuan.
  public var text: PrintedText {
    var lines: [PrintedText] = ["Coverage at \(period.at)\(period.words)"]
    lines.append("  \(uploading) of \(institutions) institutions upload (\(percent(coverage)))")
    let silent = rows.filter { $0.rhythm.standing == .silent }.map(\.institution)
    lines.append("  silent feeds: \(silent.isEmpty ? "none" : silent.joined(separator: ", "))")
    lines.append(
      "  (silent: the last report is older than silentAfterGaps times the gap that 95 of 100 gaps between its days do not exceed)"
    )
    for row in rows {
      let mapped = row.results == 0 ? nil : Double(row.mappedResults) / Double(row.results)
      lines.append(
        """
          \(row.institution) \(row.name): \(row.reports) reports, \(row.results) results (\(percent(mapped)) mapped), \
        last \(row.lastReported ?? "never"); \(row.prompts) prompts, \(row.accepted) accepted, \
        gross \(yuan(row.grossFen)), verified \(yuan(row.verifiedFen))
        """)
      lines.append("    feed \(row.rhythm.text)")
      for entry in timeliness where entry.institution == row.institution && entry.reports > 0 {
        lines.append(
          """
              \(entry.category ?? "not mapped"): \(entry.reports) reports; reported \(entry.reporting.text); \
          recorded \(entry.uploading.text)
          """)
      }
    }
    return lines.joined(separator: "\n")
  }
}

extension FeedRhythm {
  fileprivate var text: String {
    let since = daysSinceLast.map { "last report \($0) days ago" } ?? ""
    return switch standing {
    case .never: "never heard of"
    case .unknown: "\(since), \(gaps) gaps: too few to know its rhythm"
    case .silent: "SILENT: \(since), usually every \(usualGapDays ?? 0) days or sooner (\(gaps) gaps)"
    case .regular: "regular: \(since), usually every \(usualGapDays ?? 0) days or sooner (\(gaps) gaps)"
    }
  }
}

extension DurationFigures {
  fileprivate var text: String {
    """
    after \(duration(medianMinutes)) (median), \(duration(p95Minutes)) (95 %) of \(measured), \
    within target \(percent(shareWithinTarget)) of \(judged)
    """
  }
}

/// Minutes as people say them, or that there are none.
func duration(_ minutes: Double?) -> String {
  guard let minutes else { return "not computed" }
  if minutes < 120 { return "\(Int(minutes.rounded())) min" }
  return minutes < 2880 ? "\(Int((minutes / 60).rounded())) h" : "\(Int((minutes / 1440).rounded())) d"
}
