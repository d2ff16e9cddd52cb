import Catalogue
import Clinical

/// An observation with what its codes and its specimen mean.
struct MappedObservation {
  let observation: Observation
  let specimen: StatedSpecimen
  let local: LocalItem?
  private let comma: NumericText.Comma

  init(_ observation: Observation, in state: ReportState, _ reference: ReferenceData) {
    self.observation = observation
    let specimen = StatedSpecimen(observation.specimen?.type, reference)
    self.specimen = specimen
    local =
      reference.meaning(
        of: observation.code, observation.translations, at: state.institution, specimen: specimen.code(else: nil),
        unit: observation.unit?.filled
      ).item
    comma = reference.policy.commaInNumbers
  }

  /// The value, unless it is a filler, an opinion or a document.
  var words: String? {
    guard let value = observation.value, !observation.isImpression, observation.valueKind != .attachment else {
      return nil
    }
    // Of an item without a unit, as on a urine strip, a dash is the answer negative; elsewhere it is an absence.
    let mayBeDash = local.map { $0.item.category == .lab && $0.item.unit == nil } ?? false
    return mayBeDash ? Filler.answer(value) : Filler.value(value)
  }

  /// The value where it is a number; digits that are a code are none, nor is a power of ten beside a unit that has one too.
  var numeric: NumericText? {
    guard observation.valueKind != .coded, let words, let number = NumericText(words, comma: comma) else { return nil }
    let unit = number.isPower ? observation.unit ?? local?.unit : nil
    return unit?.contains("10") == true ? nil : number
  }

  var isCancelled: Bool { observation.status?.isCancelled ?? false }

  /// Whether it can be a line of a text: what is coded is an answer by itself, and so is a number where a number is asked for.
  fileprivate func canBeLine(of item: Item) -> Bool {
    switch observation.valueKind {
    case .coded, .attachment: false
    default: !isCancelled && (item.unit == nil || numeric == nil && words != nil)
    }
  }

  fileprivate var isWords: Bool { observation.isImpression || words != nil && numeric == nil }
}

/// A part of a report as the catalogue understands it.
struct MappedPart {
  /// Observations that are one result: one of them, or a text told line by line.
  struct Result {
    let local: LocalItem
    fileprivate let first: Int
    fileprivate var others: [Int] = []
  }

  let state: ReportState
  let observations: [MappedObservation]
  /// Those of items, in the order of their first observations.
  let results: [Result]

  init(_ state: ReportState, _ reference: ReferenceData) {
    self.state = state
    observations = state.report.observations.map { MappedObservation($0, in: state, reference) }
    results = MappedPart.results(observations)
  }

  /// The observations of a result; never empty.
  func members(of result: Result) -> [MappedObservation] {
    [observations[result.first]] + result.others.map { observations[$0] }
  }

  func isOfOrganism(_ result: Result) -> Bool { observations[result.first].observation.isolate != nil }

  /// What makes lines one text.
  private struct TextKey: Hashable {
    let item: ObjectIdentifier
    var code: String?
    var specimen: StatedSpecimen?
    var measured: Instant?
    let isolate: String?
    let performer: OrganizationReference?
    let bodySite: Code?
    let laterality: Code?

    init(_ mapped: MappedObservation, _ item: Item) {
      let observation = mapped.observation
      self.item = ObjectIdentifier(item)
      isolate = observation.isolate
      performer = observation.performer
      bodySite = observation.bodySite
      laterality = observation.laterality
      // The lines of an examination are one act, whatever each is called and whenever it was typed.
      guard item.category == .lab else { return }
      code = observation.code.identifier
      specimen = mapped.specimen
      measured = observation.collected ?? observation.observed
    }
  }

  private static func results(_ observations: [MappedObservation]) -> [Result] {
    if observations.count == 1 { return observations[0].local.map { [Result(local: $0, first: 0)] } ?? [] }
    var counts: [ObjectIdentifier: Int] = [:]
    // An opinion beside the findings of an examination is no result of its own.
    var examined: Set<ObjectIdentifier> = []
    for mapped in observations {
      guard let item = mapped.local?.item else { continue }
      counts[ObjectIdentifier(item), default: 0] += 1
      if item.category != .lab, !mapped.observation.isImpression { examined.insert(ObjectIdentifier(item)) }
    }
    var results: [Result] = []
    results.reserveCapacity(counts.count)
    var places: [TextKey: Int] = [:]
    for (index, mapped) in observations.enumerated() {
      guard let local = mapped.local else { continue }
      let item = ObjectIdentifier(local.item)
      if mapped.observation.isImpression, examined.contains(item) { continue }
      if counts[item] == 1 || !mapped.canBeLine(of: local.item) {
        results.append(Result(local: local, first: index))
        continue
      }
      let key = TextKey(mapped, local.item)
      if let place = places[key] {
        results[place].others.append(index)
      } else {
        places[key] = results.count
        results.append(Result(local: local, first: index))
      }
    }
    if results.allSatisfy(\.others.isEmpty) { return results }
    return results.flatMap { result in
      let members = [result.first] + result.others
      // Numbers alone are no text: each is a value.
      return members.count == 1 || members.contains { observations[$0].isWords }
        ? [result] : members.map { Result(local: result.local, first: $0) }
    }
  }
}

/// The specimen as the sender states it.
enum StatedSpecimen: Hashable {
  case unstated
  /// A spelling that is not in the table matches nothing.
  case unknown
  case known(String)

  init(_ type: Code?, _ reference: ReferenceData) {
    guard let type, type.identifier.filled != nil || type.display?.filled != nil else {
      self = .unstated
      return
    }
    self = reference.specimen(type).map { .known($0) } ?? .unknown
  }

  func code(else own: String?) -> String? {
    switch self {
    case .unstated: own
    case .unknown: nil
    case .known(let code): code
    }
  }
}
