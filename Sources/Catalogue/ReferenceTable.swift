/// The CSV files of reference data and their columns (contracts.md).
enum ReferenceTable: String, CaseIterable {
  case institutions, senders, agreements, items, panels, covers, codemaps, specimens, units, conversions, flags, limits,
    lists
  case certificates, windows, prices, splits, consents
  case retestReasons = "retest-reasons"

  var file: String { rawValue + ".csv" }

  /// In the order of the contract.
  var columns: [String] {
    switch self {
    case .institutions:
      ["code", "name", "region", "level", "grade", "ownership", "alliances", "uscc", "oid", "dicomweb"]
    case .senders: ["application", "facility", "oid", "institution", "updateMode", "repair"]
    case .agreements: ["name", "regions"]
    case .items:
      [
        "item", "nameZh", "nameEn", "category", "group", "loinc", "unit", "specimen", "modality", "bodySite",
        "needsImages",
        "provenance",
      ]
    case .panels: ["panel", "component", "required"]
    case .covers: ["item", "coveredBy", "reason"]
    case .codemaps: ["institution", "localCode", "localName", "specimen", "unit", "item"]
    case .specimens: ["spelling", "specimen"]
    case .units: ["spelling", "ucum"]
    case .conversions: ["item", "from", "to", "factor"]
    case .flags: ["spelling", "class"]
    case .limits:
      ["item", "sex", "ageFromYears", "ageToYears", "low", "high", "criticalLow", "criticalHigh", "provenance", "unit"]
    case .lists: ["list", "scope", "item", "validFrom", "validTo"]
    case .certificates: ["institution", "item", "scope", "validFrom", "validTo", "issuer"]
    case .windows: ["key", "setting", "flag", "hours", "provenance"]
    case .prices: ["priceKey", "item", "fen", "validFrom", "validTo"]
    case .splits:
      [
        "scheme", "enrolment", "level", "setting", "payment", "fundBasisPoints", "hospitalBasisPoints", "provenance",
      ]
    case .retestReasons: ["institution", "localCode", "retestReason"]
    case .consents: ["idType", "idValue", "institution", "category", "decision", "from", "to"]
    }
  }

  /// How many of the columns, from the first, decisions may depend on: what only `reference check` reads is in no digest.
  var decisiveColumns: Int { self == .limits ? columns.count - 1 : columns.count }

  /// The columns a header cannot do without; the others may be missing and are then empty.
  var required: Set<String> {
    switch self {
    case .institutions: ["code", "name"]
    case .senders: ["institution"]
    case .agreements: ["name", "regions"]
    case .items: ["item", "category"]
    case .panels: ["panel", "component"]
    case .covers: ["item", "coveredBy"]
    case .codemaps: ["institution", "localCode", "item"]
    case .specimens: ["spelling", "specimen"]
    case .units: ["spelling", "ucum"]
    case .conversions: ["item", "from", "to", "factor"]
    case .flags: ["spelling", "class"]
    case .limits: ["item"]
    case .lists: ["list", "scope", "item", "validFrom"]
    case .certificates: ["institution", "item", "scope", "validFrom"]
    case .windows: ["key", "hours"]
    case .prices: ["priceKey", "item", "fen", "validFrom"]
    case .splits: ["scheme", "fundBasisPoints", "hospitalBasisPoints"]
    case .retestReasons: ["institution", "localCode", "retestReason"]
    case .consents: ["idType", "idValue", "decision"]
    }
  }
}
