import Catalogue
import Clinical

extension Report {
  /// Its observations; an examination told without any stands under the code of what was ordered.
  var codedResults: [Observation] {
    guard observations.isEmpty, resultCount > 0, let orderCode else { return observations }
    var examination = Observation(code: orderCode)
    examination.translations = orderCodeTranslations
    return [examination]
  }
}

extension ReferenceData {
  /// Whether the catalogue says what a result of an institution is, by its code or another that was sent for the same.
  func maps(_ observation: Observation, of institution: String) -> Bool {
    let specimen = observation.specimen?.type.flatMap { self.specimen($0) }
    func maps(_ code: Code) -> Bool {
      localItem(code.identifier, of: institution, specimen: specimen, unit: observation.unit) != nil
    }
    return maps(observation.code) || observation.translations.contains(where: maps)
  }
}
