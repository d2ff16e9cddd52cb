import Clinical
import XMLReading

/// Ties the results of an order to the result that it follows up: a susceptibility to its organism (OBR-26 and OBR-29, HL7 v2 4.5.3).
struct V2Isolates {
  /// Where the results of an order went.
  struct Told {
    let placer: String?
    let filler: String?
    let report: Int
    let observations: Range<Int>
  }

  private struct Parent {
    /// OBX-3 and OBX-4 of the result, and what its OBX-5 says.
    let code: String?
    let subID: String?
    let words: String?
    let placer: String?
    let filler: String?
    /// The place of the order that follows it up, among those told.
    let child: Int
  }

  private var told: [Told] = []
  private var parents: [Parent] = []

  mutating func add(_ order: V2Order, told: Told) {
    let obr = order.obr
    if obr.text(26, 1) ?? obr.text(26, 2) ?? obr.text(26, 3) != nil {
      // 29: the parent's placer and filler number, each an EI in one component.
      let parent = Parent(
        code: obr.text(26, 1), subID: obr.text(26, 2), words: obr.field(26).flatMap { obr.words($0, 3) },
        placer: obr.text(29, 1), filler: obr.text(29, 2), child: self.told.count)
      parents.append(parent)
    }
    self.told.append(told)
  }

  /// Says of each result that follows up another which that is.
  func tie(_ reports: inout [Report]) {
    if parents.isEmpty { return }
    let index = places(reports)
    for parent in parents {
      guard let isolate = isolate(parent, index, reports) else { continue }
      let child = told[parent.child]
      for index in child.observations { reports[child.report].observations[index].isolate = isolate }
    }
  }

  private func isolate(_ parent: Parent, _ index: [String: [Place]], _ reports: [Report]) -> String? {
    let named = index[Self.key(parent.code ?? "", parent.subID ?? "")] ?? []
    let found = named.lazy.filter { $0.order != parent.child && isParent(told[$0.order], parent) }.map {
      reports[told[$0.order].report].observations[$0.observation]
    }.first { $0.value != nil }
    guard let found else { return parent.words ?? parent.subID }
    // A measurement is no organism: what follows it up is a test of its own.
    return found.valueKind == .coded || found.valueKind == .text ? found.value : parent.words
  }

  /// Whether OBR-29 names an order, as far as it says.
  private func isParent(_ order: Told, _ parent: Parent) -> Bool {
    if parent.filler == nil, parent.placer == nil { return true }
    return parent.filler != nil && parent.filler == order.filler
      || parent.placer != nil && parent.placer == order.placer
  }

  private typealias Place = (order: Int, observation: Int)

  /// The results by code and sub-id, and by sub-id alone.
  private func places(_ reports: [Report]) -> [String: [Place]] {
    var places: [String: [Place]] = [:]
    for (order, told) in told.enumerated() {
      for place in told.observations {
        let observation = reports[told.report].observations[place]
        places[Self.key(observation.code.identifier, observation.subID), default: []].append((order, place))
        places[Self.key("", observation.subID), default: []].append((order, place))
      }
    }
    return places
  }

  private static func key(_ code: String, _ subID: String) -> String { code + "\u{0}" + subID }
}
