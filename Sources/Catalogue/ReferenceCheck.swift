import Clinical

/// Gaps and contradictions of a folder of reference data that would load (`huren reference check`).
public struct ReferenceCheck {
  let rows: ReferenceRows
  let data: ReferenceData
  private var problems = ProblemList()

  /// Every bad row; when there is none, every warning. Empty: nothing to say.
  ///
  /// - Parameter today: in days since 1970-01-01, for what has expired; nil: nothing has.
  public static func problems(in folder: ReferenceFolder, today: Int? = nil) -> [ReferenceProblem] {
    do throws(ReferenceRejection) {
      let rows = try ReferenceRowsReader.read(folder)
      var check = ReferenceCheck(rows: rows, data: ReferenceData(rows, mappings: folder.mappings))
      check.run(today: today)
      return check.problems.told.sorted { ($0.file, $0.line) < ($1.file, $1.line) }
    } catch {
      return error.problems
    }
  }

  private init(rows: ReferenceRows, data: ReferenceData) {
    self.rows = rows
    self.data = data
  }

  private mutating func run(today: Int?) {
    checkInstitutions()
    checkItems()
    checkCodes()
    checkFlags()
    checkRecognition()
    checkPrices()
    checkMeanings()
    checkPanels()
    checkReach()
    if let today { checkExpired(on: today) }
  }

  /// - Parameter index: of the row in its table; typed rows stand in the order of the file.
  mutating func warn(_ table: ReferenceTable, _ index: Int?, _ column: String, _ message: String) {
    let line = index.flatMap { rows.raw[table]?.rows[$0].line } ?? 0
    problems.add(ReferenceProblem(.warning, file: table.file, line: line, column: column, message: message))
  }

  private mutating func checkInstitutions() {
    let mapped = Set(rows.codeMaps.map(\.institution))
    for (index, row) in rows.institutions.enumerated() {
      if row.region.isEmpty {
        warn(.institutions, index, "region", "empty: only national scopes and alliances reach this institution")
      }
      if row.level == nil { warn(.institutions, index, "level", "empty: prices by level never hold here") }
      if !mapped.contains(row.code), !mapped.contains(nil) {
        warn(.institutions, index, "code", "no row of codemaps.csv names it: none of its results is comparable")
      }
    }
  }

  private mutating func checkItems() {
    let priced = Set(rows.prices.map(\.item))
    for (index, row) in rows.items.enumerated() {
      if !priced.contains(row.code) { warn(.items, index, "item", "no price: what is avoided counts as unknown") }
      if let unit = row.unit, !UCUM.isValid(data.units.ucum(unit)) {
        warn(.items, index, "unit", "not UCUM, nor a spelling of units.csv: only the same spelling compares with it")
      }
      if row.needsImages, row.category == .lab { warn(.items, index, "needsImages", "a laboratory item with images") }
    }
    var before: [String: [Limit]] = [:]
    let factors = Dictionary(grouping: rows.conversions, by: \.item).mapValues { $0.map(\.conversion.factor) }
    for (index, row) in rows.limits.enumerated() {
      if data.items[row.item]?.unit == nil {
        warn(.limits, index, "item", "the item has no unit: nothing says in what the limits are")
      }
      let others = before[row.item] ?? []
      checkQuantity(row.item, row.limit, at: index, others, factors: factors[row.item] ?? [])
      if row.limit.provenance == nil { warn(.limits, index, "provenance", "empty: say where the limits come from") }
      let overlaps = others.contains { other in
        other.sex == row.limit.sex && (other.ageFrom ?? 0) < (row.limit.ageTo ?? .max)
          && (row.limit.ageFrom ?? 0) < (other.ageTo ?? .max)
      }
      if overlaps { warn(.limits, index, "ageFromYears", "the ages overlap with another row of the same item and sex") }
      before[row.item, default: []].append(row.limit)
    }
  }

