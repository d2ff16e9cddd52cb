import Catalogue
import Clinical
import Recognition
import Registry

extension RecordPages {
  /// One report with all that is seen of it.
  ///
  /// - Parameter more: what else stands at its end.
  func report(_ recorded: RecordedReport, @HTMLBuilder more: () -> HTML = { .none }) -> HTML {
    let report = recorded.report
    let zone = words.zone
    return tag("div") {
      tag("dl", .class("facts")) {
        fact(l("机构", "Where"), words.institution(recorded.institution))
        fact(l("报告号", "Report number"), report.reportNumber)
        fact(l("时间", "When"), zone.clinicalText(recorded.clinicalTime))
        if let reported = report.reported { fact(l("报告时间", "Reported"), zone.clinicalText(reported)) }
        if let department = report.department?.nonBlank { fact(l("科室", "Department"), department) }
        tag("dt", text: l("状态", "Status"))
        tag("dd") { words.mark(report.status) ?? HTML(l("最终报告", "final")) }
        if recorded.versions.count > 1 {
          fact(
            l("版本", "Versions"),
            l("共\(recorded.versions.count)版，最后更新", "\(recorded.versions.count), last at ")
              + zone.clinicalText(recorded.lastUpdated))
        }
        for study in report.studies {
          fact(
            l("影像", "Images"),
            [study.modality, study.studyInstanceUID ?? study.accessionNumber]
              .compactMap { $0 }.joined(separator: " "))
        }
      }
      paragraphs(l("所见", "Findings"), report.findingsText)
      paragraphs(l("结论", "Conclusion"), report.impression)
      if !recorded.results.isEmpty { results(recorded) }
      more()
    }
  }

  private func fact(_ name: String, _ value: String) -> HTML {
    var both = tag("dt", text: name)
    both += tag("dd", text: value)
    return both
  }

  private func paragraphs(_ title: String, _ text: String?) -> HTML {
    guard let text = text?.nonBlank else { return .none }
    return tag("section", .class("card")) {
      tag("h2", text: title)
      for line in text.split(whereSeparator: \.isNewline) { tag("p", text: line) }
    }
  }

  private func results(_ recorded: RecordedReport) -> HTML {
    let shown = recorded.results.prefix(Self.resultsTogether)
    return tag("div") {
      PageTable(
        caption: l("结果", "Results"),
        columns: [l("项目", "Item"), l("结果", "Result"), l("参考范围", "Range"), l("备注", "Note")],
        rows: shown.map { result in
          let code = result.observation.code
          let name = l.name(result.reading.item?.nameZh, result.reading.item?.nameEn) ?? code.display ?? code.identifier
          return [
            tag("strong", text: name), words.result(Timeline.Entry(recorded, result)), words.range(result),
            HTML([result.observation.method, result.observation.note].compactMap { $0 }.joined(separator: "; ")),
          ]
        }
      ).html
      if recorded.results.count > shown.count {
        tag(
          "p",
          text: l(
            "还有\(recorded.results.count - shown.count)项未显示。",
            "\(recorded.results.count - shown.count) more are not shown."))
      }
    }
  }

  private static var resultsTogether: Int { 300 }
}
