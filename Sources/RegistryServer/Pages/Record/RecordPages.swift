import Catalogue
import Clinical
import Recognition
import Registry

/// A health record on pages, the same for whoever may see it: all items, one item over the years, one report.
struct RecordPages {
  let timeline: Timeline
  /// Where the record stands.
  let base: PagePath
  let l: PageLanguage
  let words: ResultWords

  init(_ record: HealthRecord, at base: PagePath, _ l: PageLanguage) {
    timeline = Timeline(record)
    (self.base, self.l) = (base, l)
    words = ResultWords(l: l, reference: record.reference)
  }

  private var record: HealthRecord { timeline.record }
  private var zone: RegistryZone { record.reference.zone }

  /// Items of one page; a page stays small, however much there is.
  static let itemsTogether = 36
  static let rowsTogether = 100
  static let narrativesTogether = 20

  // MARK: All of it

  /// - Parameter page: from 1.
  func overview(page: Int) -> HTML {
    let rows = timeline.rows
    let shown = rows.page(page, of: Self.itemsTogether)
    return tag("section", .id("results"), .init("aria-labelledby", "results-title")) {
      tag("h2", .id("results-title")) {
        l("结果", "Results")
        " (\(rows.reduce(0) { $0 + $1.entries.count }))"
      }
      if rows.isEmpty { tag("p", text: l("没有可显示的检验结果。", "There are no results to show.")) }
      tag("ul", .class("items")) { for row in shown { card(row) } }
      PageLinks(page: page, count: rows.pages(of: Self.itemsTogether), path: base, fragment: "results").html(l)
      if page == 1 { narratives }
    }
  }

  private func card(_ row: Timeline.Row) -> HTML {
    let newest = row.entries[0]
    return tag("li") {
      tag("h3") { link(base.part("items", row.key), row.name(l)) }
      tag("p") {
        words.value(of: newest)
        " "
        words.flag(newest.result.reading.flag)
        " "
        words.mark(newest.result.observation.status)
      }
      tag("p", .class("muted")) {
        if let range = newest.result.observation.referenceRange?.nonBlank { l("参考 ", "range ") + range + " · " }
        zone.day(newest.at) + " · " + words.institution(newest.report.institution)
        if row.entries.count > 1 { l(" · 共\(row.entries.count)次", " · \(row.entries.count) results") }
      }
      if let (trend, text) = row.trend(of: record.facts, l, zone) { trend.picture(text) }
    }
  }

  private var narratives: HTML {
    let all = timeline.narratives
    if all.isEmpty { return .none }
    return tag("section", .init("aria-labelledby", "reports-title")) {
      tag("h2", .id("reports-title"), text: l("检查报告", "Examinations") + " (\(all.count))")
      tag("ul", .class("plain")) {
        for report in all.prefix(Self.narrativesTogether) { narrative(report) }
      }
      if all.count > Self.narrativesTogether {
        tag("p") {
          link(base.part("items", "reports"), l("全部\(all.count)份报告", "All \(all.count) reports"))
        }
      }
    }
  }

  private func narrative(_ report: RecordedReport) -> HTML {
    tag("li", .class("card")) {
      tag("h3") { link(base.part("reports", report.id), report.name(l)) }
      tag("p", .class("muted")) {
        zone.day(report.clinicalTime) + " · " + words.institution(report.institution)
        " "
        words.mark(report.report.status)
        if !report.report.studies.isEmpty { l(" · 有影像", " · with images") }
      }
      if let text = report.report.impression ?? report.report.findingsText { tag("p", text: text.cut(to: 200)) }
    }
  }

  // MARK: One item

  /// The heading and the results of one item; nil for none of the record.
  ///
  /// - Parameter page: from 1.
  func item(_ key: String, page: Int) -> (title: String, body: HTML)? {
    if key == "reports" {
      let all = timeline.narratives
      let body = tag("ul", .class("plain")) {
        for report in all.page(page, of: Self.rowsTogether) { narrative(report) }
      }
      return (l("检查报告", "Examinations"), paged(body, page, of: all.count, base.part("items", key)))
    }
    guard let row = timeline.rows.first(where: { $0.key == key }) else { return nil }
    let shown = row.entries.page(page, of: Self.rowsTogether)
    let years = Dictionary(grouping: shown) { zone.date(of: $0.at).year }.sorted { $0.key > $1.key }
    let body = tag("div") {
      if let (trend, text) = row.trend(of: record.facts, l, zone) {
        tag("figure", .class("card")) {
          trend.picture(text)
          tag("figcaption", .class("muted"), text: text)
        }
      }
      for (place, (year, entries)) in years.enumerated() {
        tag("details", .class("card"), .flag("open", place == 0)) {
          tag("summary", text: l("\(year)年（\(entries.count)）", "\(year) (\(entries.count))"))
          table(entries, caption: row.name(l) + " " + String(year))
        }
      }
    }
    return (row.name(l), paged(body, page, of: row.entries.count, base.part("items", key)))
  }

  private func table(_ entries: [Timeline.Entry], caption: String) -> HTML {
    PageTable(
      caption: caption,
      columns: [l("时间", "When"), l("结果", "Result"), l("参考范围", "Range"), l("机构", "Where"), l("报告", "Report")],
      rows: entries.map { entry in
        [
          HTML(zone.clinicalText(entry.at)), words.result(entry), words.range(entry.result),
          HTML(words.institution(entry.report.institution)),
          tag("span") { link(base.part("reports", entry.report.id), entry.report.name(l)) },
        ]
      }
    ).html
  }

  private func paged(_ body: HTML, _ page: Int, of count: Int, _ path: PagePath) -> HTML {
    tag("div") {
      body
      PageLinks(page: page, count: (count + Self.rowsTogether - 1) / Self.rowsTogether, path: path).html(l)
    }
  }
}
