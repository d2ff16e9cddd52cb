import Catalogue
import Clinical
import RegistryStore

/// The codes of stored results that the catalogue does not map.
public struct CatalogueAudit: Encodable, Sendable {
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
}

extension Registry {
  /// Counts current results by code, as the catalogue of today reads them: nothing is stored of it, so a code that is mapped counts
  /// at once for everything already there.
  public func auditCatalogue() throws -> CatalogueAudit {
    struct Key: Hashable {
      var institution: String
      var code: String
      var name: String?
      var specimen: String?
      var unit: String?
      var conflicting: [String]?
    }
    let reference = try reference().data
    var audit = CatalogueAudit()
    var counts: [Key: Int] = [:]
    try store.read { transaction in
      try transaction.eachReport { versions in
        for state in ReportState.parts(of: versions.map(\.version)) {
          for observation in state.report.codedResults {
            audit.results += 1
            var key = Key(
              institution: state.institution, code: observation.code.identifier, name: observation.code.display,
              specimen: observation.specimen?.type?.identifier, unit: observation.unit)
            switch reference.meaning(of: observation, at: state.institution) {
            case .item:
              audit.mapped += 1
              continue
            case .unmapped: break
            case .conflicting(let items): key.conflicting = items
            }
            counts[key, default: 0] += 1
          }
        }
      }
    }
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
      return (a.institution, a.localCode, a.unit ?? "") < (b.institution, b.localCode, b.unit ?? "")
    }
    return audit
  }
}
