import HTTPTypes
import Messages
import RegistryStore

/// What one route is for, what it takes and what it answers, for its description.
struct APIOperation: Sendable {
  struct Answer: Sendable {
    var status: Int
    var words: String
    /// By media type, the schema's name in `components`; nil: not described further.
    var content: [(type: String, schema: String?)] = []
  }

  var tag: String
  var summary: String
  /// By media type, the schema's name.
  var takes: [(type: String, schema: String?)] = []
  /// Names of `components.parameters`.
  var parameters: [String] = []
  var answers: [Answer]

  init(
    _ tag: String, _ summary: String, takes: [(type: String, schema: String?)] = [], parameters: [String] = [],
    answers: [Answer]
  ) {
    (self.tag, self.summary, self.takes, self.parameters, self.answers) = (tag, summary, takes, parameters, answers)
  }
}

extension APIOperation {
  /// As OpenAPI writes it.
  ///
  /// - Parameter route: says who may.
  func json(_ route: Route) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("tags", .array([.string(tag)])), .init("summary", .string(summary)),
      .init("operationId", .string(APIOperation.name(of: route))),
    ]
    let names = parameters + (route.callers == .anybody ? [] : ["Huren-Institution"])
    if !names.isEmpty {
      members.append(.init("parameters", .array(names.map { APIOperation.reference("parameters", $0) })))
    }
    if !takes.isEmpty {
      let body = JSONValue.object([
        .init("required", .boolean(true)), .init("content", APIOperation.content(takes)),
      ])
      members.append(.init("requestBody", body))
    }
    members.append(.init("responses", responses(route)))
    switch route.callers {
    case .anybody: members.append(.init("security", .array([])))
    case .roles(let roles):
      // None of the ways is said again: those of the whole document hold.
      members.append(.init("x-huren-roles", .array(roles.map(\.rawValue).sorted().map { .string($0) })))
      if let scope = route.scope { members.append(.init("x-huren-scope", .string(scope.description))) }
    }
    return .object(members)
  }

  private func responses(_ route: Route) -> JSONValue {
    var responses = answers.map { answer in
      var members = [JSONValue.Member("description", .string(answer.words))]
      if !answer.content.isEmpty { members.append(.init("content", APIOperation.content(answer.content))) }
      return JSONValue.Member(String(answer.status), .object(members))
    }
    var refusals = route.callers == .anybody ? [400, 404, 413, 429] : [400, 401, 403, 404, 413, 429, 503]
    if route.isOfFHIR { refusals += [406, 410, 415] }
    for status in refusals where !answers.contains(where: { $0.status == status }) {
      responses.append(.init(String(status), APIOperation.reference("responses", route.isOfFHIR ? "Outcome" : "Error")))
    }
    return .object(responses)
  }

  private static func content(_ types: [(type: String, schema: String?)]) -> JSONValue {
    .object(
      types.map { type, schema in
        .init(type, .object(schema.map { [.init("schema", reference("schemas", $0))] } ?? []))
      })
  }

  private static func reference(_ kind: String, _ name: String) -> JSONValue {
    .object([.init("$ref", .string("#/components/\(kind)/\(name)"))])
  }

  /// `postCdsServicesIdFeedback`.
  private static func name(of route: Route) -> String {
    let words = route.path.split { !($0.isLetter || $0.isNumber) }
    return route.method.rawValue.lowercased() + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
