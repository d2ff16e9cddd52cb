public import Clinical

/// One generation of reference data, indexed: immutable, shared by everybody who decides.
public final class ReferenceData: Sendable {
  public let policy: Policy
  public let zone: RegistryZone
  public let digests: ReferenceDigests
  /// Digest of what the books of savings depend on.
  public let bookDigest: String
  public let institutions: [String: Institution]
  public let items: [String: Item]
  public let splits: [Split]
  /// `mappings/*.yaml`, by name.
  public let mappings: [String: [UInt8]]
  public let units: UnitTable
  public let flags: FlagTable
  /// Rows by file, of the files that were there.
  public let rowCounts: [String: Int]
  /// The region prefixes of each agreement.
  let agreements: [String: [String]]
  let senders: SenderIndex
  let codeMaps: CodeMapIndex
  /// The items that `items.csv` gives a LOINC code.
  let itemsByLOINC: [String: [String]]
  let specimens: SpecimenTable
  /// By institution, then by item, `group:NAME` or `*`; in order of name.
  let certificates: [String: [String: [Certificate]]]
  let retestReasons: RetestReasonTable
  let consents: [Identifier: [Consent]]
  let itemNames: ItemNames

  /// - Parameter isStored: whether the folder was loaded before: what today is refused only when loaded was taken then.
  /// - Throws: every bad row; the whole folder is taken, or nothing of it.
  public convenience init(_ folder: ReferenceFolder, isStored: Bool = false) throws(ReferenceRejection) {
    self.init(try ReferenceRowsReader.read(folder, isStored: isStored), mappings: folder.mappings)
  }

  init(_ rows: ReferenceRows, mappings: [String: [UInt8]]) {
    policy = rows.policy
    zone = rows.zone
    digests = ReferenceDigests(rows)
    bookDigest = ReferenceDigests.books(rows)
    splits = rows.splits
    rowCounts = Dictionary(
      rows.raw.filter { !$0.value.rows.isEmpty }.map { ($0.key.file, $0.value.rows.count) }
    ) { first, _ in first }
    self.mappings = mappings
    let institutions = Dictionary(rows.institutions.map { ($0.code, $0) }) { first, _ in first }
    self.institutions = institutions
    items = ItemAssembly(rows).items()
    units = UnitTable(rows.units)
    flags = FlagTable(rows.flags)
    agreements = rows.agreements
    senders = SenderIndex(rows.senders, institutions: rows.institutions)
    specimens = SpecimenTable(rows.specimens, itemSpecimens: rows.items.compactMap(\.specimen))
    codeMaps = CodeMapIndex(rows.codeMaps, units: units, items: items)
    itemsByLOINC = Dictionary(grouping: rows.items.filter { $0.loinc != nil }) { $0.loinc ?? "" }
      .mapValues { $0.map(\.code) }
    certificates = Dictionary(grouping: rows.certificates, by: \.institution)
      .mapValues { rows in Dictionary(grouping: rows, by: \.item).mapValues { $0.sorted { $0.name < $1.name } } }
    retestReasons = RetestReasonTable(rows.retestReasons)
    consents = Dictionary(grouping: rows.consents, by: \.identifier).mapValues { $0.map(\.consent) }
    itemNames = ItemNames(rows.items)
  }

  /// The institution that an organization is, as `senders.csv`, its code or its OID say.
  public func institution(_ reference: OrganizationReference) -> Institution? { senders.institution(reference) }

  /// The institution that assigned a number, as `namespace&oid` names it; an OID below an institution's own is that institution's.
  public func assigner(_ text: String) -> Institution? { senders.assigner(text) }

  /// Whether any sender is declared to write raw markup.
  public var repairsMarkup: Bool { senders.repairsMarkup }

  /// The row of `senders.csv` for whoever writes so; nil for those that need none.
  public func sender(_ reference: OrganizationReference) -> Sender? { senders.sender(reference) }

  /// The institution's code, else the identifier as it was written; nil when nothing names the organization.
  public func code(of reference: OrganizationReference) -> String? {
    institution(reference)?.code ?? reference.identifier ?? reference.oid ?? reference.name
  }

