import Clinical

/// What rows mean together: each may be right alone.
extension ReferenceCheck {
  /// Two rows that hold for the same result, name as much, and mean different items.
  mutating func checkMeanings() {
    let byCode = Dictionary(grouping: rows.codeMaps.enumerated()) { [$0.element.institution, $0.element.localCode] }
    for (index, row) in rows.codeMaps.enumerated() {
      // Of a code with hundreds of rows the first say enough.
      let rivals = (byCode[[row.institution, row.localCode]] ?? []).prefix(100)
      let rival = rivals.first { other, map in
        other < index && map.item != row.item && map.named == row.named
          && [map.specimen, map.unit] != [row.specimen, row.unit] && overlaps(map, row)
      }
      guard let rival else { continue }
      let line = rows.raw[.codemaps]?.rows[rival.offset].line ?? 0
      warn(
        .codemaps, index, "localCode",
        "holds for the same results as line \(line), names as much and means another item: such results are not used; name "
          + "specimen and unit in both")
    }
    for (index, row) in rows.senders.enumerated() {
      guard let facility = row.facility, let own = data.institutions[facility], own.code != row.institution else {
        continue
      }
      warn(
        .senders, index, "facility",
        "is the code of another institution of institutions.csv: its messages would be \(row.institution)'s")
    }
  }

  private func overlaps(_ a: CodeMap, _ b: CodeMap) -> Bool {
    func meet(_ a: String?, _ b: String?) -> Bool { a == nil || b == nil || a == b }
    return meet(a.specimen, b.specimen) && meet(a.unit.map(data.units.ucum), b.unit.map(data.units.ucum))
  }

  /// Limits that cannot be in the item's unit.
  ///
  /// - Parameters:
  ///   - before: the item's other limits that stand further up.
  ///   - factors: of its conversions.
  mutating func checkQuantity(
    _ item: String, _ limit: Limit, at index: Int, _ before: [Limit], factors: [Double]
  ) {
    if let stated = limit.unit, let unit = data.items[item]?.unit, data.units.ucum(stated) != data.units.ucum(unit) {
      warn(.limits, index, "unit", "not the item's unit \(unit): write the limits in that, they are not converted")
    }
    let inverted = [(limit.criticalLow, limit.low, "criticalLow"), (limit.high, limit.criticalHigh, "criticalHigh")]
    for (lower, upper, column) in inverted {
      if let lower, let upper, upper < lower {
        warn(
          .limits, index, column, "a critical limit within the reference range: see whether all four are in one unit")
      }
    }
    guard let high = limit.high, high > 0 else { return }
    let others = before.compactMap(\.high).filter { $0 > 0 }
    let bothWays = factors.flatMap { [$0, 1 / $0] }
    let looksConverted = others.contains { other in
      // Half and double are what ages and sexes differ by.
      bothWays.contains { !(0.5...2).contains($0) && abs(high / other / $0 - 1) < 0.2 }
    }
    if looksConverted {
      warn(
        .limits, index, "high",
        "as far from another row of the item as a factor of conversions.csv: see whether it is in another unit")
    }
  }

  /// Factors that contradict UCUM, or another row of the item.
  ///
  /// - Parameter before: the item's other rows that stand further up.
  mutating func checkFactor(
    _ conversion: Conversion, at index: Int, _ before: [(index: Int, conversion: Conversion)]
  ) {
    func differs(_ other: Double?) -> Bool { other.map { abs($0 / conversion.factor - 1) > 0.005 } ?? false }
    let (from, to) = (data.units.ucum(conversion.from), data.units.ucum(conversion.to))
    if AmountOfSubstance.units(from) == AmountOfSubstance.units(to), let factor = UCUM.convert(1, from: from, to: to) {
      warn(
        .conversions, index, "factor",
        differs(factor) ? "UCUM has another: \(factor)" : "UCUM converts so by itself: leave the row out")
    }
    for (line, other) in before {
      let (left, right) = (data.units.ucum(other.from), data.units.ucum(other.to))
      let straight = chain(from, left, other.factor, right, to)
      let reverse = chain(from, right, 1 / other.factor, left, to)
      if differs(straight ?? reverse) {
        let place = rows.raw[.conversions]?.rows[line].line ?? 0
        warn(.conversions, index, "factor", "contradicts line \(place): keep the right one")
      }
    }
  }

