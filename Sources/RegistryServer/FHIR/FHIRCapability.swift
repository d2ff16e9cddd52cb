import Clinical
import Hummingbird
import Messages
import NIOCore
import Registry

/// What is read here (FHIR R4, CapabilityStatement): what the matrix of routes names, and nothing else.
struct FHIRCapability {
  let base: String
  /// RFC 3339.
  let time: String

  var document: FHIRDocument {
    .resource("CapabilityStatement") { statement in
      statement.add("url", base + "/metadata")
      statement.add("name", "Huren")
      statement.add("title", "Huren 互认")
      statement.add("status", "active")
      statement.add("date", time)
      statement.add("publisher", "Huren 互认")
      statement.add("description", "Results of tests as hospitals told them, with what the catalogue says of each.")
      statement.add("kind", "instance")
      statement.add("software", .element([("name", .text("Huren"))]))
      statement.add(
        "implementation", .element([("description", .text("A registry of results")), ("url", .text(base))]))
      statement.add("fhirVersion", "4.0.1")
      statement.add("format", each: ["application/fhir+json", "application/fhir+xml", "json", "xml"].map { .text($0) })
      statement.add("rest", each: [rest])
    }
  }

  private var rest: FHIRDocument? {
    FHIRDocument.element { rest in
      rest.add("mode", "server")
      rest.add(
        "security",
        FHIRDocument.element { security in
          security.add(
            "service",
            each: [
              .element([
                (
                  "coding",
                  .list([
                    FHIRCoding("http://terminology.hl7.org/CodeSystem/restful-security-service", "SMART-on-FHIR")
                      .document ?? .nothing
                  ])
                )
              ])
            ])
          security.add("description", "Bearer tokens of SMART Backend Services, or a certificate")
        })
      rest.add("resource", each: FHIRType.allCases.map(resource))
      rest.add("interaction", each: ["transaction", "batch"].map { .element([("code", .text($0))]) })
    }
  }

  private func resource(_ type: FHIRType) -> FHIRDocument? {
    FHIRDocument.element { resource in
      resource.add("type", type.rawValue)
      var interactions: [String] = []
      if Route.fhirRead(type) != nil { interactions.append("read") }
      if type == .diagnosticReport { interactions += ["vread", "history-instance"] }
      interactions.append("search-type")
      resource.add("interaction", each: interactions.map { .element([("code", .text($0))]) })
      resource.add("versioning", type == .diagnosticReport ? "versioned" : "no-version")
      if type == .diagnosticReport {
        resource.add(
          "searchInclude",
          each: ["result", "specimen", "subject", "imaging-study"].map { .text("DiagnosticReport:" + $0) })
      }
      if type == .observation {
        resource.add("searchInclude", each: ["specimen", "subject"].map { .text("Observation:" + $0) })
      }
      resource.add(
        "searchParam",
        each: FHIRSearch.parameters(of: type).map { name in
          .element([("name", .text(name)), ("type", .text(Self.kind(of: name)))])
        })
      resource.add("operation", each: Self.operations(of: type))
    }
  }

  private static func kind(of name: String) -> String {
    switch name {
    case "patient", "subject", "target": "reference"
    case "date", "started", "collected", "recorded", "_lastUpdated", "birthdate": "date"
    case "name": "string"
    default: "token"
    }
  }

  private static func operations(of type: FHIRType) -> [FHIRDocument] {
    let names: [(String, String)] =
      switch type {
      case .patient: [("match", "Patient-match"), ("everything", "Patient-everything")]
      case .observation: [("lastn", "Observation-lastn")]
      default: []
      }
    return names.map { name, definition in
      .element([
        ("name", .text(name)), ("definition", .text("http://hl7.org/fhir/OperationDefinition/" + definition)),
      ])
    }
  }
}

extension RegistryService {
  /// Anybody may know what is read here.
  func fhirMetadata(_ request: Request) throws -> Response {
    guard
      let notation = FHIRNotation(
        format: request.uri.queryParameters["_format"].map(String.init), accept: request.headers[.accept])
    else { throw ServiceError.notAcceptable }
    let zone = (try? registry.zone()) ?? .shanghai
    let document = FHIRCapability(base: base(of: request) + "/fhir", time: zone.rfc3339(registry.now)).document
    return Response(
      status: .ok, headers: [.contentType: notation.mediaType],
      body: .init(byteBuffer: ByteBuffer(string: document.written(as: notation))))
  }
}
