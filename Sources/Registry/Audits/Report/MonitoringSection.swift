import Savings

extension ReportContents {
  private static let mostCharts = 12

  var monitoringSection: ReportSection {
    var section = ReportSection(title: Words("动态监测：控制图", "Monitoring: control charts"))
    let institutions = Dictionary(grouping: monitoring.rows, by: \.institution).sorted { $0.key < $1.key }
    section.add(
      note: Words(
        "界限：取该机构其他整月（自身偏离过大者除外，至少 \(ControlChart.fewestMonths) 个月）的中心 ± 3σ。比率用 \(ControlChart.laneyP.rawValue) 图，检查量与费用用 \(ControlChart.xmr.rawValue) 图。超界限（beyond-limits），或连续八个月在中心同一侧（run-of-eight），即为预警线索；月数或例数太少时不设界限。",
        "Limits: centre ± 3σ of the institution's other whole months, those far out left aside, \(ControlChart.fewestMonths) at least. Rates stand on a \(ControlChart.laneyP.rawValue) chart, tests and cost on an \(ControlChart.xmr.rawValue) chart. A month is out beyond a limit (beyond-limits), or as the eighth in a row on one side of the centre (run-of-eight); too few months or cases give no limits."
      ), language)
    addCharts(institutions, to: &section)
    section.add(overview(institutions), language)
    section.add(alertTable, language)
    section.tables.append(points)
    return section
  }

  private func addCharts(_ institutions: [(key: String, value: [MonitoringBooks.Row])], to section: inout ReportSection)
  {
    var charts: [(out: Int, tests: Int, drawing: ChartDrawing)] = []
    for (code, rows) in institutions {
      for measure in MonitoringMeasure.allCases {
        let points = rows.compactMap { $0.measures[measure] }
        guard points.contains(where: { $0.centre != nil }) else { continue }
        let isCost = measure == .cost
        let drawing = ChartDrawing(
          title: "\(code) · \(language.text(measure.words))", months: rows.map(\.month), points: points,
          tick: { measure.isRate ? decimal($0 * 100, places: 0) + "%" : decimal(isCost ? $0 / 100 : $0, places: 0) },
          isRate: measure.isRate)
        charts.append((points.count(where: \.isOut), rows.reduce(0) { $0 + $1.figures.tests }, drawing))
      }
    }
    let shown = charts.sorted { ($0.out, $0.tests) > ($1.out, $1.tests) }.prefix(Self.mostCharts)
    if shown.isEmpty {
      let causes = monitoring.rows.flatMap { $0.measures.values.compactMap { $0.unjudged?.rawValue } }
      let found = counts(causes.reduce(into: [:]) { $0[$1, default: 0] += 1 })
      return section.add(
        note: Words("没有可设界限的月份：\(found)。", "No month could be held against limits: \(found)."), language)
    }
    section.body += "<div class=\"charts\">" + shown.map { "<div>\($0.drawing.svg)</div>" }.joined() + "</div>"
    section.add(
      note: Words(
        "共 \(charts.count) 张有界限的图，\(charts.count { $0.out > 0 }) 张有出界月份；此处 \(shown.count) 张，出界多者在前，全部数据见 monitoring.csv。实线：中心；虚线：界限；大圆点：出界；空心：未判定。",
        "\(charts.count) charts have limits, \(charts.count { $0.out > 0 }) of them a month that is out; \(shown.count) are here, those with most out first, all data in monitoring.csv. Solid line: centre; dashed: limits; large dot: out; hollow: not judged."
      ), language)
  }

  private func overview(_ institutions: [(key: String, value: [MonitoringBooks.Row])]) -> ReportTable {
    var table = ReportTable(
      name: "monitoring-overview", title: Words("各机构概览", "By institution"),
      denominator: Words(
        "每格：期内合计；括号内为出界月数 / 已判定月数。", "In each cell the period's figure; in brackets months out / months judged."),
      columns: [.init(key: "institution", title: Words("机构", "Institution"), kind: .words)]
        + MonitoringMeasure.allCases.map { .init(key: $0.rawValue, title: $0.words) })
    table.rows = institutions.map { code, rows in
      [.code(code, Words(institution(code), institution(code)))]
        + MonitoringMeasure.allCases.map { measure in
          let points = rows.compactMap { $0.measures[measure] }
          let count = points.reduce(0) { $0 + $1.count }
          let of = points.compactMap(\.of).reduce(0, +)
          let value =
            measure.isRate
            ? ReportTable.Cell.share(of == 0 ? nil : Double(count) / Double(of)).text(language)
            : measure == .cost ? money(count) : grouped(count)
          return .words("\(value) (\(points.count(where: \.isOut))/\(points.count { $0.centre != nil }))")
        }
    }
    return table
  }

