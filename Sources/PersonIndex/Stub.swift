public import Clinical
public struct PersonModel: Sendable {
  public let version: String
  let model: LinkageModel
  let frequencies: TermFrequencies
  let rules: LinkRules
  public static func standard(population: Double) -> PersonModel {
    PersonModel(version: "standard", model: .assumed, frequencies: TermFrequencies(), rules: LinkRules(population: population))
  }
  public init(stored: [UInt8]) throws { self = .standard(population: Double(String(decoding: stored, as: UTF8.self))!) }
  init(version: String, model: LinkageModel, frequencies: TermFrequencies, rules: LinkRules) {
    self.version = version; self.model = model; self.frequencies = frequencies; self.rules = rules
  }
  public var stored: [UInt8] { get throws { Array(String(rules.population).utf8) } }
}
extension Judge {
  public init(_ model: PersonModel) { self.init(model: model.model, frequencies: model.frequencies, rules: model.rules) }
}
extension PersonRecord {
  public func sharedNumber(with other: PersonRecord) -> Identifier? { numbers.first { other.numbers.contains($0) } }
}
extension PersonModel {
  public static func counted(population: Double, _ each: ((PersonRecord) -> Void) throws -> Void) rethrows -> PersonModel { .standard(population: population) }
}
