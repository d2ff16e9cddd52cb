import Clinical
import XMLReading

/// A specimen with the moment it was collected.
struct CollectedSpecimen {
  var specimen = Specimen()
  var collected: Instant?
  /// All by which an act may refer to it, each with its root.
  private(set) var identifiers: [String] = []

  /// Specimens of which no more is known than when they were collected.
  init(collected: Instant?) { self.collected = collected }

  /// The specimen as far as anything is said of it.
  var stated: Specimen? { specimen.identifier == nil && specimen.type == nil ? nil : specimen }

  /// `specimenRole` of an organizer or observation.
  init(role: XMLElement) {
    let ids = role.identifiers
    identifiers = ids.map(\.key)
    specimen.identifier = ids.first?.value
    let player = CollectedSpecimen.player(of: role)
    specimen.type = player?.first("code")?.concept(nil)?.code ?? player?.first("name")?.words.map { Code($0) }
  }

  /// A collection procedure (XD-LAB 1.3.6.1.4.1.19376.1.3.1.2): its product is the participant PRD.
  ///
  /// - Returns: nil for a procedure without a product.
  init?(procedure: XMLElement, notes: inout ReadingNotes) {
    let product = procedure.all("participant").first { $0.attribute("typeCode") == "PRD" }
    guard let role = product?.first("participantRole") else { return nil }
    self.init(role: role)
    identifiers += procedure.identifiers.map(\.key)
    collected = notes.start(of: procedure.first("effectiveTime"))
  }

  /// What a role is played by.
  static func player(of role: XMLElement) -> XMLElement? {
    ["specimenPlayingEntity", "playingEntity", "specimenNatural"].lazy.compactMap { role.first($0) }.first
  }

  /// With what another mention of it says more.
  func merging(_ other: CollectedSpecimen) -> CollectedSpecimen {
    var result = self
    result.specimen.type = other.specimen.type ?? specimen.type
    return result
  }

  /// The collection procedures of a document by every id of theirs; one without an id by its place.
  static func index(_ root: XMLElement, notes: inout ReadingNotes) -> [String: CollectedSpecimen] {
    var result: [String: CollectedSpecimen] = [:]
    for (place, procedure) in root.descendants("procedure").enumerated() {
      guard let specimen = CollectedSpecimen(procedure: procedure, notes: &notes) else { continue }
      let keys = specimen.identifiers.isEmpty ? ["#\(place)"] : specimen.identifiers
      for id in keys where result[id] == nil { result[id] = specimen }
    }
    return result
  }
}
