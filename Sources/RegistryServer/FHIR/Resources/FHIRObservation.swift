import Catalogue
import Clinical
import Messages
import Recognition
import Registry

/// A result as an Observation.
struct FHIRObservation: Sendable {
  let writing: FHIRWriting
  let report: RecordedReport
  let result: RecordedResult

  private var observation: Observation { result.observation }
  private var institution: String { report.institution }

  /// What was sent first, then what the catalogue says that it is.
  var codings: [FHIRCoding] {
    let sent = ([observation.code] + observation.translations).map { $0.coding(of: institution) }
    return FHIRWriting.once(sent + FHIRWriting.codings(of: result.reading.item))
  }

  var categories: [FHIRCoding] { result.reading.item?.category.codings(isReport: false) ?? [] }
  var time: Instant? { result.clinicalTime ?? report.report.performed ?? report.report.reported }

  /// observation-status knows neither partial nor appended.
  var status: String {
    switch observation.status ?? report.report.status ?? .unknown {
    case .partial: "preliminary"
    case .appended: "amended"
    case let status: status.rawValue
    }
  }

  var document: FHIRDocument {
    .resource("Observation") { resource in
      resource.add("id", result.id)
      resource.add("meta", writing.meta(report))
      addExtensions(&resource)
      resource.add("status", status)
      resource.add("category", each: [writing.concept(categories, text: nil)])
      resource.add("code", writing.concept(codings, text: observation.code.display))
      resource.add("subject", writing.subject)
      resource.add("effectiveDateTime", writing.dateTime(time))
      resource.add("issued", writing.instant(report.report.reported))
      let performer = observation.performer.flatMap(writing.organization)
      resource.add("performer", each: [performer ?? writing.organization(code: institution)])
      addValue(&resource)
      resource.add("interpretation", each: observation.flags.map(interpretation))
      resource.add("note", each: [observation.note].map { note in FHIRDocument.element { $0.add("text", note) } })
      resource.add("bodySite", site)
      resource.add("method", FHIRDocument.element { $0.add("text", observation.method) })
      resource.add("specimen", report.specimenID(of: result).map { .reference(.specimen, $0) })
      let range = observation.referenceRange
      resource.add("referenceRange", each: [FHIRDocument.element { $0.add("text", range) }])
    }
  }

  private var site: FHIRDocument? {
    if observation.bodySite == nil, observation.laterality == nil { return nil }
    let codes = [observation.bodySite, observation.laterality].compactMap { $0 }
    return writing.concept(
      codes.map { $0.coding(of: institution) },
      text: codes.map { $0.display ?? $0.identifier }.joined(separator: " "))
  }

  private func interpretation(_ flag: String) -> FHIRDocument? {
    let isKnown = Self.interpretations.contains(flag)
    return writing.concept(isKnown ? [FHIRCoding(Self.interpretation, flag)] : [], text: flag)
  }

  private static let interpretation = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
  private static let interpretations: Set<String> = [
    "N", "A", "AA", "H", "HH", "L", "LL", "HU", "LU", "POS", "NEG", "IND", "DET", "ND", "S", "I", "R", "NS", "SDD", "B",
    "D", "U", "W", "<", ">", "E", "RR", "WR", "NR", "EXP", "UNE",
  ]

  // MARK: Values

  private func addExtensions(_ resource: inout FHIRMembers) {
    var extensions: [FHIRDocument] = []
    func add(_ name: String, _ type: String, _ value: FHIRDocument?) {
      guard let value else { return }
      extensions.append(.element([("url", .text("urn:huren:" + name)), ("value" + type, value)]))
    }
    add("normalized-value", "Quantity", normalized)
    add("recognition-mark", "String", observation.recognitionMark?.nonBlank.map { .text($0) })
    add("isolate", "String", observation.isolate?.nonBlank.map { .text($0) })
    if let quantity, let value = observation.value, value != quantity.comparatorText + quantity.digits {
      add("sent-value", "String", .text(value))
    }
    resource.add("extension", each: extensions)
  }

  /// In the item's unit.
  private var normalized: FHIRDocument? {
    guard let value = result.reading.normalizedValue, value.isFinite, let item = result.reading.item else { return nil }
    return FHIRDocument.element { quantity in
      quantity.add("value", .literal("\(FHIRDecimal(value))"))
      if let unit = item.unit {
        quantity.add("unit", unit)
        quantity.add("system", FHIRCoding.ucum)
        quantity.add("code", unit)
      }
    }
  }

  /// The value where it is a number that FHIR can write as it was sent.
  private var quantity: NumericText? {
    guard let number = result.reading.number ?? unmapped, FHIRDecimal.isOne(number.digits) else { return nil }
    return number
  }

  /// Of what is not mapped a number is one where it was sent as one.
  private var unmapped: NumericText? {
    guard result.reading.item == nil, observation.valueKind == .quantity else { return nil }
    return observation.value.flatMap { NumericText($0) }
  }

  private func addValue(_ resource: inout FHIRMembers) {
    guard let value = observation.value?.nonBlank else {
      return resource.add(
        "dataAbsentReason",
        writing.concept(
          [FHIRCoding("http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown")], text: nil))
    }
    if let quantity { return resource.add("valueQuantity", written(quantity)) }
    if let code = observation.valueCode {
      return resource.add("valueCodeableConcept", writing.concept([code.coding(of: institution)], text: value))
    }
    resource.add("valueString", value)
  }

  private func written(_ number: NumericText) -> FHIRDocument? {
    let sent = observation.unit?.nonBlank
    let unit = result.reading.item?.unit
    return FHIRDocument.element { quantity in
      quantity.add("value", .literal(number.digits))
      quantity.add("comparator", number.comparator?.rawValue)
      quantity.add("unit", sent ?? result.reading.unit)
      // What was sent is what the catalogue calls otherwise: its name in UCUM is no other unit.
      if let sent, let unit, writing.reference.units.areOne(sent, unit) {
        quantity.add("system", FHIRCoding.ucum)
        quantity.add("code", unit)
      }
    }
  }
}

extension NumericText {
  fileprivate var comparatorText: String { comparator?.rawValue ?? "" }
}

/// A decimal of FHIR (R4, 2.24.0.1), which JSON writes the same.
struct FHIRDecimal: CustomStringConvertible {
  let description: String

  /// The shortest that reads back as the same number.
  init(_ value: Double) {
    description = value == value.rounded() && abs(value) < 9e15 ? String(Int64(value)) : value.description
  }

  /// Whether a text is one: what a laboratory writes need not be (`.5`, `+3`, `007`).
  static func isOne(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count <= 40 else { return false }
    var rest = bytes[...]
    func digits() -> ArraySlice<UInt8> {
      let run = rest.prefix { $0 >= 48 && $0 <= 57 }
      rest = rest.dropFirst(run.count)
      return run
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let whole = digits()
    if whole.isEmpty || whole.count > 1 && whole.first == UInt8(ascii: "0") { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      if digits().isEmpty { return false }
    }
    guard let power = rest.first else { return true }
    guard power | 0x20 == UInt8(ascii: "e") else { return false }
    rest = rest.dropFirst()
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    return (1...3).contains(digits().count) && rest.isEmpty
  }
}
