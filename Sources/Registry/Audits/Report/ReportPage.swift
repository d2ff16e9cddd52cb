import Savings

extension ReportContents {
  /// The page: one file, without anything from elsewhere.
  func page(_ sections: [ReportSection]) -> String {
    let title = Words("检查检验结果互认审计报告", "Mutual recognition of test results: audit report")
    var html = """
      <!DOCTYPE html>
      <html lang="\(language == .en ? "en" : "zh-CN")"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(escaped(language.text(title)))</title><style>\(ReportStyle.css)</style></head><body>
      \(ReportStyle.patterns)
      <header><h1>\(language.lines(title))</h1><p>\(language.lines(periodWords))</p></header>
      <dl class="cards">\(cards)</dl>

      """
    for (index, section) in sections.enumerated() {
      html += "<section><h2>\(index + 1). \(language.lines(section.title))</h2>\(section.body)</section>\n"
    }
    let proof = Words(
      "事件链：\(events) 个事件，末端 SHA-256 \(head)。账目由事件重算，huren audit verify 可核对。",
      "Chain of events: \(events) events, head SHA-256 \(head). The books are computed from the events; huren audit verify checks them."
    )
    return html + "<footer><p>\(language.lines(proof))</p></footer></body></html>\n"
  }

  private var periodWords: Words {
    let period = savings.period
    func moment(_ text: String?) -> String { String(text?.prefix(19) ?? "").replacing("T", with: " ") }
    let (from, to) = (period.from.map { String($0.prefix(10)) }, period.to.map { String($0.prefix(10)) })
    let left = period.unreadable.joined(separator: ", ")
    let leftOut =
      left.isEmpty
      ? Words("", "") : Words("；不可读而未计入的事件：\(left)", "; events that cannot be read are left out: \(left)")
    return Words(
      "期间：\(from ?? "起始") 至 \(to.map { "\($0)（不含）" } ?? "今")；账目时点 \(moment(period.at))，数据截至 \(moment(period.knownAt))\(leftOut.zh)。",
      "Period: from \(from ?? "the beginning") up to \(to.map { "\($0), excluded" } ?? "now"); the books as of \(moment(period.at)), with what was recorded by \(moment(period.knownAt))\(leftOut.en)."
    )
  }

  private var cards: String {
    let (total, repeated) = (savings.figures.total, repeats.figures.total)
    let responses = total.responses
    let silent = coverage.rows.count { $0.rhythm.standing == .silent }
    let open = alerts.alerts.count { $0.state != .answered }
    func share(_ value: Double?) -> String { ReportTable.Cell.share(value).text(language) }
    let entries: [(Words, String, Words)] = [
      (
        Words("毛额", "Gross"), money(total.grossFen),
        Words("\(grouped(total.claims)) 笔节约", "\(grouped(total.claims)) claims")
      ),
      (
        Words("净额", "Net"), money(total.netFen),
        Words("撤销 \(total.reversed) 笔", "\(total.reversed) claims reversed")
      ),
      (
        Words("已核实", "Verified"), money(total.verifiedFen),
        Words("待核实 \(money(total.pendingFen))", "pending \(money(total.pendingFen))")
      ),
      (
        Words("采纳率", "Recognition rate"), share(responses.recognitionRate),
        Words("\(grouped(responses.prompts)) 条提示", "of \(grouped(responses.prompts)) prompts")
      ),
      (
        Words("上传覆盖", "Coverage"), share(coverage.coverage),
        Words("共 \(coverage.institutions) 家，中断 \(silent)", "of \(coverage.institutions) institutions, \(silent) silent")
      ),
      (
        Words("可避免的重复", "Avoidable repeats"), money(repeated.avoidableFen),
        Words(
          "\(grouped(repeated.examined)) 项中 \(grouped(repeated.avoidable)) 项",
          "\(grouped(repeated.avoidable)) of \(grouped(repeated.examined)) tests")
      ),
      (
        Words("错失", "Lost"), money(repeated.lost.values.reduce(into: 0) { $0.add($1.fen) }),
        Words("清单、质控之缺", "to lists and certificates")
      ),
      (
        Words("未结预警", "Open alerts"), String(open),
        Words("共 \(alerts.alerts.count) 条", "of \(alerts.alerts.count)")
      ),
    ]
    return entries.map { title, value, note in
      "<div><dt>\(language.lines(title))</dt><dd>\(escaped(value))<small>\(language.lines(note))</small></dd></div>"
    }.joined()
  }
}
