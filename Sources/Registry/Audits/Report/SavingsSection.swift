import Savings

extension ReportContents {
  var savingsSection: ReportSection {
    var section = ReportSection(title: Words("节约：按月", "Savings by month"))
    let rows = savings.figures.rows
    func values(_ figure: (SavingsFigures) -> Int) -> [Double] { rows.map { Double(figure($0.figures)) / 100 } }
    let chart = MonthBars(
      label: language.text(section.title), months: rows.map { $0.key[0].value ?? "" },
      series: [
        .init(title: language.text(Words("毛额", "gross")), style: "light", values: values(\.grossFen)),
        .init(title: language.text(Words("净额", "net")), style: "hatched", values: values(\.netFen)),
        .init(title: language.text(Words("已核实", "verified")), style: "dark", values: values(\.verifiedFen)),
      ], tick: { "¥" + decimal($0, places: 0) })
    section.add(
      figure: chart.svg,
      Words(
        "毛额：全部采纳。净额：毛额减撤销及院内会诊费。已核实：原结果有效期内确未重复检查。",
        "Gross: all that was accepted. Net: less what was done all the same, and consultations. Verified: stayed avoided while the prior result was valid."
      ), language)
    let total = savings.figures.total
    var table = ReportTable(
      name: "savings-by-month", title: Words("按月账目", "The books by month"),
      denominator: Words(
        "采纳率、反馈率以机构间提示数为分母（提示按开单月、节约按采纳月计）；共 \(total.responses.prompts) 条提示。",
        "Recognition and feedback rates are of prompts between institutions (prompts by month of order, savings by month of acceptance); \(total.responses.prompts) prompts in all."
      ),
      columns: [
        .init(key: "month", title: Words("月份", "Month"), kind: .code),
        .init(key: "prompts", title: Words("提示", "Prompts")),
        .init(key: "feedbackRate", title: Words("反馈率", "Feedback")),
        .init(key: "accepted", title: Words("采纳", "Accepted")),
        .init(key: "recognitionRate", title: Words("采纳率", "Recognition")),
        .init(key: "claims", title: Words("节约笔数", "Claims")),
        .init(key: "grossFen", title: Words("毛额", "Gross")),
        .init(key: "reversedFen", title: Words("撤销", "Reversed")),
        .init(key: "consultationFen", title: Words("会诊费", "Consultations")),
        .init(key: "netFen", title: Words("净额", "Net")),
        .init(key: "verifiedFen", title: Words("已核实", "Verified")),
        .init(key: "pendingFen", title: Words("待核实", "Pending")),
        .init(key: "unknownPrice", title: Words("无价", "No price")),
      ])
    func cells(_ first: ReportTable.Cell, _ figures: SavingsFigures) -> [ReportTable.Cell] {
      let responses = figures.responses
      return [
        first, .count(responses.prompts), .share(responses.feedbackRate), .count(responses.accepted),
        .share(responses.recognitionRate), .count(figures.claims), .fen(figures.grossFen), .fen(figures.reversedFen),
        .fen(figures.consultationFen), .fen(figures.netFen), .fen(figures.verifiedFen), .fen(figures.pendingFen),
        .count(figures.unknownPrice),
      ]
    }
    table.rows = rows.map { cells(.words($0.key[0].value ?? ""), $0.figures) }
    table.total = cells(.code("total", Words("合计", "Total")), total)
    section.add(table, language)
    let own = total.sameInstitution
    section.add(
      note: Words(
        "本机构内部互认另计，不在上述数字内：提示 \(own.prompts)，采纳 \(own.accepted)，\(money(own.grossFen))。",
        "Recognition within one institution stands apart from all of this: \(own.prompts) prompts, \(own.accepted) accepted, \(money(own.grossFen))."
      ), language)
    return section
  }
}
