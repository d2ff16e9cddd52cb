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
    maps(
      observation.code, observation.translations, specimen: observation.specimen?.type, unit: observation.unit,
      of: institution)
  }

  /// The same of the parts of a result that tell it: who asks of a million need not copy each.
  func maps(_ code: Code, _ translations: [Code], specimen: Code?, unit: String?, of institution: String) -> Bool {
    let specimen = specimen.flatMap { self.specimen($0) }
    func maps(_ code: Code) -> Bool {
      localItem(code.identifier, of: institution, specimen: specimen, unit: unit) != nil
    }
    return maps(code) || translations.contains(where: maps)
  }
}
