import Clinical

/// Reads a folder's tables one after the other, and collects every bad row.
struct ReferenceRowsReader {
  private let folder: ReferenceFolder
  var reader: TableReader
  var rows: ReferenceRows
  private var known = KnownCodes()

  /// - Parameter isStored: whether the folder was loaded before: what today is refused only when loaded was taken then.
  /// - Throws: every bad row of the folder.
  static func read(_ folder: ReferenceFolder, isStored: Bool = false) throws(ReferenceRejection) -> ReferenceRows {
    var problems: [ReferenceProblem] = []
    let policy = Policy.read(folder.files[ReferenceFolder.policyName], problems: &problems)
    var reader = ReferenceRowsReader(
      folder, policy: policy ?? Policy(consentDefault: .deny), problems: problems,
      isStored: isStored)
    reader.readAll()
    if !isStored { reader.refuseTies() }
    let found = reader.reader.problems
    guard found.isEmpty else { throw ReferenceRejection(problems: found.told) }
    return reader.rows
  }

  private init(_ folder: ReferenceFolder, policy: Policy, problems: [ReferenceProblem], isStored: Bool) {
    let zone = RegistryZone(identifier: policy.timeZone) ?? .shanghai
    self.folder = folder
    reader = TableReader(zone: zone, isStored: isStored)
    for problem in problems { reader.note(problem) }
    rows = ReferenceRows(policy: policy, zone: zone)
  }

  private mutating func readAll() {
    let known = Set(ReferenceTable.allCases.map(\.file))
    for name in folder.files.keys.sorted() where name.hasSuffix(".csv") && !name.contains("/") && !known.contains(name)
    {
      reader.note(
        ReferenceProblem(file: name, message: "unknown file: the tables are " + known.sorted().joined(separator: ", ")))
    }
    for table in ReferenceTable.allCases { rows.raw[table] = reader.raw(table, in: folder) }
    readInstitutions()
    readItems()
    readCodes()
    readRecognition()
    readMoney()
    readPersons()
  }

  mutating func table<T>(
    _ table: ReferenceTable, uniqueBy key: [String] = [], _ read: (inout RowReader, KnownCodes) -> T?
  ) -> [T] {
    let raw = rows.raw[table] ?? RawTable(table: table)
    if !key.isEmpty { reader.unique(raw, by: key) }
    let known = self.known
    return reader.rows(raw) { row in read(&row, known) }
  }

