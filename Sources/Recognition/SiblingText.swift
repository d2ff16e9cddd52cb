import Catalogue
import Clinical

/// All that a report says of an item without a unit, or of its organisms, is shown wherever one of it is chosen: a text cut short, or
/// one organism of two, is another finding.
extension CandidateReading {
  func showSiblings(in candidates: inout [Candidate], of results: [MappedPart.Result]) {
    var places: [Kinship: [Int]] = [:]
    for (place, result) in results.enumerated() {
      let item = result.local.item
      let isOfOrganism = result.members[0].observation.isolate != nil
      guard item.category == .lab, item.unit == nil || isOfOrganism else { continue }
      places[Kinship(candidates[place]), default: []].append(place)
    }
    for own in places.values {
      let isOfOrganism = own.contains { results[$0].members[0].observation.isolate != nil }
      guard own.count > 1 || isOfOrganism else { continue }
      let standing = own.filter { !candidates[$0].status.isCancelled }
      let text = standing.compactMap { results[$0].line }.joined(separator: "\n")
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

extension MappedPart.Result {
  /// The result in words: an organism before what was found of it, its flags and an early status behind.
  fileprivate var line: String? {
    let first = members[0]
    var text = members.lines.joined(separator: "\n")
    if let numeric = first.numeric, members.count == 1 {
      text = [(numeric.comparator?.rawValue ?? "") + numeric.digits, first.observation.unit].compactMap { $0 }
        .joined(separator: " ")
    }
    if let isolate = first.observation.isolate {
      let flags = first.observation.flags.compactMap { Filler.value($0) }
      if !flags.isEmpty { text += (text.isEmpty ? "" : " ") + "(" + flags.joined(separator: " ") + ")" }
      text = text.isEmpty ? isolate : isolate + ": " + text
    }
    if text.isEmpty { return nil }
    if let status = members.leastFinal, !status.isFinal { text += " [\(status.rawValue)]" }
    return text
  }
}
