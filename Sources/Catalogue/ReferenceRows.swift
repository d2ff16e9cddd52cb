import Clinical

/// Every table of a folder, read and checked against the others.
struct ReferenceRows {
  var policy: Policy
  var zone: RegistryZone
  var raw: [ReferenceTable: RawTable] = [:]
  var institutions: [Institution] = []
  var senders: [Sender] = []
  var agreements: [String: [String]] = [:]
  var items: [ItemRow] = []
  var panels: [(panel: String, component: String, isRequired: Bool)] = []
  var covers: [(item: String, coveredBy: String)] = []
  var codeMaps: [CodeMap] = []
  var specimens: [(spelling: String, specimen: String)] = []
  var units: [(spelling: String, ucum: String)] = []
  var flags: [(spelling: String, flag: Flag)] = []
  var conversions: [(item: String, conversion: Conversion)] = []
  var limits: [(item: String, limit: Limit)] = []
  /// Item nil: every item.
  var listings: [(item: String?, listing: Listing)] = []
  var certificates: [Certificate] = []
  var windows: [Window] = []
  var prices: [(item: String, price: Price)] = []
  var splits: [Split] = []
  /// Institution nil: any.
  var retestReasons: [(institution: String?, localCode: String, reason: RetestReason)] = []
  var consents: [(identifier: Identifier, consent: Consent)] = []
}
