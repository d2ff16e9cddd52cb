import Clinical

/// Of which organism the susceptibilities of a report are. An organism is found in an Observation; its susceptibilities are that one's
/// members or components, are derived from it, are told of its specimen, or stand beside it where it is the only one.
struct FHIRIsolates {
  private struct Source {
    /// Where its own results stand.
    var places: Range<Int>
    var origins: [Int]
  }

  private var sources: [Int: Source] = [:]
  /// Whose member an Observation is.
  private var panels: [Int: Int] = [:]
  private var order: [Int] = []

  /// - Parameters:
  ///   - observations: what the resource says itself, first its value, then its components.
  ///   - place: where they will stand among the report's.
  mutating func add(_ observations: [Observation], at place: Int, of resource: Int, members: [Int], origins: [Int]) {
    sources[resource] = Source(places: place..<(place + observations.count), origins: origins)
    order.append(resource)
    for member in members where panels[member] == nil && member != resource { panels[member] = resource }
  }

  /// Gives each susceptibility its organism.
  func name(_ observations: inout [Observation]) {
    guard observations.contains(where: \.isSusceptibility) else { return }
    let bySpecimen = organismsBySpecimen(observations)
    let organisms = Set(observations.lazy.filter(\.identifiesOrganism).compactMap(\.value))
    let only = organisms.count == 1 ? organisms.first : nil
    for resource in order {
      guard let source = sources[resource] else { continue }
      let own = source.places.first.flatMap { organism($0, observations) }
      for place in source.places where observations[place].isSusceptibility {
        var found = place == source.places.first ? nil : own
        for origin in source.origins where found == nil { found = organism(of: origin, observations) }
        found = found ?? organismAbove(resource, observations)
        found = found ?? observations[place].specimen.flatMap { bySpecimen[$0] ?? nil } ?? only
        observations[place].isolate = found
      }
    }
  }

  /// What an Observation says was found; nil for a susceptibility or a number.
  private func organism(_ place: Int, _ observations: [Observation]) -> String? {
    let observation = observations[place]
    guard !observation.isSusceptibility, observation.valueKind == .coded || observation.valueKind == .text else {
      return nil
    }
    return observation.value
  }

  private func organism(of resource: Int, _ observations: [Observation]) -> String? {
    sources[resource]?.places.first.flatMap { organism($0, observations) }
  }

  private func organismAbove(_ resource: Int, _ observations: [Observation]) -> String? {
    var here = resource
    // Deeper panels are no laboratory's, and may be a circle.
    for _ in 0..<8 {
      guard let panel = panels[here] else { return nil }
      if let found = organism(of: panel, observations) { return found }
      // A panel that is derived from the culture.
      for origin in sources[panel]?.origins ?? [] {
        if let found = organism(of: origin, observations) { return found }
      }
      here = panel
    }
    return nil
  }

  /// The organism of each specimen that only one was found in.
  private func organismsBySpecimen(_ observations: [Observation]) -> [Specimen: String?] {
    var found: [Specimen: String?] = [:]
    for observation in observations where observation.identifiesOrganism {
      guard let specimen = observation.specimen, let value = observation.value else { continue }
      if let known = found[specimen], known != value { found[specimen] = .some(nil) } else { found[specimen] = value }
    }
    return found
  }
}

extension Observation {
  /// Whether it says how an organism bears a drug: by its value, its flags or its name.
  fileprivate var isSusceptibility: Bool {
    if flags.contains(where: FHIRCodes.isSusceptibility) { return true }
    if let valueCode, FHIRCodes.isSusceptibility(valueCode.identifier) { return true }
    if let value, valueKind == .text || valueKind == .coded, FHIRCodes.isSusceptibility(value) { return true }
    guard valueKind == .quantity || valueKind == .structured else { return false }
    return ([code] + translations).contains { FHIRCodes.namesSusceptibility($0.display ?? $0.identifier) }
  }

  fileprivate var identifiesOrganism: Bool {
    guard valueKind == .coded || valueKind == .text, !isSusceptibility else { return false }
    return ([code] + translations).contains {
      FHIRCodes.identifiesOrganism($0.identifier) || FHIRCodes.namesOrganism($0.display ?? $0.identifier)
    }
  }
}
