public import Clinical
import Savings

extension MonitoringAudit {
  /// As a page for people: amounts in yuan.
  public var text: PrintedText {
    var lines: [PrintedText] = [
      "Monitoring at \(period.at)\(period.words)",
      "  limits: 3 sigma about the centre of the institution's other whole months that are not far out themselves, \(ControlChart.fewestMonths) of them or more;",
      "  rates on a \(ControlChart.laneyP.rawValue) chart, tests and cost on an \(ControlChart.xmr.rawValue) chart",
    ]
    var institution: String?
    for row in rows {
      if row.institution != institution { lines += ["", PrintedText(row.institution)] }
      institution = row.institution
      let measures = MonitoringMeasure.allCases.compactMap { measure in
        row.measures[measure].map { "\(measure.rawValue) \($0.text(measure))" }
      }
      lines.append("  \(row.month)\(row.isWhole ? "" : " (not whole)")  \(measures.joined(separator: "; "))")
      for measure in MonitoringMeasure.allCases {
        if let why = row.measures[measure]?.why(measure) { lines.append("    OUT \(measure.rawValue): \(why)") }
      }
    }
    for measure in MonitoringMeasure.allCases {
      let points = rows.compactMap { $0.measures[measure] }
      let causes = points.reduce(into: [:]) { $0[$1.unjudged?.rawValue, default: 0] += 1 }
      let unjudged = counts(causes.reduce(into: [:]) { if let cause = $1.key { $0[cause] = $1.value } })
      lines += measure == .tests ? [""] : []
      lines.append(
        "\(measure.rawValue): \(causes[nil] ?? 0) of \(points.count) months held against limits; not: \(unjudged)")
    }
    return lines.joined(separator: "\n")
  }
}

extension ControlChart.Point {
  /// The value with what it is of.
  func text(_ measure: MonitoringMeasure) -> String {
    of.map { "\(percent(value)) of \($0)" } ?? measure.text(Double(count))
  }

  /// Why it is out, and why the limit is where it is; nil when it is not.
  func why(_ measure: MonitoringMeasure) -> String? {
    guard isOut, let value, let centre, let lower, let upper, let sigma else { return nil }
    let reasons = rules.map { rule in
      switch rule {
      case .beyondLimits:
        value > upper
          ? "above the upper limit \(measure.text(upper))" : "below the lower limit \(measure.text(lower))"
      case .runOfEight: "the eighth month in a row on this side of the centre"
      }
    }
    let wider = sigmaZ.map { ", σz \(($0 * 100).rounded() / 100)" } ?? ""
    let trial = others < ControlChart.settledMonths ? ", trial limits" : ""
    return """
      \(text(measure)) is \(reasons.joined(separator: " and ")) (\(rules.map(\.rawValue).joined(separator: ", "))); limits \
      \(measure.text(lower)) to \(measure.text(upper)) = centre \(measure.text(centre)) ± 3 × \(measure.text(sigma))\(wider), \
      of \(others) other months\(trial)
      """
  }
}

extension MonitoringMeasure {
  /// A value of it, as people read it.
  func text(_ value: Double) -> String {
    switch self {
    case .tests: value == value.rounded() ? String(Int(clamping: value)) : String((value * 10).rounded() / 10)
    case .cost: yuan(Int(clamping: value.rounded()))
    case .positiveRate, .repeatRate, .recognitionRate, .largeEquipmentShare: percent(value)
    }
  }
}

extension Int {
  /// As near as it can be counted.
  init(clamping value: Double) { self = Int(exactly: value.rounded()) ?? (value > 0 ? .max : value < 0 ? .min : 0) }
}
