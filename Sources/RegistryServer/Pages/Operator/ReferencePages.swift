import Catalogue
import Registry

/// Local codes that no item is mapped to, with what they may mean.
struct CodesPage {
  let visit: Visit
  let audit: CatalogueAudit

  private var l: PageLanguage { visit.l }
  private static let together = 100

  var page: Page {
    let number = visit.number("page", 1...audit.unmapped.pages(of: Self.together))
    return visit.page(l("未映射代码", "Codes without an item")) {
      tag(
        "p",
        text: l(
          "\(audit.results)个结果，已映射\(audit.mapped)个；\(audit.unmapped.count)个代码未映射",
          "\(audit.results) results, \(audit.mapped) mapped; \(audit.unmapped.count) codes without an item"))
      if !audit.unmapped.isEmpty {
        PageTable(
          caption: l("最常见的在前", "The most frequent first"),
          columns: [
            l("次数", "Results"), l("机构", "Institution"), l("代码", "Code"), l("名称", "Name"), l("标本、单位", "Specimen, unit"),
            l("可能是", "Perhaps"),
          ],
          rows: audit.unmapped.page(number, of: Self.together).map { code in
            [
              HTML(String(code.count)), HTML(code.institution), tag("code", text: code.localCode),
              HTML(code.localName ?? "–"), HTML([code.specimen, code.unit].compactMap { $0 }.joined(separator: ", ")),
              HTML(code.suggestions.prefix(3).map { "\($0.item) \($0.name)" }.joined(separator: l("；", "; "))),
            ]
          }
        ).html
        PageLinks(page: number, count: audit.unmapped.pages(of: Self.together), path: Desk.operator.path.part("codes"))
          .html(l)
        tag(
          "p", .class("muted"),
          text: l(
            "在 codemaps.csv 中加入映射并重新加载：已存结果立即生效。", "Add rows to codemaps.csv and load it: stored results count at once."
          ))
      }
    }
  }
}

/// The generation of reference data in force, and the folder that the service is configured with.
struct ReferencePage {
  let visit: Visit
  let reference: LoadedReference
  /// Whether the configuration names one.
  let folder: Bool
  let checked: [ReferenceProblem]?
  let loaded: Registry.ReferenceLoad?

  private var l: PageLanguage { visit.l }

  var page: Page {
    let path = Desk.operator.path.part("reference")
    return visit.page(l("参考数据", "Reference data"), at: path) {
      if let loaded {
        notice(
          loaded.isUnchanged
            ? l("与现行相同，未新增版本。", "It is what is in force: nothing was added.")
            : l("已加载为第\(loaded.generation)版。", "Loaded as generation \(loaded.generation)."))
      }
      if let checked { problems(checked) }
      tag("p", text: l("现行：第\(reference.generation)版", "In force: generation \(reference.generation)"))
      PageTable(
        caption: l("各文件行数", "Rows by file"), columns: [l("文件", "File"), l("行", "Rows")],
        rows: reference.data.rowCounts.sorted { $0.key < $1.key }.map { [HTML($0.key), HTML(String($0.value))] }
      ).html
      if folder {
        form(path, visit.session, class: "card") {
          tag("p", text: l("服务器上配置的目录：", "The folder that the service is configured with:"))
          tag("div", .class("actions")) {
            button("check", l("检查", "Check"), "second")
            button("load", l("加载", "Load"), nil)
          }
        }
      } else {
        tag(
          "p", .class("muted"),
          text: l("配置中未指定参考数据目录（reference）。", "The configuration names no folder of reference data (reference)."))
      }
    }
  }

  private func button(_ value: String, _ label: String, _ style: String?) -> HTML {
    tag(
      "button", .init("type", "submit"), .init("name", "do"), .init("value", value), style.map { .class($0) },
      text: label)
  }

  private func problems(_ problems: [ReferenceProblem]) -> HTML {
    if problems.isEmpty { return notice(l("没有发现问题。", "Nothing is wrong with it.")) }
    let errors = problems.count { $0.severity == .error }
    return tag("section") {
      notice(
        l("错误\(errors)个，警告\(problems.count - errors)个", "\(errors) errors, \(problems.count - errors) warnings"),
        isError: errors > 0)
      tag("ul") {
        for problem in problems.prefix(200) {
          tag("li", text: "\(problem.file):\(problem.line) \(problem.column ?? "") \(problem.message)")
        }
      }
    }
  }
}
