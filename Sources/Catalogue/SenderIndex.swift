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

  /// A row of `senders.csv` wins over the institution's own code or OID: two applications may write the same facility. An OID goes
  /// before a mere extension, which is one thing under this root and another under that.
  func institution(_ reference: OrganizationReference) -> Institution? {
    if let sender = sender(reference) { return byCode[sender.institution] }
    return own(reference)
  }

  /// Whose own code or OID it is.
  private func own(_ reference: OrganizationReference) -> Institution? {
    if let oid = reference.oid, let found = byOID[oid] ?? byCode[oid] { return found }
    return reference.identifier.flatMap { byCode[$0] ?? byOID[$0] }
  }

  /// Of two rows above an OID the nearer one tells.
  func assigner(_ text: String) -> Institution? {
    var named = OrganizationReference(identifier: text.isEmpty ? nil : text)
    if text.utf8.contains(UInt8(ascii: "&")) {
      let parts = text.split(separator: "&", omittingEmptySubsequences: false).map(String.init)
      named.identifier = parts[0].isEmpty ? nil : parts[0]
      named.oid = parts[1].isEmpty ? nil : parts[1]
    }
    if let found = institution(named) { return found }
    var oid = named.oid.map { $0[...] } ?? ""
    while let dot = oid.lastIndex(of: ".") {
      oid = oid[..<dot]
      if let found = institution(OrganizationReference(oid: String(oid))) { return found }
    }
    return nil
  }

  /// The row that names most, of several one that names the OID; nil when none matches, or when two of a kind mean different
  /// institutions. A name is asked for where neither identifier nor OID is known.
  func sender(_ reference: OrganizationReference) -> Sender? {
    var rows: [Sender] = []
    if let identifier = reference.identifier {
      rows += byFacility[identifier] ?? []
      rows += byRowOID[identifier] ?? []
    }
    if let oid = reference.oid, oid != reference.identifier { rows += byRowOID[oid] ?? [] }
    rows.removeAll { !$0.matches(reference) }
    if rows.isEmpty, let name = reference.name, own(reference) == nil {
      var named = reference
      named.identifier = name
      rows = (byFacility[name] ?? []).filter { $0.matches(named) }
    }
    if let application = reference.application {
      rows += (byApplication[application] ?? []).filter { $0.matches(reference) }
    }
    guard let most = rows.map(\.weight).max() else { return nil }
    let best = rows.filter { $0.weight == most }
    guard best.allSatisfy({ $0.institution == best[0].institution }) else { return nil }
    if best[0].namesExtensionAlone, let other = reference.oid.flatMap({ byOID[$0] }) {
      return other.code == best[0].institution ? best[0] : nil
    }
    return best[0]
  }
}

extension Sender {
  /// The columns it names, an OID before the others.
  fileprivate var weight: Int { 2 * named + (oid == nil ? 0 : 1) }
  fileprivate var namesExtensionAlone: Bool { application == nil && oid == nil }

  fileprivate func matches(_ reference: OrganizationReference) -> Bool {
    (application == nil || application == reference.application)
      && (facility == nil || facility == reference.identifier)
      && (oid == nil || oid == reference.oid || oid == reference.identifier)
  }
}
