import Clinical
import Foundation

/// A Bundle of type searchset.
struct FHIRBundle {
  /// The address of the resources: `https://…/fhir`.
  let base: String
  let timestamp: String
  var total: Int
  var links: [(relation: String, url: String)] = []
  var matches: [FHIREntry] = []
  var included: [FHIREntry] = []
  /// Beside `match`: its grade and score, by id (`Patient/$match`).
  var scores: [String: (grade: String, score: Double?)] = [:]

  var document: FHIRDocument {
    .resource("Bundle") { bundle in
      bundle.add("id", UUID().uuidString.lowercased())
      bundle.add("meta", .element([("lastUpdated", .text(timestamp))]))
      bundle.add("type", "searchset")
      bundle.add("total", total)
      bundle.add(
        "link", each: links.map { .element([("relation", .text($0.relation)), ("url", .text($0.url))]) })
      bundle.add(
        "entry",
        each: matches.map { Self.entry($0, "match", base, scores[$0.id]) }
          + included.map { Self.entry($0, "include", base) })
    }
  }

  static func entry(
    _ entry: FHIREntry, _ mode: String, _ base: String, _ match: (grade: String, score: Double?)? = nil
  ) -> FHIRDocument {
    let search = FHIRDocument.element { search in
      if let match {
        search.add(
          extension: "http://hl7.org/fhir/StructureDefinition/match-grade", "Code", .text(match.grade))
      }
      search.add("mode", mode)
      if let score = match?.score { search.add("score", .literal("\(FHIRDecimal(score))")) }
    }
    return .element([
      ("fullUrl", .text("\(base)/\(entry.type.rawValue)/\(entry.id)")), ("resource", entry.write()),
      ("search", search ?? .element([FHIRDocument.Member]())),
    ])
  }
}
