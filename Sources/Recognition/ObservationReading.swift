public import Catalogue
public import Clinical

/// What the catalogue says of one observation, as the checks read it: for who shows results one by one.
public struct ObservationReading: Sendable {
  /// nil where the code is not mapped.
  public let item: Item?
  /// A value that is a number.
  public let number: NumericText?
  /// As sent, else that of the code map's row.
  public let unit: String?
  /// In the item's unit; nil where it is no number or not comparable.
  public let normalizedValue: Double?
  /// The catalogue's code of the stated specimen; nil where none is stated, or its spelling is unknown.
  public let specimen: String?
  public let flag: Flag
}

extension CandidateReading {
  /// Reads an observation of a part of a report.
  public func reading(of observation: Observation, in state: ReportState) -> ObservationReading {
    let mapped = MappedObservation(observation, in: state, reference)
    let number = mapped.numeric
    let unit = observation.unit?.filled ?? (number == nil ? nil : mapped.local?.unit)
    let normalized = number.flatMap { number in
      mapped.local.flatMap { reference.normalize(number.number, unit: unit, for: $0.item) }
    }
    let time = observation.collected ?? observation.observed ?? state.report.performed ?? state.report.reported
    let limit = mapped.local?.item.limit(sex: person.sex, age: time.flatMap { person.age(at: $0, in: reference.zone) })
    return ObservationReading(
      item: mapped.local?.item, number: number, unit: unit, normalizedValue: normalized,
      specimen: mapped.specimen.code(else: nil),
      flag: flags.flag(
        observation.flags, number, unit: unit, range: observation.referenceRange?.filled, normalized: normalized,
        limit: limit))
  }
}