  private func chain(_ from: String, _ left: String, _ factor: Double, _ right: String, _ to: String) -> Double? {
    func convert(_ value: Double, _ from: String, _ to: String) -> Double? {
      if from == to { return value }
      guard AmountOfSubstance.units(from) == AmountOfSubstance.units(to) else { return nil }
      return UCUM.convert(value, from: from, to: to)
    }
    return convert(1, from, left).flatMap { convert($0 * factor, right, to) }
  }

  /// Panels that count a component twice, or whose list is none.
  mutating func checkPanels() {
    let nested = Dictionary(grouping: rows.panels, by: \.panel)
    for (index, row) in rows.panels.enumerated() {
      let through = nested[row.panel]?.first {
        $0.component != row.component && data.items[$0.component]?.allComponents.contains(row.component) == true
      }
      if let through {
        warn(.panels, index, "component", "in the panel \(through.component) already, which is part of this one")
      }
    }
    let listed = Set(rows.listings.compactMap(\.item))
    guard !rows.listings.contains(where: { $0.item == nil }) else { return }
    var told: Set<String> = []
    for (index, row) in rows.listings.enumerated() {
      guard let code = row.item, let item = data.items[code], item.isPanel, told.insert(code).inserted else { continue }
      let missing = item.requiredComponents.filter { !listed.contains($0) }
      if !missing.isEmpty {
        warn(
          .lists, index, "item",
          "a panel is recognised by its components, and these are in no list: \(missing.joined(separator: ", "))")
      }
    }
  }

  /// Scopes and price keys that no institution is within.
  mutating func checkReach() {
    var known: [Scope: Bool] = [:]
    func reaches(_ scope: Scope) -> Bool {
      if let answer = known[scope] { return answer }
      let answer = rows.institutions.contains { scope.covers($0, $0) }
      known[scope] = answer
      return answer
    }
    let nobody = "no institution of institutions.csv is within it: the row never holds"
    for (index, row) in rows.listings.enumerated() where !reaches(row.listing.scope) {
      warn(.lists, index, "scope", nobody)
    }
    for (index, row) in rows.certificates.enumerated() where !reaches(row.scope) {
      warn(.certificates, index, "scope", nobody)
    }
    let keys = Set(rows.institutions.flatMap(\.priceKeys))
    for (index, row) in rows.prices.enumerated() where !keys.contains(row.price.key) {
      warn(.prices, index, "priceKey", nobody)
    }
    for (index, row) in rows.institutions.enumerated() where !row.region.isEmpty {
      if ![2, 4, 6].contains(row.region.utf8.count) {
        warn(.institutions, index, "region", "a GB/T 2260 code has 2, 4 or 6 digits: see whether some are missing")
      }
    }
    for (index, row) in rows.splits.enumerated() where row.provenance == nil {
      warn(.splits, index, "provenance", "empty: say where the shares come from")
    }
  }

  /// What has run out with nothing after it.
  mutating func checkExpired(on today: Int) {
    func day(_ epochDay: Int) -> String { CalendarDate(epochDay: epochDay).iso }
    for (list, own) in Dictionary(grouping: rows.listings.enumerated(), by: \.element.listing.list) {
      guard let last = own.max(by: { $0.element.listing.period.to < $1.element.listing.period.to }),
        last.element.listing.period.to < today
      else { continue }
      warn(
        .lists, last.offset, "validTo",
        "the whole list \(list) ran out on \(day(last.element.listing.period.to)): add what is in force since")
    }
    let holders = Dictionary(grouping: rows.certificates.enumerated()) { [$0.element.institution, $0.element.item] }
    for own in holders.values {
      guard let last = own.max(by: { $0.element.period.to < $1.element.period.to }), last.element.period.to < today
      else {
        continue
      }
      warn(
        .certificates, last.offset, "validTo",
        "ran out on \(day(last.element.period.to)) and no other follows: results since then are not recognised")
    }
    for own in Dictionary(grouping: rows.prices.enumerated(), by: \.element.item).values {
      guard let last = own.max(by: { $0.element.price.period.to < $1.element.price.period.to }),
        last.element.price.period.to < today
      else { continue }
      warn(
        .prices, last.offset, "validTo",
        "the item's last price ran out on \(day(last.element.price.period.to)): what is avoided since counts as unknown"
      )
    }
  }
}
