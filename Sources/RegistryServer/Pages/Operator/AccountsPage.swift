import HTTPTypes
import Registry
import RegistryStore

/// Who may ask; a new user, whose one-time code is shown once.
struct AccountsPage {
  let visit: Visit
  let users: [AccountView]
  let clients: [AccountView]
  let new: AccountView?
  let error: String?

  private var l: PageLanguage { visit.l }
  private static var path: PagePath { Desk.operator.path.part("accounts") }

  var page: Page {
    visit.page(l("账户", "Accounts"), at: Self.path, status: error == nil ? .ok : .unprocessableContent) {
      if let error { notice(error, isError: true) }
      if let new, let code = new.code {
        tag("div", .class("notice"), .init("role", "status")) {
          tag("p", text: l("一次性代码，仅显示一次：", "The one-time code, shown this once: ") + new.name)
          tag("p") { tag("code", text: code) }
        }
      }
      list(users, .user, l("用户", "Users"))
      list(clients, .client, l("系统", "Clients"))
      tag("h2", text: l("新用户", "A new user"))
      form(Self.path, visit.session, class: "card") {
        Field(name: "name", label: l("用户名", "Name")).html
        Choice(
          name: "role", label: l("角色", "Role"),
          options: Desk.allCases.map { ($0.rawValue, l($0.name.zh, $0.name.en)) }
        ).html
        Field(name: "institution", label: l("机构代码", "Institution's code"), isNeeded: false).html
        Field(
          name: "person", label: l("个人码", "Person code"), isNeeded: false,
          hint: l("仅居民需要", "Of a resident alone")
        ).html
        submit(l("添加", "Add"))
      }
      tag(
        "p", .class("muted"),
        text: l(
          "系统的密钥与证书在命令行登记：huren client add。",
          "Clients with their keys are registered on the command line: huren client add."))
    }
  }

  private func list(_ accounts: [AccountView], _ kind: Account.Kind, _ title: String) -> HTML {
    tag("section") {
      tag("h2", text: title + " (\(accounts.count))")
      if !accounts.isEmpty {
        PageTable(
          caption: title,
          columns: [
            l("名称", "Name"), l("角色", "Role"), l("机构或个人码", "Institutions or person"), l("状态", "State"), l("操作", "Do"),
          ],
          rows: accounts.map { account in
            [
              HTML(account.name), HTML(role(account.role)),
              HTML((account.institutions + [account.person].compactMap { $0 }).joined(separator: " ")),
              account.enabled
                ? tag("span", .class("badge good"), text: l("启用", "enabled"))
                : tag("span", .class("badge bad"), text: l("停用", "disabled")),
              actions(account, kind),
            ]
          }
        ).html
      }
    }
  }

  private func role(_ role: String) -> String {
    switch role {
    case "source": l("数据来源", "Source")
    case "order-entry": l("开单系统", "Order entry")
    default: Desk(rawValue: role).map { l($0.name.zh, $0.name.en) } ?? role
    }
  }

  private func actions(_ account: AccountView, _ kind: Account.Kind) -> HTML {
    form(Self.path.part("change"), visit.session) {
      hidden("name", account.name)
      hidden("kind", kind.rawValue)
      tag("div", .class("actions")) {
        button(
          account.enabled ? "disable" : "enable", account.enabled ? l("停用", "Disable") : l("启用", "Enable"), account)
        if kind == .user { button("reset", l("重置", "Reset"), account) }
      }
    }
  }

  private func button(_ value: String, _ label: String, _ account: AccountView) -> HTML {
    tag(
      "button", .init("type", "submit"), .init("name", "do"), .init("value", value), .class("second"),
      .init("aria-label", label + " " + account.name), text: label)
  }
}
