import Clinical
import XMLReading

/// A specimen with the moment it was collected.
struct CollectedSpecimen {
  var specimen = Specimen()
  var collected: Instant?
  /// All by which an act may refer to it.
  private(set) var identifiers: [String] = []

  /// `specimenRole` of an organizer or observation.
  init(role: XMLElement) {
    identifiers = role.identifiers.map(\.value)
    specimen.identifier = identifiers.first
    let player = ["specimenPlayingEntity", "playingEntity", "specimenNatural"].lazy.compactMap { role.first($0) }.first
    specimen.type = player?.first("code")?.concept(nil)?.code ?? player?.first("name")?.words.map { Code($0) }
  }

  /// A collection procedure (XD-LAB 1.3.6.1.4.1.19376.1.3.1.2): its product is the participant PRD.
  ///
  /// - Returns: nil for a procedure without a product.
  init?(procedure: XMLElement, notes: inout ReadingNotes) {
    let product = procedure.all("participant").first { $0.attribute("typeCode") == "PRD" }
    guard let role = product?.first("participantRole") else { return nil }
    self.init(role: role)
    identifiers += procedure.identifiers.map(\.value)
    collected = notes.start(of: procedure.first("effectiveTime"))
  }

  /// With what another mention of it says more.
  func merging(_ other: CollectedSpecimen) -> CollectedSpecimen {
    var result = self
    result.specimen.type = other.specimen.type ?? specimen.type
    return result
  }

  /// The collection procedures of a document by every id of theirs.
  static func index(_ root: XMLElement, notes: inout ReadingNotes) -> [String: CollectedSpecimen] {
    var result: [String: CollectedSpecimen] = [:]
    for procedure in root.descendants("procedure") {
      guard let specimen = CollectedSpecimen(procedure: procedure, notes: &notes) else { continue }
      for id in specimen.identifiers where result[id] == nil { result[id] = specimen }
    }
    return result
  }
}
