import Clinical
import XMLReading

/// Patient → patient.
extension FHIRMessageReader {
  /// Numbers, names or telephones of one person beyond which a resource is none of a person.
  private static let personLimit = 1000

  /// - Throws: for more numbers, names or telephones than a person has.
  mutating func patient(_ index: Int, _ source: OrganizationReference) throws(FHIRUnfit) -> Patient {
    let key = PatientKey(patient: index, source: source)
    if let known = patients[key] { return known }
    let element = resources.all[index].element
    let parts = ["identifier", "name", "telecom"].map { element.all($0).count }
    if parts.contains(where: { $0 > FHIRMessageReader.personLimit }) {
      throw FHIRUnfit(
        .limitExceeded,
        "more than \(FHIRMessageReader.personLimit) numbers, names or telephones of one patient: send those that are theirs",
        at: element)
    }
    var patient = Patient()
    readIdentifiers(element.all("identifier"), of: index, source, into: &patient)
    readNames(of: element, into: &patient)
    if let gender = element.first("gender"), let code = gender.filled("value") {
      patient.sex = Sex(code: code)
      if patient.sex == nil {
        note(.unknownCode, "a gender that FHIR does not know: send male, female, other or unknown", at: gender)
      }
    }
    patient.birthDate = birthDate(element.first("birthDate"))
    var seen: Set<String> = []
    for telecom in element.all("telecom") where telecom.value("use") != "old" {
      guard let system = telecom.value("system"), system == "phone" || system == "sms",
        let phone = telecom.value("value"), seen.insert(phone).inserted
      else { continue }
      patient.phones.append(phone)
    }
    patient.address = element.all("address").lazy.filter { $0.value("use") != "old" }.compactMap(address).first
    patient.birthOrder = element.value("multipleBirthInteger").flatMap(NumericText.count)
    patient.motherName = element.extended("patient-mothersMaidenName")?.filled("value") ?? mother(in: element)
    patients[key] = patient
    return patient
  }

  /// One after the message itself is none.
  private mutating func birthDate(_ element: XMLElement?) -> CalendarDate? {
    guard let element, let date = date(element) else { return nil }
    guard written.milliseconds != .min, date > notes.context.zone.date(of: written) else { return date }
    note(.implausibleTime, "a birth date after the message itself: taken for none", at: element)
    return nil
  }

  /// The name of the contact that is the mother (HL7 v3 RoleCode).
  private func mother(in element: XMLElement) -> String? {
    element.all("contact").first { $0.has("MTH", in: "relationship") || $0.has("NMTH", in: "relationship") }?
      .first("name")?.humanName
  }

  /// A name in use before one that is not; one in Han characters before its pinyin; the official name before the usual one.
  private func readNames(of element: XMLElement, into patient: inout Patient) {
    struct Name {
      var text: String
      var rank: [Int]
    }
    var names: [Name] = []
    var seen: Set<String> = []
    for name in element.all("name") {
      guard let text = name.humanName, seen.insert(text).inserted else { continue }
      let use = name.value("use")
      let isOut = use == "old" || use == "maiden" || isOver(name.first("period"))
      let isBynameOnly = use == "nickname" || use == "anonymous" || use == "temp"
      let isHan = text.unicodeScalars.contains { $0.value >= 0x3400 && $0.properties.isIdeographic }
      let order = use == "official" ? 0 : use == "usual" ? 1 : 2
      names.append(Name(text: text, rank: [isOut ? 2 : isBynameOnly ? 1 : 0, isHan ? 0 : 1, order, names.count]))
    }
    guard let best = names.min(by: { $0.rank.lexicographicallyPrecedes($1.rank) }) else { return }
    patient.name = best.text
    patient.otherNames = names.map(\.text).filter { $0 != best.text }
  }

  private func address(_ element: XMLElement) -> String? {
    if let text = element.value("text") { return text }
    let large = ["state", "city", "district"].compactMap { element.value($0) }
    let lines = element.all("line").compactMap { $0.filled("value") }
    let isHan = (large + lines).contains { $0.unicodeScalars.contains(where: \.properties.isIdeographic) }
    let parts = isHan ? large + lines : lines + large.reversed()
    return parts.isEmpty ? nil : parts.joined(separator: isHan ? "" : " ")
  }

  /// Whether a period had ended when the message was written.
  func isOver(_ period: XMLElement?) -> Bool {
    guard let end = period?.value("end"), let moment = notes.context.zone.instant(end) else { return false }
    return moment < written
  }
}
