import Clinical
import XMLReading

/// Whom a reference range is for: a laboratory may send one for each sex and age (`referenceRange/precondition/criterion`).
struct RangePerson {
  enum Fit {
    /// It says that it is for such a person.
    case yes
    /// It does not say for whom it is.
    case unsaid
    case no
  }

  private var sex: Sex?
  private var age: Int?

  /// - Parameter root: the document or message that the person is of.
  init(_ root: XMLElement, zone: RegistryZone) {
    let target = root.first("recordTarget")
    guard let role = target?.first("patientRole") ?? target?.first("patient"),
      let person = role.first("patient") ?? role.first("patientPerson")
    else { return }
    sex = person.first("administrativeGenderCode")?.stated("code").flatMap { Sex(code: $0) }
    guard let birth = person.first("birthTime")?.words.flatMap({ CalendarDate($0) }), birth.isComplete,
      let moment = root.first("effectiveTime")?.stated("value").flatMap({ zone.instant($0) })
    else { return }
    let today = zone.date(of: moment)
    let isBefore = (today.month ?? 1, today.day ?? 1) < (birth.month ?? 1, birth.day ?? 1)
    age = today.year - birth.year - (isBefore ? 1 : 0)
  }

  /// - Parameter range: a `referenceRange`.
  func fit(_ range: XMLElement) -> Fit {
    var result = Fit.unsaid
    for precondition in range.all("precondition") + range.all("observationRange").flatMap({ $0.all("precondition") }) {
      guard let criterion = precondition.first("criterion") ?? precondition.first("observationEventCriterion") else {
        continue
      }
      let codes = [criterion.first("code"), criterion.first("value")].compactMap { $0?.stated("code") }
      if let stated = codes.lazy.compactMap({ Sex(code: $0) }).first(where: { $0 == .male || $0 == .female }) {
        guard let sex else { continue }
        if sex != stated { return .no }
        result = .yes
      } else if let value = criterion.first("value"), let years = years(value) {
        guard let age else { continue }
        if Double(age) < years.from || Double(age) >= years.below { return .no }
        result = .yes
      }
    }
    return result
  }

  /// An age in years: from, and below.
  private func years(_ value: XMLElement) -> (from: Double, below: Double)? {
    guard let interval = V3Interval(value), interval.unit == "a" || interval.unit == "y" else { return nil }
    let low = interval.low.flatMap { NumericText.decimal($0.number) } ?? 0
    let high = interval.high.flatMap { bound in
      NumericText.decimal(bound.number).map { bound.isInclusive ? $0 + 1 : $0 }
    }
    return (low, high ?? .infinity)
  }
}