  private var alertTable: ReportTable {
    var table = ReportTable(
      name: "alerts", title: Words("预警与处置", "Alerts and what became of them"),
      denominator: Words(
        "共 \(alerts.alerts.count) 条："
          + AlertStep.allCases.map { "\($0.words.zh) \(alerts.states[$0.rawValue] ?? 0)" }
          .joined(separator: "，"),
        "\(alerts.alerts.count) in all: "
          + AlertStep.allCases.map { "\(alerts.states[$0.rawValue] ?? 0) \($0.words.en)" }.joined(separator: ", ")),
      columns: [
        .init(key: "alert", title: Words("预警", "Alert"), kind: .code),
        .init(key: "value", title: Words("值", "Value")), .init(key: "centre", title: Words("中心", "Centre")),
        .init(key: "lower", title: Words("下限", "Lower")), .init(key: "upper", title: Words("上限", "Upper")),
        .init(key: "rules", title: Words("规则", "Rule"), kind: .words),
        .init(key: "state", title: Words("状态", "State"), kind: .words),
        .init(key: "lastStep", title: Words("最近一步", "Last step"), kind: .words),
      ])
    table.rows = alerts.alerts.map { alert in
      let finding = alert.finding
      let measure = MonitoringMeasure.allCases.first { alert.alert.contains("/\($0.rawValue)/") } ?? .tests
      func cell(_ value: Double) -> ReportTable.Cell { measure.cell(value) }
      return [
        .words(alert.alert), cell(finding.value), cell(finding.centre), cell(finding.lower), cell(finding.upper),
        .words(finding.rules.map(\.rawValue).joined(separator: " ")), .code(alert.state.rawValue, alert.state.words),
        .words(alert.steps.last.map { "\($0.at.prefix(10)) \($0.by)" } ?? ""),
      ]
    }
    table.printed = 30
    return table
  }

  /// Every point of every chart: in the file alone.
  private var points: ReportTable {
    var table = ReportTable(
      name: "monitoring", title: Words("控制图数据", "Points of the charts"), denominator: Words("", ""),
      columns: [
        "institution", "month", "measure", "count", "of", "value", "centre", "lower", "upper", "others", "unjudged",
        "rules",
      ].map { .init(key: $0, title: Words($0, $0)) })
    for row in monitoring.rows {
      for measure in MonitoringMeasure.allCases {
        guard let point = row.measures[measure] else { continue }
        table.rows.append([
          .words(row.institution), .words(row.month), .words(measure.rawValue), .count(point.count),
          point.of.map { .count($0) } ?? .empty, .number(point.value), .number(point.centre), .number(point.lower),
          .number(point.upper), .count(point.others), .words(point.unjudged?.rawValue ?? ""),
          .words(point.rules.map(\.rawValue).joined(separator: " ")),
        ])
      }
    }
    return table
  }
}

extension MonitoringMeasure {
  fileprivate var isRate: Bool { chart == .laneyP }

  fileprivate func cell(_ value: Double) -> ReportTable.Cell {
    switch self {
    case .tests: .number(value)
    case .cost: .fen(Int(value.rounded()))
    case .positiveRate, .repeatRate, .recognitionRate, .largeEquipmentShare: .share(value)
    }
  }

  fileprivate var words: Words {
    switch self {
    case .tests: Words("检查量", "Tests")
    case .cost: Words("检查费用（元）", "Cost (¥)")
    case .positiveRate: Words("阳性率", "Positive rate")
    case .repeatRate: Words("重复率", "Repeat rate")
    case .recognitionRate: Words("采纳率", "Recognition rate")
    case .largeEquipmentShare: Words("大型设备占比", "Large equipment")
    }
  }
}

extension AlertStep {
  fileprivate var words: Words {
    switch self {
    case .found: Words("发现", "found")
    case .warned: Words("预警", "warned")
    case .handled: Words("处置", "handled")
    case .answered: Words("反馈", "answered")
    }
  }
}
