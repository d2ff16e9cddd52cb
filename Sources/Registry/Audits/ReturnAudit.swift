import Catalogue
import Clinical
import RegistryStore
public import Savings

/// What `huren audit return` answers: a period as a health administration asks for it.
public struct ReturnAudit: Encodable, Sendable {
  public var period: AuditPeriod
  public var rows: [ReturnBooks.Row]

  private enum Key: String, CodingKey {
    case rows
  }

  public func encode(to encoder: any Encoder) throws {
    try period.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(rows, forKey: .rows)
  }
}

extension ReturnBooks.Row: Encodable {
  private enum Key: String, CodingKey {
    case level, value, name, region, grade, ownership, certificates
  }

  public func encode(to encoder: any Encoder) throws {
    try figures.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(level, forKey: .level)
    try container.encode(value, forKey: .value)
    guard let institution else { return }
    try container.encode(institution.name, forKey: .name)
    try container.encode(institution.region, forKey: .region)
    try container.encode(institution.fullGrade, forKey: .grade)
    try container.encode(institution.ownership, forKey: .ownership)
    try container.encode(certificates, forKey: .certificates)
  }
}

extension Registry {
  /// The return of a period: certificates, recognised results and savings, retrievals, by institution, grade and ownership.
  ///
  /// Claims count by the time of their acceptance, retrievals by that of the order, certificates when they were valid on any day.
  public func auditReturn(_ scope: AuditScope) throws -> ReturnAudit {
    var byItem = scope
    byItem.dimensions = [.institution, .item]
    func audit(_ savings: SavingsAudit, _ transaction: any StoreSnapshot) throws -> ReturnAudit {
      let reference = try reference(transaction, knownAt: scope.knownAt).data
      let zone = reference.zone
      let end = scope.to.map { min(Instant(milliseconds: $0.milliseconds - 1), scope.at) } ?? scope.at
      let last = zone.date(of: end).epochDay
      let first = scope.from.map { min(zone.date(of: $0).epochDay, last) } ?? .min
      let retrievals = try transaction.retrievals(
        from: scope.from, to: scope.to, at: scope.at, knownAt: scope.knownAt)
      let books = ReturnBooks(
        savings: savings.figures, retrievals: retrievals, days: first...last, reference: reference)
      return ReturnAudit(
        period: AuditPeriod(scope, zone: zone, unreadable: savings.period.unreadable), rows: books.rows)
    }
    return try audited(scope, from: .books) {
      try audit(keptSavings(byItem, $0), $0)
    } orElse: {
      try audit(computedSavings(byItem, $0), $0)
    }
  }
}
