import Clinical
import Foundation

/// A message in pipes, as an institution of a city sends one result of a patient.
struct PatientMessage {
  var institution: Int
  var patient: Patient
  /// Of the message and the report: no two have one.
  var number: Int

  var text: String {
    let code = City.code(ofInstitution: institution)
    let time = Self.time(City.start + number % 500_000)
    return [
      "MSH|^~\\&|LIS|\(code)|||\(time)||ORU^R01^ORU_R01|M\(number)|P|2.5.1|||||CHN|UNICODE UTF-8", pid(code),
      "OBR|1||R\(number)|LAB^检验^L|||\(time)|||||||||||||||\(time)||LAB|F",
      "OBX|1|NM|\(CityItem.localCode(institution: institution, item: 0))^\(CityItem.all[0].name)^L||4.1|\(CityItem.all[0].unit)|||||F",
      "",
    ].joined(separator: "\r")
  }

  private func pid(_ code: String) -> String {
    let numbers = patient.identifiers.map { number in
      switch number.kind {
      case .residentID: "\(number.value)^^^CN^NI"
      case .healthCard: "\(number.value)^^^CN^JHN"
      case .insurance: "\(number.value)^^^CN^MC"
      default: "\(number.value)^^^\(code)^MR"
      }
    }
    let sex = patient.sex == .male ? "M" : patient.sex == .female ? "F" : ""
    let birth = patient.birthDate?.iso.filter { $0 != "-" } ?? ""
    let phones = patient.phones.joined(separator: "~")
    return
      "PID|1||\(numbers.joined(separator: "~"))||\(patient.name ?? "")||\(birth)|\(sex)|||\(patient.address ?? "")||\(phones)"
  }

  /// Minutes since the epoch, in the form of HL7.
  private static func time(_ minutes: Int) -> String {
    let date = CalendarDate(epochDay: minutes / 1440)
    return date.iso.filter { $0 != "-" } + two(minutes / 60 % 24) + two(minutes % 60) + "00"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
