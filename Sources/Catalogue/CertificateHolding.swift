/// A certificate with what it is about in the catalogue.
public struct CertificateHolding: Sendable {
  public let certificate: Certificate
  /// Its item, or those of its group, or all that are no panels.
  public let items: Set<String>
}

extension Scope {
  public var isNational: Bool { text == "national" }
  /// Of a region, or of several by agreement.
  public var isRegional: Bool { text.hasPrefix("region:") || text.hasPrefix("agreement:") }
}

extension ReferenceData {
  /// The certificates of an institution that were valid on any day of a period, in order of their names.
  ///
  /// - Parameter days: in days since 1970-01-01.
  public func certificates(of institution: String, inForce days: ClosedRange<Int>) -> [CertificateHolding] {
    let own = (certificates[institution] ?? [:]).values.flatMap { $0 }
    let valid = own.filter { $0.period.overlaps(Period(from: days.lowerBound, to: days.upperBound)) }
    return valid.sorted { ($0.name, $0.period.from) < ($1.name, $1.period.from) }.map { certificate in
      let about = items.values.filter { !$0.isPanel && $0.certificateKeys.contains(certificate.item) }
      return CertificateHolding(certificate: certificate, items: Set(about.map(\.code)))
    }
  }
}
