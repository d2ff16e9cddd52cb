import Catalogue
import Clinical

extension Report {
  /// Its observations; an examination told without any stands under the code of what was ordered.
  var codedResults: [Observation] { observations.isEmpty ? examination.map { [$0] } ?? [] : observations }

  private var examination: Observation? {
    guard observations.isEmpty, resultCount > 0, let orderCode else { return nil }
    var examination = Observation(code: orderCode)
    examination.translations = orderCodeTranslations
    return examination
  }
}

extension ReferenceData {
  /// What the catalogue says that a result of an institution is.
  func meaning(of observation: Observation, at institution: String) -> CodeMeaning {
    meaning(
      of: observation.code, observation.translations, observation.specimen?.type, observation.unit,
      among: localCodes(of: institution))
  }

  /// What the catalogue says that each result of an institution's report is. Read in place: an observation is large, and every one of an
  /// import is asked for.
  func eachMeaning(in report: Report, at institution: String, _ body: (CodeMeaning) -> Void) {
    let local = localCodes(of: institution)
    report.codedResults.withUnsafeBufferPointer { results in
      for index in results.indices {
        body(
          meaning(
            of: results[index].code, results[index].translations, results[index].specimen?.type,
            results[index].unit,
            among: local))
      }
    }
  }

  private func meaning(
    of code: Code, _ translations: [Code], _ specimen: Code?, _ unit: String?, among local: LocalCodes
  ) -> CodeMeaning {
    meaning(
      of: code, translations, among: local, specimen: specimen.flatMap { self.specimen($0) },
      unit: unit?.filled)
  }
}
