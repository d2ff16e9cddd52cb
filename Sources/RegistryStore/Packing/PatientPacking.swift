public import Clinical

/// What one message said of its patient, as one blob: beside `identifier` and the original messages the only place with names,
/// phones and addresses.
///
/// As with reports, what has nothing that the second format added is written in the first.
public enum PatientPacking {
  /// Before assigners of numbers.
  static let firstFormat: UInt8 = 1
  static let format: UInt8 = 2

  public static func pack(_ patient: Patient) -> [UInt8] {
    var writer = ByteWriter(capacity: 128)
    let format = patient.identifiers.contains { $0.assigner != nil } ? format : firstFormat
    writer.byte(format)
    writer.list(patient.identifiers) {
      $0.string($1.kind.rawValue)
      $0.string($1.value)
      if format != firstFormat { $0.string($1.assigner) }
    }
    writer.string(patient.name)
    writer.list(patient.otherNames) { $0.string($1) }
    writer.string(patient.sex?.rawValue)
    writer.string(patient.birthDate?.iso)
    writer.list(patient.phones) { $0.string($1) }
    writer.string(patient.address)
    writer.optional(patient.birthOrder) { $0.signed(Int64($1)) }
    writer.string(patient.motherName)
    return writer.bytes
  }

  public static func unpack(_ bytes: UnsafeRawBufferPointer) throws(StoreError) -> Patient {
    var reader = ByteReader(bytes)
    let written = try reader.byte()
    guard written == format || written == firstFormat else {
      throw .damaged("a patient in a format this version does not know")
    }
    var patient = Patient()
    patient.identifiers = try reader.list { (r) throws(StoreError) in
      guard let kind = Identifier.Kind(rawValue: try r.string()) else { throw .damaged("an unknown identifier type") }
      let value = try r.string()
      return Identifier(kind, value, assigner: written == firstFormat ? nil : try r.optionalString())
    }
    patient.name = try reader.optionalString()
    patient.otherNames = try reader.list { (r) throws(StoreError) in try r.string() }
    patient.sex = try reader.word(Sex.self)
    patient.birthDate = try reader.optionalString().map { (text) throws(StoreError) in
      guard let date = CalendarDate(text), date.iso == text else { throw .damaged("a packed date that is none") }
      return date
    }
    patient.phones = try reader.list { (r) throws(StoreError) in try r.string() }
    patient.address = try reader.optionalString()
    patient.birthOrder = try reader.optional { (r) throws(StoreError) in Int(try r.signed()) }
    patient.motherName = try reader.optionalString()
    guard reader.isAtEnd else { throw .damaged("something stands after a packed patient") }
    return patient
  }
}
