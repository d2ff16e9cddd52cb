/// The fields two records are compared by. Those from `givenName` on belong to tables in Latin letters.
public enum LinkField: UInt8, Sendable, CaseIterable, Codable {
  case name, birthDate, sex, phone, address, healthCard, residentID
  case givenName, surname, streetNumber, street, locality, suburb, postcode, state, nationalNumber

  /// Numbers identify; everything else describes.
  var isNumber: Bool { self == .healthCard || self == .residentID || self == .nationalNumber }
  /// Whether agreement here tells where the person can be reached or who pays, independently of who it is.
  var isContact: Bool {
    switch self {
    case .phone, .address, .street, .suburb, .postcode: true
    default: false
    }
  }
  /// Whether an equal rare value tells more than an equal common one.
  var usesFrequency: Bool {
    switch self {
    case .givenName, .surname, .streetNumber, .street, .locality, .suburb, .postcode: true
    default: false
    }
  }

  static let latin: [LinkField] = [.givenName, .surname, .streetNumber, .street, .locality, .suburb, .postcode, .state]
}
