import Clinical

/// Writes an acknowledgement as a FHIR R4 OperationOutcome: whether the message was taken, then an issue per finding.
public enum OperationOutcomeWriter {
  public enum Notation: Sendable {
    case xml, json
  }

  private struct Issue {
    var severity: String
    var type: IssueType
    /// The finding's stable code.
    var code: String?
    var diagnostics: String
    var expression: String?
  }

  /// - Returns: a whole document in UTF-8 characters. It holds no personal datum: findings hold none.
  public static func write(_ acknowledgement: Acknowledgement, as notation: Notation) -> String {
    let issues = issues(acknowledgement)
    return switch notation {
    case .xml: xml(issues, acknowledgement.acknowledgedAt)
    case .json: json(issues, acknowledgement.acknowledgedAt)
    }
  }

  private static func issues(_ acknowledgement: Acknowledgement) -> [Issue] {
    let isAccepted = acknowledgement.outcome == .accepted
    let name = acknowledgement.messageID.map { "message \($0)" } ?? "the message"
    var issues: [Issue] = []
    if let trouble = acknowledgement.trouble {
      issues.append(
        Issue(severity: "error", type: trouble.issue, code: trouble.code, diagnostics: trouble.message))
    } else if isAccepted {
      issues.append(Issue(severity: "information", type: .informational, diagnostics: name + " was taken"))
    } else if !acknowledgement.findings.contains(where: { FindingTable.row(of: $0.code).isFatal }) {
      issues.append(Issue(severity: "error", type: .processing, diagnostics: name + " was not taken"))
    }
    for finding in acknowledgement.findings {
      let place = finding.location
      let row = FindingTable.row(of: finding.code)
      let position = place.line > 0 ? "line \(place.line), column \(place.column): " : ""
      issues.append(
        Issue(
          severity: row.isFatal && !isAccepted ? "error" : "warning", type: row.issue,
          code: finding.code.rawValue, diagnostics: position + finding.message, expression: expression(place.path)))
    }
    return issues
  }

  /// A path as FHIRPath: `/Bundle/entry[2]/resource/Patient/birthDate` is `Bundle.entry[1].resource.birthDate`. The element
  /// that names a resource's type is no step of its own.
  static func expression(_ path: String) -> String? {
    var steps: [String] = []
    for step in path.split(separator: "/") {
      if !steps.isEmpty, step.first?.isUppercase ?? false { continue }
      let parts = step.split(separator: "[", maxSplits: 1)
      guard let name = parts.first else { continue }
      let position = parts.count > 1 ? Int(parts[1].dropLast()) : nil
      steps.append(position.map { "\(name)[\($0 - 1)]" } ?? String(name))
    }
    return steps.isEmpty ? nil : steps.joined(separator: ".")
  }

  private static func xml(_ issues: [Issue], _ time: String) -> String {
    func element(_ name: String, _ value: String) -> String { "<\(name) value=\"\(escapedXML(value))\"/>" }
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OperationOutcome xmlns=\"http://hl7.org/fhir\">"
    text += "<meta>\(element("lastUpdated", time))</meta>"
    for issue in issues {
      text += "<issue>" + element("severity", issue.severity) + element("code", issue.type.rawValue)
      if let code = issue.code { text += "<details><coding>\(element("code", code))</coding></details>" }
      text += element("diagnostics", issue.diagnostics)
      if let expression = issue.expression { text += element("expression", expression) }
      text += "</issue>"
    }
    return text + "</OperationOutcome>\n"
  }

  private static func json(_ issues: [Issue], _ time: String) -> String {
    let texts = issues.map { issue in
      var text = "{\"severity\":\(JSONString.quoted(issue.severity)),\"code\":\(JSONString.quoted(issue.type.rawValue))"
      if let code = issue.code { text += ",\"details\":{\"coding\":[{\"code\":\(JSONString.quoted(code))}]}" }
      text += ",\"diagnostics\":\(JSONString.quoted(issue.diagnostics))"
      if let expression = issue.expression { text += ",\"expression\":[\(JSONString.quoted(expression))]" }
      return text + "}"
    }
    return "{\"resourceType\":\"OperationOutcome\",\"meta\":{\"lastUpdated\":\(JSONString.quoted(time))},\"issue\":["
      + texts.joined(separator: ",") + "]}\n"
  }

  /// Characters that XML does not allow at all become U+FFFD.
  private static func escapedXML(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\t", "\n", "\r": escaped += "&#\(scalar.value);"
      case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
