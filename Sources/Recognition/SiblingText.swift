import Catalogue
import Clinical

/// All that a report says of an item without a unit, or of its organisms, is shown wherever one of it is chosen: a text cut short, or
/// one organism of two, is another finding.
extension CandidateReading {
  /// - Parameter results: those that the candidates were read of.
  func showSiblings(in candidates: inout [Candidate], of results: [MappedPart.Result], _ part: MappedPart) {
    var places: [Kinship: [Int]] = [:]
    for (place, result) in results.enumerated() where result.local.item.category == .lab {
      if result.local.item.unit == nil || part.isOfOrganism(result) {
        places[Kinship(candidates[place]), default: []].append(place)
      }
    }
    for own in places.values where own.count > 1 || part.isOfOrganism(results[own[0]]) {
      let standing = own.filter { !candidates[$0].status.isCancelled }
      let text = standing.compactMap { part.members(of: results[$0]).shown }.joined(separator: "\n")
      if text.isEmpty { continue }
      for place in standing { candidates[place].text = text }
    }
  }

  /// What makes results those of one test.
  private struct Kinship: Hashable {
    let item: ObjectIdentifier
    let specimen: String?
    let clinicalTime: Instant?

    init(_ candidate: Candidate) {
      item = ObjectIdentifier(candidate.item)
      specimen = candidate.specimen
      clinicalTime = candidate.clinicalTime
    }
  }
}

extension [MappedObservation] {
  /// A result in words: an organism before what was found of it, its flags and an early status behind.
  fileprivate var shown: String? {
    let first = self[0].observation
    var text = lines.joined(separator: "\n")
    if count == 1, self[0].numeric != nil, let unit = first.unit?.filled { text += " " + unit }
    if let isolate = first.isolate {
      let flags = first.flags.compactMap { Filler.value($0) }
      if !flags.isEmpty { text += (text.isEmpty ? "" : " ") + "(" + flags.joined(separator: " ") + ")" }
      text = text.isEmpty ? isolate : isolate + ": " + text
    }
    if text.isEmpty { return nil }
    if let status = leastFinal, !status.isFinal { text += " [\(status.rawValue)]" }
    return text
  }
}
