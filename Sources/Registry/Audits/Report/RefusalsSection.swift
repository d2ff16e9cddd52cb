import Catalogue
import Savings

extension ReportContents {
  var refusalsSection: ReportSection {
    var section = ReportSection(title: Words("不采纳的理由", "Refusals by reason"))
    let responses = rates.figures.total.responses
    let declined = responses.declined + responses.notRefusals
    let retests = rates.figures.total.retestJustified
    let allRetests = retests.values.reduce(0, +)
    let bars = RetestReason.allCases.compactMap { reason -> ShareBars.Bar? in
      guard let count = responses.reasons[String(reason.rawValue)] else { return nil }
      return ShareBars.Bar(
        label: "\(reason.rawValue) " + language.text(reason.words), style: reason.isRefusal ? "dark" : "hatched",
        value: Double(count), figure: "\(grouped(count)) (\(percent(Double(count) / Double(declined))))")
    }
    if !bars.isEmpty {
      section.add(
        figure: ShareBars(label: language.text(section.title), groups: bars.map { [$0] }).svg,
        Words(
          "占全部不采纳 \(declined) 条。斜线：98、99 不计为拒绝。", "Of all \(declined) declines. Hatched: 98 and 99 are no refusals."),
        language)
    }
    var table = ReportTable(
      name: "refusals-by-reason", title: Words("理由", "Reasons"),
      denominator: Words(
        "提示 \(responses.prompts) 条：采纳 \(responses.accepted)，拒绝 \(responses.declined)，非拒绝 \(responses.notRefusals)，未反馈 \(responses.noResponse)（不作拒绝解读）。不采纳共 \(declined)，已告知患者 \(responses.patientTold)。",
        "\(responses.prompts) prompts: \(responses.accepted) accepted, \(responses.declined) refused, \(responses.notRefusals) not refusals, \(responses.noResponse) without response (never read as a refusal). \(declined) declines, of \(responses.patientTold) the patient was told."
      ),
      columns: [
        .init(key: "reason", title: Words("理由", "Reason"), kind: .words),
        .init(key: "declined", title: Words("不采纳", "Declines")),
        .init(key: "shareOfDeclines", title: Words("占不采纳", "Share of \(declined)")),
        .init(key: "shareOfPrompts", title: Words("占提示", "Share of \(responses.prompts) prompts")),
        .init(key: "retestOrders", title: Words("开单时申明", "Declared with the order")),
        .init(key: "shareOfRetestOrders", title: Words("占申明", "Share of \(allRetests)")),
      ])
    func share(_ count: Int, _ of: Int) -> ReportTable.Cell { .share(of == 0 ? nil : Double(count) / Double(of)) }
    table.rows = RetestReason.allCases.map { reason in
      let code = String(reason.rawValue)
      let (count, retest) = (responses.reasons[code] ?? 0, retests[code] ?? 0)
      return [
        .code(code, Words("\(code) \(reason.words.zh)", "\(code) \(reason.words.en)")), .count(count),
        share(count, declined), share(count, responses.prompts), .count(retest), share(retest, allRetests),
      ]
    }
    section.add(table, language)
    return section
  }
}

extension RetestReason {
  fileprivate var words: Words { Words(nameZh, nameEn) }
}
