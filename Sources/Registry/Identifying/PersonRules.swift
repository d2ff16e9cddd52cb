import Foundation
import PersonIndex
import RegistryStore

/// What the index of people counts with.
struct PersonRules: Sendable {
  let model: PersonModel
  let judge: Judge
  let bounds: MatchBounds

  init(_ model: PersonModel) {
    self.model = model
    judge = model.judge
    bounds = MatchBounds(judge)
  }

  /// A registry's first.
  ///
  /// - Parameter population: of the region.
  static func standard(population: Int) -> PersonRules {
    PersonRules(.standard(population: Double(population)))
  }
}

extension StoreSnapshot {
  /// Those in force; nil when none are kept yet.
  ///
  /// - Parameter known: not read again where they are.
  func personRules(knowing known: PersonRules?) throws -> PersonRules? {
    guard let version = try personModels().last?.version else { return nil }
    if let known, known.model.version == version { return known }
    return try personModel().map { PersonRules(try PersonModel(stored: $0.body)) }
  }

  /// What is of crowds.
  func commonValues() throws -> CommonValues {
    var common = CommonValues()
    try eachCommonValue(after: 0) { if let value = CommonValue(code: $0) { common.insert(value) } }
    return common
  }
}

extension PersonModel {
  /// As the store keeps it.
  func stored() throws -> [UInt8] { Array(try JSONEncoder().encode(self)) }

  init(stored: [UInt8]) throws {
    guard let model = try? JSONDecoder().decode(PersonModel.self, from: Data(stored)) else {
      throw StoreError.damaged("a model of the person index cannot be read")
    }
    self = model
  }
}
