import Clinical
import Hummingbird
import Registry

/// From a report to its pictures: an address of a study is made when it is asked for, and is good for whoever asked alone.
struct ImageForms {
  let visit: Visit
  let path: PagePath
  let report: RecordedReport

  var html: HTML {
    let studies = report.report.studies.compactMap(\.studyInstanceUID)
    return tag("div", .class("actions")) {
      for (place, study) in studies.enumerated() {
        form(path, visit.session) {
          hidden("study", study)
          submit(
            studies.count == 1
              ? visit.l("看影像", "See the images") : visit.l("看影像\(place + 1)", "See images \(place + 1)"),
            class: "second")
        }
      }
    }
  }
}

extension RegistryService {
  /// Leads to the viewer of a study of a person's record.
  ///
  /// - Parameter reason: for which glass is broken; nil: none is.
  func showImages(
    _ visit: Visit, _ form: FormFields, of person: String?, breakingGlassFor reason: String? = nil
  ) async throws -> Response {
    guard let study = form["study"].flatMap({ ImageUID($0) }) else { throw ServiceError.malformed }
    // The form's token was shown: who looks at the pictures owes none.
    var context = visit.context
    context.caller = visit.caller
    let address = try await imageAddress(
      of: study, ofPerson: person, breakingGlassFor: reason, visit.request, context)
    return .seeOther(PagePath(asked: address + "/view"))
  }
}
