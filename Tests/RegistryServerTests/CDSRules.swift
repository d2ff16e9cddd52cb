import Foundation

@testable import Messages

/// What CDS Hooks 2.0 asks of an answer ("CDS Service Response", "Discovery"), independently of what writes ours.
struct CDSRules {
  private(set) var problems: [String] = []

  /// The problems of the answer to a call.
  static func problems(ofAnswer json: JSONValue) -> [String] {
    var rules = CDSRules()
    guard case .object(let members) = json, let cards = json["cards"]?.elements else { return ["no array of cards"] }
    rules.only(["cards", "systemActions", "extension"], of: json, "answer")
    for member in members where member.name != "cards" { rules.filled(member.value, member.name) }
    for (place, card) in cards.enumerated() { rules.card(card, "cards[\(place)]") }
    let ids = cards.compactMap { $0["uuid"]?.text }
    rules.ask(Set(ids).count == ids.count, "two cards of one uuid")
    return rules.problems
  }

  static func problems(ofDiscovery json: JSONValue) -> [String] {
    var rules = CDSRules()
    guard let services = json["services"]?.elements else { return ["no array of services"] }
    rules.filled(json, "discovery")
    for service in services {
      rules.only(
        ["hook", "title", "description", "id", "prefetch", "usageRequirements", "extension"], of: service, "service")
      for name in ["hook", "description", "id"] { rules.text(service[name], "service." + name) }
    }
    return rules.problems
  }

  private mutating func ask(_ isSo: Bool, _ problem: @autoclosure () -> String) {
    if !isSo { problems.append(problem()) }
  }

  private mutating func text(_ value: JSONValue?, _ path: String) { ask(value?.text != nil, path + " is no text") }

  private mutating func only(_ names: Set<String>, of value: JSONValue, _ path: String) {
    guard case .object(let members) = value else { return problems.append(path + " is no object") }
    for member in members where !names.contains(member.name) { problems.append("\(path) has \(member.name)") }
  }

  /// "null, "", [], or {} are prohibited."
  private mutating func filled(_ value: JSONValue, _ path: String) {
    switch value {
    case .null: problems.append(path + " is null")
    case .string(let text): ask(!text.isEmpty, path + " is an empty text")
    case .array(let elements):
      ask(!elements.isEmpty, path + " is an empty array")
      for element in elements { filled(element, path + "[]") }
    case .object(let members):
      ask(!members.isEmpty, path + " is an empty object")
      for member in members { filled(member.value, path + "." + member.name) }
    case .number, .boolean: break
    }
  }

  private mutating func card(_ card: JSONValue, _ path: String) {
    filled(card, path)
    only(
      [
        "uuid", "summary", "detail", "indicator", "source", "suggestions", "selectionBehavior", "overrideReasons",
        "links", "extension",
      ], of: card, path)
    text(card["summary"], path + ".summary")
    let summary = card["summary"]?.text ?? ""
    ask(max(summary.count, summary.unicodeScalars.count, summary.utf16.count) < 140, path + ".summary is too long")
    ask(!summary.contains { $0.isNewline }, path + ".summary is more than a line")
    ask(["info", "warning", "critical"].contains(card["indicator"]?.text), path + ".indicator")
    if let uuid = card["uuid"] { ask(uuid.text.flatMap { UUID(uuidString: $0) } != nil, path + ".uuid") }
    let source = card["source"] ?? .null
    only(["label", "url", "icon", "topic"], of: source, path + ".source")
    text(source["label"], path + ".source.label")
    if let url = source["url"] { isAbsolute(url, path + ".source.url") }
    if let topic = source["topic"] { coding(topic, path + ".source.topic") }
    if let suggestions = card["suggestions"]?.elements {
      ask(["at-most-one", "any"].contains(card["selectionBehavior"]?.text), path + ".selectionBehavior")
      for suggestion in suggestions { self.suggestion(suggestion, path + ".suggestions[]") }
      let recommended = suggestions.filter { $0["isRecommended"] == .boolean(true) }.count
      ask(recommended < 2 || card["selectionBehavior"]?.text == "any", path + " recommends several")
    }
    for reason in card["overrideReasons"]?.elements ?? [] {
      coding(reason, path + ".overrideReasons[]")
      text(reason["display"], path + ".overrideReasons[].display")
    }
    for link in card["links"]?.elements ?? [] {
      only(["label", "url", "type", "appContext", "autolaunchable"], of: link, path + ".links[]")
      text(link["label"], path + ".links[].label")
      isAbsolute(link["url"] ?? .null, path + ".links[].url")
      ask(["absolute", "smart"].contains(link["type"]?.text), path + ".links[].type")
      ask(link["appContext"] == nil || link["type"]?.text == "smart", path + ".links[].appContext")
    }
  }

  private mutating func suggestion(_ suggestion: JSONValue, _ path: String) {
    only(["label", "uuid", "isRecommended", "actions"], of: suggestion, path)
    text(suggestion["label"], path + ".label")
    if let uuid = suggestion["uuid"] { ask(uuid.text.flatMap { UUID(uuidString: $0) } != nil, path + ".uuid") }
    for action in suggestion["actions"]?.elements ?? [] {
      only(["type", "description", "resource", "resourceId", "extension"], of: action, path + ".actions[]")
      text(action["description"], path + ".actions[].description")
      switch action["type"]?.text {
      case "create", "update":
        ask(action["resource"]?["resourceType"]?.text != nil, path + ".actions[].resource")
        ask(action["resourceId"] == nil, path + ".actions[].resourceId where nothing is deleted")
      case "delete":
        text(action["resourceId"], path + ".actions[].resourceId")
        ask(action["resource"] == nil, path + ".actions[].resource where something is deleted")
      default: problems.append(path + ".actions[].type")
      }
    }
  }

  private mutating func coding(_ coding: JSONValue, _ path: String) {
    only(["code", "system", "display"], of: coding, path)
    text(coding["code"], path + ".code")
  }

  private mutating func isAbsolute(_ url: JSONValue, _ path: String) {
    ask(url.text.flatMap { URL(string: $0) }?.host != nil, path + " is no absolute address")
  }
}
