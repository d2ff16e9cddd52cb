/// Gathers the rows of all tables under the items they are about.
struct ItemAssembly {
  private var rules: [String: ItemRules] = [:]
  private let rows: ReferenceRows

  init(_ rows: ReferenceRows) {
    self.rows = rows
    let listings = Dictionary(grouping: rows.listings, by: \.item)
    let windows = Dictionary(grouping: rows.windows, by: \.key)
    let limits = Dictionary(grouping: rows.limits, by: \.item)
    let conversions = Dictionary(grouping: rows.conversions, by: \.item)
    let prices = Dictionary(grouping: rows.prices, by: \.item)
    let covers = Dictionary(grouping: rows.covers, by: \.item)
    let panels = Panels(rows.panels)
    for item in rows.items {
      var rule = ItemRules()
      rule.listings = ((listings[item.code] ?? []) + (listings[nil] ?? [])).map(\.listing).sorted { $0.list < $1.list }
      // The item's own windows go before its group's before all; then the setting named, then the flag.
      for key in [item.code, item.group.map { "group:" + $0 }, "*"] {
        rule.windows += (key.flatMap { windows[$0] } ?? []).sorted { $0.weight > $1.weight }
      }
      rule.limits = (limits[item.code] ?? []).map(\.limit).sorted {
        ($1.ageFrom ?? -1, $0.ageTo ?? .max) < ($0.ageFrom ?? -1, $1.ageTo ?? .max)
      }
      rule.conversions = (conversions[item.code] ?? []).map(\.conversion).sorted { ($0.from, $0.to) < ($1.from, $1.to) }
      rule.prices = Dictionary(grouping: (prices[item.code] ?? []).map(\.price), by: \.key)
        .mapValues { $0.sorted { $0.period.from > $1.period.from } }
      rule.coveredBy = (covers[item.code] ?? []).map(\.coveredBy).sorted()
      rule.requiredComponents = panels.required(item.code).sorted()
      rule.allComponents = panels.all(item.code)
      rule.requiredMembers = panels.all(item.code, onlyRequired: true)
      rules[item.code] = rule
    }
  }

  func items() -> [String: Item] {
    Dictionary(rows.items.map { ($0.code, Item($0, rules: rules[$0.code] ?? ItemRules())) }) { first, _ in first }
  }
}

extension Window {
  /// Among rows with the same key the one naming the setting wins, then the one naming the flag.
  fileprivate var weight: Int { (setting == nil ? 0 : 2) + (flag == nil ? 0 : 1) }
}

/// The components of panels, followed through panels within them. No panel contains itself: that was refused before.
private struct Panels {
  private let components: [String: [(panel: String, component: String, isRequired: Bool)]]

  init(_ rows: [(panel: String, component: String, isRequired: Bool)]) {
    components = Dictionary(grouping: rows, by: \.panel)
  }

  /// The required components that are no panels themselves.
  func required(_ panel: String) -> Set<String> {
    var result: Set<String> = []
    for row in components[panel] ?? [] where row.isRequired {
      if components[row.component] == nil {
        result.insert(row.component)
      } else {
        result.formUnion(required(row.component))
      }
    }
    return result
  }

  /// Panels within it included.
  func all(_ panel: String, onlyRequired: Bool = false) -> Set<String> {
    var result: Set<String> = []
    for row in components[panel] ?? [] where row.isRequired || !onlyRequired {
      result.insert(row.component)
      result.formUnion(all(row.component, onlyRequired: onlyRequired))
    }
    return result
  }
}
