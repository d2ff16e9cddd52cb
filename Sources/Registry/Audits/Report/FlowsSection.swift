import Savings

extension ReportContents {
  /// More rows and columns cannot be read on a page.
  private static let most = 12

  var flowsSection: ReportSection {
    var section = ReportSection(title: Words("机构间流向", "Flows between institutions"))
    let total = settlement.books.figures.total
    let flows = settlement.books.figures.rows.map { row in
      (source: row.key[0].value ?? "", spared: row.key[1].value ?? "", figures: row.figures)
    }
    if !flows.isEmpty { section.add(figure: matrix(flows).svg, caption(flows.count), language) }
    var table = ReportTable(
      name: "flows", title: Words("谁检查、谁受益", "Who tested, who was spared"),
      denominator: Words(
        "占比以全部机构对的净额 \(money(total.netFen)) 为分母。一笔节约引用多家结果时按结果数分摊。",
        "Shares are of the net of all pairs, \(money(total.netFen)). A claim on results of several is divided by their number."
      ),
      columns: [
        .init(key: "source", title: Words("结果来源", "Tested"), kind: .words),
        .init(key: "institution", title: Words("开单机构", "Was spared"), kind: .words),
        .init(key: "claims", title: Words("节约笔数", "Claims")),
        .init(key: "reversed", title: Words("撤销笔数", "Reversed")),
        .init(key: "grossFen", title: Words("毛额", "Gross")),
        .init(key: "netFen", title: Words("净额", "Net")),
        .init(key: "share", title: Words("占净额", "Share of net")),
        .init(key: "unknownPrice", title: Words("无价", "No price")),
      ])
    table.rows = flows.sorted { $0.figures.netFen > $1.figures.netFen }.map { flow in
      [
        .code(flow.source, Words(institution(flow.source), institution(flow.source))),
        .code(flow.spared, Words(institution(flow.spared), institution(flow.spared))), .count(flow.figures.claims),
        .count(flow.figures.reversed), .fen(flow.figures.grossFen), .fen(flow.figures.netFen),
        .share(total.netFen == 0 ? nil : Double(flow.figures.netFen) / Double(total.netFen)),
        .count(flow.figures.unknownPrice),
      ]
    }
    table.printed = 20
    section.add(table, language)
    return section
  }

  private func caption(_ pairs: Int) -> Words {
    Words(
      "净额（元）：行为检查机构，列为开单机构；颜色越深金额越大。共 \(pairs) 对机构。",
      "Net, in yuan: rows tested, columns were spared; the darker, the more. \(pairs) pairs in all.")
  }

  private func matrix(_ flows: [(source: String, spared: String, figures: SettlementFigures)]) -> FlowMatrix {
    var weight: [String: Int] = [:]
    for flow in flows {
      weight[flow.source, default: 0] += flow.figures.netFen
      weight[flow.spared, default: 0] += flow.figures.netFen
    }
    let largest = weight.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    var names = largest.prefix(Self.most).sorted()
    let others = language.text(Words("其他", "others"))
    if largest.count > Self.most { names.append(others) }
    let places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    var values = [[Double?]](repeating: [Double?](repeating: nil, count: names.count), count: names.count)
    for flow in flows {
      guard let row = places[flow.source] ?? places[others], let column = places[flow.spared] ?? places[others] else {
        continue
      }
      values[row][column] = (values[row][column] ?? 0) + Double(flow.figures.netFen) / 100
    }
    return FlowMatrix(
      label: language.text(caption(flows.count)), rowTitle: language.text(Words("检查", "tested")),
      columnTitle: language.text(Words("受益", "was spared")), names: names, values: values,
      figure: { abs($0) < 1e6 ? decimal($0, places: 0) : decimal($0 / 1000, places: 0) + "k" })
  }
}
