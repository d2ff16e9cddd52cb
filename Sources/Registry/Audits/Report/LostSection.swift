import Savings

extension ReportContents {
  var lostSection: ReportSection {
    var section = ReportSection(title: Words("错失的机会", "Lost opportunities"))
    let total = repeats.figures.total
    let causes: [(RepeatFinding.LostCause, Words)] = [
      (.notListed, Words("未列入互认清单", "not on a list")),
      (.noQualityCertificate, Words("无质控合格", "no quality certificate")), (.both, Words("两者皆缺", "both")),
    ]
    let bars = causes.map { cause, words -> [ShareBars.Bar] in
      let lost = total.lost[cause.rawValue]
      return [
        .init(
          label: language.text(words), style: "dark", value: Double(lost?.fen ?? 0),
          figure: "\(money(lost?.fen ?? 0)) (\(grouped(lost?.n ?? 0)))")
      ]
    }
    section.add(
      figure: ShareBars(label: language.text(section.title), groups: bars).svg,
      Words(
        "若补上清单或质控，本可互认而仍重复的检查：金额（笔数），按项目全价。",
        "Tests that were repeated and could have been spared but for a list or a certificate: yuan (tests), at the item's full price."
      ), language)
    section.add(
      note: Words(
        "以全部互联为前提，检视 \(grouped(total.examined)) 项检查：可避免 \(grouped(total.avoidable)) 项 \(money(total.avoidableFen))（无价 \(total.unknownPrice)），部分可避免 \(grouped(total.partly)) 项 \(money(total.partlyFen))，有据重复 \(grouped(total.justified.values.reduce(0, +))) 项。",
        "As if all had been connected, of \(grouped(total.examined)) tests: \(grouped(total.avoidable)) avoidable, \(money(total.avoidableFen)) (\(total.unknownPrice) without a price); \(grouped(total.partly)) in part, \(money(total.partlyFen)); \(grouped(total.justified.values.reduce(0, +))) repeated with a reason."
      ), language)
    var table = ReportTable(
      name: "lost-by-item", title: Words("按项目", "By item"),
      denominator: Words(
        "重复率 = 可避免 ÷ 检视数（各行）；错失合计最大者在前。",
        "Repeat rate = avoidable ÷ examined of each row; the largest loss first."),
      columns: [
        .init(key: "item", title: Words("项目", "Item"), kind: .words),
        .init(key: "examined", title: Words("检视", "Examined")),
        .init(key: "avoidable", title: Words("可避免", "Avoidable")),
        .init(key: "repeatRate", title: Words("重复率", "Repeat rate")),
        .init(key: "avoidableFen", title: Words("可避免金额", "Avoidable, ¥")),
        .init(key: "notListed", title: Words("未列清单", "Not listed")),
        .init(key: "notListedFen", title: Words("未列清单金额", "Not listed, ¥")),
        .init(key: "noQualityCertificate", title: Words("无质控", "No certificate")),
        .init(key: "noQualityCertificateFen", title: Words("无质控金额", "No certificate, ¥")),
        .init(key: "both", title: Words("皆缺", "Both")), .init(key: "bothFen", title: Words("皆缺金额", "Both, ¥")),
      ])
    func cells(_ first: ReportTable.Cell, _ figures: RepeatFigures) -> [ReportTable.Cell] {
      let rate = figures.examined == 0 ? nil : Double(figures.avoidable) / Double(figures.examined)
      return [
        first, .count(figures.examined), .count(figures.avoidable), .share(rate), .fen(figures.avoidableFen),
      ]
        + causes.flatMap { cause, _ -> [ReportTable.Cell] in
          let lost = figures.lost[cause.rawValue]
          return [.count(lost?.n ?? 0), .fen(lost?.fen ?? 0)]
        }
    }
    func lost(_ figures: RepeatFigures) -> Int { figures.lost.values.reduce(0) { $0 + $1.fen } }
    table.rows = repeats.figures.rows.sorted { lost($0.figures) > lost($1.figures) }.map { row in
      let code = row.key[0].value ?? ""
      return cells(.code(code, Words(item(code), item(code))), row.figures)
    }
    table.total = cells(.code("total", Words("合计", "Total")), total)
    table.printed = 18
    section.add(table, language)
    return section
  }
}
