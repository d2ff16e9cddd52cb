import Clinical

/// Which column of a table holds which field of a person.
public struct TableColumns: Sendable {
  /// Why a mapping cannot be used.
  public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownField(String)
    case unknownColumn(String)
    case nothingToCompare

    public var description: String {
      switch self {
      case .unknownField(let field):
        "there is no field \(field): use one of \(TableColumns.fields.joined(separator: ", "))"
      case .unknownColumn(let column): "the table has no column \(column): look at its first line"
      case .nothingToCompare:
        "no column is mapped that tells a person: map name, or given-name and surname, or a number"
      }
    }
  }

  private static let latinFields: [String: LinkField] = [
    "given-name": .givenName, "surname": .surname, "street-number": .streetNumber, "street": .street,
    "locality": .locality, "suburb": .suburb, "postcode": .postcode, "state": .state,
    "national-number": .nationalNumber,
  ]

  /// The fields a column can be mapped to.
  public static let fields =
    ["record", "name", "sex", "birth-date", "phone", "address", "birth-order"]
    + Identifier.Kind.allCases.filter { !$0.isWithinInstitution }.map(\.rawValue) + latinFields.keys.sorted()

  private let places: [String: Int]

  /// - Parameter mapping: column names by field.
  public init(_ mapping: [String: String], header: [String]) throws(Problem) {
    var places: [String: Int] = [:]
    for (field, column) in mapping.sorted(by: { $0.key < $1.key }) {
      guard Self.fields.contains(field) else { throw .unknownField(field) }
      guard let place = header.firstIndex(of: column) else { throw .unknownColumn(column) }
      places[field] = place
    }
    if places.keys.allSatisfy({ $0 == "record" }) { throw .nothingToCompare }
    self.places = places
  }

  /// The record of one row.
  ///
  /// - Parameter row: its place in the table, which names it when no column does.
  public func record(_ cells: [String], row: Int) -> PersonRecord {
    func text(_ field: String) -> String? {
      guard let place = places[field], place < cells.count else { return nil }
      return cells[place].nonBlank
    }
    var patient = Patient()
    patient.sex = text("sex").flatMap { Sex(code: $0) }
    patient.birthDate = text("birth-date").flatMap { CalendarDate($0) }
    patient.phones = text("phone").map { [$0] } ?? []
    patient.address = text("address")
    patient.birthOrder = text("birth-order").flatMap(NumericText.count)
    for kind in Identifier.Kind.allCases {
      if let number = text(kind.rawValue) { patient.identifiers.append(Identifier(kind, number)) }
    }
    var latin: [LinkField: String] = [:]
    for (name, field) in Self.latinFields { latin[field] = text(name).flatMap(LatinText.normalised) }
    if !latin.isEmpty { latin[.birthDate] = text("birth-date").flatMap(LatinText.normalised) }
    let given = text("given-name")
    let family = text("surname")
    patient.name = text("name")
    if patient.name == nil,
      [given, family].contains(where: { $0?.unicodeScalars.contains(where: HanTable.contains) ?? false })
    {
      patient.name = Patient.joinName(family: family, given: [given].compactMap { $0 })
    }
    return PersonRecord(key: text("record") ?? String(row), patient: patient, latin: latin)
  }
}
