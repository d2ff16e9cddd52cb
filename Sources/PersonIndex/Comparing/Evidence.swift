import Foundation

/// The bits each field of a comparison is worth, and their sum: the table that explains a link.
public struct Evidence: Sendable {
  public let comparison: RecordComparison
  private var values = SIMD16<Float>()

  /// For a match when above 0, against it when below.
  public subscript(field: LinkField) -> Double { Double(values[Int(field.rawValue)]) }
  public var total: Double { Double(values.sum()) }

  public init(_ a: PersonRecord, _ b: PersonRecord, model: LinkageModel, frequencies: TermFrequencies) {
    comparison = RecordComparison(a, b)
    for field in LinkField.allCases where comparison[field] != .missing {
      let bits: Double =
        switch field {
        case .name: Self.name(a, b, comparison[.name], model, frequencies)
        case .phone: Self.phone(a, b, comparison[.phone], model, frequencies)
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

  private static func name(
    _ a: PersonRecord, _ b: PersonRecord, _ level: LinkLevel, _ model: LinkageModel, _ frequencies: TermFrequencies
  ) -> Double {
    guard let x = a.name, let y = b.name else { return 0 }
    func common(_ share: (PersonName) -> Double) -> Double { max(share(x), share(y)) }
    let m = model[.name, level]?.m ?? 1
    let cap = model[.name, .equal]?.cap ?? .infinity
    return switch level {
    case .equal where x.kind == .han: min(cap, log2(m / frequencies.share(ofName: x.text)))
    case .equal where x.kind == .latin: min(cap, log2(m / frequencies.share(ofPinyin: x.text)))
    case .equal where x.kind == .newborn: min(cap, log2(0.5 / frequencies.share(ofName: x.text)))
    case .variant: min(cap, log2(0.2 / common { frequencies.share(ofName: $0.text) }))
    case .homophone: min(cap, log2(m / common { frequencies.share(ofPinyin: $0.pinyin) }))
    // That one side hides the characters is no evidence; that what is left agrees, is.
    case .reading: min(cap, log2(0.95 / frequencies.share(ofPinyin: (x.kind == .han ? x : y).pinyin)))
    case .masked:
      log2(0.95 / common { frequencies.share(ofSurname: $0.surname) }) + (x.scalars.last == y.scalars.last ? 3 : 0)
    case .newborn: 0
    default: model[.name, level]?.bits ?? 0
    }
  }

  /// A number on which many people are known tells little, one of five or more nothing.
  private static func phone(
    _ a: PersonRecord, _ b: PersonRecord, _ level: LinkLevel, _ model: LinkageModel, _ frequencies: TermFrequencies
  ) -> Double {
    guard let weight = model[.phone, level] else { return 0 }
    guard level == .equal else { return weight.bits }
    let persons = a.phones.filter(b.phones.contains).map(frequencies.persons(onPhone:)).min() ?? 1
    return persons >= 5 ? 0 : weight.bits - log2(Double(persons))
  }
}
