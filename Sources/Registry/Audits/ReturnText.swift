import Catalogue
public import Clinical
import Savings

/// The columns of the return, in their order: the heading of the form, and what stands under it.
private let columns: [(heading: String, value: @Sendable (ReturnBooks.Row) -> String)] = [
  ("汇总层级", { ["institution": "机构", "grade": "等级", "ownership": "所有制", "all": "合计"][$0.level] ?? $0.level }),
  ("代码", { $0.level == "institution" ? $0.value ?? "" : "" }),
  ("名称", { $0.institution?.name ?? ownership($0.value) ?? "" }),
  ("行政区划", { $0.institution?.region ?? "" }),
  ("等级", { $0.institution?.fullGrade ?? "" }),
  ("所有制", { ownership($0.institution?.ownership) ?? "" }),
  ("机构数", { String($0.figures.institutions) }),
  ("通过国家级质评机构数", { String($0.figures.withNational) }),
  ("国家级质评合格项目数", { String($0.figures.nationalItems) }),
  ("通过省级质评机构数", { String($0.figures.withRegional) }),
  ("省级质评合格项目数", { String($0.figures.regionalItems) }),
  ("调阅次数", { String($0.figures.retrievals) }),
  ("检验互认项次", { String($0.figures[.lab].items) }),
  ("检验节约费用(元)", { inYuan($0.figures[.lab].savedFen) }),
  ("DR互认项次", { String($0.figures[.dr].items) }),
  ("DR节约费用(元)", { inYuan($0.figures[.dr].savedFen) }),
  ("CT互认项次", { String($0.figures[.ct].items) }),
  ("CT节约费用(元)", { inYuan($0.figures[.ct].savedFen) }),
  ("MR互认项次", { String($0.figures[.mr].items) }),
  ("MR节约费用(元)", { inYuan($0.figures[.mr].savedFen) }),
  ("其他互认项次", { String($0.figures[.other].items) }),
  ("其他节约费用(元)", { inYuan($0.figures[.other].savedFen) }),
  ("互认项次合计", { String($0.figures.total.items) }),
  ("节约费用合计(元)", { inYuan($0.figures.total.savedFen) }),
]

/// As institutions.csv writes it, in the words of the form.
private func ownership(_ value: String?) -> String? {
  value.map { ["public": "公立", "private": "民营"][$0] ?? $0 }
}

/// Without a sign of currency: the heading says it.
private func inYuan(_ fen: Int) -> String { yuan(fen).replacing("¥", with: "") }

extension ReturnFigures {
  fileprivate subscript(_ kind: ReturnKind) -> Recognised { recognised[kind] ?? Recognised() }
}

extension ReturnAudit {
  /// The form as CSV (RFC 4180) with its Chinese headings: institutions, then grades, ownerships, and all together.
  public var csv: String {
    let lines = [columns.map(\.heading)] + rows.map { row in columns.map { $0.value(row) } }
    return CSVWriter.text(lines)
  }

  /// As a page for people: amounts in yuan.
  public var text: PrintedText {
    var lines: [PrintedText] = ["Return at \(period.at)\(period.words)"]
    for row in rows {
      let figures = row.figures
      let names = [row.value, row.institution?.name, row.institution?.fullGrade, row.institution?.ownership]
      lines.append("\(row.level) \(names.compactMap { $0 }.joined(separator: ", "))")
      lines.append(
        """
          quality      \(figures.nationalItems) items by national rounds (\(figures.withNational) of \(figures.institutions) \
        institutions), \(figures.regionalItems) by provincial ones (\(figures.withRegional))
          retrievals   \(figures.retrievals)
          recognised   \(figures.total.items) for \(yuan(figures.total.savedFen)): \(kinds(figures))
        """)
      for held in row.certificates {
        lines.append("  certificates \(held.scope) by \(held.issuer ?? "an unnamed issuer"): \(held.items) items")
      }
    }
    return lines.joined(separator: "\n")
  }

  private func kinds(_ figures: ReturnFigures) -> String {
    ReturnKind.allCases.map { "\($0.rawValue) \(figures[$0].items) \(yuan(figures[$0].savedFen))" }
      .joined(separator: ", ")
  }
}