  private mutating func readInstitutions() {
    let isStored = reader.isStored
    rows.institutions = table(.institutions, uniqueBy: ["code"]) { row, _ in
      let region = row.optional("region") ?? ""
      if !region.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) { row.fail("region", "not a GB/T 2260 code: digits only") }
      if !isStored, let address = row.optional("dicomweb"), DICOMwebRoot(address) == nil {
        row.fail("dicomweb", "no DICOMweb root: write https://HOST/PATH, or http:// where it is on this machine")
      }
      return Institution(
        code: row.required("code"), name: row.required("name"), region: region, level: row.integer("level", in: 0...3),
        grade: row.optional("grade"), ownership: row.optional("ownership"), alliances: row.parts("alliances"),
        uscc: row.optional("uscc"), oid: row.optional("oid"), dicomweb: row.optional("dicomweb"))
    }
    known.institutions = Set(rows.institutions.map(\.code))
    rows.senders = table(.senders, uniqueBy: ["application", "facility", "oid"]) { row, known in
      let mode: Report.UpdateMode?
      switch row.optional("updateMode") {
      case nil: mode = nil
      case "update": mode = .update
      case "snapshot": mode = .snapshot
      default:
        row.fail("updateMode", "neither update nor snapshot, nor empty")
        mode = nil
      }
      let repair = row.optional("repair")
      if let repair, repair != "markup" { row.fail("repair", "neither markup nor empty") }
      let sender = Sender(
        application: row.any("application"), facility: row.any("facility"), oid: row.any("oid"),
        institution: known.institution("institution", &row), updateMode: mode, repairsMarkup: repair != nil)
      if sender.named == 0 { row.fail("facility", "the row names no application, facility or oid: name one") }
      return sender
    }
    let agreements = table(.agreements, uniqueBy: ["name"]) { row, _ in
      let regions = row.parts("regions")
      if regions.isEmpty { row.fail("regions", "empty: name the region prefixes, separated by ;") }
      if !regions.allSatisfy({ $0.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } }) {
        row.fail("regions", "not GB/T 2260 prefixes: digits only, separated by ;")
      }
      return (row.required("name"), regions)
    }
    rows.agreements = Dictionary(agreements) { first, _ in first }
  }

  private mutating func readItems() {
    rows.items = table(.items, uniqueBy: ["item"]) { row, _ in
      let code = row.required("item")
      if code == "*" || code.hasPrefix("group:") { row.fail("item", "* and group: are not item codes") }
      _ = row.required("category")
      return ItemRow(
        code: code, nameZh: row.optional("nameZh"), nameEn: row.optional("nameEn"),
        category: row.word("category", Category.self) ?? .lab, group: row.optional("group"),
        loinc: row.optional("loinc"),
        unit: row.optional("unit"), specimen: row.optional("specimen"), modality: row.optional("modality"),
        bodySite: row.optional("bodySite"), needsImages: row.boolean("needsImages", default: false),
        provenance: row.optional("provenance"))
    }
    known.items = Set(rows.items.map(\.code))
    known.groups = Set(rows.items.compactMap(\.group))
    // A panel is an item too: a decision needs its category and price.
    rows.panels = table(.panels, uniqueBy: ["panel", "component"]) { row, known in
      (known.item("panel", &row), known.item("component", &row), row.boolean("required", default: true))
    }
    checkPanels()
    rows.covers = table(.covers, uniqueBy: ["item", "coveredBy"]) { row, known in
      let pair = (item: known.item("item", &row), coveredBy: known.item("coveredBy", &row))
      if pair.item == pair.coveredBy { row.fail("coveredBy", "the item itself: leave the row out") }
      return pair
    }
  }

  /// A panel contains neither itself, directly or through others, nor only what is not required.
  private mutating func checkPanels() {
    let components = Dictionary(grouping: rows.panels, by: \.panel)
    func reaches(_ panel: String, from start: String, seen: inout Set<String>) -> Bool {
      (components[start] ?? []).contains { row in
        row.component == panel
          || seen.insert(row.component).inserted && reaches(panel, from: row.component, seen: &seen)
      }
    }
    let file = ReferenceTable.panels.file
    var told: Set<String> = []
    for row in rows.raw[.panels]?.rows ?? [] where told.insert(row.fields[0]).inserted {
      let panel = row.fields[0]
      var seen: Set<String> = []
      if reaches(panel, from: panel, seen: &seen) {
        let message = "the panel contains itself, directly or through another panel"
        reader.note(ReferenceProblem(file: file, line: row.line, column: "panel", message: message))
      } else if let own = components[panel], !own.contains(where: \.isRequired) {
        let message = "no component of the panel is required: it would be recognised without any result"
        reader.note(ReferenceProblem(file: file, line: row.line, column: "required", message: message))
      }
    }
  }

  private mutating func readCodes() {
    rows.codeMaps = table(.codemaps) { row, known in
      CodeMap(
        institution: known.anyInstitution("institution", &row), localCode: row.required("localCode"),
        localName: row.optional("localName"), specimen: row.any("specimen"), unit: row.any("unit"),
        item: known.item("item", &row))
    }
    rows.specimens = table(.specimens, uniqueBy: ["spelling"]) { row, _ in
      (row.required("spelling"), row.required("specimen"))
    }
    rows.units = table(.units, uniqueBy: ["spelling"]) { row, _ in (row.required("spelling"), row.required("ucum")) }
    rows.flags = table(.flags) { row, _ in
      let flag = row.word("class", Flag.self)
      if flag == .unknown { row.fail("class", "not one of normal, abnormal, critical") }
      _ = row.required("class")
      return (row.required("spelling"), flag ?? .abnormal)
    }
    refuseSpellingsThatAreOne()
    rows.conversions = table(.conversions, uniqueBy: ["item", "from", "to"]) { row, known in
      let item = known.item("item", &row)
      let from = row.required("from")
      let to = row.required("to")
      _ = row.required("factor")
      let factor = row.number("factor") ?? 1
      if factor <= 0 { row.fail("factor", "not above zero") }
      return (item, Conversion(from: from, to: to, factor: factor))
    }
  }

  /// Spellings that differ in case and width alone are one.
  private mutating func refuseSpellingsThatAreOne() {
    var seen: [String: Int] = [:]
    for row in rows.raw[.flags]?.rows ?? [] {
      if let before = seen.updateValue(row.line, forKey: Spelling.folded(row.fields[0])) {
        let message = "the same spelling as in line \(before): keep one row"
        reader.note(
          ReferenceProblem(file: ReferenceTable.flags.file, line: row.line, column: "spelling", message: message))
      }
    }
  }

  private mutating func readRecognition() {
    rows.limits = table(.limits, uniqueBy: ["item", "sex", "ageFromYears", "ageToYears"]) { row, known in
      let sex = row.anyWord("sex", Sex.self)
      if let sex, sex != .male, sex != .female { row.fail("sex", "male, female, or empty for any") }
      let limit = Limit(
        sex: sex, ageFrom: row.integer("ageFromYears", in: 0...200), ageTo: row.integer("ageToYears", in: 0...200),
        low: row.number("low"), high: row.number("high"), criticalLow: row.number("criticalLow"),
        criticalHigh: row.number("criticalHigh"), provenance: row.optional("provenance"), unit: row.optional("unit"))
      if let from = limit.ageFrom, let to = limit.ageTo, to <= from { row.fail("ageToYears", "not above ageFromYears") }
      if let low = limit.low, let high = limit.high, high < low { row.fail("high", "below low") }
      if let low = limit.criticalLow, let high = limit.criticalHigh, high < low {
        row.fail("criticalHigh", "below criticalLow")
      }
      return (known.item("item", &row), limit)
    }
    let agreements = rows.agreements
    func scope(_ row: inout RowReader) -> Scope {
      let text = row.required("scope")
      if let scope = Scope(text, agreements: agreements) { return scope }
      row.fail("scope", "not national, region:DIGITS, alliance:CODE, nor agreement:NAME of agreements.csv")
      return .national
    }
    rows.listings = table(.lists, uniqueBy: ["list", "scope", "item", "validFrom"]) { row, known in
      let item = row.optional("item") == "*" ? nil : known.item("item", &row)
      return (item, Listing(list: row.required("list"), scope: scope(&row), period: row.period()))
    }
    rows.certificates = table(.certificates, uniqueBy: ["institution", "item", "scope", "validFrom"]) { row, known in
      Certificate(
        institution: known.institution("institution", &row), item: known.key("item", &row), scope: scope(&row),
        period: row.period(), issuer: row.optional("issuer"))
    }
    rows.windows = table(.windows, uniqueBy: ["key", "setting", "flag"]) { row, known in
      Window(
        key: known.key("key", &row), setting: row.anyWord("setting", Setting.self),
        flag: row.anyWord("flag", Flag.self),
        hours: row.requiredInteger("hours", in: 0...1_000_000), provenance: row.optional("provenance"))
    }
  }

  private mutating func readPersons() {
    rows.retestReasons = table(.retestReasons, uniqueBy: ["institution", "localCode"]) { row, known in
      _ = row.required("retestReason")
      let number = row.integer("retestReason", in: 1...99) ?? 1
      let reason = RetestReason(rawValue: number)
      if reason == nil { row.fail("retestReason", "not one of 1, 2, 3, 4, 5, 6, 98, 99") }
      return (known.anyInstitution("institution", &row), row.required("localCode"), reason ?? .other)
    }
    rows.consents = table(.consents) { row, known in
      _ = row.required("idType")
      let kind = row.word("idType", Identifier.Kind.self) ?? .residentID
      if kind.isWithinInstitution {
        row.fail("idType", "this number means something only within one institution: name the person by another")
      }
      let value = row.required("idValue").uppercased()
      if kind == .residentID, value.utf8.count == 15 { row.fail("idValue", "15 digits: write the resident id with 18") }
      _ = row.required("decision")
      let decision = row.word("decision", Policy.ConsentDefault.self) ?? .deny
      let consent = Consent(
        institution: known.anyInstitution("institution", &row), category: row.anyWord("category", Category.self),
        permits: decision == .permit, from: row.instant("from"), to: row.instant("to"))
      if let from = consent.from, let to = consent.to, to <= from { row.fail("to", "not after from") }
      return (Identifier(kind, value), consent)
    }
  }
}
