import Catalogue
import Clinical
import Savings

extension ReportContents {
  var coverageSection: ReportSection {
    var section = ReportSection(title: Words("上传与时效", "Coverage and lateness"))
    section.add(
      note: Words(
        "\(coverage.institutions) 家机构中 \(coverage.uploading) 家有上传（\(share(coverage.coverage))）。中断：最近一次报告距今超过其惯常间隔（其报告日间隔的 95 百分位）的 \(reference.policy.silentAfterGaps) 倍。",
        "\(coverage.uploading) of \(coverage.institutions) institutions upload (\(share(coverage.coverage))). Silent: the last report is older than \(reference.policy.silentAfterGaps) times the usual gap (what 95 of 100 gaps between its days with reports do not exceed)."
      ), language)
    if coverage.uploading > 0 { section.add(figure: bars.svg, barsCaption, language) }
    section.add(institutionsTable, language)
    section.add(latenessTable, language)
    return section
  }

  private func share(_ value: Double?) -> String { ReportTable.Cell.share(value).text(language) }

  private var barsCaption: Words {
    Words(
      "在目标时限内的比例（内 / 计）：报告 = 采集（检查：执行）至首次终审报告；上传 = 报告至登记入库。时限见 policy.yaml 的 reportWithin 与 uploadWithin。",
      "Share within target (within / judged): reported = from collected (examinations: performed) to first final report; uploaded = from there to recorded here. Targets: reportWithin and uploadWithin of policy.yaml."
    )
  }

  private var bars: ShareBars {
    let (reported, uploaded) = (language.text(Words("报告", "reported")), language.text(Words("上传", "uploaded")))
    func bar(
      _ label: String, _ style: String, _ entries: [CoverageAudit.Timeliness],
      _ figures: KeyPath<CoverageAudit.Timeliness, DurationFigures>
    ) -> ShareBars.Bar {
      let judged = entries.reduce(0) { $0 + $1[keyPath: figures].judged }
      let within = entries.reduce(0) { $0 + $1[keyPath: figures].withinTarget }
      let rate = judged == 0 ? nil : Double(within) / Double(judged)
      return ShareBars.Bar(label: label, style: style, value: rate ?? 0, figure: "\(share(rate)) (\(within)/\(judged))")
    }
    let groups = coverage.rows.filter { $0.reports > 0 }.map { row in
      let own = coverage.timeliness.filter { $0.institution == row.institution }
      return [
        bar(row.institution, "dark", own, \.reporting), bar(row.institution, "hatched", own, \.uploading),
      ]
    }
    return ShareBars(
      label: language.text(barsCaption), legend: [(reported, "dark"), (uploaded, "hatched")], groups: groups, end: 1)
  }

  private var institutionsTable: ReportTable {
    var table = ReportTable(
      name: "coverage", title: Words("各机构上传", "Uploads by institution"),
      denominator: Words("映射率以该机构结果数为分母。", "Mapped is of the institution's results."),
      columns: [
        .init(key: "institution", title: Words("机构", "Institution"), kind: .words),
        .init(key: "reports", title: Words("报告", "Reports")), .init(key: "results", title: Words("结果", "Results")),
        .init(key: "mappedShare", title: Words("已映射", "Mapped")),
        .init(key: "lastReported", title: Words("最近报告", "Last report"), kind: .code),
        .init(key: "usualGapDays", title: Words("惯常间隔（天）", "Usual gap, days")),
        .init(key: "daysSinceLast", title: Words("距今（天）", "Days since")),
        .init(key: "standing", title: Words("状态", "Feed"), kind: .code),
        .init(key: "verifiedFen", title: Words("已核实节约", "Verified savings")),
      ])
    table.rows = coverage.rows.map { row in
      [
        .code(row.institution, Words(institution(row.institution), institution(row.institution))), .count(row.reports),
        .count(row.results), .share(row.results == 0 ? nil : Double(row.mappedResults) / Double(row.results)),
        .words(String(row.lastReported?.prefix(10) ?? "")), row.rhythm.usualGapDays.map { .count($0) } ?? .empty,
        row.rhythm.daysSinceLast.map { .count($0) } ?? .empty,
        .code(row.rhythm.standing.rawValue, row.rhythm.standing.words), .fen(row.verifiedFen),
      ]
    }
    return table
  }

  private var latenessTable: ReportTable {
    func columns(_ key: String, _ words: Words) -> [ReportTable.Column] {
      [
        .init(key: key + "Measured", title: Words("\(words.zh)计时数", "\(words.en), timed")),
        .init(key: key + "MedianMinutes", title: Words("中位", "Median")),
        .init(key: key + "P95Minutes", title: Words("95 百分位", "95 %")),
        .init(key: key + "Judged", title: Words("判定数", "Judged")),
        .init(key: key + "WithinTarget", title: Words("达标", "In target")),
      ]
    }
    var table = ReportTable(
      name: "lateness", title: Words("时效：按机构与类别", "Lateness by institution and category"),
      denominator: Words("达标率以判定数为分母；中位与 95 百分位取自计时数。", "In target is of judged; median and 95 % are of timed."),
      columns: [
        .init(key: "institution", title: Words("机构", "Institution"), kind: .words),
        .init(key: "category", title: Words("类别", "Category"), kind: .code),
        .init(key: "reports", title: Words("报告", "Reports")),
      ] + columns("reporting", Words("报告", "Reported")) + columns("uploading", Words("上传", "Uploaded")))
    func cells(_ figures: DurationFigures) -> [ReportTable.Cell] {
      [
        .count(figures.measured), .minutes(figures.medianMinutes), .minutes(figures.p95Minutes), .count(figures.judged),
        .share(figures.shareWithinTarget),
      ]
    }
    table.rows = coverage.timeliness.filter { $0.reports > 0 }.map { entry in
      [
        .words(entry.institution),
        .code(entry.category ?? "", entry.category.flatMap(Category.init)?.words ?? Words("未映射", "not mapped")),
        .count(entry.reports),
      ] + cells(entry.reporting) + cells(entry.uploading)
    }
    table.printed = 60
    return table
  }
}

extension FeedRhythm.Standing {
  fileprivate var words: Words {
    switch self {
    case .regular: Words("正常", "regular")
    case .silent: Words("▲ 中断", "▲ silent")
    case .unknown: Words("数据太少", "too few days")
    case .never: Words("未上传", "never")
    }
  }
}

extension Category {
  fileprivate var words: Words {
    switch self {
    case .lab: Words("检验", "lab")
    case .imaging: Words("影像", "imaging")
    case .ecg: Words("心电", "ecg")
    case .ultrasound: Words("超声", "ultrasound")
    case .endoscopy: Words("内镜", "endoscopy")
    case .pathology: Words("病理", "pathology")
    case .function: Words("功能", "function")
    }
  }
}
