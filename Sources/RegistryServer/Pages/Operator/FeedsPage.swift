import Registry
import Savings

/// Feeds by institution, with silence and lateness.
struct FeedsPage {
  let visit: Visit
  let audit: CoverageAudit

  private var l: PageLanguage { visit.l }

  var page: Page {
    visit.page(l("数据来源", "Feeds")) {
      tag(
        "p",
        text: l(
          "\(audit.institutions)家机构，其中\(audit.uploading)家上传",
          "\(audit.institutions) institutions, \(audit.uploading) of which upload"))
      PageTable(
        caption: l("按机构", "By institution"),
        columns: [
          l("机构", "Institution"), l("状态", "Standing"), l("最近报告", "Last report"), l("报告", "Reports"),
          l("结果", "Results"), l("已映射", "Mapped"), l("上传延迟中位数", "Median upload delay"),
        ],
        rows: audit.rows.map(cells)
      ).html
    }
  }

  private func cells(_ row: CoverageAudit.Row) -> [HTML] {
    let late = audit.timeliness.filter { $0.institution == row.institution }.compactMap(\.uploading.medianMinutes).max()
    return [
      HTML(row.institution + " " + row.name), standing(row.rhythm),
      HTML(row.lastReported.map { String($0.prefix(10)) } ?? "–"),
      HTML(String(row.reports)), HTML(String(row.results)),
      HTML(row.results == 0 ? "–" : "\(row.mappedResults * 100 / row.results) %"),
      HTML(
        late.map { minutes in
          minutes < 120
            ? l("\(Int(minutes))分钟", "\(Int(minutes)) min") : l("\(Int(minutes / 60))小时", "\(Int(minutes / 60)) h")
        } ?? "–"),
    ]
  }

  private func standing(_ rhythm: FeedRhythm) -> HTML {
    switch rhythm.standing {
    case .regular: tag("span", .class("badge good"), text: l("正常", "regular"))
    case .silent:
      tag(
        "span", .class("badge bad"),
        text: l("中断\(rhythm.daysSinceLast ?? 0)天", "silent for \(rhythm.daysSinceLast ?? 0) days"))
    case .unknown: tag("span", .class("badge"), text: l("规律未知", "rhythm not known"))
    case .never: tag("span", .class("badge warn"), text: l("从未上传", "never uploaded"))
    }
  }
}
