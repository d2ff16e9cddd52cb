/// A form of somebody who is signed in: it carries what shows that the change is meant by them.
func form(
  _ path: PagePath, _ session: Session, id: String? = nil, class name: String? = nil,
  @HTMLBuilder content: () -> HTML
) -> HTML {
  tag(
    "form", .init("method", "post"), .init("action", path.text), id.map { .id($0) }, name.map { .class($0) }
  ) {
    hidden(FormToken.field, session.formToken)
    content()
  }
}

/// What a form carries unseen.
func hidden(_ name: String, _ value: some StringProtocol) -> HTML {
  tag("input", .init("type", "hidden"), .init("name", name), .init("value", value))
}

/// A field of a form with its label.
struct Field {
  let name: String
  let label: String
  var type = "text"
  var value = ""
  var isNeeded = true
  /// What the browser may fill in by itself; `off` for what is a patient's.
  var completes = "off"
  var hint: String?
  /// Where several forms of a page have a field of one name.
  var id: String?
  var mode: String?
  /// By which the keyboard leads to it.
  var key: String?

  var html: HTML {
    let id = id ?? name
    return tag("p", .class("field")) {
      tag("label", .init("for", id), text: label)
      if let hint { tag("span", .class("hint"), .id(id + "-hint"), text: hint) }
      tag(
        "input", .init("type", type), .id(id), .init("name", name),
        value.isEmpty ? nil : Attribute("value", value), .flag("required", isNeeded),
        .init("autocomplete", completes), mode.map { .init("inputmode", $0) }, key.map { .init("accesskey", $0) },
        hint == nil ? nil : Attribute("aria-describedby", id + "-hint"))
    }
  }
}

/// A field of which one of several is chosen.
struct Choice {
  let name: String
  let label: String
  let options: [(value: String, label: String)]
  var chosen: String?
  var id: String?

  var html: HTML {
    let id = id ?? name
    return tag("p", .class("field")) {
      tag("label", .init("for", id), text: label)
      tag("select", .id(id), .init("name", name)) {
        for option in options {
          tag("option", .init("value", option.value), .flag("selected", option.value == chosen), text: option.label)
        }
      }
    }
  }
}

/// What is wrong, or what was done: read out at once.
func notice(_ text: String, isError: Bool = false) -> HTML {
  tag("p", .class(isError ? "notice error" : "notice"), .init("role", isError ? "alert" : "status"), text: text)
}

func submit(_ label: String, class name: String? = nil) -> HTML {
  tag("button", .init("type", "submit"), name.map { .class($0) }, text: label)
}

/// Somewhere to go.
func link(_ path: PagePath, _ label: String, class name: String? = nil) -> HTML {
  tag("a", .href(path), name.map { .class($0) }, text: label)
}
