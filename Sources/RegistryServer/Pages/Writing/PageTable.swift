/// A table of rows, which folds into blocks on a phone and stays a table for whoever does not see it.
struct PageTable {
  let caption: String
  let columns: [String]
  /// Cells of each row; the first of a row may be its heading.
  let rows: [[HTML]]

  var html: HTML {
    tag("div", .class("scroll")) {
      tag("table", .class("rows"), .init("role", "table")) {
        tag("caption", text: caption)
        tag("thead", .init("role", "rowgroup")) {
          tag("tr", .init("role", "row")) {
            for column in columns {
              tag("th", .init("scope", "col"), .init("role", "columnheader"), text: column)
            }
          }
        }
        tag("tbody", .init("role", "rowgroup")) {
          for row in rows {
            tag("tr", .init("role", "row")) { for (place, cell) in row.enumerated() { td(cell, place) } }
          }
        }
      }
    }
  }

  /// On a phone, where no heading stands above it, with what it is.
  private func td(_ cell: HTML, _ place: Int) -> HTML {
    tag("td", .init("role", "cell")) {
      if place > 0, !cell.isEmpty {
        tag("span", .class("phone"), .init("aria-hidden", "true"), text: columns[place] + " ")
      }
      cell
    }
  }
}

/// Where the other pages of a list are.
struct PageLinks {
  /// From 1.
  let page: Int
  let count: Int
  let path: PagePath
  var fragment = "main"

  func html(_ l: PageLanguage) -> HTML {
    if count < 2 { return .none }
    return tag("nav", .init("aria-label", l("分页", "Pages"))) {
      tag("p", .class("actions")) {
        if page > 1 { link(path.asking("page", page - 1).at(fragment), l("上一页", "Previous page")) }
        l("第\(page)页，共\(count)页", "Page \(page) of \(count)")
        if page < count { link(path.asking("page", page + 1).at(fragment), l("下一页", "Next page")) }
      }
    }
  }
}

/// What a list is folded into pages by.
extension Collection where Index == Int {
  func pages(of together: Int) -> Int { Swift.max(1, (count + together - 1) / together) }

  /// - Parameter page: from 1.
  func page(_ page: Int, of together: Int) -> SubSequence {
    self[Swift.min(startIndex + (page - 1) * together, endIndex)..<Swift.min(startIndex + page * together, endIndex)]
  }
}