  private mutating func checkCodes() {
    var seen: [[String?]: String] = [:]
    for (index, row) in rows.codeMaps.enumerated() {
      let key = [row.institution, row.localCode, row.specimen, row.unit]
      if let other = seen[key] {
        let isSame = other == row.item
        warn(
          .codemaps, index, "localCode",
          isSame ? "the row stands twice" : "the code means two items: its results are not used")
      } else {
        seen[key] = row.item
      }
      if let specimen = row.specimen, !data.specimens.isCode(specimen) {
        warn(.codemaps, index, "specimen", "not a catalogue code of items.csv or specimens.csv: the row never holds")
      }
    }
    for (index, row) in rows.units.enumerated() where !UCUM.isValid(row.ucum) {
      warn(.units, index, "ucum", "not a UCUM code")
    }
    var conversions: [String: [(index: Int, conversion: Conversion)]] = [:]
    for (index, row) in rows.conversions.enumerated() {
      guard let item = data.items[row.item] else { continue }
      let leadsThere = data.normalize(1, unit: row.conversion.from, for: item) != nil
      if item.unit == nil || !leadsThere { warn(.conversions, index, "to", "does not lead to the item's unit") }
      checkFactor(row.conversion, at: index, conversions[row.item] ?? [])
      conversions[row.item, default: []].append((index, row.conversion))
    }
    checkLOINC()
  }

  /// A LOINC code that means one item here and another there: a result with it and a local code would be of neither.
  private mutating func checkLOINC() {
    for (index, row) in rows.codeMaps.enumerated() where row.institution == nil {
      guard let items = data.itemsByLOINC[row.localCode], !items.contains(row.item) else { continue }
      warn(.codemaps, index, "item", "items.csv gives this LOINC code to \(items.sorted().joined(separator: ", "))")
    }
  }

  /// Rows that say what holds without them, hold never, or call normal what is sent for critical values.
  private mutating func checkFlags() {
    for (index, row) in rows.flags.enumerated() {
      let standard = FlagTable.standard(Spelling.folded(row.spelling))
      if standard == row.flag {
        warn(.flags, index, "class", "this is what it means without the row: leave it out")
      } else if standard == .critical || standard == .abnormal && row.flag == .normal {
        warn(
          .flags, index, "class",
          "elsewhere this is \(standard == .critical ? "critical" : "abnormal"): see whether the sender means it so")
      }
    }
  }

  private mutating func checkRecognition() {
    let hasItemWithoutWindow = data.items.values.contains { !$0.isPanel && $0.windows.isEmpty }
    for (index, row) in rows.listings.enumerated() {
      if row.item == nil, hasItemWithoutWindow {
        warn(.lists, index, "item", "* lists items that no row of windows.csv is about: those are never recognised")
      }
      guard let code = row.item, let item = data.items[code], !item.isPanel else { continue }
      if item.windows.isEmpty {
        warn(.lists, index, "item", "no row of windows.csv is about it: it is never recognised")
      }
    }
    let listed = data.items.values.filter { !$0.listings.isEmpty }
    let listedKeys = Set(listed.flatMap(\.certificateKeys))
    for (index, row) in rows.certificates.enumerated() where !listedKeys.contains(row.item) {
      warn(.certificates, index, "item", "in no list: the certificate recognises nothing")
    }
    for (index, row) in rows.windows.enumerated() where row.provenance == nil {
      warn(.windows, index, "provenance", "empty: say where the hours come from, or `house default` and why")
    }
  }

  private mutating func checkPrices() {
    var seen: [[String]: [Period]] = [:]
    for (index, row) in rows.prices.enumerated() {
      let key = [row.price.key, row.item]
      if seen[key, default: []].contains(where: { $0.overlaps(row.price.period) }) {
        warn(.prices, index, "validFrom", "overlaps another price of the same key and item: the newest validFrom holds")
      }
      seen[key, default: []].append(row.price.period)
    }
  }
}