  /// The catalogue's code of a specimen as a sender spells it (code, else words); nil for a spelling that is not in
  /// `specimens.csv`, which matches nothing.
  public func specimen(_ spelling: Code) -> String? {
    specimens.code(spelling.identifier) ?? spelling.display.flatMap { specimens.code($0) }
  }

  /// What the code maps say of a local code that stands alone.
  ///
  /// - Parameters:
  ///   - specimen: as catalogue code, where stated.
  ///   - unit: as sent, where sent.
  public func localItem(_ code: String, of institution: String, specimen: String?, unit: String?) -> LocalItem? {
    codeMaps.codes(of: institution).item(code, specimen: specimen, unit: unit)
  }

  /// The local codes of an institution, for whoever asks for many.
  public func localCodes(of institution: String) -> LocalCodes { codeMaps.codes(of: institution) }

  /// A number in the item's unit: as sent where the unit is the item's own, else through UCUM or the item's
  /// conversions.
  ///
  /// - Parameter unit: as sent; nil when none was sent.
  /// - Returns: nil when it cannot be compared. For an item without a unit, the number as sent.
  public func normalize(_ value: Double, unit: String?, for item: Item) -> Double? {
    units.normalize(value, unit: unit, for: item)
  }

  /// The list that carries the recognition: of those in force on the day that contain the item and cover both, the
  /// first by name.
  public func list(for item: Item, from source: Institution?, to ordering: Institution, on epochDay: Int) -> String? {
    item.listings.first { $0.period.contains(epochDay) && $0.scope.covers(source, ordering) }?.list
  }

  /// The certificate of a holder for an item that was valid on the day and covers holder and ordering institution; of
  /// several the first by name, one for the item before its group before `*`.
  public func certificate(for item: Item, of holder: Institution?, to ordering: Institution, on epochDay: Int)
    -> Certificate?
  {
    guard let holder, let own = certificates[holder.code] else { return nil }
    for key in item.certificateKeys {
      let found = own[key]?.first { $0.period.contains(epochDay) && $0.scope.covers(holder, ordering) }
      if let found { return found }
    }
    return nil
  }

  /// What an item costs at an institution on a day, in fen; nil when no row says so.
  public func price(of item: Item, at institution: Institution, on epochDay: Int) -> Int? {
    for key in institution.priceKeys {
      if let row = item.prices[key]?.first(where: { $0.period.contains(epochDay) }) { return row.fen }
    }
    return nil
  }

  /// What the person allows an institution to see at a moment (recognition.md, check 2).
  ///
  /// - Parameter identifiers: every identifier of the person, resident ids with 18 digits.
  public func consent(of identifiers: [Identifier], to institution: String, at moment: Instant) -> ConsentView {
    let rows = identifiers.flatMap { consents[Identifier($0.kind, $0.value.uppercased())] ?? [] }
    return ConsentView(rows, institution: institution, moment: moment, policy: policy)
  }

  /// What the person stated, row by row, each once: as `consent(of:to:at:)` weighs it.
  ///
  /// - Parameter identifiers: every identifier of the person, resident ids with 18 digits.
  public func statedConsents(of identifiers: [Identifier]) -> [StatedConsent] {
    var seen: Set<Consent> = []
    return identifiers.flatMap { consents[Identifier($0.kind, $0.value.uppercased())] ?? [] }
      .filter { seen.insert($0).inserted }
      .map {
        StatedConsent(
          institution: $0.institution, category: $0.category, permits: $0.permits, from: $0.from, to: $0.to)
      }
  }

  /// The national retest reason an institution's own code stands for.
  public func retestReason(_ localCode: String, of institution: String) -> RetestReason? {
    retestReasons.reason(localCode, of: institution)
  }

  /// Up to three items that a local name may mean, the likeliest first, each with a score from 0 to 1.
  public func suggestItem(forName name: String) -> [ItemSuggestion] { itemNames.suggest(name) }
}

/// The item of a local code, and the unit its results have when they state none.
public struct LocalItem: Sendable {
  public let item: Item
  public let unit: String?
}
