public import Clinical

/// An entry of the shared catalogue with every rule that is about it, found once when the reference data is loaded.
public final class Item: Sendable {
  public let code: String
  public let nameZh: String?
  public let nameEn: String?
  public let category: Category
  public let group: String?
  public let loinc: String?
  /// UCUM; nil for an item without a unit.
  public let unit: String?
  /// The catalogue code of the specimen it is about.
  public let specimen: String?
  public let modality: String?
  public let bodySite: String?
  public let needsImages: Bool
  public let provenance: String?

  /// For a panel: its required components, those of required panels within it in their place, in byte order; else
  /// empty.
  public let requiredComponents: [String]
  /// For a panel: all its components, required or not, and those of panels within it.
  public let allComponents: Set<String>
  /// For a panel: what it cannot do without, panels within it included.
  public let requiredMembers: Set<String>
  /// The items that may stand in for it (`covers.csv`), in byte order.
  public let coveredBy: [String]
  /// The lists that contain it, by name.
  let listings: [Listing]
  /// The windows that name it, its group or `*`, in order of precedence.
  let windows: [Window]
  let limits: [Limit]
  let conversions: [Conversion]
  /// By price key, the newest first.
  let prices: [String: [Price]]
  /// What a certificate can call it: itself, its group, `*`.
  let certificateKeys: [String]

  public var isPanel: Bool { !requiredComponents.isEmpty }

  init(_ row: ItemRow, rules: ItemRules) {
    code = row.code
    nameZh = row.nameZh
    nameEn = row.nameEn
    category = row.category
    group = row.group
    loinc = row.loinc
    unit = row.unit
    specimen = row.specimen
    modality = row.modality
    bodySite = row.bodySite
    needsImages = row.needsImages
    provenance = row.provenance
    requiredComponents = rules.requiredComponents
    allComponents = rules.allComponents
    requiredMembers = rules.requiredMembers
    coveredBy = rules.coveredBy
    listings = rules.listings
    windows = rules.windows
    limits = rules.limits
    conversions = rules.conversions
    prices = rules.prices
    certificateKeys = [row.code] + (row.group.map { ["group:" + $0] } ?? []) + ["*"]
  }

  /// The window the policy gives it, nil when it gives none (recognition.md, "Window").
  public func window(in setting: Setting, flag: Flag) -> Window? {
    windows.first { ($0.setting ?? setting) == setting && ($0.flag ?? flag) == flag }
  }

  /// The limits for a person; the row naming the sex wins. An unknown sex or age is met by rows that name none.
  ///
  /// - Parameter age: in completed years.
  public func limit(sex: Sex?, age: Int?) -> Limit? {
    let matching = limits.filter { $0.matches(sex: sex, age: age) }
    return matching.first { $0.sex != nil } ?? matching.first
  }
}

/// What a result says of the patient: nothing is assumed (recognition.md, "Flag").
public enum Flag: String, Sendable, CaseIterable, Codable, Comparable {
  case unknown, normal, abnormal, critical

  private var weight: Int {
    switch self {
    case .unknown: 0
    case .normal: 1
    case .abnormal: 2
    case .critical: 3
    }
  }

  public static func < (a: Flag, b: Flag) -> Bool { a.weight < b.weight }
}
