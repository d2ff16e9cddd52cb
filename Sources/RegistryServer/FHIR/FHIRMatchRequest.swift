import Registry
import Clinical
import Messages

/// The Parameters of `Patient/$match` (FHIR R4), or a bare Patient, in JSON.
struct FHIRMatchRequest {
  var patient: Patient
  var onlyCertain = false
  var count = 10

  private static let mostCount = 50

  /// - Throws: `FHIRProblem` for what is no such thing.
  init(_ bytes: [UInt8]) throws(FHIRProblem) {
    guard let root = try? JSONValue(bytes), root.isObject else { throw FHIRProblem(.malformed) }
    if root["resourceType"]?.text == "Patient" {
      patient = try Self.patient(root)
      return
    }
    guard root["resourceType"]?.text == "Parameters" else { throw FHIRProblem(.malformed) }
    var described: Patient?
    for parameter in root["parameter"]?.elements ?? [] {
      switch parameter["name"]?.text {
      case "resource": described = try parameter["resource"].map(Self.patient)
      case "onlyCertainMatches":
        if case .boolean(let only)? = parameter["valueBoolean"] { onlyCertain = only }
      case "count":
        guard case .number(let text)? = parameter["valueInteger"], let number = Int(text), number > 0 else {
          throw FHIRProblem(.searchValue, "count")
        }
        count = min(number, Self.mostCount)
      default: continue
      }
    }
    guard let described else { throw FHIRProblem(.malformed, "resource") }
    patient = described
  }

  private static func patient(_ resource: JSONValue) throws(FHIRProblem) -> Patient {
    guard resource["resourceType"]?.text == "Patient" else { throw FHIRProblem(.malformed, "resource") }
    var patient = Patient()
    for identifier in resource["identifier"]?.each ?? [] {
      guard let value = identifier["value"]?.text else { continue }
      let type = identifier["type"]?["coding"]?.each.lazy.compactMap { $0["code"]?.text }.first
      let kind = type.flatMap { Identifier.Kind(rawValue: $0) } ?? FHIRIdentifierSystem.kind(identifier["system"]?.text)
      patient.identifiers.append(Identifier(kind, value))
    }
    let names = (resource["name"]?.each ?? []).compactMap { name -> String? in
      name["text"]?.text
        ?? Patient.joinName(family: name["family"]?.text, given: (name["given"]?.each ?? []).compactMap(\.text))
    }
    patient.name = names.first
    patient.otherNames = Array(names.dropFirst())
    patient.sex = resource["gender"]?.text.flatMap { Sex(code: $0) }
    patient.birthDate = resource["birthDate"]?.text.flatMap { text in
      let parts = text.prefix(10).split(separator: "-").map { Int($0) }
      guard let year = parts.first ?? nil, parts.allSatisfy({ $0 != nil }) else { return nil }
      return CalendarDate(
        year: year, month: parts.count > 1 ? parts[1] : nil, day: parts.count > 2 ? parts[2] : nil)
    }
    patient.phones = (resource["telecom"]?.each ?? []).filter { $0["system"]?.text == "phone" }
      .compactMap { $0["value"]?.text }
    guard !patient.identifiers.isEmpty || patient.name != nil else { throw FHIRProblem(.malformed, "resource") }
    return patient
  }
}
