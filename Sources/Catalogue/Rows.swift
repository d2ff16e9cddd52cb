public import Clinical

/// A row of `items.csv`.
struct ItemRow {
  var code: String
  var nameZh: String?
  var nameEn: String?
  var category: Category
  var group: String?
  var loinc: String?
  var unit: String?
  var specimen: String?
  var modality: String?
  var bodySite: String?
  var needsImages: Bool
  var provenance: String?
}

/// The rows of other tables that are about one item.
struct ItemRules {
  var requiredComponents: [String] = []
  var allComponents: Set<String> = []
  var requiredMembers: Set<String> = []
  var coveredBy: [String] = []
  var listings: [Listing] = []
  var windows: [Window] = []
  var limits: [Limit] = []
  var conversions: [Conversion] = []
  var prices: [String: [Price]] = [:]
}

/// That a published recognition list (互认清单) contains an item; a row of `lists.csv`.
public struct Listing: Hashable, Sendable {
  public let list: String
  public let scope: Scope
  public let period: Period
}

/// A quality certificate: the right to carry a recognition mark (互认标识); a row of `certificates.csv`.
public struct Certificate: Hashable, Sendable {
  public let institution: String
  /// An item, `group:NAME` or `*`.
  public let item: String
  public let scope: Scope
  public let period: Period
  public let issuer: String?

  /// How decisions name it: it has no number of its own.
  public var name: String { "\(institution)/\(item)/\(scope.text)" }
}

/// How long a result may stand in; a row of `windows.csv`.
public struct Window: Hashable, Sendable {
  /// An item, `group:NAME` or `*`.
  public let key: String
  /// nil: any.
  public let setting: Setting?
  /// nil: any.
  public let flag: Flag?
  /// 0: never recognised.
  public let hours: Int
  public let provenance: String?
}

/// Reference and critical limits of an item in its unit; a row of `limits.csv`.
public struct Limit: Hashable, Sendable {
  /// nil: any.
  public let sex: Sex?
  /// In completed years, included.
  public let ageFrom: Int?
  /// In completed years, excluded.
  public let ageTo: Int?
  public let low: Double?
  public let high: Double?
  public let criticalLow: Double?
  public let criticalHigh: Double?
  public let provenance: String?
  /// In what the source wrote them, where it is stated: it must be the item's own.
  public let unit: String?

  func matches(sex: Sex?, age: Int?) -> Bool {
    if let own = self.sex, own != sex { return false }
    guard let age else { return ageFrom == nil && ageTo == nil }
    return (ageFrom ?? .min) <= age && age < (ageTo ?? .max)
  }
}

/// From one kind of quantity to another, for one item: `to = from × factor`; a row of `conversions.csv`.
struct Conversion: Hashable {
  var from: String
  var to: String
  var factor: Double
}

/// What an item costs; a row of `prices.csv`.
struct Price: Hashable {
  var key: String
  var fen: Int
  var period: Period
}

/// What a local code means; a row of `codemaps.csv`.
struct CodeMap: Hashable {
  /// nil: any.
  var institution: String?
  var localCode: String
  var localName: String?
  /// A catalogue code; nil: any.
  var specimen: String?
  /// As written; nil: any.
  var unit: String?
  var item: String

  /// How many columns beside the code it names; a row naming the institution wins before that.
  var named: Int { (specimen == nil ? 0 : 1) + (unit == nil ? 0 : 1) }
}

/// A sender that writes another name than its institution's code; a row of `senders.csv`.
public struct Sender: Hashable, Sendable {
  public let application: String?
  public let facility: String?
  public let oid: String?
  /// The institution's code.
  public let institution: String
  /// How newer messages stand to older ones; nil: as its dialect has it.
  public let updateMode: Report.UpdateMode?
  /// Whether raw `&` and `<` in its text may be repaired before reading.
  public let repairsMarkup: Bool

  var named: Int { (application == nil ? 0 : 1) + (facility == nil ? 0 : 1) + (oid == nil ? 0 : 1) }
}

/// What a person allowed or forbade; a row of `consents.csv`.
struct Consent: Hashable {
  /// nil: any.
  var institution: String?
  /// nil: any.
  var category: Category?
  var permits: Bool
  /// Included; nil: ever.
  var from: Instant?
  /// Excluded; nil: open.
  var to: Instant?
}

/// How an avoided fee is shared; a row of `splits.csv`. nil matches all.
public struct Split: Hashable, Sendable {
  public let scheme: String?
  public let enrolment: String?
  public let level: Int?
  public let setting: Setting?
  public let payment: String?
  public let fundBasisPoints: Int
  public let hospitalBasisPoints: Int
  public let provenance: String?

  /// How many columns it names: the row with the most wins.
  public var named: Int {
    [scheme != nil, enrolment != nil, level != nil, setting != nil, payment != nil].count { $0 }
  }
}
