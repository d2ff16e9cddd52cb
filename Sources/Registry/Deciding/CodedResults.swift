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
  /// What the catalogue says that a result of an institution is.
  func meaning(of observation: Observation, at institution: String) -> CodeMeaning {
    meaning(
      of: observation.code, observation.translations, at: institution,
      specimen: observation.specimen?.type.flatMap { specimen($0) },
      unit: observation.unit.flatMap { Filler.value($0) })
  }
}
