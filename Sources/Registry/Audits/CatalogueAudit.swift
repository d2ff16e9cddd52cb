import Catalogue
import Clinical
import RegistryStore
import Savings

/// The codes of stored results that the catalogue does not map.
public struct CatalogueAudit: RecomputedAudit, Sendable {
  public struct Suggestion: Encodable, Sendable {
    public var item: String
    public var name: String
    public var score: Double
  }

  public struct Code: Encodable, Sendable {
    public var institution: String
    public var localCode: String
    public var localName: String?
    public var specimen: String?
    public var unit: String?
    public var count: Int
    /// The items that its codes mean, where they disagree.
    public var conflicting: [String]?
    public var suggestions: [Suggestion]
  }

  public var results = 0
  public var mapped = 0
  /// Most frequent first.
  public var unmapped: [Code] = []
  /// Whether what is kept agrees; nil where that was not asked.
  public var recompute: AuditComparison?
}

extension Registry {
  /// Counts current results by code, as the catalogue of today reads them: nothing is stored of it, so a code that is mapped counts
  /// at once for everything already there.
  ///
  /// - Parameter recomputes: whether it is computed anew, and what is kept held against it.
  public func auditCatalogue(recomputes: Bool = false) throws -> CatalogueAudit {
    if recomputes {
      return try recomputed(.reports) {
        try keptCatalogue($0)
      } computed: {
        try computedCatalogue($0)
      }
    }
    return try readKept(.reports) {
      try keptCatalogue($0)
    } orElse: {
      try computedCatalogue($0)
    }
  }

  /// As the pages have it.
  func keptCatalogue(_ transaction: any StoreSnapshot) throws -> CatalogueAudit {
    var books = CodeBooks()
    try eachPage(.code, in: nil, transaction) { books.add(page: $0) }
    return try catalogue(books, PageTexts(transaction).text, transaction)
  }

  /// As the reports give it.
  func computedCatalogue(_ transaction: any StoreSnapshot) throws -> CatalogueAudit {
    let reference = try reference(transaction, knownAt: nil).data
    var books = CodeBooks()
    try transaction.eachReport { versions in
      for line in ReportLines(versions, reference).codes { books.add(line) }
    }
    return try catalogue(books, { _ in nil }, transaction)
  }

  private func catalogue(
    _ books: CodeBooks, _ word: (Int64) throws -> String?, _ transaction: any StoreSnapshot
  ) throws -> CatalogueAudit {
    let reference = try reference(transaction, knownAt: nil).data
    guard let counts = try books.unmapped(word: word) else { throw Registry.damagedPage }
    var audit = CatalogueAudit()
    (audit.results, audit.mapped) = (books.results, books.mapped)
    for (key, count) in counts {
      let suggestions = reference.suggestItem(forName: key.name ?? key.code).map {
        CatalogueAudit.Suggestion(
          item: $0.item, name: reference.items[$0.item]?.nameZh ?? reference.items[$0.item]?.nameEn ?? "",
          score: $0.score)
      }
      audit.unmapped.append(
        CatalogueAudit.Code(
          institution: key.institution, localCode: key.code, localName: key.name, specimen: key.specimen,
          unit: key.unit, count: count, conflicting: key.conflicting, suggestions: suggestions))
    }
    audit.unmapped.sort { a, b in
      if a.count != b.count { return a.count > b.count }
      let (own, other) = (
        [a.institution, a.localCode, a.unit, a.specimen, a.localName],
        [b.institution, b.localCode, b.unit, b.specimen, b.localName]
      )
      return own.map { $0 ?? "" }.lexicographicallyPrecedes(other.map { $0 ?? "" })
    }
    return audit
  }
}
