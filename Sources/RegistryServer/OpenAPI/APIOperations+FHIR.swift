import Messages

/// FHIR's read side: of the matrix, as each type is read and searched for in the same way.
extension APIDescription {
  private static let types: [(type: String, schema: String?)] = [
    ("application/fhir+json", nil), ("application/fhir+xml", nil),
  ]

  private static func answer(_ words: String) -> [APIOperation.Answer] {
    [.init(status: 200, words: words, content: types)]
  }

  static let fhirOperations: [String: APIOperation] = {
    var all: [String: APIOperation] = [
      "GET /fhir/metadata": APIOperation(
        tag, "What is read here", parameters: ["_format"], answers: answer("A CapabilityStatement")),
      "POST /fhir/Patient/$match": APIOperation(
        tag, "Who may be a described patient, with FHIR's grades", takes: [("application/fhir+json", nil)],
        parameters: ["_format"], answers: answer("A Bundle of Patients, the surest first")),
      "GET /fhir/Patient/{id}/$everything": APIOperation(
        tag, "A whole record", parameters: ["_count", "_type", "_page", "_format"], answers: answer("A Bundle")),
      "GET /fhir/Observation/$lastn": APIOperation(
        tag, "Of each code the newest results", parameters: ["patient", "max", "code", "category", "date", "_format"],
        answers: answer("A Bundle of Observations")),
      "GET /fhir/DiagnosticReport/{id}/_history": APIOperation(
        tag, "The versions of a report", parameters: ["_format"], answers: answer("A Bundle of type history")),
      "GET /fhir/DiagnosticReport/{id}/_history/{version}": APIOperation(
        tag, "One version of a report", parameters: ["_format"],
        answers: answer("The report as it then stood") + [.init(status: 304, words: "It is known")]),
    ]
    for type in FHIRType.allCases {
      let name = type.rawValue
      let parameters = FHIRSearch.parameters(of: type).filter { name in
        !type.isOfPerson || !["identifier", "name", "birthdate"].contains(name)
      }
      let ofAnswer = ["_sort", "_count", "_include", "_summary", "_page", "_format"]
      all["GET /fhir/\(name)"] = APIOperation(
        tag, "Searches for \(name)", parameters: parameters + ofAnswer, answers: answer("A Bundle of type searchset"))
      all["POST /fhir/\(name)/_search"] = APIOperation(
        tag, "Searches for \(name), with what stands in no address: numbers of people",
        takes: [("application/x-www-form-urlencoded", nil)], parameters: ["_format"],
        answers: answer("A Bundle of type searchset"))
      all["GET /fhir/\(name)/{id}"] = APIOperation(
        tag, "Reads a \(name)", parameters: ["_format"],
        answers: answer("The resource") + [.init(status: 304, words: "It is known (If-None-Match)")])
    }
    all["GET /fhir/AuditEvent/{id}"] = nil
    return all
  }()

  private static let tag = "FHIR R4"

  /// Of searches: each a text, which FHIR says how to read.
  static let fhirParameters: JSONValue = {
    var names = FHIRType.allCases.flatMap { FHIRSearch.parameters(of: $0) }
    names += ["_sort", "_count", "_include", "_summary", "_page", "_format", "_type", "max"]
    return .object(
      Set(names).sorted().map { name in
        .init(
          name,
          .object([
            .init("name", .string(name)), .init("in", .string("query")),
            .init("schema", .object([.init("type", .string("string"))])),
          ]))
      })
  }()
}
