/// One institution's month.
public struct MonitoringFigures: Sendable, Hashable {
  /// One for each ordered item, as `RepeatQuestion` asks of it.
  public internal(set) var tests = 0
  /// At the prices in force at the institution when they were ordered.
  public internal(set) var costFen = 0
  /// Tests without a price.
  public internal(set) var unknownPrice = 0
  /// Results whose flag is known.
  public internal(set) var flagged = 0
  /// Of those, abnormal or critical.
  public internal(set) var positive = 0
  /// Avoidable as if all had been connected.
  public internal(set) var repeats = 0
  public internal(set) var prompts = 0
  public internal(set) var accepted = 0
  /// Tests by modality, of the items that have one.
  public internal(set) var modalities: [String: Int] = [:]

  public init() {}

  /// DICOM modalities of large equipment 大型设备: CT, magnetic resonance, PET, SPECT and angiography.
  public static let largeEquipment: Set<String> = ["CT", "MR", "PT", "NM", "XA"]

  public var largeEquipmentTests: Int {
    modalities.reduce(0) { $0 + (MonitoringFigures.largeEquipment.contains($1.key) ? $1.value : 0) }
  }

  /// A measure's count; of a rate what it is of, too.
  public func count(of measure: MonitoringMeasure) -> (count: Int, of: Int?) {
    switch measure {
    case .tests: (tests, nil)
    case .cost: (costFen, nil)
    case .positiveRate: (positive, flagged)
    case .repeatRate: (repeats, tests)
    case .recognitionRate: (accepted, prompts)
    case .largeEquipmentShare: (largeEquipmentTests, tests)
    }
  }
}

extension MonitoringFigures: Encodable {
  private enum Key: String, CodingKey {
    case tests, costFen, unknownPrice, flagged, positive, repeats, prompts, accepted, largeEquipmentTests, modalities
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(tests, forKey: .tests)
    try container.encode(costFen, forKey: .costFen)
    try container.encode(unknownPrice, forKey: .unknownPrice)
    try container.encode(flagged, forKey: .flagged)
    try container.encode(positive, forKey: .positive)
    try container.encode(repeats, forKey: .repeats)
    try container.encode(prompts, forKey: .prompts)
    try container.encode(accepted, forKey: .accepted)
    try container.encode(largeEquipmentTests, forKey: .largeEquipmentTests)
    try container.encode(modalities, forKey: .modalities)
  }
}
