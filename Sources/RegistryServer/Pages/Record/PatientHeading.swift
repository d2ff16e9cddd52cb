import Clinical

/// Whose record it is, as people say it.
struct PatientHeading {
  let patient: Patient
  let l: PageLanguage
  /// Not where it stands above as the heading.
  var hasName = true

  var name: String { patient.name?.nonBlank ?? l("姓名未知", "Name not known") }

  var html: HTML {
    tag("p") {
      if hasName {
        tag("bdi", text: name)
        " · "
      }
      let sex =
        switch patient.sex {
        case .male: l("男", "male")
        case .female: l("女", "female")
        case .other: l("其他性别", "other")
        default: l("性别未知", "sex not known")
        }
      sex
      if let date = patient.birthDate { l(" · 出生 ", " · born ") + date.iso }
    }
  }
}
