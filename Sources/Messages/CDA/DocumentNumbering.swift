import Clinical
import XMLReading

/// What makes documents versions of one report (recognition.md, "One state per report"): its number, and the ids by which a document knows
/// others.
///
/// The number is that of the one act or observation reported, since a corrected document may come with an id and a set of its own and no
/// relation to the first (Nictiz); else the set's, else the document's. An id that cannot be of one thing alone is none: it is the number only
/// where there is no other, and then never ties two documents.
struct DocumentNumbering {
  let number: String
  let assigner: String?
  let identities: [String]
  let lineage: DocumentLineage?

  /// - Parameters:
  ///   - number: the report's own number, where the document has a place for it.
  ///   - act: the ids of the only act reported.
  /// - Throws: `missingReportNumber` when nothing has an id.
  init(
    _ document: XMLElement, number: String? = nil, act: [InstanceIdentifier] = [], notes: inout ReadingNotes
  ) throws(Refusal) {
    let own = document.identifiers.first
    let set = document.first("setId").flatMap(InstanceIdentifier.init)
    let related = document.all("relatedDocument")
    // An addendum is a report by itself beside the one it adds to, which keeps its act.
    let isAddendum = related.contains { $0.attribute("typeCode") == "APND" }
    let acts = isAddendum ? [] : act
    let sets = isAddendum ? [] : [set].compactMap { $0 }
    let ids = acts + sets + [own].compactMap { $0 }
    let chosen = ids.first(where: \.isOfOneThing) ?? own ?? ids.first
    if let number {
      (self.number, assigner) = (number, nil)
    } else if let chosen {
      (self.number, assigner) = (chosen.value, chosen.assigner)
    } else {
      throw Refusal(.missingReportNumber, "neither a report number nor a document id: send one", at: document)
    }
    // A number of the report's own says more than a set that the sender's template brings along.
    let ownSet = number == nil ? sets.first(where: \.isOfOneThing) : nil
    identities = [ownSet?.key].compactMap { $0 }
    var lineage = DocumentLineage(document: own.flatMap { $0.isExample ? nil : $0.key })
    if ownSet != nil {
      lineage.version = document.first("versionNumber")?.words.flatMap(NumericText.count).flatMap { $0 > 0 ? $0 : nil }
    }
    for relation in related where ["RPLC", "XFRM"].contains(relation.attribute("typeCode")) {
      let targets = relation.all("parentDocument").flatMap {
        $0.identifiers + [$0.first("setId")].compactMap { $0 }.compactMap(InstanceIdentifier.init)
      }
      let named = targets.filter { !$0.isExample }.map(\.key)
      if named.isEmpty {
        notes.note(
          .danglingReference, "it replaces a document without naming one: send parentDocument with its id", at: relation
        )
      }
      lineage.replaces += named.filter { $0 != lineage.document && !lineage.replaces.contains($0) }
    }
    self.lineage = lineage.isEmpty ? nil : lineage
  }

  /// Writes number and ids into a report.
  func write(into report: inout Report) {
    report.reportNumber = number
    report.numberAssigner = assigner
    report.identities = identities
    report.lineage = lineage
  }
}
