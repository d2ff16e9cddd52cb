import Clinical
import Foundation

/// The bits each field of a comparison is worth, and their sum: the table that explains a link.
public struct Evidence: Sendable {
  public let comparison: RecordComparison
  /// Whether name and birth date are those of a crowd, and tell nothing.
  let isOfCrowd: Bool
  private var values = SIMD16<Float>()

  /// For a match when above 0, against it when below.
  public subscript(field: LinkField) -> Double { Double(values[Int(field.rawValue)]) }
  public var total: Double { Double(values.sum()) }

  public init(_ a: PersonRecord, _ b: PersonRecord, model: LinkageModel, frequencies: TermFrequencies) {
    comparison = RecordComparison(a, b)
    isOfCrowd =
      a.isOfCrowd && b.isOfCrowd && comparison[.birthDate] == .equal && a.name?.pinyin == b.name?.pinyin
    // A name that a crowd has is no name.
    let isOfOneName = !isOfCrowd && comparison.isOfOneGivenName(a, b)
    for field in LinkField.allCases where comparison[field] != .missing {
      let bits: Double =
        switch field {
        case .name where isOfCrowd, .birthDate where isOfCrowd: 0
        case .name: Self.name(a, b, comparison[.name], model, frequencies)
        case .birthDate: Self.birthDate(a, comparison[.birthDate], model)
        case .phone: Self.phone(a, b, comparison, isOfOneName, model, frequencies)
        case .address: Self.address(a, b, comparison, isOfOneName, model, frequencies)
        default: Self.plain(a, b, field, comparison[field], model, frequencies)
        }
      values[Int(field.rawValue)] = Float(bits)
    }
  }

  private static func plain(
    _ a: PersonRecord, _ b: PersonRecord, _ field: LinkField, _ level: LinkLevel, _ model: LinkageModel,
    _ frequencies: TermFrequencies
  ) -> Double {
    guard let weight = model[field, level] else { return 0 }
    guard level == .equal, field.usesFrequency, let value = a.latin[field] else { return weight.bits }
    return min(weight.cap, log2(weight.m / frequencies.share(of: value, in: field)))
  }

  private static func birthDate(_ a: PersonRecord, _ level: LinkLevel, _ model: LinkageModel) -> Double {
    let isNewYear = level == .equal && a.birthDate?.month == 1 && a.birthDate?.day == 1
    return (model[.birthDate, level]?.bits ?? 0) + (isNewYear ? LinkageModel.bitsOfNewYear : 0)
  }

  private static func name(
    _ a: PersonRecord, _ b: PersonRecord, _ level: LinkLevel, _ model: LinkageModel, _ frequencies: TermFrequencies
  ) -> Double {
    guard let x = a.name, let y = b.name else { return 0 }
    func common(_ share: (PersonName) -> Double) -> Double { max(share(x), share(y)) }
    switch level {
    case .equal where x.kind == .han || x.kind == .newborn, .variant:
      return model.bits(
        ofName: level, kind: x.kind, share: common { frequencies.share(ofName: StableHash.short($0.text)) })
    case .equal where x.kind == .latin, .homophone:
      return model.bits(
        ofName: level, kind: x.kind, share: common { frequencies.share(ofPinyin: StableHash.short($0.pinyin)) })
    // That one side hides the characters is no evidence; that what is left agrees, is.
    case .reading:
      let han = x.kind == .han ? x : y
      return model.bits(
        ofName: level, kind: x.kind, share: frequencies.share(ofPinyin: StableHash.short(han.pinyin)))
    case .masked:
      let surname = common { frequencies.share(ofSurname: StableHash.short($0.surname)) }
      return model.bits(ofName: level, kind: x.kind, share: surname)
        + (x.scalars.last == y.scalars.last ? LinkageModel.bitsOfLastCharacter : 0)
    default: return model.bits(ofName: level, kind: x.kind, share: 1)
    }
  }

  /// Of a house it tells little that very many live in it.
  private static func address(
    _ a: PersonRecord, _ b: PersonRecord, _ comparison: RecordComparison, _ isOfOneName: Bool, _ model: LinkageModel,
    _ frequencies: TermFrequencies
  ) -> Double {
    let share = comparison[.address] == .similar ? a.address.flatMap { frequencies.share(ofRoad: $0.road) } : nil
    return model.bits(ofContact: .address, comparison[.address], isSameName: isOfOneName, share: share)
  }

  /// A number on which many people are known tells little, one of five or more nothing.
  private static func phone(
    _ a: PersonRecord, _ b: PersonRecord, _ comparison: RecordComparison, _ isOfOneName: Bool, _ model: LinkageModel,
    _ frequencies: TermFrequencies
  ) -> Double {
    // A slip of the key; but people of one household may have taken numbers that follow each other.
    if comparison[.phone] == .near, comparison[.birthDate] != .equal || !comparison.isSameName { return 0 }
    let bits = model.bits(ofContact: .phone, comparison[.phone], isSameName: isOfOneName)
    guard comparison[.phone] == .equal else { return bits }
    let persons = a.phones.filter(b.phones.contains).map(frequencies.persons(onPhone:)).min() ?? 1
    return persons >= 5 ? 0 : bits - log2(Double(persons))
  }
}
