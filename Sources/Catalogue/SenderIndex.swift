import Clinical

/// Which institution an organization of a message is.
struct SenderIndex: Sendable {
  private let byCode: [String: Institution]
  private let byOID: [String: Institution]
  private let byFacility: [String: [Sender]]
  private let byRowOID: [String: [Sender]]
  /// Rows that name an application alone.
  private let byApplication: [String: [Sender]]

  let repairsMarkup: Bool

  init(_ senders: [Sender], institutions: [Institution]) {
    repairsMarkup = senders.contains(where: \.repairsMarkup)
    byCode = Dictionary(institutions.map { ($0.code, $0) }) { first, _ in first }
    byOID = Dictionary(institutions.compactMap { row in row.oid.map { ($0, row) } }) { first, _ in first }
    byFacility = Dictionary(grouping: senders.filter { $0.facility != nil }) { $0.facility ?? "" }
    byRowOID = Dictionary(grouping: senders.filter { $0.facility == nil && $0.oid != nil }) { $0.oid ?? "" }
    byApplication = Dictionary(grouping: senders.filter { $0.facility == nil && $0.oid == nil }) {
      $0.application ?? ""
    }
  }

  /// A row of `senders.csv` wins over the institution's own code or OID: two applications may write the same facility.
  func institution(_ reference: OrganizationReference) -> Institution? {
    if let sender = sender(reference) { return byCode[sender.institution] }
    if let identifier = reference.identifier, let found = byCode[identifier] ?? byOID[identifier] { return found }
    if let oid = reference.oid, let found = byOID[oid] ?? byCode[oid] { return found }
    return nil
  }

  /// Of two rows above an OID the nearer one tells.
  func assigner(_ text: String) -> Institution? {
    let parts = text.split(separator: "&", omittingEmptySubsequences: false).map(String.init)
    let named = OrganizationReference(
      identifier: parts[0].isEmpty ? nil : parts[0], oid: parts.count > 1 && !parts[1].isEmpty ? parts[1] : nil)
    if let found = institution(named) { return found }
    var oid = named.oid.map { $0[...] } ?? ""
    while let dot = oid.lastIndex(of: ".") {
      oid = oid[..<dot]
      if let found = institution(OrganizationReference(oid: String(oid))) { return found }
    }
    return nil
  }

  /// The row that names most; nil when none matches, or when two that name as much mean different institutions.
  func sender(_ reference: OrganizationReference) -> Sender? {
    var rows: [Sender] = []
    if let identifier = reference.identifier {
      rows += byFacility[identifier] ?? []
      rows += byRowOID[identifier] ?? []
    }
    if let oid = reference.oid, oid != reference.identifier { rows += byRowOID[oid] ?? [] }
    if let application = reference.application { rows += byApplication[application] ?? [] }
    rows.removeAll { !$0.matches(reference) }
    guard let most = rows.map(\.named).max() else { return nil }
    let best = rows.filter { $0.named == most }
    return best.allSatisfy { $0.institution == best[0].institution } ? best[0] : nil
  }
}

extension Sender {
  fileprivate func matches(_ reference: OrganizationReference) -> Bool {
    (application == nil || application == reference.application)
      && (facility == nil || facility == reference.identifier)
      && (oid == nil || oid == reference.oid || oid == reference.identifier)
  }
}
